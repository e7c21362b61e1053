"""The end of a programme as it stands: the four counts, the checklist, and what does not balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from passnumerique.directory.queries import accredited_names, organisations_named
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, require
from passnumerique.ground.dates import day_of, end_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ledger.queries import balances, cash_totals, closure_of
from passnumerique.ledger.rules import Account, Cash
from passnumerique.programmes.queries import access_programme, calendar_on, every_programme, held_on
from passnumerique.settlement.models import ClosingStep
from passnumerique.settlement.queries.credit import credit_apart, credit_cents, credit_note_of
from passnumerique.settlement.queries.reconciling import is_explained
from passnumerique.settlement.rules.closing import COMPUTED, ClosingTask, FourCounts, Imbalance, Planned, closing_plan
from passnumerique.vouchers.models import Redemption, Voucher
from passnumerique.vouchers.queries.stock import course_of, states_after
from passnumerique.vouchers.rules import AT_PLACE, SPENT, UNSPENT, State


def four_counts(programme_id: UUID, day: date) -> FourCounts:
    """The counts by the evening of that day. The caller has checked that the reader may see the programme."""
    states = states_after(course_of(programme_id, day))
    issued = sum(states.values()) - states[State.REPLACED]
    stock = states[State.AUTHORITY_STOCK] + states[State.STRUCTURE_STOCK]
    used = sum(states[state] for state in SPENT)
    back = sum(states[state] for state in AT_PLACE) - used
    return FourCounts(
        day,
        issued,
        states[State.HELD] + used + back,
        stock,
        _started(programme_id, day),
        used,
        sum(states[state] for state in UNSPENT) + states[State.BLOCKED],
        back,
    )


def _started(programme_id: UUID, day: date) -> int:
    """Booklets of which some passes were used by that day, and some not."""
    before = end_of(day)
    rows = Redemption.objects.filter(programme_id=programme_id, recorded_at__lt=before)
    live = rows.exclude(reversals__at__lt=before).values_list("voucher__booklet")
    used = dict(live.annotate(n=Count("voucher_id", distinct=True)).order_by())
    sizes = Voucher.objects.filter(programme_id=programme_id, booklet__in=list(used)).values_list("booklet")
    return sum(used[booklet] < size for booklet, size in sizes.annotate(n=Count("id")).order_by())


@dataclass(frozen=True)
class Line:
    """One line of the checklist on a day: due when, done when and by what reference; for acknowledgements, how
    many structures of how many."""

    task: ClosingTask
    day: date
    done_on: date | None
    reference: str = ""
    done: int = 0
    of: int = 0

    def is_late(self, today: date) -> bool:
        """Whether it should have been done by now."""
        return self.done_on is None and today > self.day

    def is_due(self, today: date) -> bool:
        """Whether it may be done now."""
        return self.done_on is None and today >= self.day


@dataclass(frozen=True)
class Checklist:
    """The end of a programme on a day, by the calendar in force then."""

    day: date
    validity_until: date
    closing: date
    lines: tuple[Line, ...]
    waiting: dict[UUID, str]
    """Structures that have not acknowledged yet, by id."""
    closed_on: date | None

    def line(self, task: ClosingTask) -> Line:
        """One line."""
        return next(line for line in self.lines if line.task is task)


def checklist(actor: Actor, programme_id: UUID, day: date) -> Checklist:
    """The dated checklist as of a day. For who reads the accounts."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    held = held_on(programme_id, day)
    steps = list(steps_of(programme_id, held.calendar.validity_until).filter(at__lt=end_of(day)))
    known = accredited_names(programme_id, min(day, held.calendar.validity_until))
    structures = known.get(AccreditationKind.PRESCRIBER, {})
    acknowledged = {step.structure_id for step in steps if step.task == ClosingTask.ACKNOWLEDGE}
    closed = closure_of(programme_id)
    lines = tuple(
        _line(planned, steps, structures, day, day_of(closed.at) if closed else None)
        for planned in closing_plan(held.calendar, held.terms.tolerance_days)
    )
    waiting = {one: name for one, name in structures.items() if one not in acknowledged}
    return Checklist(
        day, held.calendar.validity_until, held.calendar.closing, lines, waiting, day_of(closed.at) if closed else None
    )


def steps_of(programme_id: UUID, validity_until: date) -> QuerySet[ClosingStep]:
    """The steps done for one end of validity, in the order in which they were noted."""
    rows = ClosingStep.objects.filter(programme_id=programme_id, validity_until=validity_until)
    return rows.order_by("at", "id")


