"""A place's money: claimed, controlled, decided, ordered, paid."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ledger.rules import Account
from passnumerique.settlement.models import Claim, ClaimLine
from passnumerique.settlement.operations import (
    approve_claim,
    approve_disputed_lines,
    control_lines,
    file_claim,
    order_payment,
    record_payment,
)
from passnumerique.settlement.queries import (
    access_claim,
    claim_line_rows,
    claim_rows,
    claimable,
    claims,
    late_claims,
    lines_carried_from,
    lines_of,
    order_of,
    payment_of,
)
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.settlement.rules import refusals as no
from passnumerique.training.operations import undo_redemption
from passnumerique.vouchers.queries.history import access_voucher, history, redemptions
from passnumerique.vouchers.rules import Act, State
from passnumerique.vouchers.rules.refusals import AlreadyClaimed, ClaimsClosed
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = date(2021, 10, 1), date(2021, 11, 1)
DAY, CONTROLLED, ORDERED, PAID = date(2021, 10, 12), date(2021, 11, 10), date(2021, 11, 15), date(2021, 11, 20)
MISSING = "Feuille d’émargement absente"


@pytest.fixture
def world() -> World:
    """Fees of 4 %, four passes used in October at the first place."""
    made = build_world(issuer_fee_rate=400)
    made.spend(4, DAY)
    return made


def file(world: World, month: date = OCTOBER, place: int = 0, **given: Any) -> UUID:
    given = {"by": world.actor(Role.PLACE, place), "at": on(date(2021, 11, 3))} | given
    return file_claim(programme_id=world.programme_id, place_id=world.places[place], month=month, **given)


def lines(world: World, claim_id: UUID) -> list[ClaimLine]:
    return list(lines_of(world.manager, claim_id))


def control(world: World, claim_id: UUID, verdicts: dict[UUID, tuple[Verdict, str]], **given: Any) -> None:
    given = {"by": world.actor(Role.FINANCE), "at": on(CONTROLLED)} | given
    control_lines(claim_id=claim_id, verdicts=verdicts, **given)


def approve(world: World, claim_id: UUID, **given: Any) -> int:
    given = {"by": world.manager, "at": on(CONTROLLED, 16), "approve_rest": True} | given
    return approve_claim(claim_id=claim_id, **given)


def order(world: World, claim_id: UUID, day: date = ORDERED, **given: Any) -> UUID:
    given = {"by": world.actor(Role.FINANCE), "at": on(day), "reference": "M-1"} | given
    return order_payment(claim_id=claim_id, ordered_on=day, **given)


def pay(world: World, claim_id: UUID, day: date = PAID, **given: Any) -> UUID:
    given = {"by": world.actor(Role.FINANCE), "at": on(day), "reference": "V-1"} | given
    return record_payment(claim_id=claim_id, paid_on=day, **given)


def one(world: World, claim_id: UUID) -> Claim:
    return access_claim(world.manager, claim_id)


def reject_first(world: World, claim_id: UUID) -> UUID:
    """Control the claim with its first line contested; the line's id."""
    line = lines(world, claim_id)[0].id
    control(world, claim_id, {line: (Verdict.REJECTED, MISSING)})
    return line


def test_a_claim_takes_what_was_used_up_to_the_end_of_the_month(world: World) -> None:
    world.spend(2, date(2021, 11, 2))
    world.spend(1, DAY, place=1)
    place = world.actor(Role.PLACE)
    expected = claimable(place, world.programme_id, world.places[0], OCTOBER)
    assert (expected.passes, expected.face_cents, expected.fee_cents, expected.net_cents) == (4, 4000, 160, 3840)
    assert (expected.first_day, expected.last_day) == (DAY, DAY)
    claim = one(world, file(world))
    assert (claim.number, claim.month, claim.state, claim.passes) == (1, OCTOBER, ClaimState.FILED, 4)
    assert (claim.face_cents, claim.fee_cents, claim.net_cents, claim.payable_cents) == (4000, 160, 3840, 0)
    assert world.states()[State.CLAIMED] == 4
    assert claimable(place, world.programme_id, world.places[0], OCTOBER).passes == 0
    november = one(world, file(world, NOVEMBER, at=on(date(2021, 12, 1))))
    assert (november.number, november.passes) == (2, 2)
    assert one(world, file(world, place=1)).number == 3


def test_what_was_forgotten_comes_with_the_next_claim(world: World) -> None:
    world.spend(2, date(2021, 11, 2))
    assert one(world, file(world, NOVEMBER, at=on(date(2021, 12, 1)))).passes == 6


