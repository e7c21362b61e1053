"""Differences down to the pass: what the register, the issuer and the sheets say of each. Set by set, in the
database; nothing is read of a pass about which all agree."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import Max

from passnumerique.ground.dates import end_of, month_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.money import euros
from passnumerique.settlement.models import IssuerRow
from passnumerique.settlement.queries.reconciling.asking import as_day, as_id, ask
from passnumerique.settlement.queries.reconciling.sources import Cell
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.settlement.rules.reconciling import Apart, Gap


def pass_by_pass(programme_id: UUID, every: list[Cell]) -> Iterator[Apart]:
    """Every difference about one pass. What costs a reading of all passes is asked only where sums differ,
    or where the issuer has told something."""
    if any(one.sheets != one.register.passes for one in every):
        yield from _no_sheet(programme_id)
    if any(one.told for one in every):
        yield from _against_issuer(programme_id, sorted({one.month for one in every if one.told}))


def _no_sheet(programme_id: UUID) -> Iterator[Apart]:
    for number, place, day, cents in ask("no_sheet", programme_id):
        yield _of_pass(Gap.NO_SHEET, number, place, as_day(day), as_day(day).strftime("%d/%m/%Y"), "", cents)


def _against_issuer(programme_id: UUID, months: list[date]) -> Iterator[Apart]:
    last = _last_day_told(programme_id)
    for number, place, day, cents in ask("not_at_issuer", programme_id, months, end_of(last)):
        yield _of_pass(Gap.NOT_AT_ISSUER, number, place, as_day(day), as_day(day).strftime("%d/%m/%Y"), "", cents)
    twice = set()
    for number, many, day, cents in ask("twice", programme_id):
        twice.add(number)
        yield _of_pass(Gap.SAID_TWICE, number, NOBODY, as_day(day), "", str(many), int(cents or 0))
    for number, place, day, cents, *register in ask("apart", programme_id):
        if register[0] is None or number not in twice:
            yield _apart(number, place, as_day(day), cents, *register)


def _last_day_told(programme_id: UUID) -> date:
    rows = IssuerRow.objects.filter(programme_id=programme_id, kind=IssuerKind.REDEMPTIONS, verdict=RowVerdict.TAKEN)
    last: date = rows.aggregate(last=Max("day"))["last"]
    return last


def _apart(
    number: int, place: object, day: date, cents: int | None, here: object, day_here: object, face: int | None
) -> Apart:
    """In which way a line of the issuer is apart: the gravest only."""
    told, value = f"{day:%d/%m/%Y}", cents or 0
    if here is None or face is None:
        return _of_pass(Gap.NOT_IN_REGISTER, number, place, day, "", told, value)
    used = as_day(day_here)
    if as_id(here) != as_id(place):
        found = _of_pass(Gap.OTHER_PLACE, number, here, used, f"{used:%d/%m/%Y}", told, face)
        return found.at_other(as_id(place))
    if used != day:
        return _of_pass(Gap.OTHER_DAY, number, here, used, f"{used:%d/%m/%Y}", told, face)
    return _of_pass(Gap.OTHER_VALUE, number, here, used, euros(face), euros(value), value - face)


def _of_pass(gap: Gap, number: int, place: object, day: date, here: str, there: str, cents: int) -> Apart:
    return Apart(gap, str(number), day, as_id(place), number, here, there, int(cents), month_of(day))