def _line(
    planned: Planned, steps: list[ClosingStep], structures: dict[UUID, str], day: date, closed_on: date | None
) -> Line:
    task, mine = planned.task, [step for step in steps if step.task == planned.task]
    if task in COMPUTED:
        return Line(task, planned.day, planned.day if day >= planned.day else None)
    if task is ClosingTask.CLOSE:
        return Line(task, planned.day, closed_on)
    if task is ClosingTask.ACKNOWLEDGE:
        done = len({step.structure_id for step in mine} & set(structures))
        whole = mine[-1].done_on if mine and done >= len(structures) else None
        return Line(task, planned.day, whole, done=done, of=len(structures))
    return Line(task, planned.day, mine[-1].done_on, mine[-1].reference) if mine else Line(task, planned.day, None)


@dataclass(frozen=True)
class Unbalanced:
    """One reason why the books do not balance: how much of it, in passes or cents, and at which place."""

    why: Imbalance
    passes: int = 0
    cents: int = 0
    place: str = ""


def what_does_not_balance(programme_id: UUID, day: date) -> list[Unbalanced]:
    """Everything that keeps a programme from being closed, as it stands now; empty when the books balance.

    A contested line keeps it open until it is accepted or refused for good.
    """
    return [*_face(programme_id), *_cash(programme_id), *_papers(programme_id, day)]


def _face(programme_id: UUID) -> Iterator[Unbalanced]:
    unspent = [*(state.value for state in UNSPENT), State.BLOCKED.value]
    left = Voucher.objects.filter(programme_id=programme_id, state__in=unspent).count()
    found = balances(programme_id)
    if left:
        cents = sum(held for pocket, held in found.items() if pocket.account is Account.COMMITTED)
        yield Unbalanced(Imbalance.UNSPENT, left, cents)
    names = organisations_named({pocket.owner_id for pocket in found} - {NOBODY})
    contested = contested_by_place(programme_id)
    for pocket, cents in sorted(found.items(), key=lambda one: (names.get(one[0].owner_id, ""), one[0])):
        place = names.get(pocket.owner_id, "")
        if pocket.account is Account.DUE:
            yield from _due(cents, contested.get(pocket.owner_id, (0, 0)), place)
        if pocket.account is Account.UNDUE and cents:
            yield Unbalanced(Imbalance.UNDUE, cents=cents, place=place)


def _due(cents: int, contested: tuple[int, int], place: str) -> Iterator[Unbalanced]:
    passes, doubtful = contested
    if cents != doubtful:
        yield Unbalanced(Imbalance.DUE, cents=cents - doubtful, place=place)
    if passes:
        yield Unbalanced(Imbalance.CONTESTED, passes, doubtful, place)


def contested_by_place(programme_id: UUID) -> dict[UUID, tuple[int, int]]:
    """By place, how many passes are contested and neither accepted nor refused so far, and their face value."""
    rows = Voucher.objects.filter(programme_id=programme_id, state=State.DISPUTED).values_list("place_id")
    sums = rows.annotate(n=Count("id"), cents=Sum("lot__face_value_cents")).order_by()
    return {place: (n, cents) for place, n, cents in sums}


def _cash(programme_id: UUID) -> Iterator[Unbalanced]:
    held = cash_totals(programme_id)
    if held[Cash.MANDATARY]:
        yield Unbalanced(Imbalance.WITH_ISSUER, cents=held[Cash.MANDATARY])
    if held[Cash.CLEARING]:
        yield Unbalanced(Imbalance.UNATTRIBUTED, cents=held[Cash.CLEARING])
    if held[Cash.TREASURY] < 0:
        yield Unbalanced(Imbalance.OVERDRAWN, cents=-held[Cash.TREASURY])


def _papers(programme_id: UUID, day: date) -> Iterator[Unbalanced]:
    until = calendar_on(programme_id, day).validity_until
    if not steps_of(programme_id, until).filter(task=ClosingTask.STATEMENT).exists():
        yield Unbalanced(Imbalance.NO_STATEMENT)
    worth = credit_cents(programme_id) if _issued_by_another(programme_id) else 0
    if worth and credit_note_of(programme_id) is None:
        yield Unbalanced(Imbalance.NO_CREDIT_NOTE, cents=worth)
    for apart in credit_apart(programme_id):
        if not is_explained(programme_id, apart.key):
            yield Unbalanced(Imbalance.CREDIT_APART, cents=abs(apart.cents))


def _issued_by_another(programme_id: UUID) -> bool:
    """Whether somebody else than the authority issues the passes."""
    return every_programme().filter(id=programme_id).exclude(issuer="").exists()