def test_each_line_bears_the_fee_of_its_day(world: World) -> None:
    world.set(date(2021, 10, 20), issuer_fee_rate=0)
    world.spend(1, date(2021, 10, 25))
    assert [line.fee_cents for line in lines(world, file(world))] == [40, 40, 40, 40, 0]


def test_what_was_undone_is_not_claimed(world: World) -> None:
    row = redemptions(world.manager, world.programme_id)[0]

    def undo() -> None:
        undo_redemption(
            programme_id=world.programme_id,
            redemption_id=row.id,
            cause="erreur",
            by=world.actor(Role.PLACE),
            at=on(DAY, 17),
        )

    undo()
    claim = file(world)
    assert one(world, claim).passes == 3
    row = redemptions(world.manager, world.programme_id)[0]
    with pytest.raises(AlreadyClaimed):
        undo()


def test_what_a_filing_refuses(world: World) -> None:
    with pytest.raises(no.MonthNotOver):
        file(world, at=on(date(2021, 10, 31)))
    with pytest.raises(no.NothingToClaim):
        file(world, date(2021, 9, 1))
    with pytest.raises(no.NothingToClaim):
        file(world, place=1)
    with pytest.raises(NotFound):
        file(world, by=world.actor(Role.PLACE, 1))
    with pytest.raises(NotAllowed):
        file(world, by=world.actor(Role.MEDIATOR))
    with pytest.raises(ClaimsClosed):
        file(world, at=on(date(2023, 3, 1)))
    with pytest.raises(NotFound):
        file(world, by=build_world("autre").actor(Role.PLACE))
    nobody = Actor(None, "", Role.PLACE, world.authority_id, world.places[0])
    with pytest.raises(NotAllowed):
        file(world, by=nobody)
    assert not Claim.objects.exists()
    assert world.states()[State.REDEEMED] == 4
    file(world)
    with pytest.raises(no.NothingToClaim):
        file(world)


def test_the_last_month_is_claimed_before_it_is_over(world: World) -> None:
    assert one(world, file(world, date(2023, 2, 1), at=on(date(2023, 2, 20)))).passes == 4


def test_a_claim_goes_to_its_payment(world: World) -> None:
    claim = file(world)
    control(world, claim, {line.id: (Verdict.APPROVED, "") for line in lines(world, claim)})
    assert world.states()[State.CLAIMED] == 4
    assert approve(world, claim, approve_rest=False) == 3840
    assert (one(world, claim).state, world.states()[State.APPROVED]) == (ClaimState.APPROVED, 4)
    order(world, claim)
    assert one(world, claim).state == ClaimState.ORDERED
    assert world.money()[Account.DUE] == 4000
    pay(world, claim)
    now = one(world, claim)
    assert (now.state, now.payable_cents, world.states()[State.REIMBURSED]) == (ClaimState.PAID, 3840, 4)
    assert (world.money()[Account.PAID], Account.DUE in world.money()) == (4000, False)
    ordered, paid = order_of(now), payment_of(now)
    assert ordered
    assert paid
    assert (ordered.reference, ordered.amount_cents, ordered.ordered_on) == ("M-1", 3840, ORDERED)
    assert (paid.reference, paid.amount_cents, paid.paid_on) == ("V-1", 3840, PAID)


def test_contested_lines_are_told_why_and_not_paid(world: World) -> None:
    claim = file(world)
    reject_first(world, claim)
    assert approve(world, claim) == 2880
    order(world, claim)
    pay(world, claim)
    assert (world.states()[State.DISPUTED], world.states()[State.REIMBURSED]) == (1, 3)
    assert world.money()[Account.DUE] == 1000
    disputed = access_voucher(world.manager, world.programme_id, lines(world, claim)[0].voucher_number)
    last = history(world.programme_id, disputed.id)[-1]
    assert (last.act, last.cause) == (Act.REJECT, MISSING)
    assert one(world, claim).rejected_lines == 1  # type: ignore[attr-defined]


def test_a_claim_contested_on_every_line_is_rejected_whole(world: World) -> None:
    claim = file(world)
    control(world, claim, {line.id: (Verdict.REJECTED, MISSING) for line in lines(world, claim)})
    assert approve(world, claim, approve_rest=False) == 0
    assert one(world, claim).state == ClaimState.REJECTED
    with pytest.raises(no.ClaimNotReady):
        order(world, claim)


