"""Claims prepared for every place by the month, and confirmed by each place."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.insight.audit import audit_programme
from passnumerique.settlement.models import ClaimLine, PreparedClaim, PreparedLine
from passnumerique.settlement.operations import (
    advance_preparation,
    begin_preparation,
    confirm_claim,
    file_claim,
    leave_lines,
    prepare_claims,
    take_lines_back,
)
from passnumerique.settlement.queries import access_claim, claims, prepared_claims
from passnumerique.settlement.queries.preparing import lines_prepared, preparations
from passnumerique.settlement.rules import PreparedLineState
from passnumerique.settlement.rules import refusals as no
from passnumerique.training.operations import undo_redemption
from passnumerique.vouchers.queries.history import redemptions
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.refusals import ClaimsClosed
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY, OCTOBER, NOVEMBER = date(2021, 10, 12), date(2021, 10, 1), date(2021, 11, 1)
FIRST, LATER = date(2021, 11, 2), date(2021, 12, 2)


@pytest.fixture
def world() -> World:
    """Three passes used at the first place in October, two at the second; one more in November."""
    made = build_world()
    made.spend(3, DAY)
    made.spend(2, DAY, place=1)
    made.spend(1, date(2021, 11, 5))
    return made


def prepare(world: World, month: date = OCTOBER, day: date = FIRST, **given: Any) -> int:
    """Prepare a month; how many passes were put in."""
    given = {"by": world.actor(Role.FINANCE), "at": on(day)} | given
    return prepare_claims(programme_id=world.programme_id, month=month, **given).passes


def mine(world: World, place: int = 0) -> PreparedClaim:
    """The proposal that waits for a place, as the place sees it."""
    return prepared_claims(world.actor(Role.PLACE, place), world.programme_id).get()


def proposed(world: World, place: int = 0) -> list[UUID]:
    rows = lines_prepared(mine(world, place), PreparedLineState.PROPOSED).order_by("id")
    return list(rows.values_list("redemption_id", flat=True))


def confirm(world: World, place: int = 0, day: date = FIRST) -> UUID:
    return confirm_claim(prepared_id=mine(world, place).id, by=world.actor(Role.PLACE, place), at=on(day, 10))


def test_all_places_are_prepared_and_each_confirms_its_own(world: World) -> None:
    assert prepare(world) == 5
    assert sorted(row.passes for row in prepared_claims(world.manager, world.programme_id)) == [2, 3]  # type: ignore[attr-defined]
    assert world.states()[State.REDEEMED] == 6, "a proposal moves no pass"
    claim = access_claim(world.manager, confirm(world))
    assert (claim.number, claim.passes, claim.month) == (1, 3, OCTOBER)
    assert world.states()[State.CLAIMED] == 3
    with pytest.raises(PreparedClaim.DoesNotExist):
        mine(world)
    assert not audit_programme(world.programme_id).differences


def test_preparing_twice_changes_nothing(world: World) -> None:
    prepare(world)
    before = list(PreparedLine.objects.order_by("id").values_list("id", "prepared_id"))
    assert prepare(world) == 0
    assert list(PreparedLine.objects.order_by("id").values_list("id", "prepared_id")) == before
    confirm(world)
    assert prepare(world) == 0


def test_a_claim_not_confirmed_goes_on_with_the_next_month(world: World) -> None:
    prepare(world)
    assert prepare(world, NOVEMBER, LATER) == 1
    assert (mine(world).month, len(proposed(world))) == (NOVEMBER, 4)
    assert access_claim(world.manager, confirm(world, day=LATER)).passes == 4


def test_a_place_that_files_by_itself_takes_what_was_prepared(world: World) -> None:
    prepare(world)
    claim = file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=NOVEMBER,
        by=world.actor(Role.PLACE),
        at=on(LATER),
    )
    assert access_claim(world.manager, claim).passes == 4
    assert not audit_programme(world.programme_id).differences


def test_a_pass_left_for_later_comes_with_the_next_month(world: World) -> None:
    prepare(world)
    place, [first, *_] = world.actor(Role.PLACE), proposed(world)
    leave_lines(prepared_id=mine(world).id, reasons={first: "Feuille pas encore signée"}, by=place, at=on(FIRST))
    assert len(proposed(world)) == 2
    assert prepare(world) == 0, "not again for the same month"
    assert access_claim(world.manager, confirm(world)).passes == 2
    with pytest.raises(no.NothingToClaim):
        file_claim(programme_id=world.programme_id, place_id=world.places[0], month=OCTOBER, by=place, at=on(FIRST))
    assert prepare(world, NOVEMBER, LATER) == 2
    assert first in proposed(world)
    assert not audit_programme(world.programme_id).differences


def test_a_pass_left_can_be_taken_back_before_the_claim_is_confirmed(world: World) -> None:
    prepare(world)
    place, prepared, [first, *_] = world.actor(Role.PLACE), mine(world).id, proposed(world)
    leave_lines(prepared_id=prepared, reasons={first: "À vérifier"}, by=place, at=on(FIRST))
    assert take_lines_back(prepared_id=prepared, redemption_ids=[first], by=place) == 1
    assert len(proposed(world)) == 3
    with pytest.raises(no.LineNotProposed):
        take_lines_back(prepared_id=prepared, redemption_ids=[first], by=place)


def test_what_was_undone_meanwhile_falls_out(world: World) -> None:
    prepare(world)
    row = redemptions(world.manager, world.programme_id).get(id=proposed(world)[0])
    given = {"programme_id": world.programme_id, "by": world.actor(Role.PLACE), "at": on(DAY, 18)}
    undo_redemption(redemption_id=row.id, cause="erreur", **given)
    assert access_claim(world.manager, confirm(world)).passes == 2
    assert PreparedLine.objects.get(redemption_id=row.id).state == PreparedLineState.GONE
    assert not audit_programme(world.programme_id).differences


def test_what_is_refused(world: World) -> None:
    prepare(world)
    place, prepared, [first, *_] = world.actor(Role.PLACE), mine(world).id, proposed(world)
    with pytest.raises(no.LeftWithoutReason):
        leave_lines(prepared_id=prepared, reasons={first: " "}, by=place, at=on(FIRST))
    with pytest.raises(no.LineNotProposed):
        leave_lines(prepared_id=prepared, reasons={world.places[0]: "?"}, by=place, at=on(FIRST))
    with pytest.raises(no.MonthNotOver):
        prepare(world, NOVEMBER)
    with pytest.raises(ClaimsClosed):
        prepare(world, NOVEMBER, date(2023, 3, 1))
    confirm(world)
    with pytest.raises(no.AlreadyConfirmed):
        confirm_claim(prepared_id=prepared, by=place, at=on(FIRST))
    with pytest.raises(no.AlreadyConfirmed):
        leave_lines(prepared_id=prepared, reasons={first: "?"}, by=place, at=on(FIRST))
    with pytest.raises(no.NothingToPrepare):
        prepare(build_world("vide"))


@pytest.mark.parametrize(
    "role", [Role.ACCOUNTANT, Role.AUDITOR, Role.PLACE, Role.MEDIATOR, Role.SECRETARY, Role.FUNDER]
)
def test_only_who_controls_claims_prepares(world: World, role: Role) -> None:
    with pytest.raises(NotAllowed):
        prepare(world, by=world.actor(role))
    with pytest.raises(NotAllowed):
        advance_preparation(programme_id=world.programme_id, by=world.actor(role), at=on(FIRST))


def test_nothing_of_another_place_or_authority_is_seen_or_confirmed(world: World) -> None:
    prepare(world)
    prepared, others = mine(world).id, [world.actor(Role.PLACE, 1), build_world("autre").actor(Role.PLACE)]
    for other in others:
        with pytest.raises(NotFound):
            confirm_claim(prepared_id=prepared, by=other, at=on(FIRST))
        with pytest.raises(NotFound):
            leave_lines(prepared_id=prepared, reasons={}, by=other, at=on(FIRST))
    for desk in (Role.FINANCE, Role.MANAGER, Role.MEDIATOR):
        with pytest.raises(NotAllowed):
            confirm_claim(prepared_id=prepared, by=world.actor(desk), at=on(FIRST))
    with pytest.raises(NotFound):
        preparations(world.actor(Role.PLACE), world.programme_id)


def test_a_run_is_left_and_taken_up_again_by_the_installation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passnumerique.settlement.operations.proposing.PASSES_AT_ONCE", 1)
    by = world.actor(Role.FINANCE)
    begun = begin_preparation(programme_id=world.programme_id, month=OCTOBER, by=by, at=on(FIRST))
    given = {"programme_id": world.programme_id, "at": on(FIRST)}
    run = advance_preparation(by=by, **given)
    assert run
    assert (run.id, run.places, run.places_done, run.ended_at) == (begun, 2, 1, None)
    with pytest.raises(no.PreparationRuns):
        begin_preparation(programme_id=world.programme_id, month=date(2021, 9, 1), by=by, at=on(FIRST))
    assert begin_preparation(programme_id=world.programme_id, month=OCTOBER, by=by, at=on(FIRST)) == begun
    by = system_actor(world.authority_id)
    steps = [advance_preparation(by=by, **given) for _ in range(3)]
    assert [one and (one.places_done, one.ended_at is None) for one in steps] == [(2, True), (2, False), None]
    assert preparations(world.manager, world.programme_id).get().passes == 5


def test_the_database_lets_no_redemption_stand_in_two_proposals(world: World) -> None:
    prepare(world)
    row = PreparedLine.objects.filter(prepared__place_id=world.places[0]).order_by("id")[0]
    row.prepared = mine(world, 1)
    row.id = world.places[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    return len(seen)


def test_the_number_of_statements_does_not_grow_with_the_lines(world: World) -> None:
    small = build_world("peu", quantity=60, booklets=6)
    large = build_world("beaucoup", quantity=60, booklets=6)
    small.spend(1, DAY)
    for day in range(11, 15):
        large.spend(10, date(2021, 10, day))
    few, many = (statements(lambda one=one: prepare(one)) for one in (small, large))
    assert many == few
    few, many = (statements(lambda one=one: confirm(one)) for one in (small, large))
    # Lines and signs are written and passes moved some hundreds at a time; only a sign more is one statement more.
    assert many - few <= 1
    assert ClaimLine.objects.filter(programme_id=large.programme_id).count() == 40
    assert claims(large.manager, large.programme_id).get().passes == 40


def test_a_place_that_asks_twice_in_one_instant_has_two_claims(world: World) -> None:
    def ask() -> UUID:
        given = {"place_id": world.places[0], "month": OCTOBER, "by": world.actor(Role.PLACE), "at": on(FIRST)}
        return file_claim(programme_id=world.programme_id, **given)  # type: ignore[arg-type]

    first = ask()
    world.spend(2, date(2021, 10, 13))
    second = ask()
    assert [access_claim(world.manager, one).passes for one in (first, second)] == [3, 2]
    assert audit_programme(world.programme_id).differences == ()
