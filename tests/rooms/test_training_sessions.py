"""Dated sessions: planned, changed, cancelled, and who sees them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from passnumerique.directory.rules import AccreditationKind, Role
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.programmes.queries import training_periods
from passnumerique.training.models import TrainingSession
from passnumerique.training.operations import add_participant, cancel_session, change_session
from passnumerique.training.queries import (
    access_session,
    attendance_of,
    plan,
    session_rows,
    sessions,
    sessions_near,
)
from passnumerique.training.rules import AttendanceStatus, SessionState
from passnumerique.training.rules import refusals as no
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)


@pytest.fixture
def world() -> World:
    made = build_world(quantity=10, booklets=1)
    made.plan()
    return made


def row(session_id: UUID) -> TrainingSession:
    return TrainingSession.objects.get(id=session_id)


def test_a_session_belongs_to_the_period_of_its_day(world: World) -> None:
    [period] = training_periods(world.programme_id)
    assert row(world.session(DAY)).period_id == period.id
    assert row(world.session(date(2022, 2, 1))).period_id is None


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        ({"seats": 0}, no.SeatsOutOfBounds),
        ({"seats": 501}, no.SeatsOutOfBounds),
        ({"ends_at": on(DAY, 14)}, no.SessionEndsTooSoon),
        ({"starts_at": on(date(2023, 1, 2), 9), "ends_at": on(date(2023, 1, 2), 10)}, no.SessionAfterTraining),
        ({"planned_session_id": NOBODY}, NotFound),
    ],
)
def test_a_session_that_cannot_be_held_is_refused(
    world: World, details: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        world.session(DAY, **details)
    assert not TrainingSession.objects.exists()


def test_a_place_schedules_for_itself_and_the_manager_for_all(world: World) -> None:
    world.session(DAY, by=world.manager)
    world.session(DAY, place=1, by=world.actor(Role.MEDIATOR, 1))
    for who in (world.actor(Role.PLACE, 1), world.actor(Role.PRESCRIBER), world.actor(Role.FINANCE)):
        with pytest.raises(NotAllowed):
            world.session(DAY, hour=9, by=who)
    other = build_world("autre", quantity=0)
    with pytest.raises(NotFound):
        world.session(DAY, hour=9, by=other.manager)
    with pytest.raises(NotFound):
        world.session(DAY, hour=9, module=0, planned_session_id=other.modules()[0])


def test_a_module_of_another_programme_is_not_found(world: World) -> None:
    other = build_world("autre", quantity=0)
    foreign = other.modules()
    world.modules = lambda: foreign  # type: ignore[method-assign]
    with pytest.raises(NotFound):
        world.session(DAY)


def test_a_place_hosts_only_on_days_of_its_accreditation(world: World) -> None:
    world.places.append(world.organisation("Lieu tardif"))
    world.accredit(world.places[-1], AccreditationKind.PLACE, from_day=date(2022, 1, 1))
    with pytest.raises(no.PlaceMayNotHost):
        world.session(DAY, place=2)
    world.session(date(2022, 1, 1), place=2)


def test_a_room_holds_one_session_at_a_time(world: World) -> None:
    first = world.session(DAY, room="Salle 1")
    with pytest.raises(no.RoomTaken) as refused:
        world.session(DAY, hour=15, room=" salle 1")
    assert refused.value.params["starts"] == "14\u202fh\u202f00"
    world.session(DAY, hour=15, room="Salle 2")
    world.session(DAY, hour=16, room="Salle 1")
    world.session(DAY, place=1, room="Salle 1")
    cancel_session(programme_id=world.programme_id, session_id=first, cause="Panne", by=world.manager, at=on(DAY))
    world.session(DAY, hour=14, room="Salle 1")


def change(world: World, session_id: UUID, **changes: Any) -> None:
    change_session(
        programme_id=world.programme_id,
        session_id=session_id,
        **({"by": world.actor(Role.PLACE), "at": on(DAY, 9)} | changes),
    )


def test_what_is_given_of_a_session_changes_and_the_rest_stays(world: World) -> None:
    session = world.session(DAY, trainer="Alix (fictif)", room="Salle 1")
    change(world, session, room="Salle 2", seats=4, equipment="8 ordinateurs")
    change(world, session, starts_at=on(date(2022, 2, 1), 10), ends_at=on(date(2022, 2, 1), 12))
    now = row(session)
    assert (now.room, now.seats, now.trainer, now.equipment) == ("Salle 2", 4, "Alix (fictif)", "8 ordinateurs")
    assert (now.starts_at, now.period_id) == (on(date(2022, 2, 1), 10), None)


def test_a_session_is_changed_within_its_bounds(world: World) -> None:
    session = world.session(DAY)
    world.session(DAY, hour=16)
    for _ in range(3):
        seat(world, session)
    with pytest.raises(no.SeatsAlreadyTaken):
        change(world, session, seats=2)
    with pytest.raises(no.RoomTaken):
        change(world, session, ends_at=on(DAY, 17))
    with pytest.raises(NotFound):
        change(world, session, seats=20, by=world.actor(Role.PLACE, 1))
    with pytest.raises(NotAllowed):
        change(world, session, seats=20, by=world.actor(Role.AUDITOR))
    change(world, session, seats=3)
    world.redeem(session, world.hand_over(1), DAY, participant=seats_of(world, session)[0])
    with pytest.raises(no.SessionHasPasses):
        change(world, session, starts_at=on(DAY, 13))
    change(world, session, room="Salle 3")
    assert row(session).room == "Salle 3"


def seat(world: World, session_id: UUID, **given: Any) -> UUID:
    given = {"by": world.actor(Role.PLACE), "at": on(DAY, 9)} | given
    return add_participant(programme_id=world.programme_id, session_id=session_id, **given)


def seats_of(world: World, session_id: UUID) -> list[UUID]:
    rows = attendance_of(world.manager, access_session(world.manager, world.programme_id, session_id))
    return list(rows.values_list("id", flat=True))


def cancel(world: World, session_id: UUID, cause: str = "Formatrice malade") -> int:
    by = world.actor(Role.PLACE)
    at = on(DAY, 13)
    return cancel_session(programme_id=world.programme_id, session_id=session_id, cause=cause, by=by, at=at).freed


def test_a_cancelled_session_frees_its_seats_and_takes_no_more(world: World) -> None:
    session = world.session(DAY)
    [number] = world.hand_over(1)
    seat(world, session, code=world.code(number))
    with pytest.raises(no.CauseMissing):
        cancel(world, session, " ")
    assert cancel(world, session) == 1
    now = row(session)
    assert (now.state, now.seats_taken, now.cancel_cause) == (SessionState.CANCELLED, 0, "Formatrice malade")
    [attendance] = attendance_of(world.manager, now)
    assert attendance.status == AttendanceStatus.CANCELLED
    for act in (lambda: cancel(world, session), lambda: seat(world, session)):
        with pytest.raises(no.SessionIsCancelled):
            act()
    with pytest.raises(no.SessionIsCancelled):
        world.redeem(session, [number], DAY)
    with pytest.raises(no.SessionIsCancelled):
        change(world, session, seats=3)


def test_a_session_at_which_passes_were_used_is_not_cancelled(world: World) -> None:
    session = world.session(DAY)
    world.redeem(session, world.hand_over(1), DAY)
    with pytest.raises(no.SessionHasPasses) as refused:
        cancel(world, session)
    assert refused.value.params == {"count": 1}
    assert row(session).state == SessionState.PLANNED


def test_each_sees_what_is_its_own(world: World) -> None:
    mine, theirs = world.session(DAY), world.session(DAY, place=1)

    def seen(role: Role) -> set[UUID]:
        return set(sessions(world.actor(role), world.programme_id).values_list("id", flat=True))

    assert seen(Role.PLACE) == seen(Role.MEDIATOR) == {mine}
    assert seen(Role.PRESCRIBER) == seen(Role.AUDITOR) == seen(Role.FINANCE) == {mine, theirs}
    with pytest.raises(NotFound):
        access_session(world.actor(Role.PLACE), world.programme_id, theirs)
    with pytest.raises(NotAllowed):
        seen(Role.FUNDER)
    other = build_world("autre", quantity=0)
    with pytest.raises(NotFound):
        sessions(other.manager, world.programme_id)


def test_lists_are_filtered(world: World) -> None:
    early, late = world.session(DAY, hour=9), world.session(DAY, hour=17, module=1)
    cancel(world, late)

    def found(**filters: Any) -> list[UUID]:
        return [one.id for one in sessions(world.manager, world.programme_id, **filters)]

    assert found() == [early, late]
    assert found(after=on(DAY, 12)) == found(module_id=world.modules()[1]) == [late]
    assert found(before=on(DAY, 12)) == found(state=SessionState.PLANNED) == [early]
    assert found(place_id=world.places[1]) == []


def test_rows_tell_place_title_and_passes_used(world: World, queries_do_not_grow: Callable[..., int]) -> None:
    line = plan(world.programme_id)[0].modules[0].sessions[1]
    session = world.session(DAY, planned_session_id=line.id)
    world.redeem(session, world.hand_over(2), DAY)

    def read() -> list[tuple[str, str, int]]:
        rows = session_rows(world.programme_id, list(sessions(world.manager, world.programme_id)))
        return [(one.title, one.place, one.redeemed) for one in rows]

    assert read() == [("Le courriel", "Lieu 1 verdun (fictif)", 2)]
    queries_do_not_grow(read, lambda: [world.session(DAY, hour=hour) for hour in (8, 10, 12)])


def test_anybody_finds_the_next_sessions_with_free_seats(world: World) -> None:
    far = world.session(DAY, hour=9)
    world.places.append(world.organisation("Lieu proche", latitude="49.16", longitude="5.38"))
    world.accredit(world.places[-1], AccreditationKind.PLACE)
    near, full = world.session(DAY, place=2), world.session(DAY, hour=17, seats=1)
    seat(world, full)
    cancelled = world.session(DAY, hour=11)
    cancel(world, cancelled)

    def found(hour: int, **options: Any) -> list[UUID]:
        return [one.id for one in sessions_near(world.programme_id, on(DAY, hour), **options)]

    assert found(8) == [far, near]
    assert found(8, limit=1) == [far]
    assert found(10) == [near]
    assert found(8, near=(49.159, 5.385)) == [near, far]
    assert found(8, module_id=world.modules()[1]) == []
    [first, _] = sessions_near(world.programme_id, on(DAY, 8), near=(49.159, 5.385))
    assert first.free_seats == 10
    assert first.km is not None
    assert first.km < 1
