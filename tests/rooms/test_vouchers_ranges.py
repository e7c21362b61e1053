"""Ranges and booklets: all that was named or nothing, by who holds it, and a booklet is of one lot."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, Refusal
from passnumerique.ground.sheets.mapping import Mapping
from passnumerique.ground.sheets.tables import Line
from passnumerique.vouchers.models import DeliveryNote, Handover, Lot
from passnumerique.vouchers.operations import (
    Printed,
    allocate,
    hand_over,
    import_lot,
    receive_lot,
    return_stock,
    transfer_stock,
)
from passnumerique.vouchers.queries.reading import missing_from
from passnumerique.vouchers.rules.refusals import NumbersAlreadyReceived, RangePartlyGone, UnknownNumbers
from tests.rooms.world import PROFILE, SIGNED, World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
BEYOND = [(1, 3), (99, 100)]


@pytest.fixture
def world() -> World:
    """Forty passes in four booklets, of which the first structure has the first two."""
    return build_world()


def common(world: World) -> dict[str, Any]:
    return {"programme_id": world.programme_id, "by": world.manager, "at": on(DAY)}


def _allocate(world: World) -> object:
    return allocate(structure_id=world.structures[0], booklets=[(3, 7)], signatures=SIGNED, **common(world))


def _return(world: World) -> object:
    return return_stock(structure_id=world.structures[0], numbers=BEYOND, signatures=SIGNED, **common(world))


def _transfer(world: World) -> object:
    giver, receiver = world.structures
    return transfer_stock(giver_id=giver, receiver_id=receiver, numbers=BEYOND, signatures=SIGNED, **common(world))


def _hand_over(world: World) -> object:
    given = common(world) | {"by": world.actor(Role.PRESCRIBER)}
    return hand_over(structure_id=world.structures[0], numbers=BEYOND, profile=PROFILE, **given)


@pytest.mark.parametrize(
    ("act", "refusal", "named"),
    [
        (_allocate, RangePartlyGone, "5–7"),
        (_return, UnknownNumbers, "99–100"),
        (_transfer, UnknownNumbers, "99–100"),
        (_hand_over, UnknownNumbers, "99–100"),
    ],
)
def test_a_range_that_goes_beyond_what_exists_moves_nothing(
    world: World, act: Callable[[World], object], refusal: type[Refusal], named: str
) -> None:
    before, notes = world.states(), DeliveryNote.objects.count()
    with pytest.raises(refusal) as refused:
        act(world)
    assert refused.value.params == {"numbers": named}
    assert (world.states(), DeliveryNote.objects.count(), Handover.objects.count()) == (before, notes, 0)


def test_a_structure_gives_its_own_stock_only(world: World) -> None:
    before = world.states()
    given = common(world) | {"by": world.actor(Role.PRESCRIBER, 1)}
    with pytest.raises(NotAllowed):
        return_stock(structure_id=world.structures[0], numbers=[(1, 3)], signatures=SIGNED, **given)
    assert world.states() == before


def test_a_booklet_is_of_one_lot(world: World) -> None:
    passes = [Printed(41 + rank, 4 + rank // 5, f"EMETTEUR{rank:04d}") for rank in range(10)]
    with pytest.raises(NumbersAlreadyReceived) as refused:
        receive_lot(reference="LOT-EMETTEUR", passes=passes, file=b"lot", **common(world))
    assert refused.value.params == {"numbers": "4"}
    assert Lot.objects.count() == 1


def test_the_file_of_a_lot_says_on_which_lines_its_booklets_are_known(world: World) -> None:
    cells = [{"Pass": str(41 + rank), "Carnet": str(4 + rank), "Code": f"EMETTEUR{rank:04d}"} for rank in range(2)]
    report = partial(
        import_lot,
        reference="LOT-EMETTEUR",
        rows=[Line(number, row) for number, row in enumerate(cells, start=2)],
        mapping=Mapping({"number": "Pass", "booklet": "Carnet", "code": "Code"}),
        file=b"lot",
        **common(world),
    )(dry_run=True)
    assert [(cell.line, cell.column, cell.value) for cell in report.bad] == [(2, "Carnet", "4")]


def test_what_is_missing_from_ranges() -> None:
    assert missing_from([(1, 9), (20, 21)], [4, 5, 21, 40]) == [(1, 3), (6, 9), (20, 20)]
    assert missing_from([(1, 3), (2, 5)], range(1, 6)) == []
    assert missing_from([(1, 10**15)], []) == [(1, 10**15)]
