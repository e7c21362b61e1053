"""Amendments: numbered without gap, citing a deliberation that stands, signed once it binds, then in force."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from passnumerique.council.models import Deliberation
from passnumerique.council.operations import Act as Deliberated
from passnumerique.council.operations import Proposed, propose_item, record_deliberation
from passnumerique.council.rules import Ballot, NotAdopted, Outcome
from passnumerique.council.rules.deadlines import DayToCome
from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.amending import amendment_on_paper
from passnumerique.programmes import rules
from passnumerique.programmes.models import Amendment, AmendmentStep
from passnumerique.programmes.operations import (
    bring_into_force,
    draft_amendment,
    drop_amendment,
    record_document,
    redate_amendment,
    sign_amendment,
)
from passnumerique.programmes.queries import (
    access_amendment,
    amendment_differences,
    amendments,
    state_of_amendment,
    title_of_amendment,
)
from passnumerique.programmes.rules import AmendmentState, Calendar, DocumentKind, Paper
from tests.papers import text_of
from tests.rooms.extending import LATER, PUBLISHED, SITS, TODAY, build_council_world, decide, plan, publish, sit
from tests.rooms.world import CALENDAR, START, World, build_world, deliberate, on

pytestmark = pytest.mark.django_db
CONVENTION, MANDATE = DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT


@pytest.fixture
def world() -> World:
    return build_council_world(quantity=0, structures=0, places=0)


def common(world: World, day: date = TODAY) -> dict[str, Any]:
    return {"programme_id": world.programme_id, "by": world.manager, "at": on(day)}


def draft(world: World, kind: DocumentKind = CONVENTION, dates: Calendar = LATER, **given: Any) -> UUID:
    if not given:
        given = {"deliberation_id": deliberate(world, f"2022-{Deliberation.objects.count()}", date(2022, 11, 20))}
    return draft_amendment(kind=kind, dates=dates, **given, **common(world))


def proposed(world: World) -> tuple[UUID, UUID]:
    """A matter of a sitting that is open, and an amendment that waits for it."""
    sitting = plan(world)
    item = Proposed("Prolongation", "7.5", articles=["VALIDE la prolongation"], programme=world.programme_id)
    item_id = propose_item(sitting_id=sitting, item=item, by=world.manager, at=on(TODAY))
    amendment = draft(world, item_id=item_id)
    sit(world, sitting)
    return item_id, amendment


def states(world: World, amendment: UUID) -> list[tuple[str, date]]:
    rows = AmendmentStep.objects.filter(programme_id=world.programme_id, amendment_id=amendment).order_by("rank")
    return [(row.state, row.day) for row in rows]


def test_an_amendment_is_drafted_signed_then_in_force_each_on_its_day(world: World) -> None:
    amendment = draft(world)
    row = access_amendment(world.manager, world.programme_id, amendment)
    assert (row.number, row.reference, row.base.reference) == (1, "CONV-2021-AV1", "CONV-2021")
    assert title_of_amendment(row) == "Avenant n°\u202f1 à la convention du 1er septembre 2021"
    signing: dict[str, Any] = {
        "amendment_id": amendment,
        "signatories": "A. et B. (fictifs)",
        "signed_on": date(2022, 12, 5),
    }
    with pytest.raises(DayToCome):
        sign_amendment(**signing, **common(world))
    sign_amendment(**signing, **common(world, date(2022, 12, 5)))
    bring_into_force(amendment_id=amendment, in_force_on=date(2022, 12, 6), **common(world))
    assert states(world, amendment) == [
        ("drafted", TODAY),
        ("signed", date(2022, 12, 5)),
        ("in_force", date(2022, 12, 6)),
    ]
    row = access_amendment(world.manager, world.programme_id, amendment)
    assert state_of_amendment(row) is AmendmentState.IN_FORCE
    assert (row.document.kind, row.document.deliberation_id) == (CONVENTION, row.deliberation_id)


def test_numbers_follow_each_base_without_gap_whatever_is_dropped(world: World) -> None:
    first, mandate = draft(world), draft(world, MANDATE)
    with pytest.raises(rules.AmendmentPending):
        draft(world)
    drop_amendment(amendment_id=first, **common(world))
    second = draft(world)
    sign_amendment(amendment_id=second, signed_on=TODAY, in_force_on=TODAY, **common(world))
    third = draft(world)
    rows = {row.id: row.number for row in amendments(world.manager, world.programme_id) if row.dropped_at is None}
    assert rows == {second: 1, third: 2, mandate: 1}


def test_the_audit_names_a_gap_in_their_numbers(world: World) -> None:
    first = draft(world)
    assert list(amendment_differences(world.programme_id)) == []
    Amendment.objects.filter(id=first).update(number=3)
    [found] = audit_programme(world.programme_id).differences
    assert (found.check.name, found.id, found.stored, found.recomputed) == (
        "amendment_numbers",
        first,
        "number=3",
        "number=1",
    )


def test_one_recorded_from_its_paper_takes_the_next_number(world: World) -> None:
    signed = draft(world)
    sign_amendment(amendment_id=signed, signed_on=TODAY, **common(world))
    act = deliberate(world, "2022-77", date(2022, 11, 20))
    days = {"signed_on": TODAY, "in_force_on": TODAY}
    record_document(paper=Paper(CONVENTION, "AVENANT-PAPIER", deliberation_id=act, **days), **common(world))
    row = Amendment.objects.get(reference="AVENANT-PAPIER")
    assert (row.number, state_of_amendment(row), row.after) == (2, AmendmentState.IN_FORCE, None)
    with pytest.raises(NotFound):
        amendment_on_paper(world.manager, world.programme_id, row.id, on(TODAY))


def test_without_its_base_document_nothing_is_drafted() -> None:
    world = build_world("sans-mandat", quantity=0, structures=0, places=0)
    with pytest.raises(rules.BaseMissing, match="convention de mandat"):
        draft(world, MANDATE)
    assert not Amendment.objects.filter(programme_id=world.programme_id).exists()


def test_a_deliberation_that_was_not_adopted_is_refused_by_name(world: World) -> None:
    act = Deliberated(
        number="2022-99",
        matter="7.5",
        subject="Prolongation",
        decisions=[],
        convened_on=START,
        sat_on=START,
        chaired_by="P. (fictif)",
        secretary="S. (fictif)",
        ballot=Ballot(24, 14, 3, 11, 0),
    )
    refused = record_deliberation(authority_id=world.authority_id, act=act, by=world.manager, at=on(START))
    with pytest.raises(NotAdopted, match="2022-99"):
        draft(world, deliberation_id=refused)
    with pytest.raises(NotAdopted, match="2022-99"):
        record_document(paper=Paper(MANDATE, "AV", deliberation_id=refused), **common(world))


@pytest.mark.parametrize(
    ("outcome", "refusal"),
    [
        (Outcome.PENDING, "not_yet_decided"),
        (Outcome.REJECTED, "decision_refused"),
        (Outcome.POSTPONED, "decision_put_off"),
        (Outcome.WITHDRAWN, "decision_put_off"),
        (Outcome.ADOPTED, "deliberation_not_binding"),
    ],
)
def test_it_is_not_signed_before_the_council_adopted_and_the_act_binds(
    world: World, outcome: Outcome, refusal: str
) -> None:
    item, amendment = proposed(world)
    if outcome is not Outcome.PENDING:
        decide(world, item, outcome)
    with pytest.raises(Refusal) as told:
        sign_amendment(amendment_id=amendment, signed_on=date(2022, 12, 22), **common(world, date(2022, 12, 22)))
    assert told.value.name == refusal
    assert states(world, amendment) == [("drafted", TODAY)]
    if outcome in {Outcome.REJECTED, Outcome.POSTPONED, Outcome.WITHDRAWN}:
        drop_amendment(amendment_id=amendment, **common(world))
        with pytest.raises(Refusal) as again:
            draft(world, item_id=item)
        assert again.value.name == refusal


def test_it_is_signed_from_the_day_on_which_the_act_binds(world: World) -> None:
    item, amendment = proposed(world)
    decide(world, item)
    publish(world, item)
    given = common(world, date(2022, 12, 22)) | {"amendment_id": amendment}
    with pytest.raises(rules.SignedTooEarly, match="L2131-1"):
        sign_amendment(signed_on=PUBLISHED - timedelta(days=1), **given)
    with pytest.raises(rules.InForceTooEarly):
        sign_amendment(signed_on=PUBLISHED, in_force_on=SITS, **given)
    sign_amendment(signed_on=PUBLISHED, **given)
    with pytest.raises(rules.AmendmentSettled):
        sign_amendment(signed_on=PUBLISHED, **given)
    with pytest.raises(rules.InForceTooEarly):
        bring_into_force(in_force_on=SITS, **given)
    with pytest.raises(rules.AmendmentSettled):
        drop_amendment(**given)


def test_a_paper_signed_before_its_act_binds_is_refused_too(world: World) -> None:
    act = deliberate(world, "2022-50", SITS)
    paper = Paper(CONVENTION, "AV", signed_on=SITS, in_force_on=SITS, deliberation_id=act)
    with pytest.raises(rules.SignedTooEarly):
        record_document(paper=paper, **common(world))


def test_it_is_not_in_force_before_it_is_signed(world: World) -> None:
    with pytest.raises(rules.NotSigned):
        bring_into_force(amendment_id=draft(world), in_force_on=TODAY, **common(world))


def test_dates_that_go_back_or_are_out_of_order_are_refused(world: World) -> None:
    back = Calendar(date(2022, 1, 31), *[day for _name, day in LATER.items()][1:])
    closing = Calendar(
        LATER.distribution_until, LATER.validity_until, LATER.end_of_training, LATER.closing, LATER.claims_until
    )
    _item, amendment = proposed(world)
    for dates, refusal in (
        (back, rules.ExtensionGoesBack),
        (closing, rules.DatesOutOfOrder),
        (CALENDAR, rules.NothingExtended),
    ):
        with pytest.raises(refusal):
            redate_amendment(amendment_id=amendment, dates=dates, **common(world))
        with pytest.raises(refusal):
            draft(world, MANDATE, dates)


def test_nobody_but_the_manager_and_the_secretary_writes_one(world: World) -> None:
    amendment = draft(world)
    for role in (Role.FINANCE, Role.FUNDER, Role.AUDITOR):
        given = common(world) | {"by": world.actor(role), "amendment_id": amendment}
        with pytest.raises(NotAllowed):
            sign_amendment(signed_on=TODAY, **given)
        with pytest.raises(NotAllowed):
            drop_amendment(**given)
    other = build_world("ailleurs", quantity=0, structures=0, places=0)
    with pytest.raises(NotFound):
        sign_amendment(amendment_id=amendment, signed_on=TODAY, **(common(world) | {"by": other.manager}))


def test_the_paper_says_what_it_is_from_data_alone(world: World) -> None:
    _item, amendment = proposed(world)
    told = text_of(amendment_on_paper(world.manager, world.programme_id, amendment, on(TODAY)))
    assert "PROJET" in told
    assert "Vu la délibération à intervenir (Prolongation)" in told
    assert "31 décembre 2022 31 décembre 2023" in told
    assert "Le présent avenant ne modifie aucun montant. L’enveloppe autorisée reste de 1 000,00 €." in told
    signed = draft(world, MANDATE)
    days = {"signed_on": date(2022, 12, 5), "in_force_on": date(2022, 12, 6)}
    given = common(world, date(2022, 12, 6))
    sign_amendment(amendment_id=signed, signatories="A. FICTIVE et B. (fictifs)", **days, **given)
    paper = amendment_on_paper(world.manager, world.programme_id, signed, on(TODAY))
    told = text_of(paper)
    assert "PROJET" not in told
    assert "Avenant n° 1 à la convention de mandat du 1er septembre 2021" in told
    assert "Vu la délibération 2022-1 du 20 novembre 2022" in told
    assert "Émetteur (fictif)" in told
    assert "FICTIVE, Présidente" in told
    assert "Le présent avenant produit ses effets à partir du 6 décembre 2022." in told
    assert paper == amendment_on_paper(world.manager, world.programme_id, signed, on(date(2023, 6, 1)))