def test_the_control_is_complete_and_gives_its_reasons(world: World) -> None:
    claim = file(world)
    first, *_ = lines(world, claim)
    with pytest.raises(no.RejectionWithoutReason):
        control(world, claim, {first.id: (Verdict.REJECTED, "  ")})
    with pytest.raises(no.VerdictMissing):
        control(world, claim, {first.id: (Verdict.PENDING, "")})
    with pytest.raises(NotFound):
        control(world, claim, {first.id: (Verdict.APPROVED, ""), new_id(on(DAY)): (Verdict.APPROVED, "")})
    assert {line.verdict for line in lines(world, claim)} == {Verdict.PENDING}
    control(world, claim, {first.id: (Verdict.REJECTED, MISSING)})
    control(world, claim, {first.id: (Verdict.APPROVED, "ignoré")})
    assert (lines(world, claim)[0].verdict, lines(world, claim)[0].reason) == (Verdict.APPROVED, "")
    with pytest.raises(no.LineWithoutVerdict) as refused:
        approve(world, claim, approve_rest=False)
    assert refused.value.params == {"count": 3}
    assert one(world, claim).state == ClaimState.FILED
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimLine.objects.filter(id=first.id).update(verdict=Verdict.REJECTED, reason="")


def test_nobody_decides_on_their_own_claim(world: World) -> None:
    preparer = world.actor(Role.PLACE)
    claim = file(world, by=preparer)
    both_hats = Actor(preparer.user_id, "Alix (fictif)", Role.MANAGER, world.authority_id)
    line = lines(world, claim)[0].id
    with pytest.raises(no.ApproverIsPreparer):
        control(world, claim, {line: (Verdict.APPROVED, "")}, by=both_hats)
    with pytest.raises(no.ApproverIsPreparer):
        approve(world, claim, by=both_hats)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.update(state=ClaimState.APPROVED, approved_by=preparer.user_id, approved_at=on(DAY))


def test_each_step_comes_once_and_in_its_turn(world: World) -> None:
    claim = file(world)
    with pytest.raises(no.ClaimNotReady) as refused:
        order(world, claim)
    assert refused.value.params == {"number": 1, "state": "déposée, à contrôler"}
    approve(world, claim)
    with pytest.raises(no.ClaimNotReady):
        approve(world, claim)
    with pytest.raises(no.ClaimNotReady):
        control(world, claim, {lines(world, claim)[0].id: (Verdict.APPROVED, "")})
    with pytest.raises(no.ClaimNotReady):
        pay(world, claim)
    with pytest.raises(no.PaymentReferenceMissing):
        order(world, claim, reference=" ")
    with pytest.raises(no.PaidBeforeDecided):
        order(world, claim, date(2021, 11, 9))
    order(world, claim)
    with pytest.raises(no.ClaimNotReady):
        order(world, claim)
    with pytest.raises(no.PaidBeforeDecided):
        pay(world, claim, date(2021, 11, 14))
    pay(world, claim)
    with pytest.raises(no.ClaimNotReady):
        pay(world, claim)


def test_who_may_do_what_with_claims(world: World) -> None:
    claim = file(world)
    place, auditor = world.actor(Role.PLACE), world.actor(Role.AUDITOR)
    for who in (place, auditor, world.actor(Role.ACCOUNTANT)):
        with pytest.raises(NotAllowed):
            control(world, claim, {}, by=who)
        with pytest.raises(NotAllowed):
            approve(world, claim, by=who)
    approve(world, claim, by=world.actor(Role.FINANCE))
    for who in (place, auditor, world.manager):
        with pytest.raises(NotAllowed):
            order(world, claim, by=who)
    order(world, claim)
    with pytest.raises(NotAllowed):
        pay(world, claim, by=world.manager)


def test_a_contested_line_accepted_before_the_order_joins_its_claim(world: World) -> None:
    claim = file(world)
    line = reject_first(world, claim)
    approve(world, claim)
    with pytest.raises(no.LineNotDisputed):
        accept(world, claim, [lines(world, claim)[1].id])
    assert accept(world, claim, [line]) == claim
    assert one(world, claim).payable_cents == 3840
    order(world, claim)
    pay(world, claim)
    assert world.states()[State.REIMBURSED] == 4


def accept(world: World, claim_id: UUID, line_ids: list[UUID]) -> UUID:
    return approve_disputed_lines(
        claim_id=claim_id, line_ids=line_ids, by=world.manager, at=on(date(2021, 12, 1)), cause="Feuille reçue"
    )


def test_a_contested_line_accepted_after_the_order_is_paid_by_a_complement(world: World) -> None:
    claim = file(world)
    line = reject_first(world, claim)
    with pytest.raises(no.LineNotDisputed):
        accept(world, claim, [line])
    approve(world, claim)
    order(world, claim)
    complement = one(world, accept(world, claim, [line]))
    assert (complement.number, complement.complement_of_id, complement.payable_cents) == (2, claim, 960)
    assert [row.id for row in lines_carried_from(one(world, claim))] == [line]
    assert len(lines(world, claim)) == 3
    pay(world, claim)
    order(world, complement.id, date(2021, 12, 2), reference="M-2")
    pay(world, complement.id, date(2021, 12, 3), reference="V-2")
    assert world.states()[State.REIMBURSED] == 4
    assert world.money()[Account.PAID] == 4000


