"""A place's money in the pages: asked for, controlled, decided, ordered, paid, and contested."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.ground.sheets import read_sheet
from passnumerique.ledger.rules import Account
from passnumerique.settlement.operations import (
    approve_claim,
    control_lines,
    file_claim,
    order_payment,
    record_payment,
)
from passnumerique.settlement.queries import claims, lines_of, order_of, payment_of
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.vouchers.rules import State
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import CALENDAR, World, build_world, on

pytestmark = pytest.mark.django_db
NOVEMBER = TODAY.replace(month=11, day=8)
LONG = replace(CALENDAR, distribution_until=CALENDAR.validity_until)
MISSING = "Feuille d’émargement absente"


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    """Fees of 4 %; four passes used in November at the first place, one in December."""
    made = build_world(issuer_fee_rate=400, quantity=100, booklets=5, envelope_cents=200_000, calendar=LONG)
    made.spend(4, NOVEMBER)
    made.spend(1, TODAY - timedelta(days=5))
    return made


@pytest.fixture
def place(world: World) -> Client:
    return signed_in(world, Role.PLACE)


@pytest.fixture
def finance(world: World) -> Client:
    return signed_in(world, Role.FINANCE)


def filed(world: World, rank: int = 0) -> UUID:
    return file_claim(
        programme_id=world.programme_id,
        place_id=world.places[rank],
        month=NOVEMBER,
        by=world.actor(Role.PLACE, rank),
        at=on(TODAY, 9),
    )


def decided(world: World, contest: int = 0) -> UUID:
    claim_id = filed(world)
    lines = list(lines_of(world.manager, claim_id))[:contest]
    verdicts = {line.id: (Verdict.REJECTED, MISSING) for line in lines}
    if verdicts:
        control_lines(claim_id=claim_id, verdicts=verdicts, by=world.manager, at=NOON)
    approve_claim(claim_id=claim_id, by=world.manager, at=NOON, approve_rest=True)
    return claim_id


def paid(world: World) -> UUID:
    claim_id, by = decided(world), world.actor(Role.FINANCE)
    order_payment(claim_id=claim_id, reference="M-1", ordered_on=TODAY, by=by, at=NOON)
    record_payment(claim_id=claim_id, reference="V-1", paid_on=TODAY, by=by, at=NOON)
    return claim_id


def one(world: World, claim_id: UUID) -> Any:
    return claims(world.manager, world.programme_id).get(id=claim_id)


def address(claim_id: UUID, act: str = "") -> str:
    return f"/verdun/remboursements/{claim_id}/{act}"


# Asking


def test_a_place_asks_for_what_it_took_in_one_press(world: World, place: Client) -> None:
    page = french(place.get("/verdun/remboursements/"))
    assert "38,40 €" in page
    assert "4 pass, utilisés le 8 novembre 2022." in page
    assert "Valeur 40,00 €, moins 1,60 € de frais" in page
    assert "1 pass de ce mois pourra être demandé à partir du 1er janvier 2023." in page
    assert "Dernier jour pour demander : 28 février 2023." in page
    answer = french(place.post("/verdun/remboursements/demander/", {"month": "2022-11-01"}, follow=True))
    assert "La demande est déposée." in answer
    assert "Demande n° 1 – novembre 2022" in answer
    assert world.states()[State.CLAIMED] == 4


def test_asking_twice_is_refused_and_writes_nothing(world: World, place: Client) -> None:
    filed(world)
    answer = place.post("/verdun/remboursements/demander/", {"month": "2022-11-01"})
    assert answer.status_code == 409
    assert "Aucun pass n’est à demander en remboursement" in french(answer)
    assert claims(world.manager, world.programme_id).count() == 1
    assert "Rien à demander jusqu’à la fin de novembre 2022" in french(place.get("/verdun/remboursements/demander/"))


def test_a_month_that_runs_is_refused(world: World, place: Client) -> None:
    answer = place.post("/verdun/remboursements/demander/", {"month": "2022-12-01"})
    assert answer.status_code == 409
    assert "Ce mois n’est pas terminé. Déposez la demande à partir du 1er janvier 2023." in french(answer)


def test_after_the_deadline_the_page_says_whom_to_call(
    world: World, place: Client, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(on(TODAY.replace(year=2023, month=3, day=2)))
    late = signed_in(world, Role.PLACE, rank=1)
    page = french(late.get("/verdun/remboursements/"))
    assert "Les demandes sont closes depuis le 28 février 2023." in page
    assert "Demander " not in page


def test_a_place_without_anything_is_told_what_to_do(world: World) -> None:
    page = french(signed_in(world, Role.PLACE, rank=1).get("/verdun/remboursements/"))
    assert "Vous n’avez pas encore fait de demande. Utilisez des pass à un atelier" in page


# The list


def test_the_offices_see_all_claims_by_state_with_totals(world: World, finance: Client) -> None:
    decided(world)
    world.spend(2, NOVEMBER, place=1)
    filed(world, rank=1)
    page = french(finance.get("/verdun/remboursements/"))
    assert "Lieu 1 verdun (fictif)" in page
    assert "57,60 €" in page
    for query, number in ({"state": "filed"}, 2), ({"state": "approved"}, 1), ({"place": world.places[1]}, 2):
        found = french(finance.get("/verdun/remboursements/", query))
        assert f"Demande n° {number} –" in found
        assert f"Demande n° {3 - number} –" not in found
    assert "Demande n°" not in french(finance.get("/verdun/remboursements/", {"month": "2022-10"}))
    assert finance.get("/verdun/remboursements/", {"month": "hier"}).status_code == 200


def test_a_claim_past_its_term_is_told_as_late(world: World, finance: Client, time_machine: TimeMachineFixture) -> None:
    filed(world)
    assert "En retard" not in french(finance.get("/verdun/remboursements/"))
    time_machine.move_to(on(TODAY + timedelta(days=31)))
    again = signed_in(world, Role.ACCOUNTANT)
    assert "En retard" in french(again.get("/verdun/remboursements/"))
    assert "Demande n° 1 –" in french(again.get("/verdun/remboursements/", {"state": "late"}))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_lists_are_exported(world: World, finance: Client, kind: str) -> None:
    paid(world)
    for page in ("remboursements", "paiements"):
        answer = finance.get(f"/verdun/{page}/", {"format": kind})
        sheet = read_sheet(answer.content, f"{page}.{kind}")
        assert {"Demande", "Lieu", "Mandat", "Payé le"} <= set(sheet.columns)
        assert len(sheet.rows) == 1


def test_the_lists_and_a_claim_ask_the_same_number_of_questions_whatever_their_size(
    world: World, queries_do_not_grow: Callable[..., int]
) -> None:
    first = filed(world)
    auditor = signed_in(world, Role.AUDITOR)

    def grow() -> None:
        for _ in range(3):
            world.add_place()
            rank = len(world.places) - 1
            world.spend(2, NOVEMBER, place=rank)
            filed(world, rank)

    queries_do_not_grow(lambda: auditor.get("/verdun/remboursements/"), grow)
    queries_do_not_grow(lambda: auditor.get("/verdun/paiements/"), lambda: None)
    assert auditor.get(address(first)).status_code == 200


def test_the_page_of_a_claim_asks_as_many_questions_for_one_line_as_for_many(
    world: World, django_assert_max_num_queries: Any
) -> None:
    manager = signed_in(world)
    small = filed(world)
    world.spend(9, NOVEMBER, place=1)
    large = filed(world, rank=1)
    manager.get(address(small))
    with django_assert_max_num_queries(40) as few:
        manager.get(address(small))
    with django_assert_max_num_queries(len(few)):
        manager.get(address(large))


# Control and decision


def verdicts(world: World, claim_id: UUID, *chosen: tuple[str, str]) -> dict[str, str]:
    """What the page of a claim sends: the given verdicts for its first lines, nothing for the others."""
    sent = {}
    for place, line in enumerate(lines_of(world.manager, claim_id)):
        verdict, reason = chosen[place] if place < len(chosen) else ("pending", "")
        sent |= {f"verdict-{line.id}": verdict, f"reason-{line.id}": reason}
    return sent


def test_lines_are_controlled_one_by_one_then_the_rest_is_accepted(world: World, finance: Client) -> None:
    claim_id = filed(world)
    page = french(finance.get(address(claim_id)))
    assert "Comparez chaque pass avec la feuille d’émargement" in page
    sent = verdicts(world, claim_id, ("rejected", MISSING), ("approved", ""))
    answer = french(finance.post(address(claim_id, "controle/"), sent, follow=True))
    assert "Le contrôle de 2 pass est enregistré." in answer
    assert f'value="{MISSING}"' in answer
    page = french(finance.get(address(claim_id, "decision/")))
    assert "Accepter cette demande pour 28,80 € ?" in page
    assert "2 pass n’ont pas été contrôlés à part" in page
    assert f"contesté : {MISSING}" in page
    answer = french(finance.post(address(claim_id, "decision/"), {"approve_rest": "1"}, follow=True))
    assert "La demande est acceptée pour 28,80 €. Il reste à mandater." in answer
    assert one(world, claim_id).state == ClaimState.APPROVED
    assert world.states()[State.DISPUTED] == 1


def test_a_rejection_without_a_reason_is_refused_and_nothing_is_written(world: World, finance: Client) -> None:
    claim_id = filed(world)
    sent = verdicts(world, claim_id, ("approved", ""), ("rejected", " "))
    answer = finance.post(address(claim_id, "controle/"), sent)
    assert answer.status_code == 409
    assert "Une ligne contestée doit porter un motif" in french(answer)
    assert '<option value="rejected" selected>' in answer.content.decode()
    assert {line.verdict for line in lines_of(world.manager, claim_id)} == {Verdict.PENDING}


def test_a_line_left_without_verdict_is_not_accepted_unsaid(world: World, finance: Client) -> None:
    claim_id = filed(world)
    answer = finance.post(address(claim_id, "decision/"))
    assert answer.status_code == 409
    assert "Des lignes n’ont pas été contrôlées : 4." in french(answer)
    assert one(world, claim_id).state == ClaimState.FILED


def test_a_decision_is_taken_once(world: World, finance: Client) -> None:
    claim_id = decided(world)
    answer = finance.post(address(claim_id, "decision/"), {"approve_rest": "1"})
    assert answer.status_code == 409
    assert "est « acceptée, à mandater »" in french(answer)


def test_the_place_reads_why_and_what_it_can_do(world: World, place: Client) -> None:
    claim_id = decided(world, contest=1)
    page = french(place.get(address(claim_id)))
    assert "1 pass contesté" in page
    assert MISSING in page
    assert "une autre personne examine votre réponse" in page
    assert "1 pass contesté" in french(place.get("/verdun/remboursements/"))


def test_contested_lines_are_accepted_after_all(world: World, finance: Client) -> None:
    claim_id = decided(world, contest=1)
    line = lines_of(world.manager, claim_id).get(verdict=Verdict.REJECTED)
    nothing = finance.post(address(claim_id, "contestees/"))
    assert nothing.status_code == 409
    assert "Cochez au moins un pass contesté" in french(nothing)
    asked = french(finance.post(address(claim_id, "contestees/"), {"line": line.id}))
    assert "Dites ce que le lieu a apporté" in asked
    assert one(world, claim_id).payable_cents == 2880
    sent = {"line": line.id, "cause": "Feuille reçue"}
    answer = french(finance.post(address(claim_id, "contestees/"), sent, follow=True))
    assert "Les pass cochés sont acceptés." in answer
    assert one(world, claim_id).payable_cents == 3840


# Ordering and paying


def test_the_order_and_the_payment_are_two_acts(world: World, finance: Client, place: Client) -> None:
    claim_id = decided(world)
    answer = finance.post(address(claim_id, "mandat/"), {"reference": "M-2022-417", "day": "2022-12-13"}, follow=True)
    assert "Le mandat est enregistré." in french(answer)
    claim = one(world, claim_id)
    assert claim.state == ClaimState.ORDERED
    assert payment_of(claim) is None
    assert Account.PAID not in world.money()
    answer = finance.post(address(claim_id, "paiement/"), {"reference": "VIR-9", "day": "2022-12-13"}, follow=True)
    assert "Le paiement est enregistré." in french(answer)
    assert world.money()[Account.PAID] == 4000
    page = french(place.get(address(claim_id)))
    assert "Mandat de 38,40 €, référence M-2022-417, du 13 décembre 2022." in page
    assert "Paiement de 38,40 €, référence VIR-9, du 13 décembre 2022." in page
    assert "VIR-9" in french(finance.get("/verdun/paiements/"))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"reference": "", "day": "2022-12-13"}, "Indiquez la référence du mandat ou du paiement"),
        ({"reference": "M-1", "day": "2022-12-01"}, "vient avant l’étape précédente"),
        ({"reference": "M-1", "day": "2023-01-13"}, "Cette date n’est pas encore venue."),
        ({"reference": "M-1", "day": ""}, "Ce champ est obligatoire."),
    ],
)
def test_an_order_that_cannot_be_says_why(world: World, finance: Client, sent: dict[str, str], sentence: str) -> None:
    claim_id = decided(world)
    answer = finance.post(address(claim_id, "mandat/"), sent)
    assert answer.status_code == 422
    assert sentence in french(answer)
    assert order_of(one(world, claim_id)) is None


def test_a_claim_is_not_paid_before_it_is_ordered(world: World, finance: Client) -> None:
    claim_id = decided(world)
    answer = finance.post(address(claim_id, "paiement/"), {"reference": "V", "day": "2022-12-13"})
    assert answer.status_code == 422
    assert "cette action n’est pas possible à cette étape" in french(answer)


def test_a_sum_paid_unduly_is_declared_then_taken_back(world: World, finance: Client) -> None:
    claim_id = paid(world)
    line = lines_of(world.manager, claim_id).first()
    assert line
    assert "Indiquez pourquoi" in french(finance.post(address(claim_id, "indus/"), {"line": line.id}))
    finance.post(address(claim_id, "indus/"), {"line": line.id, "cause": "Atelier annulé"})
    assert world.states()[State.TO_RECOVER] == 1
    assert "À récupérer" in french(finance.get(address(claim_id)))
    sent = {"line": line.id, "cause": "Titre 12", "act": "offset"}
    answer = french(finance.post(address(claim_id, "indus/"), sent, follow=True))
    assert "la valeur revient à l’enveloppe" in answer
    assert world.states()[State.RECOVERED] == 1


def test_when_the_issuer_fails_what_is_due_becomes_the_list_of_creditors(world: World) -> None:
    manager = signed_in(world, Role.MANAGER)
    given = {"cause": "Liquidation", "document": str(world.convention_id)}
    assert manager.post("/verdun/remboursements/geler/", given | {"cause": ""}).status_code == 422
    page = french(manager.post("/verdun/remboursements/geler/", given, follow=True))
    assert "Liste des créanciers" in page
    assert "la collectivité paie" in page
    assert "Ne renvoyez pas vos demandes à l’émetteur" in page
    assert world.states()[State.FROZEN] == 5
    assert manager.get("/verdun/comptes/exposition/creanciers.pdf")["Content-Type"] == "application/pdf"
    again = manager.post("/verdun/remboursements/geler/", given)
    assert again.status_code == 422
    assert "L’émetteur est déclaré défaillant depuis" in french(again)


def test_the_statement_is_printed(world: World, place: Client) -> None:
    for claim_id in (decided(world, contest=1),):
        answer = place.get(address(claim_id, "bordereau.pdf"))
        assert answer["Content-Type"] == "application/pdf"
        with pikepdf.open(io.BytesIO(answer.content)) as paper:
            assert len(paper.pages) == 1


# Borders

ACTS = ("controle/", "decision/", "mandat/", "paiement/", "contestees/", "refus/", "indus/")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ACCOUNTANT])
def test_who_only_reads_sees_everything_and_no_button(world: World, role: Role) -> None:
    claim_id = filed(world)
    reader = signed_in(world, role)
    for url in ("/verdun/remboursements/", address(claim_id), "/verdun/paiements/"):
        page = reader.get(url)
        assert page.status_code == 200
        main = page.content.decode().partition("<main")[2].partition("</main>")[0]
        assert 'method="post"' not in main
        for act in ("decision/", "mandat/", "demander/", "geler/"):
            assert act not in main
    assert reader.get(address(claim_id, "bordereau.pdf")).status_code == 200
    for act in ACTS:
        assert reader.post(address(claim_id, act)).status_code == 403, act
    assert reader.post("/verdun/remboursements/demander/").status_code == 403
    assert reader.post("/verdun/remboursements/geler/", {"cause": "x"}).status_code == 403


def test_a_place_does_not_control_its_own_claim(world: World, place: Client) -> None:
    claim_id = filed(world)
    page = french(place.get(address(claim_id)))
    assert "Décider" not in page
    for act in ACTS:
        assert place.post(address(claim_id, act)).status_code == 403, act


def test_another_place_meets_nothing(world: World) -> None:
    claim_id = filed(world)
    other = signed_in(world, Role.PLACE, rank=1)
    for act in ("", "bordereau.pdf"):
        assert other.get(address(claim_id, act)).status_code == 404
    assert "Demande n°" not in french(other.get("/verdun/remboursements/"))


def test_the_manager_decides_but_does_not_pay(world: World) -> None:
    claim_id = decided(world)
    manager = signed_in(world)
    assert "Mandater" not in french(manager.get(address(claim_id)))
    assert manager.get(address(claim_id, "mandat/")).status_code == 403


def test_a_claim_of_another_programme_of_the_authority_is_not_found(world: World, finance: Client) -> None:
    claim_id = filed(world)
    other = build_world("ailleurs")
    stranger = signed_in(other, Role.FINANCE)
    assert stranger.get(f"/ailleurs/remboursements/{claim_id}/").status_code == 404
    assert stranger.get(address(claim_id)).status_code == 404
    assert finance.get(f"/ailleurs/remboursements/{claim_id}/").status_code == 404


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.PRESCRIBER, Role.SECRETARY, Role.ISSUER, Role.FUNDER])
def test_who_has_no_business_with_claims_is_told_so(world: World, role: Role) -> None:
    client = signed_in(world, role)
    assert client.get("/verdun/remboursements/").status_code == 403
    assert client.get("/verdun/paiements/").status_code == 403


def test_nobody_unknown_comes_in(client: Client, world: World) -> None:
    claim_id = filed(world)
    for url in ("/verdun/remboursements/", address(claim_id), "/verdun/paiements/"):
        assert client.get(url).status_code == 302


def test_a_contested_line_names_the_workshop_it_comes_from(world: World, finance: Client) -> None:
    page = french(finance.get(address(filed(world))))
    assert re.search(r'<a href="/verdun/ateliers/[^"]+/">Premiers pas</a>', page)
