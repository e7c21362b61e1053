"""A claim is controlled by its signs, line by line or by a draw, and decided by distinct people."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from passnumerique.directory.operations import change_organisation
from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.insight.audit import audit_programme
from passnumerique.settlement.models import Claim, ClaimLine, Sample
from passnumerique.settlement.operations import (
    approve_claim,
    approve_disputed_lines,
    control_lines,
    countersign_claim,
    draw_sample,
    file_claim,
    order_payment,
    record_payment,
    send_back,
)
from passnumerique.settlement.queries import access_claim, lines_of
from passnumerique.settlement.queries.checking import signs_on
from passnumerique.settlement.queries.controlling import drawn_in, sample_of
from passnumerique.settlement.rules import ClaimState, Sign, Verdict, draw
from passnumerique.settlement.rules import refusals as no
from passnumerique.training.operations import attach_sheet
from passnumerique.vouchers.rules import State
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY, OCTOBER, FILED, DECIDED = date(2021, 10, 12), date(2021, 10, 1), date(2021, 11, 2), date(2021, 11, 10)
GOOD, BAD = (Verdict.APPROVED, ""), (Verdict.REJECTED, "Absent de la feuille")


def world_of(passes: int = 10, **parameters: Any) -> World:
    """A world whose first place used so many passes at one session, with a scanned sheet."""
    world = build_world(quantity=40, booklets=3, **parameters)
    numbers = world.hand_over(passes, day=DAY)
    session = world.session(DAY)
    world.redeem(session, numbers, DAY)
    given = {"programme_id": world.programme_id, "by": world.actor(Role.PLACE)}
    attach_sheet(session_id=session, name="feuille.pdf", content=b"%PDF-1.7 feuille", at=on(DAY, 17), **given)
    return world


def file(world: World, **given: Any) -> UUID:
    given = {"by": world.actor(Role.PLACE), "place_id": world.places[0]} | given
    return file_claim(programme_id=world.programme_id, month=OCTOBER, at=on(FILED), **given)


def signs(world: World, claim_id: UUID) -> list[set[Sign]]:
    """The signs of each line, by number."""
    found = signs_on(access_claim(world.manager, claim_id))
    return [{Sign(one.sign) for one in found.get(line.id, [])} for line in lines_of(world.manager, claim_id)]


def control(world: World, claim_id: UUID, verdicts: dict[UUID, tuple[Verdict, str]]) -> None:
    control_lines(claim_id=claim_id, verdicts=verdicts, by=world.actor(Role.FINANCE), at=on(DECIDED))


def decide(world: World, claim_id: UUID, **given: Any) -> int:
    given = {"by": world.manager, "at": on(DECIDED, 10), "approve_rest": True} | given
    return approve_claim(claim_id=claim_id, **given)


def order(world: World, claim_id: UUID, by: Actor) -> UUID:
    return order_payment(claim_id=claim_id, reference="M", ordered_on=DECIDED, by=by, at=on(DECIDED, 12))


def state(world: World, claim_id: UUID) -> ClaimState:
    return ClaimState(access_claim(world.manager, claim_id).state)


# Signs


def test_a_line_without_a_sign_bears_no_risk() -> None:
    world = world_of(4)
    claim = file(world)
    assert signs(world, claim) == [set()] * 4
    assert {line.risk for line in lines_of(world.manager, claim)} == {0}


def test_a_session_without_a_sheet_and_a_whole_booklet_taken_at_once() -> None:
    world = build_world(quantity=40, booklets=3)
    world.spend(10, DAY)
    claim = file(world)
    [first, *_] = signs(world, claim)
    assert first == {Sign.NO_SHEET, Sign.SERIES, Sign.WHOLE_BOOKLET}
    assert {line.risk for line in lines_of(world.manager, claim)} == {120}


def test_the_structure_that_handed_over_is_the_place_by_its_siren() -> None:
    world = world_of(2)
    by = world.manager
    for rank, organisation in enumerate((world.structures[0], world.places[0])):
        texts = {"pivot": ["21700000900019", "21700000900027"][rank]}
        change_organisation(by=by, at=on(FILED), organisation_id=organisation, texts=texts)
    assert signs(world, file(world)) == [{Sign.SAME_ORGANISATION}] * 2


def test_what_a_sign_was_found_on_stays_though_the_sheet_comes_later() -> None:
    world = build_world()
    numbers = world.hand_over(1, day=DAY)
    session = world.session(DAY)
    world.redeem(session, numbers, DAY)
    claim = file(world)
    given = {"programme_id": world.programme_id, "by": world.actor(Role.PLACE)}
    attach_sheet(session_id=session, name="feuille.pdf", content=b"%PDF-1.7", at=on(DECIDED), **given)
    assert signs(world, claim) == [{Sign.NO_SHEET}]


def test_strongly_flagged_lines_are_not_accepted_with_the_rest() -> None:
    world = build_world(quantity=40, booklets=3)
    world.spend(10, DAY)
    claim = file(world)
    with pytest.raises(no.LineToLookAt) as refused:
        decide(world, claim)
    assert refused.value.params == {"count": 10}
    control(world, claim, {line.id: GOOD for line in lines_of(world.manager, claim)})
    assert decide(world, claim) == 10_000


# The draw


def test_the_draw_is_written_and_can_be_made_again() -> None:
    world = world_of(10, sample_rate=3000, series_passes=1000)
    claim = file(world)
    draw_sample(claim_id=claim, seed="4f1c", by=world.actor(Role.FINANCE), at=on(DECIDED))
    row = access_claim(world.manager, claim)
    sample = sample_of(row)
    assert sample
    assert (sample.seed, sample.size, sample.most_errors) == ("4f1c", 3, 500)
    numbers = [line.voucher_number for line in lines_of(world.manager, claim)]
    assert drawn_in(row, sample) == draw(numbers, "4f1c", 3)
    with pytest.raises(no.AlreadyDrawn):
        draw_sample(claim_id=claim, seed="autre", by=world.actor(Role.FINANCE), at=on(DECIDED))
    assert not audit_programme(world.programme_id).differences
    Sample.objects.update(size=99)
    assert {one.check.name for one in audit_programme(world.programme_id).differences} == {"claim_sample"}


def drawn(world: World, claim_id: UUID) -> tuple[list[ClaimLine], list[ClaimLine]]:
    """The lines drawn, and the others."""
    row = access_claim(world.manager, claim_id)
    sample = sample_of(row)
    assert sample
    numbers = set(drawn_in(row, sample))
    lines = list(lines_of(world.manager, claim_id))
    return [line for line in lines if line.voucher_number in numbers], [
        line for line in lines if line.voucher_number not in numbers
    ]


def sampled(**parameters: Any) -> tuple[World, UUID]:
    # One booklet used at once by one person would flag every line: here it costs what it is worth.
    world = world_of(9, sample_rate=3000, series_passes=1000, **parameters)
    claim = file(world)
    draw_sample(claim_id=claim, seed="4f1c", by=world.actor(Role.FINANCE), at=on(DECIDED))
    return world, claim


def test_the_drawn_lines_are_controlled_and_the_rest_is_accepted() -> None:
    world, claim = sampled()
    with pytest.raises(no.SampleNotControlled):
        decide(world, claim)
    control(world, claim, {line.id: GOOD for line in drawn(world, claim)[0]})
    assert decide(world, claim) == 9000


def test_errors_in_the_draw_ask_for_every_line() -> None:
    world, claim = sampled()
    [wrong, *right], rest = drawn(world, claim)
    control(world, claim, {wrong.id: BAD} | {line.id: GOOD for line in right})
    with pytest.raises(no.SampleShowsErrors) as refused:
        decide(world, claim)
    assert refused.value.params == {"errors": 1, "drawn": 3, "count": 6}
    control(world, claim, {line.id: GOOD for line in rest})
    assert decide(world, claim) == 8000


def test_flagged_lines_are_controlled_though_not_drawn() -> None:
    world, claim = sampled()
    _, [other, *_] = drawn(world, claim)
    ClaimLine.objects.filter(id=other.id).update(risk=20)
    control(world, claim, {line.id: GOOD for line in drawn(world, claim)[0]})
    with pytest.raises(no.SampleNotControlled):
        decide(world, claim)


# Distinct people


def above() -> tuple[World, UUID]:
    """A claim above the threshold, accepted by the manager with one line contested."""
    world = world_of(4, second_approval_cents=3999)
    claim = file(world)
    control(world, claim, {lines_of(world.manager, claim)[0].id: BAD})
    assert decide(world, claim) == 3000
    return world, claim


def test_above_the_threshold_nothing_moves_until_a_second_person_confirms() -> None:
    world, claim = above()
    assert state(world, claim) is ClaimState.COUNTERSIGN
    assert world.states()[State.CLAIMED] == 4
    with pytest.raises(no.ClaimNotReady):
        order_payment(
            claim_id=claim, reference="M", ordered_on=DECIDED, by=world.actor(Role.FINANCE), at=on(DECIDED, 12)
        )
    assert not audit_programme(world.programme_id).differences
    assert countersign_claim(claim_id=claim, by=world.actor(Role.FINANCE), at=on(DECIDED, 11)) == 3000
    assert (state(world, claim), world.states()[State.APPROVED]) == (ClaimState.APPROVED, 3)
    assert not audit_programme(world.programme_id).differences


def test_at_the_threshold_or_without_one_a_single_person_decides() -> None:
    world = world_of(4, second_approval_cents=4000)
    claim = file(world)
    decide(world, claim)
    assert state(world, claim) is ClaimState.APPROVED


def test_the_second_person_is_another_one_in_another_role() -> None:
    world, claim = above()
    with pytest.raises(no.ConfirmerIsApprover):
        countersign_claim(claim_id=claim, by=world.manager, at=on(DECIDED, 11))
    same_person = Actor(world.manager.user_id, "", Role.FINANCE, world.authority_id)
    with pytest.raises(no.ConfirmerIsApprover):
        countersign_claim(claim_id=claim, by=same_person, at=on(DECIDED, 11))
    with pytest.raises(no.ConfirmerSameRole):
        countersign_claim(claim_id=claim, by=world.actor(Role.MANAGER), at=on(DECIDED, 11))
    for role in (Role.ACCOUNTANT, Role.AUDITOR, Role.PLACE):
        with pytest.raises(NotAllowed):
            countersign_claim(claim_id=claim, by=world.actor(role), at=on(DECIDED, 11))
    with pytest.raises(NotFound):
        countersign_claim(claim_id=claim, by=build_world("autre").actor(Role.FINANCE), at=on(DECIDED, 11))


def test_the_second_person_may_send_a_claim_back_to_its_control() -> None:
    world, claim = above()
    finance = world.actor(Role.FINANCE)
    with pytest.raises(no.RejectionWithoutReason):
        send_back(claim_id=claim, reason=" ", by=finance, at=on(DECIDED, 11))
    send_back(claim_id=claim, reason="La feuille du 12 manque", by=finance, at=on(DECIDED, 11))
    assert state(world, claim) is ClaimState.FILED
    assert not audit_programme(world.programme_id).differences
    with pytest.raises(no.ClaimNotReady):
        countersign_claim(claim_id=claim, by=finance, at=on(DECIDED, 12))
    decide(world, claim, by=finance, at=on(DECIDED, 12))
    assert countersign_claim(claim_id=claim, by=world.manager, at=on(DECIDED, 13)) == 3000


def test_who_accepted_neither_orders_nor_pays() -> None:
    world = world_of(2)
    claim, finance, other = file(world), world.actor(Role.FINANCE), world.actor(Role.FINANCE)
    decide(world, claim, by=finance)
    with pytest.raises(no.PayerIsApprover):
        order(world, claim, finance)
    order(world, claim, other)
    paid = {"claim_id": claim, "reference": "V", "paid_on": DECIDED, "at": on(DECIDED, 13)}
    with pytest.raises(no.PayerIsApprover):
        record_payment(by=finance, **paid)
    record_payment(by=other, **paid)
    assert not audit_programme(world.programme_id).differences


@pytest.mark.parametrize("column", ["approved_by", "second_approved_by", "ordered_by", "paid_by"])
def test_the_database_refuses_one_person_in_two_places(column: str) -> None:
    world, claim = above()
    countersign_claim(claim_id=claim, by=world.actor(Role.FINANCE), at=on(DECIDED, 11))
    row = access_claim(world.manager, claim)
    others = {"prepared_by", "approved_by", "second_approved_by"} - {column}
    for other in others:
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(id=claim).update(**{column: getattr(row, other)})


def test_what_is_accepted_after_all_above_the_threshold_is_confirmed_too() -> None:
    world = world_of(4, second_approval_cents=900)
    claim = file(world)
    lines = list(lines_of(world.manager, claim))
    control(world, claim, {line.id: BAD for line in lines[:2]})
    decide(world, claim)
    first, second = world.actor(Role.FINANCE), world.actor(Role.FINANCE)
    countersign_claim(claim_id=claim, by=first, at=on(DECIDED, 11))
    order(world, claim, second)
    ids = [line.id for line in lines[:2]]
    more = approve_disputed_lines(claim_id=claim, line_ids=ids, by=world.manager, at=on(DECIDED, 13))
    assert state(world, more) is ClaimState.COUNTERSIGN
    assert not audit_programme(world.programme_id).differences
    assert countersign_claim(claim_id=more, by=first, at=on(DECIDED, 14)) == 2000
    assert state(world, more) is ClaimState.APPROVED
    assert not audit_programme(world.programme_id).differences
