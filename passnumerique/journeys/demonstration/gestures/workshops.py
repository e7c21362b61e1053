"""What happens at the places: sessions of a period scheduled, people seated, passes used."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from passnumerique.ground.chance import chance
from passnumerique.ground.dates import at_time, start_of
from passnumerique.ground.ids import new_id
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import SATURDAY, Stage
from passnumerique.programmes.queries import training_periods
from passnumerique.training.operations import redeem_at_session, schedule_session, undo_redemption
from passnumerique.training.queries.plan import PlanModule, plan
from passnumerique.training.queries.sessions import SessionRow, session_rows, sessions
from passnumerique.vouchers.operations import Scan
from passnumerique.vouchers.queries.history import codes_of
from passnumerique.vouchers.queries.reading import Seen, vouchers_in_state
from passnumerique.vouchers.rules import State

HOURS = (9, 10, 14)
UNDONE = 0.015
HOLIDAY_SESSIONS = 2  # Wednesdays
TUESDAY, SECOND_WEEK = 1, range(8, 15)


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
    """Every place holds a workshop on the second Tuesday of the month;
    beyond that, each planned session is held several times, on days and at places drawn by chance."""
    places = sorted(cast.places)
    lines = [
        (module, line.id) for theme in plan(stage.programme_id) for module in theme.modules for line in module.sessions
    ]
    monthly = [day for day in days if day.weekday() == TUESDAY and day.day in SECOND_WEEK]
    wanted = [
        (line, (place, day, 10)) for day in monthly for line, place in zip(_shuffled(lines), places, strict=False)
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
    for rank, row in enumerate(session_rows(stage.programme_id, today)):
        share = -(-missing // (len(today) - rank))
        missing -= _seat(stage, cast, row, share)


def _seat(stage: Stage, cast: Cast, row: SessionRow, wanted: int) -> int:
    """Seat people at one session until `wanted` passes are used; returns how many were."""
    session = row.session
    minutes = int((session.ends_at - session.starts_at).total_seconds() // 60)
    price = stage.terms.passes_for(minutes, session.module.price_passes)
    people = min(session.seats, wanted // price)
    at = session.starts_at + timedelta(minutes=5)
    scans: list[Scan] = []
    for given in _bearers(stage, price)[: max(people, 0)]:
        participant = new_id(at)
        codes = codes_of(stage.programme_id, [seen.id for seen in given])
        scans += [Scan(new_id(at), codes[seen.id], participant) for seen in given]
    if not scans:
        return 0
    actor = cast.places[session.place_id]
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


def _bearers(stage: Stage, price: int) -> list[list[Seen]]:
    """People who hold at least the session's price in passes, in an order drawn by chance, each with
    the passes that they give."""
    hands: dict[UUID, list[Seen]] = defaultdict(list)
    for seen in vouchers_in_state(stage.programme_id, State.HELD):
        if seen.handover_id:
            hands[seen.handover_id].append(seen)
    people = [given[:price] for _, given in sorted(hands.items()) if len(given) >= price]
    return chance().sample(people, len(people))
