"""A threshold that is raised after something was told: the next figures are hidden, and the file is still given."""

from datetime import date

from passnumerique.insight.published.counting import ALL, _Book
from passnumerique.insight.published.periods import Grain, Period
from passnumerique.insight.suppression import Counted, Tree

ROWS = Tree({ALL: None, "public:cible": ALL, "public:autre": ALL})


def month(number: int) -> Period:
    first = date(2022, number, 1)
    return Period(Grain.MONTH, first, first)


def told(book: _Book, period: Period, parts: list[Period], target: int, other: int, threshold: int) -> None:
    counts = {ALL: target + other, "public:cible": target, "public:autre": other}
    book.sums[period] = parts
    book.cells |= {(row, period): Counted(count, count) for row, count in counts.items()}
    book.tell(period, ROWS, threshold)


def test_what_cannot_be_protected_any_more_is_not_told() -> None:
    book, months = _Book(), [month(number) for number in (1, 2, 3)]
    for one in months:
        told(book, one, [], 3, 4, threshold=5)
    shown = {(ALL, one) for one in months}
    assert not shown & book.hidden
    quarter = Period(Grain.QUARTER, months[0].first, months[-1].first)
    told(book, quarter, months, 9, 12, threshold=10)
    assert {(row, quarter) for row in ROWS.parents} <= book.hidden
    assert not shown & book.hidden, "what was shown stays shown"
