"""Whatever statement of an act fails, nothing of it is written; and when none does, the laws hold."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from passnumerique.beneficiaries.rules import Channel, Identity, Wanted
from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.journeys.erasure import purge_programme
from passnumerique.journeys.sealing import seal_programme
from passnumerique.settlement.operations import (
    advance_preparation,
    answer_rejection,
    approve_claim,
    approve_disputed_lines,
    begin_preparation,
    confirm_claim,
    control_lines,
    countersign_claim,
    decide_answer,
    file_claim,
    leave_lines,
    order_payment,
    order_recovery,
    record_payment,
    record_recovery,
    recover,
)
from passnumerique.settlement.queries import claims, lines_of, prepared_claims
from passnumerique.settlement.queries.preparing import lines_prepared
from passnumerique.settlement.rules import Verdict
from passnumerique.training.operations import add_participant, redeem_at_session, undo_redemption
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.operations import Scan, allocate, cancel, declare_lost, hand_over, issue_lot, replace
from passnumerique.vouchers.queries.history import redemptions
from passnumerique.vouchers.queries.stock import stock_of
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.refusals import RangePartlyGone
from tests.rooms.race import clean
from tests.rooms.world import CALENDAR, PROFILE, SIGNED, World, build_world, on
from tests.simulation.failing import break_each_statement

pytestmark = pytest.mark.django_db
DAY, LATER = date(2021, 10, 12), date(2021, 11, 10)
Act = Callable[[], Any]


def issued(world: World) -> Act:
    return lambda: issue_lot(
        programme_id=world.programme_id, reference="LOT-9", quantity=7, by=world.manager, at=on(DAY)
    )


def allocated(world: World) -> Act:
    return lambda: allocate(
        programme_id=world.programme_id,
        structure_id=world.structures[1],
        booklets=[(3, 4)],
        signatures=SIGNED,
        by=world.manager,
        at=on(DAY),
    )


def handed_over(world: World) -> Act:
    numbers = stock_of(world.programme_id, world.structures[0], 3)
    wants, who = (Wanted(Channel.SMS, "0639980001"),), Identity("Marie (fictive)", "Lefèvre", date(1961, 3, 12))
    profile = dataclasses.replace(PROFILE, contact="a@b.fr", wants=wants, identity=who)
    by = world.actor(Role.PRESCRIBER)
    return lambda: hand_over(
        programme_id=world.programme_id,
        structure_id=world.structures[0],
        numbers=[(numbers[0], numbers[-1])],
        profile=profile,
        by=by,
        at=on(DAY),
    )


def purged(world: World) -> Act:
    """On the day of closing: a contact and the keys of a person go."""
    handed_over(world)()
    given = {"programme_id": world.programme_id, "by": world.manager}
    return lambda: purge_programme(at=on(CALENDAR.closing), **given)


def redeemed(world: World) -> Act:
    """A set of three: one that booked its seat, two that come without."""
    numbers = world.hand_over(3)
    session, by = world.session(DAY), world.actor(Role.PLACE)
    given = {"programme_id": world.programme_id, "session_id": session, "by": by}
    add_participant(code=world.code(numbers[0]), at=on(DAY, 9), **given)
    scans = [Scan(new_id(on(DAY)), world.code(number)) for number in numbers]
    return lambda: redeem_at_session(scans=scans, redeemed_at=on(DAY, 14), at=on(DAY, 14), **given)


def undone(world: World) -> Act:
    [number] = world.spend(1, DAY)
    row = redemptions(world.manager, world.programme_id).get(voucher__number=number)
    by = world.actor(Role.PLACE)
    return lambda: undo_redemption(
        programme_id=world.programme_id, redemption_id=row.id, cause="Erreur", by=by, at=on(DAY, 15)
    )


def replaced(world: World) -> Act:
    [lost] = world.hand_over(1)
    [spare] = stock_of(world.programme_id, world.structures[0], 1)
    common = {"programme_id": world.programme_id, "by": world.manager, "cause": "Perdu", "at": on(DAY)}
    declare_lost(numbers=[(lost, lost)], **common)
    return lambda: replace(number=lost, by_number=spare, **common)


def cancelled(world: World) -> Act:
    common = {"programme_id": world.programme_id, "by": world.manager, "cause": "Détruits", "at": on(DAY)}
    return lambda: cancel(numbers=[(1, 40)], **common)


def filed(world: World) -> Act:
    world.spend(3, DAY)
    return lambda: _file(world)


def _file(world: World) -> UUID:
    return file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=DAY,
        by=world.actor(Role.PLACE),
        at=on(date(2021, 11, 3)),
    )


def approved(world: World) -> Act:
    """One line contested, the others accepted."""
    world.spend(3, DAY)
    claim = _file(world)
    line = lines_of(world.manager, claim)[0]
    finance = world.actor(Role.FINANCE)
    control_lines(claim_id=claim, verdicts={line.id: (Verdict.REJECTED, "Absent")}, by=finance, at=on(LATER, 9))
    return lambda: approve_claim(claim_id=claim, by=finance, at=on(LATER, 10), approve_rest=True)


def _ordered(world: World) -> tuple[UUID, UUID]:
    """A claim ordered with one contested line, and that line."""
    approved(world)()
    [line] = [line for line in lines_of(world.manager, _claim(world)) if line.verdict == Verdict.REJECTED]
    finance = world.actor(Role.FINANCE)
    order_payment(claim_id=line.claim_id, reference="M-1", ordered_on=LATER, by=finance, at=on(LATER, 11))
    return line.claim_id, line.id


def _claim(world: World) -> UUID:
    return claims(world.manager, world.programme_id)[0].id


def paid(world: World) -> Act:
    claim, _ = _ordered(world)
    finance = world.actor(Role.FINANCE)
    return lambda: record_payment(claim_id=claim, reference="V-1", paid_on=LATER, by=finance, at=on(LATER, 12))


def accepted_after_all(world: World) -> Act:
    claim, line = _ordered(world)
    finance = world.actor(Role.FINANCE)
    return lambda: approve_disputed_lines(claim_id=claim, line_ids=[line], by=finance, at=on(LATER, 12))


def prepared(world: World) -> Act:
    """The claims of two places, prepared: one step of a run, which is a transaction of its own."""
    world.spend(2, DAY)
    world.spend(1, DAY, place=1)
    given = {"programme_id": world.programme_id, "by": world.actor(Role.FINANCE), "at": on(date(2021, 11, 3))}
    begin_preparation(month=DAY, **given)
    return lambda: advance_preparation(**given)


def confirmed(world: World) -> Act:
    """What was prepared but one pass, left for later."""
    prepared(world)()
    place = world.actor(Role.PLACE)
    row = prepared_claims(place, world.programme_id).get()
    left = lines_prepared(row).order_by("id")[0].redemption_id
    leave_lines(prepared_id=row.id, reasons={left: "Plus tard"}, by=place, at=on(date(2021, 11, 3), 10))
    return lambda: confirm_claim(prepared_id=row.id, by=place, at=on(date(2021, 11, 3), 11))


def countersigned(world: World) -> Act:
    """A decision above the threshold, with undue sums that it takes back."""
    _recovered(world)
    world.set(LATER, second_approval_cents=1)
    world.spend(3, LATER)
    place, at = world.actor(Role.PLACE), date(2021, 12, 3)
    given = {"programme_id": world.programme_id, "place_id": world.places[0], "month": LATER}
    claim = file_claim(by=place, at=on(at), **given)
    approve_claim(claim_id=claim, by=world.manager, at=on(at, 10), approve_rest=True)
    by = world.actor(Role.FINANCE)
    return lambda: countersign_claim(claim_id=claim, by=by, at=on(at, 11))


def heard(world: World) -> Act:
    """An answer about a line whose claim is ordered: a complementary claim takes it over."""
    _, line = _ordered(world)
    answer = answer_rejection(line_id=line, text="Voici", by=world.actor(Role.PLACE), at=on(LATER, 12))
    by = world.actor(Role.FINANCE)
    return lambda: decide_answer(answer_id=answer, accept=True, reason="", by=by, at=on(LATER, 13))


def declared_undue(world: World) -> Act:
    paid(world)()
    claim, finance = _claim(world), world.actor(Role.FINANCE)
    line = lines_of(world.manager, claim).filter(verdict=Verdict.APPROVED)[0].id
    return lambda: recover(claim_id=claim, line_ids=[line], cause="Indu", by=finance, at=on(LATER, 14))


def _recovered(world: World) -> None:
    declared_undue(world)()


def received(world: World) -> Act:
    """The sum of a recovery order comes in: the register, the order and the cash."""
    _recovered(world)
    by = world.actor(Role.FINANCE)
    order = order_recovery(programme_id=world.programme_id, place_id=world.places[0], by=by, at=on(LATER, 15))
    given = {"order_id": order, "reference": "TR-1", "received_on": LATER, "by": by}
    return lambda: record_recovery(at=on(LATER, 16), **given)


def sealed(world: World) -> Act:
    world.spend(1, DAY)
    return lambda: seal_programme(programme_id=world.programme_id, by=world.manager, at=on(LATER))


@pytest.mark.parametrize(
    "prepare",
    [
        issued, allocated, handed_over, purged, redeemed, undone, replaced, cancelled, filed, approved, paid,
        accepted_after_all, prepared, confirmed, countersigned, heard, declared_undue, received, sealed,
    ],
)  # fmt: skip
def test_nothing_is_half_written_whatever_statement_fails(prepare: Callable[[World], Act]) -> None:
    world = build_world()
    statements = break_each_statement(prepare(world))
    assert statements > 5
    assert clean(world)


def test_a_set_refused_for_one_pass_moves_none() -> None:
    """All or nothing also holds when it is the house that refuses."""
    world = build_world()
    before = dict(Voucher.objects.values_list("number", "state"))
    Voucher.objects.filter(number=25).update(state=State.CANCELLED)
    with pytest.raises(RangePartlyGone):
        allocated(world)()
    after = dict(Voucher.objects.values_list("number", "state"))
    assert {number for number in after if after[number] != before[number]} == {25}
