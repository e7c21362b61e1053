"""What happens at the places: sessions of a period scheduled, people seated, passes used."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.ground.chance import chance
from passnumerique.ground.dates import at_time, start_of
from passnumerique.ground.ids import new_id
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import SATURDAY, Stage
from passnumerique.programmes.queries import training_periods
from passnumerique.training.operations import mark_attendance, redeem_at_session, schedule_session, undo_redemption
from passnumerique.training.queries.plan import PlanModule, plan
from passnumerique.training.queries.sessions import SessionRow, attendance_of, session_rows, sessions
from passnumerique.training.queries.waiting import passes_ready
from passnumerique.training.rules import AttendanceStatus
from passnumerique.vouchers.operations import Scan
from passnumerique.vouchers.queries.history import codes_of
from passnumerique.vouchers.queries.reading import Seen, vouchers_in_state
from passnumerique.vouchers.rules import State

HOURS = (9, 10, 14)
UNDONE = 0.015
COME_AS_BOOKED = 0.85
HOLIDAY_SESSIONS = 2  # Wednesdays
FIXED_DAYS = {(1, 1), (3, 2)}
"""The second Tuesday and the third Thursday, weekdays and weeks counted from 0."""


def schedule(stage: Stage, cast: Cast) -> None:
    """On the first working day of a training period, put its sessions on the places' calendars."""
    period = training_periods(stage.programme_id).filter(starts_on__lte=stage.day, ends_on__gte=stage.day).first()
    if period is None or not stage.working or not cast.places:
        return
    after, before = start_of(period.starts_on), start_of(period.ends_on + timedelta(days=1))
    if sessions(cast.manager, stage.programme_id, after=after, before=before).exists():
        return
    last = min(period.ends_on, stage.calendar.end_of_training)
    days = _open_days(stage, stage.day + timedelta(days=7), last)
    _fill(stage, cast, days)


def _open_days(stage: Stage, first: date, last: date) -> list[date]:
    """Working days on which places hold sessions: few do in the school holidays, one day in five here."""
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    open_days = [day for day in days if day.weekday() < SATURDAY]
    return [day for day in open_days if not stage.closes_schools(day) or day.weekday() == HOLIDAY_SESSIONS]


def _fill(stage: Stage, cast: Cast, days: list[date]) -> None:
    """Every place holds a workshop on the second Tuesday and the third Thursday of the month, and half of them
    on the Wednesdays of the holidays; beyond that, each planned session is held several times, on days and at
    places drawn by chance."""
    places = sorted(cast.places)
    lines = [
        (module, line.id) for theme in plan(stage.programme_id) for module in theme.modules for line in module.sessions
    ]
    wanted = [
        (line, (place, day, 10))
        for day in days
        for line, place in zip(_shuffled(lines), _hosts(stage, places, day), strict=False)
    ]
    wanted += [
        (line, (chance().choice(places), chance().choice(days), chance().choice(HOURS)))
        for line in lines
        for _ in range(stage.script.runs_of_each_session)
    ]
    taken: set[tuple[UUID, date]] = set()
    for (module, line_id), slot in wanted:
        if slot[:2] not in taken:
            taken.add(slot[:2])
            _schedule(stage, cast, module, line_id, slot)


