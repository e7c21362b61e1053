"""The declarative file of a programme (TOML): its shape, and what is said when it is wrong.

Every section that the web pages can set stands here too. Amounts are cents, rates basis points, days
are written `2022-12-31`. An unknown key is refused: a mistyped word must not silently do nothing.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from passnumerique.council.rules import Mode
from passnumerique.directory.rules import AccreditationKind, AuthorityKind, Role
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.programmes.rules import DocumentKind


class ProgrammeFileInvalid(Refusal):
    sentence = N_("Le fichier du dispositif n’a pas pu être lu\u202f; rien n’a été créé. À corriger\u202f:\n{problems}")


class Section(BaseModel):
    """A table of the file: no key but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class AuthorityGiven(Section):
    """The public authority. Found again by its short name when it exists already."""

    name: str = Field(min_length=1)
    slug: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: AuthorityKind
    siret: str = ""
    colour: str = "#1f4e79"
    radius: int = 6
    logo: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    accessibility_contact: str = ""
    fictional: bool = False


class ProgrammeGiven(Section):
    """The scheme itself, from the day it starts. `invented` says what of it is not a fact."""

    name: str = Field(min_length=1)
    slug: str = Field(pattern=r"^[a-z0-9-]+$", max_length=60)
    issuer: str = ""
    funder: str = ""
    starts_on: date
    invented: str = ""


class DocumentGiven(Section):
    """A paper, under the name by which the other sections cite it."""

    kind: DocumentKind
    reference: str = Field(min_length=1)
    title: str = ""
    counterpart: str = ""
    signed_on: date | None = None
    in_force_on: date | None = None
    deliberation: str = ""


class DeliberationGiven(Section):
    """An act of the council, as its paper says it."""

    number: str
    matter: str
    subject: str
    decisions: list[str] = []
    convened_on: date
    sat_on: date
    chaired_by: str
    secretary: str
    members_in_office: int
    voters: int
    substitutes: int = 0
    votes_for: int
    votes_against: int = 0
    abstentions: int = 0
    chair_votes_for: bool = False
    transmitted_on: date | None = None
    published_on: date | None = None


class DatesGiven(Section):
    """The five dates."""

    distribution_until: date
    validity_until: date
    end_of_training: date
    claims_until: date
    closing: date


class CalendarGiven(Section):
    """The first calendar, and the document that sets it."""

    document: str
    in_force_on: date | None = None
    dates: DatesGiven


class ParametersGiven(Section):
    """Values of `programmes.rules.PARAMETERS`, and the document that sets them."""

    document: str
    in_force_on: date | None = None
    values: dict[str, int | str]


class EnvelopeGiven(Section):
    """What is authorised, and who brings what of it."""

    document: str
    amount_cents: int = Field(gt=0)
    shares: dict[str, int]


class PeriodGiven(Section):
    """A training period; `opens_on` is the day on which a demonstration writes it (the start by default)."""

    number: int
    name: str
    starts_on: date
    ends_on: date
    opens_on: date | None = None


class ModuleSection(Section):
    """A module, its price in passes, and the titles of its planned sessions."""

    name: str
    price_passes: int = 1
    minutes: int = 120
    level: str = ""
    sessions: list[str] = []


class ThemeSection(Section):
    """A theme and its modules."""

    name: str
    modules: list[ModuleSection] = []


class CommuneSection(Section):
    """A commune written in the file itself."""

    insee_code: str = Field(min_length=5, max_length=5)
    name: str
    postcodes: str = ""
    population: int = 0
    epci_siren: str = ""
    epci_name: str = ""
    former: str = ""


class TerritoryGiven(Section):
    """The communes: in a CSV beside the file, or in the file itself."""

    vintage: int
    csv: str = ""
    communes: list[CommuneSection] = []


class OrganisationsGiven(Section):
    """Structures or places: a CSV beside this file, in the columns of the national standard."""

    csv: str
    kind: AccreditationKind
    fictional: bool = False


class NetworkGiven(Section):
    """The network. `accredited_from` gives a later first day to organisations, by identifier; the
    others begin with the programme."""

    files: list[OrganisationsGiven] = []
    accredited_from: dict[str, date] = {}


class PersonGiven(Section):
    """A person of the authority's offices, with a role."""

    name: str
    email: str
    role: Role


class LotGiven(Section):
    """Passes that a demonstration issues."""

    reference: str
    quantity: int = Field(gt=0)
    on: date


class PaceGiven(Section):
    """How many passes are handed over and used in all by a day: what a demonstration steers by."""

    by: date
    handed_over: int
    redeemed: int


class ExtensionGiven(Section):
    """The council's act that extends the programme, its two amendments, and what it sets."""

    deliberation: DeliberationGiven
    deliberation_document: DocumentGiven
    convention_amendment: DocumentGiven
    mandate_amendment: DocumentGiven
    dates: DatesGiven


class DelegateGiven(Section):
    """A member of the council; `substitute_for` names the member, by last name, whom a substitute replaces."""

    last_name: str = Field(min_length=1)
    first_name: str = ""
    civility: str = ""
    office: str = ""
    substitute_for: str = ""


