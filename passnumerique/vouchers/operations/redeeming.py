"""Redemption: passes spent at a training session. Written for a set of scans; one scan is a set of one.

The client makes the id of each redemption (law 6): the same id and content replays the answer, the
same id with other content is a conflict, another id on a spent pass is "already used".
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from passnumerique.directory.queries import accredited_on, organisations_by_id, organisations_named
from passnumerique.directory.rules import AccreditationKind, Actor
from passnumerique.ground.codes import LENGTH, fold, grouped_code, well_formed
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.programmes.queries import access_programme, held_on, in_territory
from passnumerique.programmes.rules import Zone
from passnumerique.vouchers.models import Redemption, Reversal
from passnumerique.vouchers.operations.moving import Moved, Target, carry_out, new_deed
from passnumerique.vouchers.queries.reading import (
    Seen,
    ids_redeemed,
    live_redemption,
    programme_of_code,
    redemptions_with_ids,
    vouchers_with_codes,
    vouchers_with_ids,
)
from passnumerique.vouchers.rules import BOOK, Act, State, refusal_of, require_date, require_role
from passnumerique.vouchers.rules.refusals import (
    AlreadyRedeemed,
    ClockAhead,
    CodeOfAnotherProgramme,
    IdAlreadyUsed,
    PlaceNotAccredited,
    PlaceOutsideZone,
    SetIncomplete,
    TrainingOver,
    UndoElsewhere,
    UndoTooLate,
    UnknownCode,
    WrongCheckLetter,
    WrongNumberOfPasses,
)

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far the clock of a place may run ahead of ours."""


@dataclass(frozen=True)
class Scan:
    """One pass presented: the id made by the client, the code as typed or read, and who presented it
    (an attendance, None when nobody is named)."""

    id: UUID
    code: str
    participant_id: UUID | None = None


@dataclass(frozen=True)
class Workshop:
    """The training session at which passes are presented, as the training floor gives it."""

    id: UUID
    place_id: UUID
    module_id: UUID
    day: date
    passes_per_person: int


@dataclass(frozen=True)
class Outcome:
    """What became of one scan: redeemed (`refusal` None), or refused and why. `replayed`: it had been
    recorded before, under the same id, and nothing was written now."""

    scan: Scan
    refusal: Refusal | None = None
    number: int | None = None
    replayed: bool = False


def redeem(
    *,
    programme_id: UUID,
    workshop: Workshop,
    scans: Sequence[Scan],
    redeemed_at: datetime,
    by: Actor,
    at: datetime,
) -> list[Outcome]:
    """Spend passes at a training session and tell the outcome of each scan, in order.

    For the session's own place and its mediators. `redeemed_at` is the instant at which the passes
    were taken, by the place's clock; the calendar is asked for that day. Refuses the whole set when
    the place is not accredited that day or training is over; refuses one scan when its code is
    unknown or mistyped, its pass not held, blocked, lapsed or spent, and one participant's scans when
    their number is not the session's price. What is refused leaves no trace on the pass.
    """
    require_role(Act.REDEEM, by)
    access_programme(by, programme_id)
    if by.organisation_id != workshop.place_id:
        raise NotFound
    if redeemed_at > at + CLOCKS_DIFFER_BY:
        raise ClockAhead
    _open_for_use(programme_id, workshop, day_of(redeemed_at))
    once = {scan.id: scan for scan in reversed(scans)}
    done = _spent_once(programme_id, workshop, list(once.values())[::-1], redeemed_at, by, at)
    return [
        replace(done[scan.id], scan=scan)
        if fold(scan.code) == fold(once[scan.id].code)
        else Outcome(scan, IdAlreadyUsed())
        for scan in scans
    ]


def _spent_once(
    programme_id: UUID, workshop: Workshop, scans: Sequence[Scan], redeemed_at: datetime, by: Actor, at: datetime
) -> dict[UUID, Outcome]:
    """The outcome of each scan; no two have the same id."""
    ready: list[Scan] = []
    won: dict[UUID, Outcome] = {}
    try:
        with transaction.atomic():
            done = _replays(programme_id, workshop, scans)
            fresh = [scan for scan in scans if scan.id not in done]
            seen = vouchers_with_codes(programme_id, [scan.code for scan in fresh])
            done |= _refused_before(fresh, seen, workshop)
            ready = [scan for scan in fresh if scan.id not in done]
            won = _spend(programme_id, workshop, ready, seen, redeemed_at, by, at)
    except IntegrityError:
        # One of these ids was recorded in another programme, or in this very instant for another pass:
        # nothing of this set stands, and each scan is told how it is now. Any other cause is a fault.
        if not ids_redeemed(scan.id for scan in ready):
            raise
    return done | {scan.id: won.get(scan.id) or _lost(programme_id, workshop, scan, seen) for scan in ready}


