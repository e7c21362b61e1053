"""Exposure on any day, and the one act that follows when the issuer fails."""

from datetime import date
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.core.management import call_command

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.creditors import creditors_paper, creditors_sheet
from passnumerique.programmes.operations import record_document
from passnumerique.programmes.queries import terms_on
from passnumerique.programmes.rules import DocumentKind, DocumentNotInForce, Paper, Payer
from passnumerique.settlement.models import IssuerDefault
from passnumerique.settlement.operations import cash_of_payment, declare_default, file_claim, fund_mandatary
from passnumerique.settlement.queries import exposure_on, list_of_creditors
from passnumerique.settlement.rules.refusals import DefaultDeclared, DefaultWithoutCause, IssuerInDefault
from passnumerique.vouchers.rules import State
from tests.rooms.test_settlement_cash import funds, paid
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db

JUDGED = date(2022, 1, 15)


def owing() -> World:
    """The issuer holds an advance; one place was paid for three passes and is owed four more, two of them claimed."""
    world = build_world(payer=Payer.ISSUER, issuer_fee_rate=400, payment_term_days=30)
    paid(world)
    funds(world)
    fund_mandatary(
        programme_id=world.programme_id,
        amount_cents=10_000,
        reference="AVANCE-1",
        paid_on=date(2021, 12, 1),
        by=world.actor(Role.FINANCE),
        at=on(date(2021, 12, 1)),
    )
    world.spend(2, date(2021, 11, 10))
    file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=date(2021, 11, 1),
        by=world.actor(Role.PLACE),
        at=on(date(2021, 12, 5)),
    )
    world.spend(2, date(2021, 12, 15))
    return world


def paper(world: World, in_force_on: date | None = JUDGED) -> UUID:
    judged = Paper(
        DocumentKind.DECISION, "TC-2022-15", "Liquidation", signed_on=in_force_on and JUDGED, in_force_on=in_force_on
    )
    return record_document(programme_id=world.programme_id, paper=judged, by=world.manager, at=on(JUDGED))


def declare(world: World, **given: Any) -> UUID:
    details = {"cause": "Liquidation judiciaire", "by": world.manager, "at": on(JUDGED, 14)}
    if "document_id" not in given:
        details["document_id"] = paper(world)
    return declare_default(programme_id=world.programme_id, **(details | given))


def test_exposure_is_what_it_was_on_that_day() -> None:
    world = owing()
    accountant = world.actor(Role.ACCOUNTANT)
    then = exposure_on(accountant, world.programme_id, date(2021, 12, 10))
    assert (then.lent_cents, then.treasury_cents, then.owed_cents, then.late_cents) == (7000, 40_000, 2000, 0)
    later = exposure_on(accountant, world.programme_id, date(2022, 1, 10))
    assert (later.owed_cents, later.late_cents) == (4000, 1920)
    (one,) = later.places
    assert (one.place_id, one.owed_cents, one.late_cents, one.received_cents, one.oldest) == (
        world.places[0],
        4000,
        1920,
        2880,
        date(2021, 12, 5),
    )
    october = exposure_on(accountant, world.programme_id, date(2021, 10, 10))
    assert (october.owed_cents, october.late_cents, october.places[0].oldest) == (3000, 0, date(2021, 10, 5))


def test_one_act_freezes_what_is_due_switches_the_payer_and_stops_the_issuer() -> None:
    world = owing()
    declare(world)
    assert world.states()[State.FROZEN] == 4
    known = IssuerDefault.objects.get()
    assert (known.passes, known.due_cents, known.lent_cents, known.declared_on) == (4, 4000, 7000, JUDGED)
    assert terms_on(world.programme_id, date(2022, 1, 14)).payer is Payer.ISSUER
    assert terms_on(world.programme_id, JUDGED).payer is Payer.AUTHORITY
    at = on(date(2022, 1, 20))
    with pytest.raises(IssuerInDefault):
        cash_of_payment(
            programme_id=world.programme_id,
            payer=Payer.ISSUER,
            place_id=world.places[0],
            net_cents=960,
            fee_cents=40,
            cause=new_id(at),
            at=at,
        )
    with pytest.raises(IssuerInDefault):
        fund_mandatary(
            programme_id=world.programme_id,
            amount_cents=1,
            reference="AVANCE-2",
            paid_on=JUDGED,
            by=world.actor(Role.FINANCE),
            at=at,
        )
    assert audit_programme(world.programme_id).differences == ()


def test_the_list_of_creditors_says_who_how_much_and_since_when(tmp_path: Any) -> None:
    world = owing()
    declare(world)
    (one,) = list_of_creditors(world.actor(Role.AUDITOR), world.programme_id)
    assert (one.passes, one.owed_cents, one.frozen_cents, one.since) == (4, 4000, 4000, date(2021, 11, 10))
    content = creditors_paper(world.manager, world.programme_id)
    assert content == creditors_paper(world.actor(Role.FINANCE), world.programme_id)
    (tmp_path / "c.pdf").write_bytes(content)
    with pikepdf.open(tmp_path / "c.pdf") as made:
        assert made.Root.MarkInfo.Marked
    assert creditors_sheet(world.manager, world.programme_id)[:2] == b"PK"


def test_a_default_without_anything_due_is_declared_all_the_same() -> None:
    world = build_world(payer=Payer.ISSUER)
    declare(world)
    assert list_of_creditors(world.manager, world.programme_id) == []
    assert creditors_paper(world.manager, world.programme_id)


@pytest.mark.parametrize(
    ("given", "refusal"), [({"cause": " "}, DefaultWithoutCause), ({"document_id": UUID(int=9)}, NotFound)]
)
def test_a_default_needs_a_cause_and_a_paper(given: dict[str, Any], refusal: type[Refusal]) -> None:
    world = owing()
    with pytest.raises(refusal):
        declare(world, **given)
    assert State.FROZEN not in world.states()


def test_a_paper_that_binds_nobody_yet_declares_nothing() -> None:
    world = owing()
    with pytest.raises(DocumentNotInForce):
        declare(world, document_id=paper(world, None))


def test_a_default_is_declared_once() -> None:
    world = owing()
    document = paper(world)
    declare(world, document_id=document)
    with pytest.raises(DefaultDeclared):
        declare(world, document_id=document)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MANAGER])
def test_only_the_manager_declares_it(role: Role) -> None:
    world = build_world()
    with pytest.raises(NotAllowed):
        declare(world, document_id=UUID(int=9), by=world.actor(role))


def test_places_do_not_read_the_exposure_of_the_others() -> None:
    world, other = owing(), build_world("meuse")
    with pytest.raises(NotAllowed):
        exposure_on(world.actor(Role.PLACE), world.programme_id, JUDGED)
    with pytest.raises(NotFound):
        list_of_creditors(other.actor(Role.FINANCE), world.programme_id)


def test_the_command_tells_any_day(capsys: pytest.CaptureFixture[str]) -> None:
    world = owing()
    call_command("exposure", "--as-of", "2022-01-10", "--programme", world.slug)
    said = capsys.readouterr().out
    assert "dont en retard                           19,20\u202f€" in said
    call_command("exposure", "--as-of", "2022-01-10", "--programme", world.slug, "--json")
    assert '"late_cents": 1920' in capsys.readouterr().out
