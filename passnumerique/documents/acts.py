"""The act of a council as a paper: what was voted, by whom, and from when it binds. French, tagged, archivable.

Since 1 July 2022 (ordonnance 2021-1310, CGCT L2121-23) an act is signed by whoever presided and by the
secretary of the sitting alone: the formula by which every member present had signed is not printed.
"""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from passnumerique.documents.papers import Brand
from passnumerique.documents.press import logo_facts, press
from passnumerique.ground.dates import MONTHS, PARIS, long_day

_UNITS = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}


@dataclass(frozen=True)
class CouncilAct:
    """One deliberation. `assembly` is the council's name with its article (« le Conseil syndical »), `how` the
    way it met (« en visioconférence »); counts are voices. Without `starts_at` the hour is not known. `withdrew` are
    those who had an interest and left; `reconvened` follows a sitting without quorum and needs none."""

    brand: Brand
    assembly: str
    number: str
    matter: str
    subject: str
    sat_on: date
    convened_on: date
    how: str
    chaired_by: str
    secretary: str
    took_part: tuple[str, ...]
    members_in_office: int
    quorum: int
    voters: int
    substitutes: int
    votes_for: int
    votes_against: int
    abstentions: int
    adopted: bool
    decided_by: str
    starts_at: datetime | None = None
    visas: tuple[str, ...] = ()
    expose: str = ""
    articles: tuple[str, ...] = ()
    powers: tuple[tuple[str, str], ...] = ()
    withdrew: tuple[str, ...] = ()
    reconvened: bool = False
    transmitted_on: date | None = None
    published_on: date | None = None
    binds_from: date | None = None
    notes: tuple[str, ...] = field(default=())


def council_act(act: CouncilAct) -> bytes:
    """The act as PDF/A-2a and PDF/UA-1; the same act gives the same bytes."""
    facts = {name: value for name, value in asdict(act).items() if name not in {"brand", "starts_at"}}
    facts |= {
        "brand": {**asdict(act.brand), "logo": logo_facts(act.brand.logo)},
        "opening": _opening(act),
        "expose": [part.strip() for part in act.expose.split("\n\n") if part.strip()],
        "powers": [f"{giver} a donné pouvoir à {holder}" for giver, holder in act.powers],
        "dates": [
            (name, long_day(day))
            for name, day in (
                ("Transmise à la préfecture le", act.transmitted_on),
                ("Publiée le", act.published_on),
                ("Exécutoire le", act.binds_from),
            )
            if day
        ],
    }
    return press("deliberation", act.sat_on, facts)


def _opening(act: CouncilAct) -> str:
    when = f"L’an {year_in_words(act.sat_on.year)} et le {day_in_words(act.sat_on)}"
    if act.starts_at:
        local = act.starts_at.astimezone(PARIS)
        when += f", à {local.hour} heures" + (f" {local.minute:02d}" if local.minute else "")
    called = f"légalement convoqué le {long_day(act.convened_on)}"
    met = f"s’est réuni {act.how}".rstrip()
    return f"{when}, {act.assembly}, {called}, {met}, sous la présidence de {act.chaired_by}."


def year_in_words(year: int) -> str:
    """A year of this century in words: « deux mille vingt-deux »."""
    rest = year % 100
    return "deux mille" + (f" {number_in_words(rest)}" if rest else "")


def day_in_words(day: date) -> str:
    """« treize décembre », « premier janvier »."""
    return f"{'premier' if day.day == 1 else number_in_words(day.day)} {MONTHS[day.month - 1]}"


def number_in_words(number: int) -> str:
    """A number under a hundred as French writes it: « vingt et un », « soixante-douze », « quatre-vingts »."""
    if number < len(_UNITS):
        return _UNITS[number]
    ten = number // 10 * 10
    if ten not in _TENS:  # seventy and ninety count on from sixty and eighty
        ten -= 10
    rest = number - ten
    if not rest:
        return "quatre-vingts" if ten == 80 else _TENS[ten]  # noqa: PLR2004
    joint = " et " if rest in {1, 11} and ten != 80 else "-"  # noqa: PLR2004
    return f"{_TENS[ten]}{joint}{_UNITS[rest]}"