def _open_for_use(programme_id: UUID, workshop: Workshop, day: date) -> None:
    held = held_on(programme_id, day)
    if workshop.day > held.calendar.end_of_training + timedelta(days=held.terms.tolerance_days):
        raise TrainingOver(until=held.calendar.end_of_training)
    require_date(BOOK[Act.REDEEM].need, held.calendar, held.terms.tolerance_days, day)
    if not accredited_on(programme_id, workshop.place_id, AccreditationKind.PLACE, day):
        raise PlaceNotAccredited(day=day)
    if held.terms.zone is Zone.TERRITORY:
        place = organisations_by_id([workshop.place_id])[workshop.place_id]
        if not in_territory(programme_id, place.insee_code):
            raise PlaceOutsideZone


def _replays(programme_id: UUID, workshop: Workshop, scans: Sequence[Scan]) -> dict[UUID, Outcome]:
    known = redemptions_with_ids(programme_id, [scan.id for scan in scans])
    if not known:
        return {}
    vouchers = vouchers_with_codes(programme_id, [scan.code for scan in scans if scan.id in known])
    found = {}
    for scan in scans:
        if row := known.get(scan.id):
            voucher = vouchers.get(fold(scan.code))
            same = voucher and voucher.id == row.voucher_id and row.training_session_id == workshop.id
            refusal = None if same else IdAlreadyUsed()
            found[scan.id] = Outcome(scan, refusal, voucher.number if voucher else None, replayed=bool(same))
    return found


def _refused_before(scans: Sequence[Scan], seen: Mapping[str, Seen], workshop: Workshop) -> dict[UUID, Outcome]:
    """Scans refused before any write: unknown codes, the same pass twice, a participant's wrong number."""
    found = {}
    given = Counter(scan.participant_id or scan.id for scan in scans)
    first: dict[str, UUID] = {}
    for scan in scans:
        code = fold(scan.code)
        if code not in seen:
            found[scan.id] = Outcome(scan, why_unknown(code))
        elif first.setdefault(code, scan.id) != scan.id:
            found[scan.id] = Outcome(scan, AlreadyRedeemed(where=""), seen[code].number)
        elif (many := given[scan.participant_id or scan.id]) != workshop.passes_per_person:
            refusal = WrongNumberOfPasses(expected=workshop.passes_per_person, given=many)
            found[scan.id] = Outcome(scan, refusal, seen[code].number)
    return found


def why_unknown(code: str) -> Refusal:
    """Why no voucher of the programme has this folded code: mistyped, of another programme, or unknown."""
    if programme_of_code(code):
        return CodeOfAnotherProgramme()
    if len(code) == LENGTH and not well_formed(code):
        return WrongCheckLetter(code=grouped_code(code))
    return UnknownCode(code=grouped_code(code)[:40])


def _spend(
    programme_id: UUID,
    workshop: Workshop,
    scans: Sequence[Scan],
    seen: Mapping[str, Seen],
    redeemed_at: datetime,
    by: Actor,
    at: datetime,
) -> dict[UUID, Outcome]:
    """Move what is held, whole participants only, and write the redemptions of what moved."""
    by_voucher = {seen[fold(scan.code)].id: scan for scan in scans}
    held = [seen[fold(scan.code)] for scan in scans if seen[fold(scan.code)].state is State.HELD]
    held = _whole_participants(held, by_voucher, workshop.passes_per_person)
    if not held:
        return {}
    deed = new_deed(programme_id, Act.REDEEM, by, at, subject_id=workshop.id, module_id=workshop.module_id)
    moved = carry_out(deed, held, lambda _: Target(State.REDEEMED, place_id=workshop.place_id))
    short = {one.before.id for one in moved} - {
        seen.id for seen in _whole_participants([one.before for one in moved], by_voucher, workshop.passes_per_person)
    }
    if short:
        # Another act took one of a participant's passes in this very instant: give up the whole set,
        # so that nobody's session is half paid. A retry with the same ids tells each its outcome.
        transaction.set_rollback(True)
        return {}
    Redemption.objects.bulk_create(
        _redemption(programme_id, workshop, one, by_voucher[one.before.id], redeemed_at, by, at, deed.id)
        for one in moved
    )
    return {by_voucher[one.before.id].id: Outcome(by_voucher[one.before.id], None, one.before.number) for one in moved}


