"""The private address of a place's calendar: nobody forges it, and only its own people renew it."""

from datetime import date
from string import ascii_letters, digits

import pytest

from passnumerique.directory.models import Organisation
from passnumerique.directory.operations import renew_calendar
from passnumerique.directory.queries import calendar_mark, organisation_of_calendar
from passnumerique.directory.rules import Role, bearer_of_a_pass
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.training.models import TrainingSession
from passnumerique.training.operations import cancel_session, change_session
from passnumerique.training.queries.published import calendar_line
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2022, 6, 14)
LETTERS = f"{ascii_letters}{digits}-_"


@pytest.fixture
def world() -> World:
    return build_world(quantity=0)


def organisation(world: World, rank: int = 0) -> Organisation:
    return Organisation.objects.get(id=world.places[rank])


def test_a_mark_opens_the_calendar_of_its_place_in_its_programme_alone(world: World) -> None:
    place, other = organisation(world), organisation(world, 1)
    mark = calendar_mark(world.programme_id, place)
    assert organisation_of_calendar(world.programme_id, mark) == place
    assert len(mark) == 43
    assert calendar_mark(world.programme_id, other) != mark
    assert organisation_of_calendar(NOBODY, mark) is None


def test_no_letter_of_a_mark_may_change(world: World) -> None:
    mark = calendar_mark(world.programme_id, organisation(world))
    for rank, letter in [*((rank, "Q") for rank in range(43)), *((42, letter) for letter in LETTERS)]:
        changed = mark[:rank] + letter + mark[rank + 1 :]
        assert changed == mark or organisation_of_calendar(world.programme_id, changed) is None


@pytest.mark.parametrize("mark", ["", "=", "é" * 43, "A" * 43, "A" * 1000, "-" * 44])
def test_what_is_no_mark_opens_nothing(world: World, mark: str) -> None:
    assert organisation_of_calendar(world.programme_id, mark) is None


@pytest.mark.parametrize("role", [Role.PLACE, Role.MEDIATOR, Role.MANAGER])
def test_a_renewed_address_opens_and_the_older_ones_no_more(world: World, role: Role) -> None:
    old = calendar_mark(world.programme_id, organisation(world))
    renew_calendar(organisation_id=world.places[0], by=world.actor(role))
    new = calendar_mark(world.programme_id, organisation(world))
    assert organisation_of_calendar(world.programme_id, old) is None
    assert organisation_of_calendar(world.programme_id, new) == organisation(world)
    renew_calendar(organisation_id=world.places[0], by=world.actor(role))
    assert organisation_of_calendar(world.programme_id, new) is None


def test_nobody_renews_the_address_of_another_place(world: World) -> None:
    ailleurs = build_world("ailleurs", quantity=0)
    for by in (world.actor(Role.PLACE, 1), world.actor(Role.MEDIATOR, 1), ailleurs.manager):
        with pytest.raises(NotFound):
            renew_calendar(organisation_id=world.places[0], by=by)
    bearer = bearer_of_a_pass(world.authority_id, world.programme_id)
    for by in (world.actor(Role.PRESCRIBER), world.actor(Role.AUDITOR), bearer):
        with pytest.raises(NotAllowed):
            renew_calendar(organisation_id=world.places[0], by=by)
    assert organisation(world).calendar_version == 0


def test_the_sequence_of_a_session_grows_with_each_change(world: World) -> None:
    session = world.session(DAY)
    act = {"programme_id": world.programme_id, "session_id": session, "by": world.actor(Role.PLACE)}
    lines = [calendar_line(TrainingSession.objects.get(id=session))]
    change_session(room="Salle verte", at=on(DAY, 8, 30), **act)  # type: ignore[arg-type]
    lines.append(calendar_line(TrainingSession.objects.get(id=session)))
    cancel_session(cause="Panne", at=on(DAY, 8, 45), **act)  # type: ignore[arg-type]
    lines.append(calendar_line(TrainingSession.objects.get(id=session)))
    assert [line.sequence for line in lines] == [0, 1800, 2700]
    assert [line.cancelled for line in lines] == [False, False, True]
    assert lines[-1].changed_at == on(DAY, 8, 45)
