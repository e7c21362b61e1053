"""The end of a programme: steps noted, unspent value returned, books closed, corrections with a reason."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, Role, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ledger.operations import begin_correction, close_books, end_correction
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, calendar_on, held_on
from passnumerique.settlement.models import ClosingStep
from passnumerique.settlement.queries.closing import Unbalanced, what_does_not_balance
from passnumerique.settlement.queries.credit import credit_cents
from passnumerique.settlement.rules.closing import (
    IMBALANCE_WORDS,
    NOTED,
    WITH_REFERENCE,
    ClosingTask,
    closing_plan,
    last_use,
)
from passnumerique.settlement.rules.refusals import (
    BooksDoNotBalance,
    ClosingTooEarly,
    CreditNoteWithoutAmount,
    NothingUnspent,
    StepDone,
    StepOfTheFuture,
    StepTooEarly,
    StepWithoutReference,
    StillUsable,
)
from passnumerique.vouchers.operations import cancel
from passnumerique.vouchers.queries.reading import numbers_in_states
from passnumerique.vouchers.rules import UNSPENT, State


def note_step(
    *,
    programme_id: UUID,
    task: ClosingTask,
    done_on: date,
    by: Actor,
    at: datetime,
    reference: str = "",
    structure_id: UUID = NOBODY,
    stated_cents: int | None = None,
) -> UUID:
    """Note that a step of the end of validity was done; its id.

    For the manager; a structure acknowledges for itself. Refuses a step that the calendar or another act
    does, one before its day, a day to come, a paper without its reference, a credit note without what it says
    (`stated_cents`, compared with the register by the reconciliation), and a step noted before.
    """
    access_programme(by, programme_id)
    _allowed(task, structure_id, by)
    if done_on > day_of(at):
        raise StepOfTheFuture(day=done_on)
    if task in WITH_REFERENCE and not reference.strip():
        raise StepWithoutReference
    if task is ClosingTask.CREDIT_NOTE and stated_cents is None:
        raise CreditNoteWithoutAmount
    held = held_on(programme_id, day_of(at))
    _not_before(programme_id, task, done_on, at)
    with transaction.atomic():
        take_turn(programme_id)
        rows = ClosingStep.objects.filter(programme_id=programme_id, validity_until=held.calendar.validity_until)
        if rows.filter(task=task, structure_id=structure_id).exists():
            raise StepDone(task=task.words)
        step = ClosingStep.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            task=task,
            validity_until=held.calendar.validity_until,
            structure_id=structure_id,
            done_on=done_on,
            reference=reference.strip()[:80],
            amount_cents=credit_cents(programme_id) if task in WITH_REFERENCE else 0,
            stated_cents=stated_cents if task is ClosingTask.CREDIT_NOTE else None,
            at=at,
            by_user=by.user_id,
        )
    return step.id


def _allowed(task: ClosingTask, structure_id: UUID, by: Actor) -> None:
    own = by.role is Role.PRESCRIBER and by.organisation_id == structure_id and task is ClosingTask.ACKNOWLEDGE
    if not own:
        require(by, Permission.MANAGE_PROGRAMME)
    told = {ClosingTask.WARN, ClosingTask.STOP}
    if task not in (told if by.role is Role.SYSTEM else NOTED):
        raise NotAllowed
    if (task is ClosingTask.ACKNOWLEDGE) is (structure_id == NOBODY):
        raise NotFound


def _not_before(programme_id: UUID, task: ClosingTask, done_on: date, at: datetime) -> None:
    held = held_on(programme_id, day_of(at))
    due = {planned.task: planned.day for planned in closing_plan(held.calendar, held.terms.tolerance_days)}[task]
    if done_on < due:
        raise StepTooEarly(day=due)


def return_unspent(*, programme_id: UUID, cause: str, by: Actor, at: datetime) -> int:
    """Return to the envelope, by an explicit act, the value of every pass that was never used; how many.

    For the manager. One set, all or none: passes in stock, held or blocked are cancelled. Refuses while
    passes may still be used, and when none is left.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    access_programme(by, programme_id)
    held = held_on(programme_id, day_of(at))
    until = last_use(held.calendar, held.terms.tolerance_days)
    if day_of(at) <= until:
        raise StillUsable(until=until)
    ranges = numbers_in_states(programme_id, [*UNSPENT, State.BLOCKED])
    if not ranges:
        raise NothingUnspent
    with transaction.atomic():
        done = cancel(programme_id=programme_id, numbers=ranges, cause=cause, by=by, at=at)
        rows = ClosingStep.objects.filter(
            programme_id=programme_id,
            validity_until=held.calendar.validity_until,
            task=ClosingTask.RETURN_VALUE,
        )
        if not rows.exists():
            _note_return(programme_id, held.calendar.validity_until, cause, by, at)
    return done


def _note_return(programme_id: UUID, until: date, cause: str, by: Actor, at: datetime) -> None:
    ClosingStep.objects.create(
        id=new_id(at),
        programme_id=programme_id,
        task=ClosingTask.RETURN_VALUE,
        validity_until=until,
        done_on=day_of(at),
        reference=cause.strip()[:80],
        at=at,
        by_user=by.user_id,
    )


def close_programme(*, programme_id: UUID, by: Actor, at: datetime) -> None:
    """Close the programme: from then on nothing of it is written but corrections with a reason.

    For the manager, from the closing day on. Refuses an earlier day, books that do not balance (and says
    what), and a second time. The audit is the caller's (`journeys.closing`).
    """
    require(by, Permission.MANAGE_PROGRAMME)
    access_programme(by, programme_id)
    day = day_of(at)
    closing = calendar_on(programme_id, day).closing
    if day < closing:
        raise ClosingTooEarly(day=closing)
    with transaction.atomic():
        take_turn(programme_id)
        refuse_unbalanced(what_does_not_balance(programme_id, day))
        close_books(programme_id=programme_id, by_user=by.user_id, at=at)


def refuse_unbalanced(found: list[Unbalanced]) -> None:
    """Refuses, by their reasons, books that do not balance."""
    if found:
        raise BooksDoNotBalance(why=IMBALANCE_WORDS[found[0].why], count=len(found))


def begin_programme_correction(*, programme_id: UUID, reason: str, by: Actor, at: datetime) -> UUID:
    """Open a closed programme for a correction, with its reason; its id. For the manager."""
    require(by, Permission.MANAGE_PROGRAMME)
    access_programme(by, programme_id)
    return begin_correction(programme_id=programme_id, reason=reason, by_user=by.user_id, at=at)


def end_programme_correction(*, programme_id: UUID, by: Actor, at: datetime) -> None:
    """Close the programme again after a correction. For the manager. Refuses books that no longer balance."""
    require(by, Permission.MANAGE_PROGRAMME)
    access_programme(by, programme_id)
    with transaction.atomic():
        refuse_unbalanced(what_does_not_balance(programme_id, day_of(at)))
        end_correction(programme_id=programme_id, by_user=by.user_id, at=at)
