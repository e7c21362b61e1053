"""Acts that an authority voted before, taken from its open-data list (SCDL Délibérations 2.1.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from passnumerique.council.models import Deliberation
from passnumerique.council.operations.voting import held_numbering
from passnumerique.council.rules import DELIBERATION_COLUMNS, faults_of_a_deliberation
from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import new_id
from passnumerique.ground.sheets.cells import BadCell
from passnumerique.ground.sheets.refusals import MissingColumns
from passnumerique.ground.sheets.reports import Report
from passnumerique.ground.sheets.tables import Line
from passnumerique.ground.words import N_

_LONGEST = {
    "DELIB_ID": 40,
    "DELIB_MATIERE_CODE": 10,
    "DELIB_OBJET": 300,
    "BUDGET_NOM": 160,
    "PREF_ID": 80,
    "DELIB_URL": 300,
}
_COUNTS = {
    "VOTE_EFFECTIF": "members_in_office",
    "VOTE_REEL": "voters",
    "VOTE_POUR": "votes_for",
    "VOTE_CONTRE": "votes_against",
    "VOTE_ABSTENTION": "abstentions",
}
_TEXTS = {
    "DELIB_MATIERE_CODE": "matter",
    "DELIB_OBJET": "subject",
    "BUDGET_ANNEE": "budget_year",
    "BUDGET_NOM": "budget_name",
    "PREF_ID": "prefect_reference",
    "DELIB_URL": "url",
}


@dataclass
class _Draft:
    """What an import is about to write."""

    made: list[Deliberation] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadCell] = field(default_factory=list)


def import_acts(
    *, rows: Iterable[Line], columns: Iterable[str], by: Actor, at: datetime, dry_run: bool = False
) -> Report:
    """Record the acts of a list, all or none, and say what was done. For the secretary and the manager.

    A row is bad when the schema or one of its eleven checks refuses it, when it is another authority's, when its
    number stands twice, when it is dated after today, or when the act is known otherwise: an act is never changed
    by a list. What is known already, and the same, is left as it is, so that the same file twice changes nothing.
    A dry run writes nothing. Refuses a file without one of the required columns.
    """
    require(by, Permission.MANAGE_COUNCIL)
    absent = [one for one in DELIBERATION_COLUMNS[:7] if one not in set(columns)]
    if absent:
        raise MissingColumns(columns=", ".join(absent))
    with transaction.atomic():
        held_numbering(by.authority_id, at)  # one import, or one vote, at a time
        draft = _drafted(by, at, rows)
        written = not dry_run and not draft.bad
        if written:
            for some in in_chunks(draft.made):
                Deliberation.objects.bulk_create(some)
    return Report(len(draft.made), 0, draft.unchanged, tuple(draft.bad), written)


def _drafted(by: Actor, at: datetime, rows: Iterable[Line]) -> _Draft:
    draft, seen = _Draft(), dict[str, int]()
    siret = access_authorities(by).get(id=by.authority_id).siret
    known = {row.number: row for row in Deliberation.objects.filter(authority_id=by.authority_id).order_by("number")}
    for line in rows:
        cells = {column: line.cells.get(column, "").strip() for column in DELIBERATION_COLUMNS}
        faults = [*faults_of_a_deliberation(cells), *_own_faults(cells, siret, seen, day_of(at))]
        seen.setdefault(cells["DELIB_ID"], line.number)
        row = known.get(cells["DELIB_ID"])
        if row is not None and not faults:
            faults = _differences(row, cells)
        draft.bad += [BadCell(line.number, column, cells[column], why) for column, why in faults]
        if faults:
            continue
        if row is None:
            draft.made.append(_act(by, at, cells))
        else:
            draft.unchanged += 1
    return draft


def _own_faults(
    cells: Mapping[str, str], siret: str, seen: Mapping[str, int], today: date
) -> Iterable[tuple[str, str]]:
    """What the schema cannot know: whose list it is, what stands twice, what does not fit the register."""
    if siret and cells["COLL_SIRET"] != siret:
        yield "COLL_SIRET", N_("Ce SIRET n’est pas celui de votre collectivité. Retirez les actes des autres.")
    if cells["DELIB_ID"] in seen:
        yield "DELIB_ID", N_("Ce numéro est déjà dans le fichier. Gardez une seule ligne par acte.")
    if cells["DELIB_DATE"] > today.isoformat():
        yield "DELIB_DATE", N_("Cette date est à venir. Un acte n’est pas daté avant sa séance.")
    if _number(cells["VOTE_POUR"]) < _number(cells["VOTE_CONTRE"]):
        yield "VOTE_POUR", N_("Moins de voix pour que contre\u202f: cet acte n’est pas adopté. Retirez sa ligne.")
    for column, most in _LONGEST.items():
        if len(cells[column]) > most:
            yield column, N_("Ce texte est trop long. Abrégez-le.")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _differences(row: Deliberation, cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a list says otherwise than the register, where it says something."""
    kept = told_of(row)
    why = N_("L’acte est déjà enregistré avec une autre valeur. Une liste ne change pas un acte\u202f: vérifiez-la.")
    return [(column, why) for column, text in kept.items() if cells[column] and cells[column] != text]


def told_of(row: Deliberation) -> dict[str, str]:
    """An act as the columns of the list tell it, but for its authority, its matter's name and its address."""
    texts = {column: getattr(row, name) for column, name in _TEXTS.items() if column != "DELIB_URL"}
    counts = {column: getattr(row, name) for column, name in _COUNTS.items()}
    return {
        "DELIB_DATE": row.sat_on.isoformat(),
        "PREF_DATE": row.transmitted_on.isoformat() if row.transmitted_on else "",
        **texts,
        **{column: "" if count is None else str(count) for column, count in counts.items()},
    }


def _act(by: Actor, at: datetime, cells: Mapping[str, str]) -> Deliberation:
    """The act of one good row: nothing is written that the row does not say."""
    sent = cells["PREF_DATE"]
    return Deliberation(
        id=new_id(at),
        authority_id=by.authority_id,
        number=cells["DELIB_ID"],
        sat_on=date.fromisoformat(cells["DELIB_DATE"]),
        transmitted_on=date.fromisoformat(sent) if sent else None,
        imported=True,
        recorded_at=at,
        **{name: cells[column] for column, name in _TEXTS.items()},
        **{name: int(cells[column]) if cells[column] else None for column, name in _COUNTS.items()},
    )
