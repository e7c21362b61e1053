"""What is published of the use of passes: told once, small figures hidden, the same on any later day."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from passnumerique.directory.rules import Role
from passnumerique.insight.published import COLUMNS, Line, described, table_schema, usage_csv, usage_lines
from passnumerique.programmes.operations import CommuneGiven, set_territory
from passnumerique.training.operations import undo_redemption
from passnumerique.vouchers.queries.history import redemptions
from tests.rooms.world import START, World, build_world, on
from tests.table_schema import faults

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = date(2021, 10, 12), date(2021, 11, 16)
ETAIN = "55181"


@pytest.fixture
def world() -> World:
    """Verdun in one EPCI, Étain in another; in October seven people of Verdun and two of Étain use a pass."""
    made = build_world(quantity=60, booklets=6, envelope_cents=100_000)
    communes = [
        CommuneGiven("55545", "Verdun", epci_siren="200049187", epci_name="Grand Verdun (fictif)"),
        CommuneGiven(ETAIN, "Étain", epci_siren="245501242", epci_name="Pays d’Étain (fictif)"),
    ]
    set_territory(programme_id=made.programme_id, communes=communes, vintage=2022, by=made.manager, at=on(START))
    use(made, OCTOBER, verdun=7, etain=2)
    return made


def use(world: World, day: date, *, verdun: int, etain: int) -> list[int]:
    """So many people of each, one pass each, at the first place."""
    numbers = [number for _ in range(verdun) for number in world.hand_over(1, day=day)]
    numbers += [number for _ in range(etain) for number in world.hand_over(1, day=day, commune=ETAIN)]
    world.redeem(world.session(day, seats=30), numbers, day)
    return numbers


def told(world: World, day: date) -> list[Line]:
    return usage_lines(world.programme_id, day)[0]


def by_name(lines: list[Line], period: str) -> dict[tuple[str, str], int | None]:
    return {(one.dimension.value, one.name): one.passes for one in lines if one.period.name == period}


def test_a_month_is_told_on_the_tenth_of_the_next(world: World) -> None:
    assert told(world, date(2021, 11, 9)) == []
    assert {one.period.name for one in told(world, date(2021, 11, 10))} == {"2021-10"}


def test_small_figures_are_hidden_and_so_is_what_would_give_them_back(world: World) -> None:
    found = by_name(told(world, date(2021, 11, 10)), "2021-10")
    assert found["ensemble", "tout le dispositif"] == 9
    assert found["commune", "Étain"] is None
    assert found["epci", "Pays d’Étain (fictif)"] is None
    assert found["commune", "Verdun"] is None, "the total would give Étain back"
    assert found["module", "Premiers pas"] == 9


def test_the_threshold_is_a_parameter(world: World) -> None:
    world.set(small_cell_people=2)
    found = by_name(told(world, date(2021, 11, 10)), "2021-10")
    assert (found["commune", "Étain"], found["commune", "Verdun"]) == (2, 7)


def test_passes_of_one_person_are_as_telling_as_one(world: World) -> None:
    numbers = world.hand_over(9, day=NOVEMBER, commune=ETAIN)
    session = world.session(NOVEMBER, seats=30)
    world.redeem(session, numbers, NOVEMBER)
    world.redeem(session, [n for _ in range(6) for n in world.hand_over(1, day=NOVEMBER)], NOVEMBER)
    found = by_name(told(world, date(2021, 12, 10)), "2021-11")
    assert found["ensemble", "tout le dispositif"] == 15
    assert found["commune", "Étain"] is None


def test_what_is_undone_later_changes_nothing_that_was_told(world: World) -> None:
    before = told(world, date(2021, 11, 10))
    row = redemptions(world.manager, world.programme_id).order_by("id").first()
    assert row
    world.set(undo_delay_hours=720)
    undo_redemption(
        programme_id=world.programme_id,
        redemption_id=row.id,
        cause="Erreur de carte",
        by=world.actor(Role.PLACE),
        at=on(date(2021, 11, 11), 8),
    )
    assert told(world, date(2021, 11, 12)) == before


def test_later_editions_only_add(world: World) -> None:
    first = told(world, date(2021, 11, 10))
    use(world, NOVEMBER, verdun=6, etain=6)
    use(world, date(2021, 12, 14), verdun=9, etain=1)
    whole = told(world, date(2022, 1, 10))
    assert [one for one in whole if one.period.name == "2021-10"] == first
    quarter = by_name(whole, "2021-T4")
    assert quarter["ensemble", "tout le dispositif"] == 31
    assert quarter["commune", "Étain"] is None, "October and December would be known together"


def test_a_month_of_too_few_people_is_told_with_the_next(world: World) -> None:
    use(world, NOVEMBER, verdun=2, etain=0)
    assert {one.period.name for one in told(world, date(2021, 12, 31))} == {"2021-10"}
    use(world, date(2021, 12, 14), verdun=6, etain=0)
    names = {one.period.name for one in told(world, date(2022, 1, 10))}
    assert names == {"2021-10", "2021-11/2021-12", "2021-T4", "2021"}


def test_the_file_is_valid_against_the_schema_shipped_with_it(world: World) -> None:
    use(world, NOVEMBER, verdun=2, etain=0)
    use(world, date(2021, 12, 14), verdun=6, etain=7)
    lines, figures = usage_lines(world.programme_id, date(2022, 1, 10))
    content = usage_csv(lines)
    schema = table_schema("https://exemple.fr/schema.json")
    assert content.decode().splitlines()[0] == ",".join(COLUMNS)
    assert faults(schema, content) == []
    assert faults(schema, content.replace(b",non\r\n", b",peut-\xc3\xaatre\r\n", 1)) != []
    package = described("Pass", "PETR", figures, csv="a.csv", schema="a.json", invented=True)
    assert "moins de 5 remises" in json.dumps(package, ensure_ascii=False)


def test_a_programme_without_use_tells_nothing(world: World) -> None:
    bare = build_world("bare", quantity=0)
    assert told(bare, date(2022, 3, 10)) == []


def test_queries_do_not_grow_with_what_is_used(
    world: World, queries_do_not_grow: Callable[[Callable[[], object], Callable[[], object]], int]
) -> None:
    day = date(2021, 12, 31)

    def grow() -> None:
        for rank in range(4):
            use(world, NOVEMBER + timedelta(days=rank), verdun=2, etain=1)

    assert queries_do_not_grow(lambda: told(world, day), grow) <= 12
