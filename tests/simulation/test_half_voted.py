"""Whatever statement of an act of the council fails, nothing of it is written."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from passnumerique.council.operations import (
    Cast,
    close_sitting,
    import_acts,
    open_sitting,
    order_agenda,
    plan_sitting,
    settle_urgency,
    vote_item,
)
from passnumerique.council.rules import Mode, Move
from passnumerique.ground.dates import at_time
from passnumerique.ground.sheets import read_sheet
from passnumerique.journeys.sitting_papers import convene_with_notes
from tests.rooms.test_council_open_data import FIRST, SECOND, TODAY, file_of
from tests.rooms.test_council_sittings import CONVENED, EVENING, SAT, TEXT, council, items_of, opened, planned, world
from tests.rooms.world import World, on
from tests.simulation.failing import break_each_statement

__all__ = ["council", "world"]
pytestmark = pytest.mark.django_db
Act = Callable[[], Any]


def voted(world: World, council: list[UUID]) -> Act:
    [item] = items_of(world, opened(world, council))
    return lambda: vote_item(item_id=item, ballot=Cast(), text=TEXT, by=world.manager, at=EVENING)


def opening(world: World, council: list[UUID]) -> Act:
    sitting = planned(world, mode=Mode.IN_PERSON)
    convene_with_notes(sitting_id=sitting, convened_on=CONVENED, by=world.manager, at=on(SAT))
    moves = [(one, Move.SITS, None) for one in council[:3]]
    given = {"chair": council[0], "secretary": council[1], "by": world.manager, "at": EVENING}
    return lambda: open_sitting(sitting_id=sitting, moves=moves, **given)  # type: ignore[arg-type]


def convened(world: World, council: list[UUID]) -> Act:
    sitting = planned(world, mode=Mode.IN_PERSON, items=2)
    return lambda: convene_with_notes(sitting_id=sitting, convened_on=CONVENED, by=world.manager, at=on(SAT))


def ordered(world: World, council: list[UUID]) -> Act:
    sitting = planned(world, items=3)
    items = items_of(world, sitting)[::-1]
    return lambda: order_agenda(sitting_id=sitting, items=items, by=world.manager, at=on(SAT))


def denied(world: World, council: list[UUID]) -> Act:
    sitting = planned(world, mode=Mode.IN_PERSON, items=2)
    convene_with_notes(sitting_id=sitting, convened_on=CONVENED, urgent=True, by=world.manager, at=on(SAT))
    moves = [(one, Move.SITS, None) for one in council[:13]]
    given = {"by": world.manager, "at": EVENING}
    open_sitting(sitting_id=sitting, chair=council[0], secretary=council[1], moves=moves, **given)
    return lambda: settle_urgency(sitting_id=sitting, approved=False, **given)


def held_again(world: World, council: list[UUID]) -> Act:
    sitting = opened(world, council, present=5, items=2)
    close_sitting(sitting_id=sitting, by=world.manager, at=EVENING)
    later = at_time(SAT.replace(day=20), 18)
    return lambda: plan_sitting(by=world.manager, at=EVENING, starts_at=later, mode=Mode.IN_PERSON, after=sitting)


def imported(world: World, council: list[UUID]) -> Act:
    sheet = read_sheet(file_of(FIRST, SECOND), "actes.csv")
    return lambda: import_acts(rows=sheet.rows, columns=sheet.columns, by=world.manager, at=on(TODAY))


@pytest.mark.parametrize(
    "prepare", [voted, opening, convened, ordered, denied, held_again, imported], ids=lambda one: one.__name__
)
def test_nothing_of_the_council_is_half_written(
    world: World, council: list[UUID], prepare: Callable[[World, list[UUID]], Act]
) -> None:
    assert break_each_statement(prepare(world, council)) > 2
