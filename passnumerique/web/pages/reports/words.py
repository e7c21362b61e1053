"""The addresses of reports in French words, and how a value is written on a page."""

from datetime import date

from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.insight.reports import Kind, Offered, Unit
from passnumerique.insight.reports.model import HIDDEN, Value
from passnumerique.web.desk import Desk
from passnumerique.web.templatetags.house import day, euros, number, percent

ALL = "tous"
"""What stands in the address where a report is of nobody in particular."""
PATHS = {
    Kind.COUNCIL: "conseil",
    Kind.FUNDER: "financeur",
    Kind.EPCI: "epci",
    Kind.STRUCTURE: "structure",
    Kind.PLACE: "lieu",
}
_KINDS = {word: kind for kind, word in PATHS.items()}


def kind_of(word: str) -> Kind:
    """The kind that an address names. Refuses (NotFound) any other word."""
    if word not in _KINDS:
        raise NotFound
    return _KINDS[word]


def address(desk: Desk, one: Offered, name: str = "report") -> str:
    """The address of a report, or of one of its files."""
    return desk.url(name, PATHS[one.kind], one.subject or ALL)


def value_words(value: Value, unit: Unit) -> str:
    """A value as the reader's language writes it."""
    if value is None:
        return say(HIDDEN)
    if isinstance(value, date):
        return day(value)
    if unit is Unit.CENTS and isinstance(value, int):
        return euros(value)
    if unit is Unit.SHARE and isinstance(value, float):
        return percent(value)
    return number(value) if isinstance(value, int) else str(value)
