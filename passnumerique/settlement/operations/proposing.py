"""Claims are prepared for the places, all at once by the month; each place takes out what it does not ask for yet."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from passnumerique.directory.rules import Actor, Permission, may, require
from passnumerique.ground.bulk import insert_columns
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.ids import id_of, new_id
from passnumerique.ground.refusals import NotAllowed
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.settlement.models import Claim, Preparation, PreparedClaim, PreparedLine
from passnumerique.settlement.queries.preparing import (
    access_prepared,
    closed_before,
    lines_prepared,
    open_preparation,
    open_prepared,
    places_to_prepare,
    to_prepare,
)
from passnumerique.settlement.rules import PreparedLineState, PreparedState, check_month
from passnumerique.settlement.rules.refusals import (
    AlreadyConfirmed,
    LeftWithoutReason,
    LineNotProposed,
    NothingToPrepare,
    PreparationRuns,
)
from passnumerique.vouchers.rules import BOOK, Act, require_date

PASSES_AT_ONCE = 5_000
"""About so many passes are prepared in one transaction: a second or two, so that nobody else waits long."""


def open_for_claims(programme_id: UUID, month: date, day: date) -> None:
    """Refuses a day after the end of the claims, and a month that is not over."""
    held = held_on(programme_id, day)
    require_date(BOOK[Act.CLAIM].need, held.calendar, held.terms.tolerance_days, day)
    check_month(month, day, held.calendar)


def begin_preparation(*, programme_id: UUID, month: date, by: Actor, at: datetime) -> UUID:
    """Begin to prepare the claims of every place for a month; returns the id of the run.

    For who controls claims, and the installation. The run that is not over is taken up again if it is for the
    same month. Refuses another month meanwhile, a month that still runs, a day after the end of the claims, and
    nothing to ask for.
    """
    _may_prepare(by)
    access_programme(by, programme_id)
    open_for_claims(programme_id, month_of(month), day_of(at))
    with transaction.atomic():
        take_turn(programme_id)
        running = open_preparation(programme_id)
        if running and running.month != month_of(month):
            raise PreparationRuns(month=running.month)
        if running:
            return running.id
        places = places_to_prepare(programme_id)
        if not places:
            raise NothingToPrepare
        return Preparation.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            month=month_of(month),
            begun_at=at,
            begun_by=by.user_id,
            places=len(places),
        ).id


def _may_prepare(by: Actor) -> None:
    """The installation by itself, and whoever controls claims."""
    if not may(by, Permission.RUN_JOBS):
        require(by, Permission.CONTROL_CLAIM)


def advance_preparation(*, programme_id: UUID, by: Actor, at: datetime) -> Preparation | None:
    """Prepare the claims of the next places of the run that is not over, and return it; None when there is none.

    For who controls claims, and the installation by itself. One short transaction: the run can be left at any
    moment and taken up again by anybody; two who do it at once take turns.
    """
    _may_prepare(by)
    access_programme(by, programme_id)
    with transaction.atomic():
        take_turn(programme_id)
        run = open_preparation(programme_id)
        if run is None:
            return None
        places = _next_places(run)
        passes = prepare_places(programme_id, run.month, places, by, at)
        Preparation.objects.filter(programme_id=programme_id, id=run.id).update(
            passes=F("passes") + passes,
            places_done=F("places_done") + len(places),
            last_place_id=places[-1] if places else run.last_place_id,
            ended_at=None if places else at,
        )
        run.refresh_from_db()
    return run


def _next_places(run: Preparation) -> list[UUID]:
    """The next places of a run, as many as hold some thousands of passes."""
    found: list[UUID] = []
    passes = 0
    for place_id, count in places_to_prepare(run.programme_id, run.last_place_id):
        if found and passes + count > PASSES_AT_ONCE:
            break
        found.append(place_id)
        passes += count
    return found


def prepare_claims(
    *,
    programme_id: UUID,
    month: date,
    by: Actor,
    at: datetime,
    tell: Callable[[Preparation], None] = lambda run: None,
) -> Preparation:
    """Prepare the claims of every place for a month to the end, telling how far it is; the run.

    For who controls claims, and the installation; refuses what `begin_preparation` does. Twice changes nothing.
    """
    run_id = begin_preparation(programme_id=programme_id, month=month, by=by, at=at)
    while run := advance_preparation(programme_id=programme_id, by=by, at=at):
        tell(run)
    return Preparation.objects.get(programme_id=programme_id, id=run_id)


def prepare_places(programme_id: UUID, month: date, place_ids: Sequence[UUID], by: Actor, at: datetime) -> int:
    """Propose to these places what belongs to a claim of that month and stands in no proposal yet; how many
    passes. In the caller's transaction, which holds the programme's turn."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for place_id, redemption_id in to_prepare(programme_id, month, place_ids):
        found[place_id].append(redemption_id)
    proposals = _proposals(programme_id, month, list(found), by, at)
    each: dict[str, list[object]] = {"id": [], "prepared_id": [], "redemption_id": []}
    for place_id, redemption_ids in found.items():
        prepared_id = proposals[place_id]
        each["id"] += [id_of(at, f"{prepared_id} {month} {one}").bytes for one in redemption_ids]
        each["prepared_id"] += [prepared_id] * len(redemption_ids)
        each["redemption_id"] += redemption_ids
    same = {"programme_id": programme_id, "month": month, "reason": ""}
    return insert_columns(PreparedLine, each, same) if each["id"] else 0


