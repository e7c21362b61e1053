"""A report as a paper: figures, pictures drawn from their values, tables. Facts in, bytes out."""

from dataclasses import asdict, dataclass
from datetime import date

from passnumerique.documents.papers import Brand, Figure
from passnumerique.documents.press import logo_facts, press
from passnumerique.ground.dates import long_month

SHORT_MONTHS = 4
"""How many letters of the name of a month stand under a column."""


@dataclass(frozen=True)
class Bars:
    """Columns side by side, month by month; one or two series, each with its name."""

    title: str
    sentence: str
    months: tuple[date, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Shares:
    """One bar shared between named parts."""

    title: str
    sentence: str
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Fan:
    """A total that was, then the band in which it may go on, and a ceiling."""

    title: str
    sentence: str
    past: tuple[tuple[date, int], ...]
    ahead: tuple[tuple[date, int, int, int], ...]
    ceiling: tuple[str, int]


@dataclass(frozen=True)
class Listing:
    """A table of written cells; `right` are the ranks of the columns of figures, `narrow` of those of days."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    narrow: tuple[int, ...] = ()
    lead: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a report. `breaks`: it begins a page."""

    title: str
    lead: str = ""
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Bars | Shares | Fan, ...] = ()
    listings: tuple[Listing, ...] = ()
    sentences: tuple[str, ...] = ()
    breaks: bool = False


@dataclass(frozen=True)
class ReportPaper:
    """A whole report. `about` is whom it is of; `greeting` and `closing` make a letter of it."""

    brand: Brand
    made_on: date
    title: str
    about: str
    headline: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    greeting: str = ""
    closing: str = ""


def report_paper(paper: ReportPaper) -> bytes:
    """The PDF of a report, tagged and fit for archives. The same facts give the same bytes."""
    facts = {
        **asdict(paper),
        "brand": {**asdict(paper.brand), "logo": logo_facts(paper.brand.logo)},
        "day": paper.made_on,
        "parts": [{**asdict(one), "pictures": [_drawn(each) for each in one.pictures]} for one in paper.parts],
    }
    return press("report", paper.made_on, facts)


def _drawn(picture: Bars | Shares | Fan) -> dict[str, object]:
    """A picture as the template draws it: numbers, labels, and the sentence that says it to who cannot see it."""
    told: dict[str, object] = {"title": picture.title, "sentence": picture.sentence}
    match picture:
        case Bars():
            spoken = "; ".join(
                f"{long_month(month)}\u202f: " + ", ".join(f"{name} {values[rank]}" for name, values in picture.series)
                for rank, month in enumerate(picture.months)
            )
            return {
                **told,
                "kind": "bars",
                "labels": [_short(month) for month in picture.months],
                "series": [{"name": name, "values": list(values)} for name, values in picture.series],
                "spoken": spoken,
            }
        case Shares():
            spoken = ", ".join(f"{name} {count}" for name, count in picture.parts)
            parts = [{"name": name, "count": count} for name, count in picture.parts]
            return {**told, "kind": "shares", "shares": parts, "spoken": spoken}
    return {**told, "kind": "fan", **_fan(picture)}


def _short(month: date) -> str:
    name = long_month(month).split(" ")[0]
    return name if len(name) <= SHORT_MONTHS else f"{name[: 3 if name != 'juillet' else 4]}."


def _fan(picture: Fan) -> dict[str, object]:
    """Days as places between 0 and 1000, from the first to the last."""
    days = [day for day, _ in picture.past] + [one[0] for one in picture.ahead]
    first, last = (min(days), max(days)) if days else (date.min, date.max)
    span = max((last - first).days, 1)

    def across(day: date) -> int:
        return (day - first).days * 1000 // span

    return {
        "past": [[across(day), value] for day, value in picture.past],
        "ahead": [[across(day), *values] for day, *values in picture.ahead],
        "first": first,
        "last": last,
        "today": across(picture.past[-1][0]) if picture.past else 0,
        "roof": {"name": picture.ceiling[0], "count": picture.ceiling[1]},
        "spoken": picture.sentence,
    }