def _hosts(stage: Stage, places: list[UUID], day: date) -> list[UUID]:
    """The places that hold a workshop on that day of the month."""
    if stage.closes_schools(day):
        return chance().sample(places, len(places) // 2)
    return places if (day.weekday(), (day.day - 1) // 7) in FIXED_DAYS else []


def _shuffled(lines: list[tuple[PlanModule, UUID]]) -> list[tuple[PlanModule, UUID]]:
    """The planned sessions in an order drawn by chance, begun again until there is one for every place."""
    return chance().sample(lines, len(lines)) * 20


def _schedule(stage: Stage, cast: Cast, module: PlanModule, line_id: UUID, slot: tuple[UUID, date, int]) -> None:
    place_id, day, hour = slot
    starts_at = at_time(day, hour)
    schedule_session(
        programme_id=stage.programme_id,
        place_id=place_id,
        module_id=module.id,
        planned_session_id=line_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=module.minutes),
        seats=stage.script.seats,
        room="Salle informatique",
        trainer="Médiatrice ou médiateur (fictif)",
        by=cast.places[place_id],
        at=stage.at(8, 45),
    )


def hold(stage: Stage, cast: Cast) -> None:
    """Hold the day's sessions: people come with passes handed to them before, as many as the pace asks."""
    after, before = start_of(stage.day), start_of(stage.day + timedelta(days=1))
    today = list(sessions(cast.manager, stage.programme_id, after=after, before=before))
    missing = stage.redemptions_missing() if today else 0
    free = _free_people(stage) if missing > 0 else []
    for rank, row in enumerate(session_rows(stage.programme_id, today)):
        share = -(-missing // (len(today) - rank))
        missing -= _seat(stage, cast, row, share, free)


def _seat(stage: Stage, cast: Cast, row: SessionRow, wanted: int, free: list[list[Seen]]) -> int:
    """Seat people at one session, those who booked and then others of `free`, until `wanted` passes are used;
    returns how many were."""
    session = row.session
    minutes = int((session.ends_at - session.starts_at).total_seconds() // 60)
    price = stage.terms.passes_for(minutes, session.module.price_passes)
    at = session.starts_at + timedelta(minutes=5)
    actor = cast.places[session.place_id]
    scans = _booked(stage, session, price, actor)
    people = min(session.seats - session.seats_taken, (wanted - len(scans)) // price)
    for given in _taken(free, price, people):
        participant = new_id(at)
        codes = codes_of(stage.programme_id, [seen.id for seen in given])
        scans += [Scan(new_id(at), codes[seen.id], participant) for seen in given]
    if not scans:
        return 0
    outcomes = redeem_at_session(
        programme_id=stage.programme_id, session_id=session.id, scans=scans, redeemed_at=at, by=actor, at=at
    )
    for outcome in outcomes:
        if price == 1 and outcome.refusal is None and chance().random() < UNDONE:
            undo_redemption(
                programme_id=stage.programme_id,
                redemption_id=outcome.scan.id,
                cause="Pass scanné par erreur",
                by=actor,
                at=at + timedelta(minutes=20),
            )
    return len(scans)


def _booked(stage: Stage, session: Any, price: int, actor: Actor) -> list[Scan]:
    """The passes of those who booked a seat and come; the others are noted absent."""
    at, hands = session.starts_at, _hands(stage)
    hand_of = {seen.number: given for given in hands.values() for seen in given}
    scans: list[Scan] = []
    absent: dict[UUID, AttendanceStatus] = {}
    for seat in attendance_of(actor, session).filter(status=AttendanceStatus.EXPECTED):
        given = sorted(hand_of.get(seat.voucher_number or 0, []), key=lambda seen: seen.number != seat.voucher_number)
        if len(given) < price or chance().random() > COME_AS_BOOKED:
            absent[seat.id] = AttendanceStatus.NO_SHOW
            continue
        codes = codes_of(stage.programme_id, [seen.id for seen in given[:price]])
        scans += [Scan(new_id(at), codes[seen.id], seat.id) for seen in given[:price]]
    if absent:
        mark_attendance(programme_id=stage.programme_id, session_id=session.id, statuses=absent, by=actor, at=at)
    return scans


def _hands(stage: Stage) -> dict[UUID, list[Seen]]:
    """The passes held, by the hand-over that gave them."""
    hands: dict[UUID, list[Seen]] = defaultdict(list)
    for seen in vouchers_in_state(stage.programme_id, State.HELD):
        if seen.handover_id:
            hands[seen.handover_id].append(seen)
    return hands


def _free_people(stage: Stage) -> list[list[Seen]]:
    """The passes of each person without a seat elsewhere, in an order drawn by chance."""
    hands = _hands(stage)
    numbers = [seen.number for given in hands.values() for seen in given]
    ready = passes_ready(stage.programme_id, numbers, stage.at(8))
    people = [given for _, given in sorted(hands.items()) if all(seen.number in ready for seen in given)]
    return chance().sample(people, len(people))


def _taken(free: list[list[Seen]], price: int, people: int) -> Iterator[list[Seen]]:
    """Take so many people who hold at least the session's price in passes, each with the passes that they give."""
    able = [given for given in free if len(given) >= price][: max(people, 0)]
    for given in able:
        free.remove(given)
        yield given[:price]