def _proposals(programme_id: UUID, month: date, place_ids: Sequence[UUID], by: Actor, at: datetime) -> dict[UUID, UUID]:
    """The open proposal of each place, carried on to that month or made."""
    rows = PreparedClaim.objects.filter(programme_id=programme_id, state=PreparedState.OPEN, place_id__in=place_ids)
    rows.filter(month__lt=month).update(month=month)
    known = dict(rows.order_by().values_list("place_id", "id"))
    closed = closed_before(programme_id, place_ids)
    made = {
        one: id_of(at, f"prepared {programme_id} {one} {closed.get(one, 0)}") for one in place_ids if one not in known
    }
    PreparedClaim.objects.bulk_create(
        PreparedClaim(
            id=made[one],
            programme_id=programme_id,
            place_id=one,
            month=month,
            prepared_at=at,
            prepared_by=by.user_id,
        )
        for one in made
    )
    return known | made


def leave_lines(*, prepared_id: UUID, reasons: Mapping[UUID, str], by: Actor, at: datetime) -> int:
    """Leave passes of a prepared claim for a later month, each for its reason, by redemption; how many.

    For the place. Refuses a missing reason, a pass that is not proposed there, and a claim confirmed already.
    """
    prepared = _own_open(prepared_id, by)
    if not all(reason.strip() for reason in reasons.values()):
        raise LeftWithoutReason
    with transaction.atomic():
        take_turn(prepared.programme_id)
        _still_open(prepared)
        for redemption_id, reason in reasons.items():
            rows = lines_prepared(prepared, PreparedLineState.PROPOSED).filter(redemption_id=redemption_id)
            told = {"reason": reason.strip()[:240], "left_by": by.user_id, "left_at": at}
            if not rows.update(state=PreparedLineState.LEFT, **told):
                raise LineNotProposed
    return len(reasons)


def take_lines_back(*, prepared_id: UUID, redemption_ids: Sequence[UUID], by: Actor) -> int:
    """Ask for passes after all that were left for later in this claim; how many. For the place; refuses a pass
    that is not left there, and a claim confirmed already."""
    prepared = _own_open(prepared_id, by)
    wanted = set(redemption_ids)
    with transaction.atomic():
        take_turn(prepared.programme_id)
        _still_open(prepared)
        rows = lines_prepared(prepared, PreparedLineState.LEFT).filter(redemption_id__in=wanted, month=prepared.month)
        back = {"state": PreparedLineState.PROPOSED, "reason": "", "left_by": None, "left_at": None}
        if not wanted or rows.update(**back) < len(wanted):
            raise LineNotProposed
    return len(wanted)


def _own_open(prepared_id: UUID, by: Actor) -> PreparedClaim:
    require(by, Permission.FILE_CLAIM)
    prepared = access_prepared(by, prepared_id)
    if by.organisation_id != prepared.place_id:
        raise NotAllowed
    return prepared


def _still_open(prepared: PreparedClaim) -> None:
    now = open_prepared(prepared.programme_id, prepared.place_id)
    if now is None or now.id != prepared.id:
        raise AlreadyConfirmed


def close_prepared(prepared: PreparedClaim, claim: Claim) -> None:
    """Note that a proposal became this claim, and what fell out of it; in the caller's transaction."""
    lines = lines_prepared(prepared, PreparedLineState.PROPOSED)
    asked = claim.lines.order_by().values("redemption_id")
    lines.exclude(redemption_id__in=asked).update(state=PreparedLineState.GONE)
    lines.update(state=PreparedLineState.CLAIMED)
    PreparedClaim.objects.filter(programme_id=prepared.programme_id, id=prepared.id).update(
        state=PreparedState.CONFIRMED, claim=claim, closed_at=claim.filed_at
    )
