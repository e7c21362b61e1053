"""Acts that need the same rows take them in one order: they wait for each other, never in a circle."""

import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.sets import SetAct
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations import add_participant, redeem_at_session, seating
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.operations import Scan
from tests.rooms.race import at_once, clean, faults, refusals
from tests.rooms.world import World, build_world, on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DAY = date(2021, 10, 12)


@pytest.fixture
def world() -> World:
    return build_world()


def _after(act: Callable[..., Any], meet: Callable[[], object]) -> Callable[..., Any]:
    def done(*given: Any, **named: Any) -> Any:
        found = act(*given, **named)
        meet()
        return found

    return done


@pytest.mark.postgresql  # SQLite lets one write at a time: nobody holds a row and waits for another
def test_a_pass_is_booked_and_used_at_one_session_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each side stops once it holds its first row, so that a circle would close every time."""
    [number] = world.hand_over(1, day=DAY)
    session = world.session(DAY)
    place, code, at = world.actor(Role.PLACE), world.code(number), on(DAY, 14, 30)
    both = threading.Barrier(2)

    def meet() -> None:
        try:
            both.wait(timeout=1)
        except threading.BrokenBarrierError:
            return  # the other one waits for our row, as it should

    for room, name in ((seating, "reserve"), (seating, "take_seats"), (SetAct, "run")):
        monkeypatch.setattr(room, name, _after(getattr(room, name), meet))
    common: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "by": place, "at": at}
    answers = at_once(
        partial(add_participant, code=code, **common),
        partial(redeem_at_session, scans=[Scan(new_id(at), code)], redeemed_at=at, **common),
    )
    assert faults(answers) == []
    assert set(refusals(answers)) <= {"already_redeemed"}
    told = [outcome for answer in answers if isinstance(answer, list) for outcome in answer]
    assert Redemption.objects.count() == sum(outcome.refusal is None for outcome in told)
    assert Attendance.objects.count() >= 1
    assert Attendance.objects.count() == TrainingSession.objects.get(id=session).seats_taken
    assert clean(world)
