"""The id of a redemption is made by the client: one already used elsewhere is a conflict, never a fault."""

from datetime import date

import pytest

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.training.models import Attendance
from passnumerique.training.operations import redeem_at_session
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.operations import Outcome, Scan
from tests.rooms.race import clean
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)


def present(world: World, scans: list[Scan]) -> list[Outcome]:
    return redeem_at_session(
        programme_id=world.programme_id,
        session_id=world.session(DAY, room=f"Salle {scans[0].code}"),
        scans=scans,
        redeemed_at=on(DAY, 14, 30),
        by=world.actor(Role.PLACE),
        at=on(DAY, 14, 30),
    )


def test_an_id_used_in_another_programme_is_a_conflict() -> None:
    here, elsewhere = build_world(), build_world("ailleurs")
    [number], [one, other] = elsewhere.hand_over(1, day=DAY), here.hand_over(2, day=DAY)
    used = Scan(new_id(on(DAY)), elsewhere.code(number))
    assert present(elsewhere, [used])[0].refusal is None
    scans = [Scan(used.id, here.code(one)), Scan(new_id(on(DAY)), here.code(other))]
    told = [outcome.refusal.name if outcome.refusal else None for outcome in present(here, scans)]
    assert told == ["id_already_used", None], "a conflict does not spoil its neighbour"
    assert Redemption.objects.filter(programme_id=here.programme_id).count() == 1
    assert Attendance.objects.filter(programme_id=here.programme_id).count() == 1
    assert clean(here)
    assert clean(elsewhere)
