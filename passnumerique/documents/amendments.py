"""An amendment to a convention or to a mandate agreement as a paper: dates only, the envelope unchanged. French,
tagged, archivable; as a draft it says so on its head and leaves the deliberation to come in words."""

from dataclasses import asdict, dataclass
from datetime import date

from passnumerique.documents.papers import Brand, Party
from passnumerique.documents.press import logo_facts, press
from passnumerique.ground.dates import long_day


@dataclass(frozen=True)
class DateMoved:
    """One date of the calendar before and after; the same twice when it does not move."""

    name: str
    before: date
    after: date


@dataclass(frozen=True)
class AmendmentPaper:
    """One amendment. `title` is « Avenant n° 1 à la convention … », `base` the document that it changes with its
    article (« la convention ANCT-2021 du 15 mars 2021 »), `decided` the deliberation that authorises it in words
    (empty while the council has not voted), `moved` its dates. `authorised_cents` is the envelope that stays as it
    is, in cents. Without `signed_on` it is a draft."""

    brand: Brand
    made_on: date
    title: str
    reference: str
    base: str
    authority: Party
    counterpart: Party
    moved: tuple[DateMoved, ...]
    decided: str = ""
    subject: str = ""
    authorised_cents: int = 0
    signed_on: date | None = None
    signatories: str = ""
    in_force_on: date | None = None


def amendment_paper(paper: AmendmentPaper) -> bytes:
    """The amendment as PDF/A-2a and PDF/UA-1; the same amendment gives the same bytes."""
    facts = {name: value for name, value in asdict(paper).items() if name not in {"brand", "moved"}}
    facts |= {
        "brand": {**asdict(paper.brand), "logo": logo_facts(paper.brand.logo)},
        "moved": [(one.name, one.before, one.after) for one in paper.moved if one.after > one.before],
        "kept": [(one.name, long_day(one.after)) for one in paper.moved if one.after == one.before],
        "draft": paper.signed_on is None,
    }
    return press("amendment", paper.made_on, facts)