def test_a_redemption_stands_on_one_line_only(world: World) -> None:
    first, second, *_ = lines(world, file(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimLine.objects.filter(id=first.id).update(redemption_id=second.redemption_id)


def test_a_place_sees_its_own_claims(world: World) -> None:
    world.spend(1, DAY, place=1)
    mine, theirs = file(world), file(world, place=1)
    place = world.actor(Role.PLACE)
    assert [row.id for row in claims(place, world.programme_id)] == [mine]
    assert [row.id for row in claims(world.manager, world.programme_id)] == [theirs, mine]
    for reading in (
        lambda: access_claim(place, theirs),
        lambda: lines_of(place, theirs),
        lambda: claimable(place, world.programme_id, world.places[1], OCTOBER),
        lambda: access_claim(build_world("autre", quantity=0).manager, mine),
    ):
        with pytest.raises(NotFound):
            reading()
    with pytest.raises(NotAllowed):
        claims(world.actor(Role.PRESCRIBER), world.programme_id)
    limited = Actor(new_id(on(DAY)), "", Role.FINANCE, world.authority_id, programme_ids=frozenset())
    with pytest.raises(NotFound):
        access_claim(limited, mine)


def test_claims_are_listed_with_their_term(world: World, queries_do_not_grow: Callable[..., int]) -> None:
    claim = file(world)
    found = list(claims(world.manager, world.programme_id, state=ClaimState.FILED, month=DAY))
    [row] = claim_rows(world.programme_id, found, date(2021, 12, 3))
    assert (row.place, row.due_on, row.late) == ("Lieu 1 verdun (fictif)", date(2021, 12, 3), False)
    assert not late_claims(world.manager, world.programme_id, date(2021, 12, 3)).exists()
    assert [one.id for one in late_claims(world.manager, world.programme_id, date(2021, 12, 4))] == [claim]
    assert claim_rows(world.programme_id, found, date(2021, 12, 4))[0].late

    def read() -> object:
        shown = claims(world.manager, world.programme_id, place_id=world.places[0])
        return claim_rows(world.programme_id, list(shown), date(2021, 12, 4))

    def grow() -> None:
        for month in (10, 11, 12):
            world.spend(1, date(2021, month, 20))
            file(world, date(2021, month, 1), at=on(date(2022, 1, month)))

    queries_do_not_grow(read, grow)


def test_lines_are_shown_with_session_and_module(world: World, queries_do_not_grow: Callable[..., int]) -> None:
    def read() -> list[tuple[str, date]]:
        rows = ClaimLine.objects.filter(programme_id=world.programme_id).order_by("voucher_number")
        shown = claim_line_rows(world.programme_id, list(rows))
        return [(row.module, row.session.starts_at.date()) for row in shown if row.session]

    file(world)
    assert read() == [("Premiers pas", DAY)] * 4

    def grow() -> None:
        world.spend(3, date(2021, 11, 2))
        file(world, NOVEMBER, at=on(date(2021, 12, 1)))

    queries_do_not_grow(read, grow)


@pytest.mark.django_db(transaction=True)
def test_a_claim_filed_twice_at_once_is_filed_once() -> None:
    world = build_world()
    world.spend(3, DAY)
    world.spend(1, DAY, place=1)

    def act(place: int) -> bool:
        try:
            file(world, place=place)
        except no.NothingToClaim:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as people:
        assert sum(people.map(act, [0, 1] * 3)) == 2
    assert sorted(claims(world.manager, world.programme_id).values_list("number", "passes")) in (
        [(1, 3), (2, 1)],
        [(1, 1), (2, 3)],
    )


@pytest.mark.django_db(transaction=True)
def test_a_claim_decided_and_paid_by_many_at_once_is_so_once() -> None:
    world = build_world()
    world.spend(3, DAY)
    claim = file(world)

    def act(step: Callable[[], object]) -> bool:
        try:
            step()
        except no.ClaimNotReady:
            return False
        finally:
            connection.close()
        return True

    for step in (
        lambda: approve(world, claim),
        lambda: order(world, claim),
        lambda: pay(world, claim),
    ):
        with ThreadPoolExecutor(4) as people:
            assert sum(people.map(act, [step] * 4)) == 1
    assert world.money()[Account.PAID] == 3000
