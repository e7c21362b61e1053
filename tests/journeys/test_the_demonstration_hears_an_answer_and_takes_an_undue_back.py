"""What the demonstration plays about claims in 2023: one contested pass whose place is heard, one sum taken back."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from passnumerique.directory.rules import Role
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.gestures.undue import answer_once, find_a_mistake
from passnumerique.settlement.models import Answer, Undue
from passnumerique.settlement.operations import (
    approve_claim,
    control_lines,
    file_claim,
    order_payment,
    record_payment,
)
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.rules import Outcome, Verdict
from passnumerique.vouchers.rules import State
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
USED, CLAIMED, DECIDED = date(2022, 10, 11), date(2023, 1, 5), date(2023, 1, 15)


def settle(world: World, cast: Cast, place: int, reject: int, day: date = DECIDED) -> None:
    """A place's claim of October, decided with so many lines contested, ordered and paid."""
    finance, actor = cast.finance, cast.places[world.places[place]]
    given = {"programme_id": world.programme_id, "place_id": world.places[place], "month": USED}
    claim = file_claim(by=actor, at=on(CLAIMED, 9 + place), **given)
    no = {line.id: (Verdict.REJECTED, "Feuille manquante") for line in lines_of(finance, claim)[:reject]}
    if no:
        control_lines(claim_id=claim, verdicts=no, by=finance, at=on(day, 10))
    approve_claim(claim_id=claim, by=cast.manager, at=on(day, 16), approve_rest=True)
    order_payment(claim_id=claim, reference="M", ordered_on=day, by=finance, at=on(day, 17))
    record_payment(claim_id=claim, reference=f"V{place}", paid_on=day, by=finance, at=on(day, 18))


def play(world: World, cast: Cast, day: date) -> None:
    """The two gestures of a day."""
    stage: Any = SimpleNamespace(programme_id=world.programme_id, day=day, at=lambda hour: on(day, hour))
    answer_once(stage, cast)
    find_a_mistake(stage, cast)


def test_an_answer_is_heard_and_a_mistake_found_once_each() -> None:
    world = build_world()
    world.spend(3, USED)
    world.spend(2, USED, place=1)
    offices = {Role.MANAGER: world.manager, Role.FINANCE: world.actor(Role.FINANCE)}
    cast = Cast(offices, {}, {place: world.actor(Role.PLACE, rank) for rank, place in enumerate(world.places)})
    settle(world, cast, 0, 1)
    settle(world, cast, 1, 0)
    play(world, cast, date(2022, 12, 18))
    play(world, cast, date(2022, 12, 27))
    assert not Answer.objects.exists()
    assert not Undue.objects.exists()
    for day in (18, 22, 27):
        play(world, cast, date(2023, 1, day))
        play(world, cast, date(2023, 1, day))
    assert Answer.objects.get().outcome == Outcome.ACCEPTED
    assert Undue.objects.get().settled_at is None
    assert world.states()[State.TO_RECOVER] == 1
    assert not audit_programme(world.programme_id).differences
