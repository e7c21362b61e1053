"""Lots received, stock moved, passes handed over: what is done, and what is refused by name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from passnumerique.beneficiaries.rules import Profile
from passnumerique.directory.rules import AccreditationKind, Role
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ledger.rules import Account
from passnumerique.programmes.rules import EnvelopeExceeded, OutsideTerritory
from passnumerique.vouchers.models import DeliveryNote, Event, Handover, Lot, Voucher
from passnumerique.vouchers.operations import (
    Printed,
    Signatures,
    allocate,
    hand_over,
    issue_lot,
    receive_lot,
    return_stock,
    transfer_stock,
)
from passnumerique.vouchers.queries.history import access_voucher, codes_of, history, printed_code
from passnumerique.vouchers.queries.reading import ranges_of, vouchers_with_codes
from passnumerique.vouchers.rules import Act, State
from passnumerique.vouchers.rules import refusals as no
from tests.rooms.race import clean
from tests.rooms.world import PROFILE, SIGNED, START, World, build_world, on
from tests.unit.test_rule_book import TARGETS

pytestmark = pytest.mark.django_db
AFTER = date(2022, 11, 1)
"""The day after the end of the distribution."""


@pytest.fixture
def world() -> World:
    return build_world()


def common(world: World, role: Role = Role.MANAGER, rank: int = 0, day: date = START) -> dict[str, Any]:
    return {"programme_id": world.programme_id, "by": world.actor(role, rank), "at": on(day, 15)}


def refused(act: Any, kind: type[Refusal], **given: Any) -> Refusal:
    before = list(Voucher.objects.order_by("number").values_list())
    events = Event.objects.count()
    with pytest.raises(kind) as told:
        act(**given)
    assert list(Voucher.objects.order_by("number").values_list()) == before
    assert Event.objects.count() == events
    return told.value


def test_a_lot_issued_here_is_numbered_on_in_booklets_with_codes_of_its_own(world: World) -> None:
    lot = Lot.objects.get(id=world.issue(25))
    passes = list(Voucher.objects.filter(lot=lot).order_by("number"))
    assert [one.number for one in passes] == list(range(41, 66))
    assert [one.booklet for one in passes[::10]] == [5, 6, 7]
    codes = codes_of(world.programme_id, [one.id for one in passes])
    assert len(set(codes.values())) == 25
    found = vouchers_with_codes(world.programme_id, codes.values())
    assert {seen.number: code for code, seen in found.items()} == {one.number: codes[one.id] for one in passes}
    assert all(code.encode() not in bytes(one.code_hash) for one, code in zip(passes, codes.values(), strict=True))
    assert clean(world)


def test_a_lot_beyond_the_envelope_is_refused_whole(world: World) -> None:
    given = common(world) | {"reference": "LOT-2", "quantity": 61}
    told = refused(issue_lot, EnvelopeExceeded, **given)
    assert told.params == {"asked_cents": 61_000, "left_cents": 60_000}
    assert Lot.objects.count() == 1
    issue_lot(**given | {"quantity": 60})
    assert world.money()[Account.COMMITTED] == 100_000


@pytest.mark.parametrize(
    ("passes", "kind"),
    [
        ([], no.EmptyRange),
        ([Printed(50, 9, "A"), Printed(52, 9, "B")], no.LotFileInvalid),
        ([Printed(50, 9, "A"), Printed(51, 9, "a ")], no.LotFileInvalid),
        ([Printed(50, 9, "A"), Printed(50, 9, "B")], no.LotFileInvalid),
        ([Printed(50, 9, "A"), Printed(51, 9, " - ")], no.LotFileInvalid),
        ([Printed(0, 9, "A")], no.LotFileInvalid),
        ([Printed(40, 9, "A"), Printed(41, 9, "B")], no.NumbersAlreadyReceived),
    ],
)
def test_a_bad_lot_is_refused_whole(world: World, passes: list[Printed], kind: type[Refusal]) -> None:
    refused(receive_lot, kind, reference="F", passes=passes, file=b"f", **common(world))


def test_a_lot_of_the_issuer_keeps_its_numbers_and_shows_no_code(world: World) -> None:
    passes = [Printed(900 + rank, 77, f"BEE-{rank}") for rank in range(3)]
    receive_lot(reference="F-1", passes=passes, file=b"f", **common(world))
    seen = vouchers_with_codes(world.programme_id, ["bee-1"])["BEE1"]
    assert (seen.number, seen.booklet) == (901, 77)
    assert printed_code(access_voucher(world.manager, world.programme_id, 901)) is None
    again = [Printed(950, 78, "BEE-1")]
    refused(receive_lot, no.NumbersAlreadyReceived, reference="F-2", passes=again, file=b"g", **common(world))
    refused(receive_lot, no.NumbersAlreadyReceived, reference="F-1", passes=again, file=b"g", **common(world))
    assert clean(world)


def give(world: World, structure: int = 1, **changes: Any) -> dict[str, Any]:
    given = {"structure_id": world.structures[structure], "booklets": [(3, 3)], "signatures": SIGNED}
    return common(world) | given | changes


def test_whole_booklets_go_to_a_structure_with_a_signed_note(world: World) -> None:
    note = DeliveryNote.objects.get(id=allocate(**give(world, booklets=[(3, 3), (4, 4)])))
    assert (note.number, note.ranges, note.quantity) == (2, [[21, 40]], 20)
    assert (note.giver_id, note.receiver_id) == (NOBODY, world.structures[1])
    assert (note.signed_by_giver, note.signed_by_receiver) == (SIGNED.giver, SIGNED.receiver)
    assert clean(world)


def test_an_allocation_is_refused_by_name(world: World) -> None:
    refused(allocate, no.RangePartlyGone, **give(world, booklets=[(2, 3)]))
    refused(allocate, no.RangePartlyGone, **give(world, booklets=[(4, 99)]))
    refused(allocate, no.EmptyRange, **give(world, booklets=[]))
    refused(allocate, no.SignatureMissing, **give(world, signatures=Signatures("Une personne", " ")))
    refused(allocate, no.StructureNotActive, **give(world, structure_id=new_id(on(START))))
    refused(allocate, no.DistributionOver, **give(world, at=on(AFTER)))
    for role in set(Role) - {Role.MANAGER}:
        refused(allocate, NotAllowed, **give(world, by=world.person(role, world.structures[0])))
    refused(allocate, NotFound, **give(world, by=build_world("meuse", quantity=0, booklets=0).manager))
    assert clean(world)


def test_the_refusal_of_a_range_names_the_numbers_that_are_gone(world: World) -> None:
    told = refused(allocate, no.RangePartlyGone, **give(world, booklets=[(2, 3)]))
    assert told.params == {"numbers": "11–20"}


def test_stock_comes_back_and_goes_to_another_structure(world: World) -> None:
    here, there = world.structures
    mine = common(world, Role.PRESCRIBER) | {"numbers": [(1, 3), (7, 7)], "signatures": SIGNED}
    transfer_stock(giver_id=here, receiver_id=there, **mine)
    back = common(world, Role.PRESCRIBER, 1) | {"numbers": [(1, 2)], "signatures": SIGNED}
    return_stock(structure_id=there, **back)
    stocks = Voucher.objects.filter(number__lte=7).order_by("number").values_list("structure_id", flat=True)
    assert list(stocks) == [NOBODY, NOBODY, there, here, here, here, there]
    refused(transfer_stock, no.SameStructure, giver_id=here, receiver_id=here, **mine)
    refused(return_stock, no.RangePartlyGone, structure_id=there, **back)
    refused(return_stock, NotAllowed, structure_id=here, **back)
    assert list(DeliveryNote.objects.order_by("number").values_list("number", "act")) == [
        (1, Act.ALLOCATE), (2, Act.TRANSFER), (3, Act.RETURN),
    ]  # fmt: skip
    assert clean(world)


def test_what_is_left_may_be_returned_after_the_distribution_but_not_passed_on(world: World) -> None:
    here, there = world.structures
    given = common(world, day=AFTER) | {"numbers": [(1, 1)], "signatures": SIGNED}
    refused(transfer_stock, no.DistributionOver, giver_id=here, receiver_id=there, **given)
    return_stock(structure_id=here, **given)


def hand(world: World, **changes: Any) -> dict[str, Any]:
    given = {"structure_id": world.structures[0], "numbers": [(1, 3)], "profile": PROFILE}
    return common(world, Role.PRESCRIBER) | given | changes


def contact(text: str) -> Profile:
    return replace(PROFILE, contact=text)


def test_passes_are_handed_to_somebody_without_a_name(world: World) -> None:
    row = Handover.objects.get(id=hand_over(**hand(world)))
    assert (row.quantity, row.recipient.commune, row.recipient.keys.count()) == (3, "55545", 0)
    lines = history(world.programme_id, access_voucher(world.manager, world.programme_id, 2).id)
    assert [line.act for line in lines] == [Act.RECEIVE, Act.ALLOCATE, Act.HAND_OVER]
    assert {voucher.handover_id for voucher in Voucher.objects.filter(state=State.HELD)} == {row.id}
    assert clean(world)


def test_a_hand_over_is_refused_by_name(world: World) -> None:
    refused(hand_over, NotAllowed, **hand(world, by=world.actor(Role.PRESCRIBER, 1)))
    refused(hand_over, NotAllowed, **hand(world, by=world.manager))
    refused(hand_over, no.UnknownNumbers, **hand(world, numbers=[(800, 900)]))
    refused(hand_over, no.EmptyRange, **hand(world, numbers=[]))
    refused(hand_over, no.RangePartlyGone, **hand(world, numbers=[(20, 21)]))
    refused(hand_over, no.DistributionOver, **hand(world, at=on(AFTER)))
    elsewhere = replace(PROFILE, commune="75056")
    refused(hand_over, OutsideTerritory, **hand(world, profile=elsewhere))
    refused(hand_over, no.TooManyForOnePerson, **hand(world, numbers=[(1, 11)]))
    hand_over(**hand(world))
    refused(hand_over, no.AlreadyHandedOver, **hand(world, numbers=[(1, 1)]))
    assert Handover.objects.count() == 1
    assert clean(world)


def test_the_last_day_of_the_distribution_still_counts(world: World) -> None:
    hand_over(**hand(world, at=on(AFTER - timedelta(days=1), 23, 59)))


def test_the_cap_follows_the_person_however_the_contact_is_written(world: World) -> None:
    world.set(passes_per_person=4)
    hand_over(**hand(world, profile=contact("06 12 34 56 78")))
    for written in ("+33612345678", "06.12.34.56.78"):
        told = refused(hand_over, no.TooManyForOnePerson, **hand(world, numbers=[(4, 5)], profile=contact(written)))
        assert told.params == {"cap": 4, "count": 5}
    hand_over(**hand(world, numbers=[(4, 5)], profile=contact("someone@example.org")))
    assert clean(world)


def test_residents_alone_only_where_the_programme_says_so() -> None:
    world = build_world(eligible="anybody")
    elsewhere = replace(PROFILE, commune="75056")
    hand_over(**hand(world, profile=elsewhere))


def test_a_structure_that_leaves_hands_nothing_over_any_more(world: World) -> None:
    gone = world.organisation("Structure sortante")
    world.accredit(gone, AccreditationKind.PRESCRIBER, until_day=START + timedelta(days=10))
    world.structures.append(gone)
    allocate(**give(world, structure=2, booklets=[(3, 3)]))
    late = on(START + timedelta(days=11))
    given = hand(world, structure_id=gone, numbers=[(21, 21)], by=world.actor(Role.PRESCRIBER, 2))
    refused(hand_over, no.StructureNotActive, **given | {"at": late})
    return_stock(structure_id=gone, numbers=[(21, 30)], signatures=SIGNED, **common(world, day=late.date()))


@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.STRUCTURE_STOCK, "structure_id": NOBODY},
        {"state": State.HELD, "handover_id": None},
        {"state": State.REDEEMED},
        {"place_id": UUID(int=5)},
        {"state": "lapsed"},
        {"number": 2},
    ],
)
def test_the_database_refuses_what_must_not_be(world: World, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(number=1).update(**changes)


def test_the_database_takes_only_steps_of_the_book_and_each_once(world: World) -> None:
    event = Event.objects.filter(voucher__number=1).latest("step")
    for changes in ({"act": Act.PAY}, {"from_state": State.HELD}, {"step": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(**changes)


def test_ranges_are_the_fewest() -> None:
    assert ranges_of([3, 1, 2, 7, 7]) == [(1, 3), (7, 7)]
    assert ranges_of([]) == []


def test_the_check_of_the_database_is_the_rule_book_for_every_act_and_pair_of_states(world: World) -> None:
    """Against the table written by hand, and through the database itself."""
    row = Event.objects.filter(programme_id=world.programme_id).order_by("id")[:1].get()
    allowed = {(act, source, to) for source, acts in TARGETS.items() for act, tos in acts.items() for to in tos}
    assert {one for one in every_triple() if database_takes(row, *one)} == allowed


def every_triple() -> Iterator[tuple[str, str, str]]:
    """Each act from each state, and from none, to each state."""
    return ((act.value, source, to.value) for act in Act for source in TARGETS for to in State)


def database_takes(row: Event, act: str, source: str, target: str) -> bool:
    """Whether an event row may hold this step."""
    try:
        with transaction.atomic():
            return bool(Event.objects.filter(pk=row.pk).update(act=act, from_state=source, to_state=target))
    except IntegrityError:
        return False
