"""What every reading of the directory does with a set of rows."""

from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from passnumerique.ground.refusals import NotFound

T = TypeVar("T", bound=Model)


def open_on(rows: QuerySet[T], day: date) -> QuerySet[T]:
    """Those whose period, both days included, holds on that day."""
    return rows.filter(Q(until_day=None) | Q(until_day__gte=day), from_day__lte=day)


def one_or_refuse(rows: QuerySet[T]) -> T:
    """The row that is left of a set. Refuses `not_found` when none is."""
    row = rows.first()
    if row is None:
        raise NotFound()
    return row