class ItemGiven(Section):
    """A matter of a sitting, with its text; figures of the programme stand between braces."""

    title: str
    matter: str
    visas: list[str] = []
    expose: str = ""
    articles: list[str] = Field(min_length=1)


class SittingGiven(Section):
    """A sitting that a demonstration holds: who presides, keeps the minutes and sits, by last name;
    `replaced` says by which substitute a member is replaced."""

    on: date
    at: time
    convened_on: date
    mode: Mode
    place: str = ""
    chair: str
    secretary: str
    present: list[str] = Field(min_length=1)
    replaced: dict[str, str] = {}
    items: list[ItemGiven] = Field(min_length=1)


class CouncilGiven(Section):
    """The council of a demonstration: its members since a day, and its sittings."""

    since: date
    delegates: list[DelegateGiven] = Field(min_length=1)
    sittings: list[SittingGiven] = []


class DemonstrationGiven(Section):
    """What a demonstration plays, from one seed."""

    seed: str
    until: date
    lots: list[LotGiven]
    pace: list[PaceGiven] = Field(min_length=1)
    booklets_to_start: int = 4
    runs_of_each_session: int = Field(default=3, ge=1, le=20)
    seats: int = Field(default=10, ge=1, le=100)
    people: list[PersonGiven] = []
    council: CouncilGiven | None = None
    extension: ExtensionGiven | None = None
    holidays_zone: Literal["A", "B", "C"] = "B"


class ProgrammeFile(Section):
    """The whole file."""

    authority: AuthorityGiven
    programme: ProgrammeGiven
    deliberations: dict[str, DeliberationGiven] = {}
    documents: dict[str, DocumentGiven]
    calendar: CalendarGiven
    parameters: list[ParametersGiven] = []
    envelope: EnvelopeGiven
    periods: list[PeriodGiven] = []
    themes: list[ThemeSection] = []
    territory: TerritoryGiven
    network: NetworkGiven = NetworkGiven()
    demonstration: DemonstrationGiven | None = None

    def demonstrated(self) -> DemonstrationGiven:
        """What to play. Refuses a file without a [demonstration]."""
        if self.demonstration is None:
            raise ProgrammeFileInvalid(problems="demonstration : section absente")
        return self.demonstration


_REASONS: Mapping[str, str] = {
    "missing": N_("il manque"),
    "extra_forbidden": N_("mot inconnu"),
    "enum": N_("valeur hors de la liste"),
    "date_type": N_("une date est attendue, comme 2022-12-31"),
    "date_from_datetime_parsing": N_("une date est attendue, comme 2022-12-31"),
    "int_type": N_("un nombre entier est attendu"),
    "int_parsing": N_("un nombre entier est attendu"),
    "string_type": N_("un texte entre guillemets est attendu"),
    "string_pattern_mismatch": N_("minuscules, chiffres et tirets seulement"),
    "greater_than": N_("un nombre plus grand est attendu"),
}


def read_programme_file(text: str) -> ProgrammeFile:
    """The file as its sections. Refuses, naming each place and reason, what is not of their shape, a
    citation of a document that is not there, and a path that leaves the file's folder."""
    try:
        file = ProgrammeFile.model_validate(tomllib.loads(text), strict=False)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeFileInvalid(problems=str(error)) from None
    except ValidationError as error:
        raise ProgrammeFileInvalid(problems="\n".join(_problem(dict(one)) for one in error.errors())) from None
    if problems := [*_uncited(file), *_outside(file)]:
        raise ProgrammeFileInvalid(problems="\n".join(problems))
    return file


def _problem(error: dict[str, Any]) -> str:
    from django.utils.translation import gettext

    where = ".".join(str(part) for part in error["loc"])
    return f"{where} : {gettext(_REASONS.get(error['type'], '')) or error['msg']}"


def _uncited(file: ProgrammeFile) -> list[str]:
    cited = [("calendar.document", file.calendar.document), ("envelope.document", file.envelope.document)]
    cited += [(f"parameters.{rank}.document", one.document) for rank, one in enumerate(file.parameters)]
    missing = [
        f"{where} : « {name} » n’est pas dans [documents]" for where, name in cited if name not in file.documents
    ]
    acts = [(f"documents.{name}.deliberation", one.deliberation) for name, one in file.documents.items()]
    return missing + [
        f"{where} : « {name} » n’est pas dans [deliberations]"
        for where, name in acts
        if name and name not in file.deliberations
    ]


def _outside(file: ProgrammeFile) -> list[str]:
    """Paths may only name a file that lies beside this one."""
    paths = {
        "territory.csv": file.territory.csv,
        "authority.logo": file.authority.logo,
    } | {f"network.files.{rank}.csv": given.csv for rank, given in enumerate(file.network.files)}
    return [
        f"{where} : un simple nom de fichier est attendu"
        for where, path in paths.items()
        if path and PurePosixPath(path).name != path
    ]
