"""The training plan: written whole, kept by its numbers."""

from collections.abc import Callable

import pytest

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.training.operations import set_plan
from passnumerique.training.queries import PlanCounts, modules_named, plan, plan_counts
from passnumerique.training.rules import ModuleGiven, ThemeGiven
from passnumerique.training.rules.refusals import PlanEntryInUse, PlanInvalid
from tests.rooms.world import START, World, build_world, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world(quantity=0)


def write(world: World, *themes: ThemeGiven, role: Role = Role.MANAGER) -> None:
    set_plan(programme_id=world.programme_id, themes=themes, by=world.person(role), at=on(START))


def test_the_plan_is_read_as_it_was_given(world: World) -> None:
    world.plan()
    found = plan(world.programme_id)
    assert [theme.name for theme in found] == ["Compétences de base", "Accéder à ses droits"]
    assert [module.reference for theme in found for module in theme.modules] == ["1.1", "2.1"]
    assert [line.title for line in found[0].modules[0].sessions] == ["La souris", "Le courriel"]
    assert plan_counts(world.programme_id) == PlanCounts(themes=2, modules=2, planned_sessions=2)


def test_setting_the_same_plan_twice_changes_nothing(world: World) -> None:
    before = (world.plan(), plan(world.programme_id))
    assert (world.plan(), plan(world.programme_id)) == before


def test_an_entry_keeps_its_identity_under_a_new_name(world: World) -> None:
    write(world, ThemeGiven("A", [ModuleGiven("B", sessions=["C"])]))
    [before] = plan(world.programme_id)
    write(world, ThemeGiven("Z", [ModuleGiven("Y", minutes=90, level="débutant", sessions=["X"])]))
    [after] = plan(world.programme_id)
    assert (after.id, after.modules[0].id) == (before.id, before.modules[0].id)
    assert (after.modules[0].sessions[0].id, after.modules[0].sessions[0].title) == (
        before.modules[0].sessions[0].id,
        "X",
    )
    assert modules_named([after.modules[0].id]) == {after.modules[0].id: "Y"}


def test_an_entry_leaves_the_plan_only_while_no_session_stands_on_it(world: World) -> None:
    world.plan()
    world.session(START, module=0)
    write(world, ThemeGiven("Compétences de base", [ModuleGiven("Premiers pas")]))
    assert plan_counts(world.programme_id) == PlanCounts(themes=1, modules=1, planned_sessions=0)
    with pytest.raises(PlanEntryInUse) as refused:
        write(world, ThemeGiven("Vide"))
    assert refused.value.params == {"name": "Premiers pas"}
    assert plan(world.programme_id)[0].name == "Compétences de base"


def test_who_may_not_write_the_plan(world: World) -> None:
    with pytest.raises(NotAllowed):
        write(world, ThemeGiven("A"), role=Role.FINANCE)
    with pytest.raises(PlanInvalid):
        write(world, ThemeGiven("A", [ModuleGiven("B", minutes=0)]))
    other = build_world("autre", quantity=0)
    with pytest.raises(NotFound):
        set_plan(programme_id=world.programme_id, themes=[], by=other.manager, at=on(START))


def test_a_longer_plan_takes_no_more_queries(world: World, queries_do_not_grow: Callable[..., int]) -> None:
    world.plan()
    longer = [ThemeGiven(f"T{n}", [ModuleGiven("M", sessions=["S"])] * 3) for n in range(5)]
    assert queries_do_not_grow(lambda: plan(world.programme_id), lambda: write(world, *longer)) == 3