def _whole_participants(vouchers: Sequence[Seen], scans: Mapping[UUID, Scan], price: int) -> list[Seen]:
    if price == 1:
        return list(vouchers)
    many = Counter(scans[voucher.id].participant_id or voucher.id for voucher in vouchers)
    return [voucher for voucher in vouchers if many[scans[voucher.id].participant_id or voucher.id] == price]


def _redemption(
    programme_id: UUID,
    workshop: Workshop,
    one: Moved,
    scan: Scan,
    redeemed_at: datetime,
    by: Actor,
    at: datetime,
    deed_id: UUID,
) -> Redemption:
    return Redemption(
        id=scan.id,
        programme_id=programme_id,
        voucher_id=one.before.id,
        turn=one.before.turn,
        training_session_id=workshop.id,
        participant_id=scan.participant_id,
        module_id=workshop.module_id,
        place_id=workshop.place_id,
        structure_id=one.structure_id,
        face_value_cents=one.before.face_value_cents,
        redeemed_at=redeemed_at,
        recorded_at=at,
        by_user=by.user_id,
        deed_id=deed_id,
    )


def _lost(programme_id: UUID, workshop: Workshop, scan: Scan, seen: Mapping[str, Seen]) -> Outcome:
    """Why a scan that was ready did not win: asked of the database as it is now, on this slow path only."""
    now = _replays(programme_id, workshop, [scan])
    if now:
        return now[scan.id]
    if ids_redeemed([scan.id]):
        return Outcome(scan, IdAlreadyUsed())
    voucher = vouchers_with_ids(programme_id, [seen[fold(scan.code)].id])[0]
    if voucher.state is State.HELD:
        refusal: Refusal = SetIncomplete()
    elif live := live_redemption(programme_id, voucher.id):
        refusal = _already_used(live)
    else:
        refusal = refusal_of(Act.REDEEM, voucher.state)
    return Outcome(scan, refusal, voucher.number)


def _already_used(live: Redemption) -> AlreadyRedeemed:
    place = organisations_named([live.place_id]).get(live.place_id, "")
    day = day_of(live.redeemed_at)
    return AlreadyRedeemed(where=f" le {day:%d/%m/%Y} ({place})" if place else f" le {day:%d/%m/%Y}")


def undo(*, programme_id: UUID, redemption_id: UUID, cause: str, by: Actor, at: datetime) -> None:
    """Undo a redemption by a reversing row: the pass is held again, the money committed again.

    For the place that took it, within the programme's delay and before it is claimed. Refuses another
    place, a delay gone by, and a redemption already undone or claimed.
    """
    require_role(Act.UNDO, by)
    access_programme(by, programme_id)
    row = redemptions_with_ids(programme_id, [redemption_id]).get(redemption_id)
    if row is None:
        raise NotFound
    if row.place_id != by.organisation_id:
        raise UndoElsewhere
    hours = held_on(programme_id, day_of(at)).terms.undo_delay_hours
    if at > row.recorded_at + timedelta(hours=hours):
        raise UndoTooLate(hours=hours)
    _reverse(programme_id, row, cause, by, at)


def _reverse(programme_id: UUID, row: Redemption, cause: str, by: Actor, at: datetime) -> None:
    voucher = vouchers_with_ids(programme_id, [row.voucher_id])[0]
    if voucher.turn != row.turn or voucher.state is not State.REDEEMED:
        raise refusal_of(Act.UNDO, voucher.state)
    deed = new_deed(programme_id, Act.UNDO, by, at, subject_id=row.id, cause=cause.strip(), module_id=row.module_id)
    with transaction.atomic():
        if not carry_out(deed, [voucher], lambda _: Target(State.HELD, sets={"turn": F("turn") + 1})):
            raise refusal_of(Act.UNDO, vouchers_with_ids(programme_id, [row.voucher_id])[0].state)
        Reversal.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            redemption=row,
            at=at,
            by_user=by.user_id,
            cause=cause.strip(),
        )
