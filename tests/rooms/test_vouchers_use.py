"""Passes used, corrected, lost, found, replaced, cancelled: what is done, and what is refused by name."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from passnumerique.directory.rules import AccreditationKind, Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ledger.rules import Account
from passnumerique.training.operations import redeem_at_session, undo_redemption, workshop_of
from passnumerique.training.operations.redeeming import REDEEMING
from passnumerique.training.queries.sessions import access_session
from passnumerique.vouchers.models import Event, Redemption, Reversal, Voucher
from passnumerique.vouchers.operations import Outcome, Scan, cancel, declare_lost, find, replace
from passnumerique.vouchers.operations.redeeming import Asked
from passnumerique.vouchers.queries.history import access_voucher, history, redemptions
from passnumerique.vouchers.queries.stock import stock_of
from passnumerique.vouchers.rules import Act, State
from passnumerique.vouchers.rules import refusals as no
from tests.rooms.race import clean
from tests.rooms.world import World, build_beside, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
LAST = date(2022, 12, 31)


@pytest.fixture
def world() -> World:
    return build_world()


def present(world: World, session: UUID, codes: list[str], day: date = DAY, **changes: Any) -> list[Outcome]:
    at = on(day, 14, 30)
    given = {
        "programme_id": world.programme_id,
        "session_id": session,
        "scans": [Scan(new_id(at), code) for code in codes],
        "redeemed_at": at,
        "by": world.actor(Role.PLACE),
        "at": at,
    }
    return redeem_at_session(**given | changes)


def names(outcomes: list[Outcome]) -> list[str | None]:
    return [one.refusal.name if one.refusal else None for one in outcomes]


def state(world: World, number: int) -> State:
    return State(access_voucher(world.manager, world.programme_id, number).state)


def test_each_bad_pass_of_a_set_is_told_why_and_the_good_ones_are_taken(world: World) -> None:
    good, spent, lost, gone = world.hand_over(4)
    session = world.session(DAY)
    present(world, session, [world.code(spent)])
    common = {"programme_id": world.programme_id, "by": world.manager, "at": on(DAY), "cause": "Perdu"}
    declare_lost(numbers=[(lost, lost)], **common)
    cancel(numbers=[(gone, gone)], **common)
    beside, other = build_beside(world, "voisin"), build_world("meuse")
    [neighbour], [foreign] = beside.hand_over(1), other.hand_over(1)
    stocked = stock_of(world.programme_id, world.structures[0], 1)[0]
    mistyped = ("1" if world.code(good)[0] == "0" else "0") + world.code(good)[1:]
    numbers = [good, spent, lost, gone, stocked, 30]
    codes = [world.code(number) for number in numbers]
    told = names(
        present(
            world, session, [*codes, beside.code(neighbour), other.code(foreign), mistyped, "ABC", world.code(good)]
        )
    )
    assert told == [
        None, "already_redeemed", "is_blocked", "is_cancelled", "not_handed_over", "not_allocated",
        "code_of_another_programme", "unknown_code", "wrong_check_letter", "unknown_code", "already_redeemed",
    ]  # fmt: skip
    assert state(world, good) is State.REDEEMED
    assert clean(world)


def test_already_used_says_when_and_where(world: World) -> None:
    [number] = world.spend(1, DAY)
    session = world.session(DAY + timedelta(days=1), place=1)
    [told] = present(world, session, [world.code(number)], DAY + timedelta(days=1), by=world.actor(Role.PLACE, 1))
    assert told.refusal
    assert told.refusal.params == {"where": " le 12/10/2021 (Lieu 1 verdun (fictif))"}


def test_the_same_id_replays_and_never_spends_twice(world: World) -> None:
    first, second = world.hand_over(2)
    session = world.session(DAY)
    scan = Scan(new_id(on(DAY)), world.code(first))
    assert names(present(world, session, [], scans=[scan])) == [None]
    [again] = present(world, session, [], scans=[scan])
    assert (again.refusal, again.replayed, again.number) == (None, True, first)
    [clash] = present(world, session, [], scans=[Scan(scan.id, world.code(second))])
    assert names([clash]) == ["id_already_used"]
    assert state(world, second) is State.HELD
    assert Redemption.objects.count() == 1


def test_a_whole_set_is_refused_elsewhere_too_late_or_by_others(world: World) -> None:
    [number] = world.hand_over(1)
    session, code = world.session(DAY), [world.code(number)]
    bad: list[tuple[type[Refusal], dict[str, Any]]] = [
        (NotAllowed, {"by": world.manager}),
        (NotAllowed, {"by": world.actor(Role.PRESCRIBER)}),
        (NotFound, {"by": world.actor(Role.PLACE, 1)}),
        (NotFound, {"by": build_world("meuse").actor(Role.PLACE)}),
        (no.Lapsed, {"redeemed_at": on(LAST + timedelta(days=1), 9), "at": on(LAST + timedelta(days=1), 9)}),
    ]
    for kind, changes in bad:
        with pytest.raises(kind):
            present(world, session, code, **changes)
    assert state(world, number) is State.HELD
    assert Event.objects.filter(act=Act.REDEEM).count() == 0


def test_a_pass_is_taken_until_the_last_day_and_its_tolerance() -> None:
    world = build_world(tolerance_days=10)
    early, late = world.hand_over(2)
    session = world.session(LAST)
    assert names(present(world, session, [world.code(early)], LAST + timedelta(days=10))) == [None]
    with pytest.raises(no.Lapsed):
        present(world, session, [world.code(late)], LAST + timedelta(days=11))
    assert state(world, late) is State.HELD, "lapsed is read from the calendar, never stored"
    assert clean(world)


def test_a_place_that_is_not_accredited_that_day_takes_no_pass(world: World) -> None:
    gone = world.organisation("Lieu sortant")
    world.accredit(gone, AccreditationKind.PLACE, until_day=DAY)
    world.places.append(gone)
    [number] = world.hand_over(1)
    session = world.session(DAY, place=2)
    with pytest.raises(no.PlaceNotAccredited):
        present(world, session, [world.code(number)], DAY + timedelta(days=1), by=world.actor(Role.PLACE, 2))


def test_a_session_of_two_passes_takes_two_of_one_person_or_none() -> None:
    world = build_world(purchase="module_price")
    one, two, three = world.hand_over(3)
    session = world.session(DAY, module=1)
    person = new_id(on(DAY))
    told = world.redeem(session, [one], DAY, participant=person)
    assert names(told) == ["wrong_number_of_passes"]
    told = world.redeem(session, [one, two], DAY, participant=person)
    assert names(told) == [None, None]
    other = new_id(on(DAY))
    told = world.redeem(session, [two, three], DAY, participant=other)
    assert "already_redeemed" in names(told)
    assert state(world, three) is State.HELD, "nobody's session is half paid"
    assert world.money()[Account.DUE] == 2000
    assert clean(world)


def test_the_register_takes_nothing_for_another_place(world: World) -> None:
    [number] = world.hand_over(1)
    workshop = workshop_of(access_session(world.manager, world.programme_id, world.session(DAY)))
    scan = Scan(new_id(on(DAY)), world.code(number))
    asked = [Asked(scan, workshop, on(DAY, 14), world.actor(Role.PLACE, 1))]
    told = REDEEMING.redeem(programme_id=world.programme_id, asked=asked, at=on(DAY, 14))
    assert names(told) == ["not_found"]
    assert state(world, number) is State.HELD


def undo(world: World, redemption_id: UUID, **changes: Any) -> None:
    given = {"programme_id": world.programme_id, "redemption_id": redemption_id, "cause": "Mauvais pass"}
    undo_redemption(**given | {"by": world.actor(Role.PLACE), "at": on(DAY, 16)} | changes)


def test_an_undo_is_a_row_of_its_own_and_the_pass_can_be_used_again(world: World) -> None:
    [number] = world.spend(1, DAY)
    row = redemptions(world.manager, world.programme_id).get()
    undo(world, row.id)
    assert (state(world, number), world.money().get(Account.DUE)) == (State.HELD, None)
    assert Redemption.objects.count() == Reversal.objects.count() == 1
    world.redeem(world.session(DAY + timedelta(days=1)), [number], DAY + timedelta(days=1))
    assert sorted(Redemption.objects.values_list("turn", flat=True)) == [0, 1]
    acts = [line.act for line in history(world.programme_id, row.voucher_id)][-3:]
    assert acts == [Act.REDEEM, Act.UNDO, Act.REDEEM]
    with pytest.raises(no.NotRedeemedYet) if state(world, number) is State.HELD else pytest.raises(Refusal):
        undo(world, row.id)
    assert clean(world)


def test_an_undo_is_refused_by_name(world: World) -> None:
    world.spend(1, DAY)
    row = redemptions(world.manager, world.programme_id).get()
    in_time, too_late = on(DAY + timedelta(days=2), 14, 30), on(DAY + timedelta(days=2), 14, 31)
    for kind, changes in (
        (no.UndoElsewhere, {"by": world.actor(Role.PLACE, 1)}),
        (NotAllowed, {"by": world.manager}),
        (NotFound, {"redemption_id": new_id(on(DAY))}),
        (no.UndoTooLate, {"at": too_late}),
    ):
        with pytest.raises(kind):
            undo(world, **{"redemption_id": row.id} | changes)
    assert Reversal.objects.count() == 0
    undo(world, row.id, at=in_time)


def lose(world: World, *numbers: int, by: Any = None, act: Any = declare_lost) -> int:
    ranges = [(number, number) for number in numbers]
    given = {"programme_id": world.programme_id, "cause": "Perdu", "at": on(DAY)}
    return act(numbers=ranges, by=by or world.manager, **given)


def test_lost_passes_are_blocked_and_go_back_where_they_were(world: World) -> None:
    [held] = world.hand_over(1)
    assert lose(world, held, 15, 35) == 3
    assert {state(world, number) for number in (held, 15, 35)} == {State.BLOCKED}
    with pytest.raises(no.IsBlocked):
        lose(world, held)
    assert lose(world, held, 15, 35, act=find) == 3
    assert [state(world, number) for number in (held, 15, 35)] == [
        State.HELD, State.STRUCTURE_STOCK, State.AUTHORITY_STOCK,
    ]  # fmt: skip
    with pytest.raises(no.NotBlocked):
        lose(world, held, act=find)
    assert clean(world)


def test_a_range_with_one_spent_pass_is_not_blocked(world: World) -> None:
    [spent] = world.spend(1, DAY)
    with pytest.raises(no.AlreadyRedeemed):
        lose(world, spent, 15)
    assert state(world, 15) is State.STRUCTURE_STOCK
    with pytest.raises(no.UnknownNumbers):
        lose(world, 15, 4000)


def test_a_structure_declares_its_own_passes_only(world: World) -> None:
    assert lose(world, 3, by=world.actor(Role.PRESCRIBER)) == 1
    for role, rank in ((Role.PRESCRIBER, 1), (Role.PLACE, 0), (Role.FINANCE, 0)):
        with pytest.raises(NotAllowed):
            lose(world, 4, by=world.actor(role, rank))


def instead(world: World, old: int, new: int, day: date = DAY) -> None:
    replace(programme_id=world.programme_id, number=old, by_number=new, cause="Perdu", by=world.manager, at=on(day))


def test_a_lost_pass_is_replaced_from_stock_with_the_same_holder(world: World) -> None:
    [held] = world.hand_over(1)
    spare = stock_of(world.programme_id, world.structures[0], 1)[0]
    with pytest.raises(no.NotBlocked):
        instead(world, held, spare)
    lose(world, held)
    with pytest.raises(no.NothingToReplaceWith):
        instead(world, held, held)
    instead(world, held, spare)
    old, new = (Voucher.objects.get(number=number) for number in (held, spare))
    assert (old.state, new.state) == (State.REPLACED, State.HELD)
    assert old.handover_id == new.handover_id is not None
    assert world.money()[Account.ENVELOPE] == 61_000
    session = world.session(DAY)
    assert names(present(world, session, [world.code(held), world.code(spare)])) == ["is_replaced", None]
    assert clean(world)


def test_where_lost_passes_are_searched_they_are_replaced_after_they_lapse() -> None:
    world = build_world(lost_policy="search_until_expiry")
    [held] = world.hand_over(1)
    lose(world, held)
    with pytest.raises(no.NotYetToReplace) as told:
        instead(world, held, 30, LAST)
    assert told.value.params == {"until": LAST}
    instead(world, held, 30, LAST + timedelta(days=1))
    assert clean(world)


def test_a_cancelled_pass_gives_its_value_back(world: World) -> None:
    [held] = world.hand_over(1)
    lose(world, 15)
    assert lose(world, held, 15, 35, act=cancel) == 3
    assert world.money() == {Account.AUTHORISED: 100_000, Account.ENVELOPE: 63_000, Account.COMMITTED: 37_000}
    with pytest.raises(no.IsCancelled):
        lose(world, held, act=cancel)
    assert clean(world)


def test_where_the_zone_is_the_territory_a_place_outside_it_takes_nothing(world: World) -> None:
    elsewhere = world.organisation("Lieu d’ailleurs", insee_code="55181", commune="Étain")
    world.accredit(elsewhere, AccreditationKind.PLACE)
    world.places.append(elsewhere)
    [kept, taken] = world.hand_over(2)
    session = world.session(DAY, place=2)
    world.set(zone="territory")
    with pytest.raises(no.PlaceOutsideZone):
        world.redeem(session, [kept], DAY, place=2)
    assert state(world, kept) is State.HELD
    assert names(world.redeem(world.session(DAY), [taken], DAY)) == [None]
    world.set(DAY, zone="any_accredited_place")
    assert names(world.redeem(session, [kept], DAY, place=2)) == [None]
