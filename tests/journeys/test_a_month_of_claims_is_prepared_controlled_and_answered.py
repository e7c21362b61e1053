"""A month of claims in the pages: prepared for all, confirmed by the place, controlled by a draw, decided by two
people, answered by the place; an undue sum taken back by an order."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.settlement.models import Answer, ClaimLine, RecoveryOrder
from passnumerique.settlement.operations import (
    approve_claim,
    control_lines,
    file_claim,
    order_payment,
    prepare_claims,
    record_payment,
    recover,
)
from passnumerique.settlement.queries import claims, lines_of, prepared_claims
from passnumerique.settlement.queries.controlling import drawn_in, sample_of
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.vouchers.rules import State
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
OCTOBER = date(2022, 10, 11)
BASE = "/verdun/remboursements/"
MISSING = "Feuille d’émargement absente"


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    """Four passes used in October at the first place, two at the second, without a sheet."""
    made = build_world(quantity=40, booklets=3)
    made.spend(4, OCTOBER)
    made.spend(2, OCTOBER, place=1)
    return made


@pytest.fixture
def place(world: World) -> Client:
    return signed_in(world, Role.PLACE)


@pytest.fixture
def finance(world: World) -> Client:
    return signed_in(world, Role.FINANCE)


def prepared(world: World, rank: int = 0) -> str:
    """The address of what was prepared for a place."""
    given = {"programme_id": world.programme_id, "month": OCTOBER, "at": on(TODAY, 9)}
    prepare_claims(by=world.actor(Role.FINANCE), **given)
    row = prepared_claims(world.actor(Role.PLACE, rank), world.programme_id).get()
    return f"{BASE}a-confirmer/{row.id}/"


def filed(world: World) -> UUID:
    given = {"programme_id": world.programme_id, "place_id": world.places[0], "month": OCTOBER}
    return file_claim(by=world.actor(Role.PLACE), at=on(TODAY, 9), **given)


def contested(world: World) -> tuple[UUID, UUID]:
    """A decided claim with one contested line."""
    claim = filed(world)
    line = lines_of(world.manager, claim)[0].id
    by = world.actor(Role.FINANCE)
    control_lines(claim_id=claim, verdicts={line: (Verdict.REJECTED, MISSING)}, by=by, at=on(TODAY, 10))
    approve_claim(claim_id=claim, by=world.manager, at=on(TODAY, 10), approve_rest=True)
    return claim, line


def test_a_month_is_prepared_and_each_place_confirms(world: World, finance: Client, place: Client) -> None:
    assert "Préparer un mois" in french(finance.get(BASE))
    page = french(finance.post(f"{BASE}preparer/", {"month": "2022-10"}, follow=True))
    assert "C’est prêt pour octobre 2022 : 6 pass." in page
    assert page.count("octobre 2022") > 2
    listed = french(place.get(BASE))
    assert "Votre demande est préparée." in listed
    address = re.search(rf"{BASE}a-confirmer/[0-9a-f-]+/", listed)
    assert address
    page = french(place.get(address[0]))
    assert "4 pass à vérifier avant de confirmer" in page
    assert "Feuille d’émargement ni signée ni jointe" in page
    ids = re.findall(r'name="pass" value="([0-9a-f-]+)"', page)
    assert len(ids) == 4
    refused = place.post(f"{address[0]}plus-tard/", {"pass": ids[:1], "reason": ""})
    assert (refused.status_code, "Indiquez pourquoi" in french(refused)) == (409, True)
    place.post(f"{address[0]}plus-tard/", {"pass": ids[:1], "reason": "Feuille pas encore signée"})
    page = french(place.get(address[0]))
    assert "Confirmer et demander 30,00 €" in page
    assert "Laissés pour plus tard" in page
    page = french(place.post(f"{address[0]}confirmer/", follow=True))
    assert "La demande est déposée." in page
    assert world.states()[State.CLAIMED] == 3


def test_a_month_that_runs_is_refused_beside_its_field(world: World, finance: Client) -> None:
    answer = finance.post(f"{BASE}preparer/", {"month": "2022-12"})
    assert (answer.status_code, "Ce mois n’est pas terminé" in french(answer)) == (422, True)
    assert finance.post(f"{BASE}preparer/", {"month": "décembre"}).status_code == 422


def test_the_command_prepares_and_draws_again(
    world: World, finance: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("claims", "prepare", "--month", "2022-10")
    told = capsys.readouterr()
    assert "6 pass proposés à leurs lieux pour 10/2022." in told.out
    assert "2 lieux sur 2, 6 pass" in told.err
    filed(world)
    finance.post(f"{BASE}{claims(world.manager, world.programme_id).get().id}/tirage/")
    call_command("claims", "sample", "--claim", "1")
    row = claims(world.manager, world.programme_id).get()
    sample = sample_of(row)
    assert sample
    assert capsys.readouterr().out.splitlines()[1:] == [str(number) for number in drawn_in(row, sample)]


def test_flagged_passes_come_first_and_a_draw_says_what_is_left(world: World, finance: Client) -> None:
    claim = filed(world)
    numbers = [line.voucher_number for line in lines_of(world.manager, claim)]
    ClaimLine.objects.filter(voucher_number=numbers[-1]).update(risk=70)
    page = french(finance.get(f"{BASE}{claim}/"))
    assert "Feuille d’émargement ni signée ni jointe" in page
    assert page.index(f"N° {numbers[-1]}") < page.index(f"N° {numbers[0]}")
    page = french(finance.post(f"{BASE}{claim}/tirage/", follow=True))
    assert "1 pass tiré sur 4, avec la graine" in page
    assert "4 pass restent à contrôler avant de décider." in page
    assert finance.post(f"{BASE}{claim}/tirage/").status_code == 409
    refused = finance.post(f"{BASE}{claim}/decision/", {"approve_rest": "1"})
    assert (refused.status_code, "n’ont pas été contrôlés : 4" in french(refused)) == (409, True)


def test_above_the_threshold_two_people_decide(world: World, finance: Client) -> None:
    world.set(TODAY, second_approval_cents=1000)
    manager, claim = signed_in(world), filed(world)
    page = french(manager.post(f"{BASE}{claim}/decision/", {"approve_rest": "1"}, follow=True))
    assert "Elle dépasse le seuil" in page
    assert manager.get(f"{BASE}{claim}/confirmation/").status_code == 200
    assert manager.post(f"{BASE}{claim}/confirmation/").status_code == 409
    assert "Confirmer" in french(finance.get(f"{BASE}{claim}/"))
    page = french(finance.post(f"{BASE}{claim}/confirmation/", {"back": "1", "reason": "Relire"}, follow=True))
    assert "La demande est renvoyée au contrôle : Relire." in page
    manager.post(f"{BASE}{claim}/decision/", {"approve_rest": "1"})
    page = french(finance.post(f"{BASE}{claim}/confirmation/", follow=True))
    assert "La demande est confirmée pour 40,00 €." in page
    assert "La décision est confirmée. La demande est acceptée." in page
    assert "une autre personne la mandate et la paie" in page
    assert claims(world.manager, world.programme_id).get().state == ClaimState.APPROVED


def test_a_place_answers_and_a_second_person_hears_it(world: World, place: Client, finance: Client) -> None:
    claim, line = contested(world)
    page = french(place.get(f"{BASE}{claim}/"))
    assert MISSING in page
    address = f"{BASE}pass/{line}/repondre/"
    assert address in page
    assert "Vous pouvez répondre jusqu’au 12 janvier 2023." in french(place.get(address))
    assert place.post(address, {"text": ""}).status_code == 422
    paper = SimpleUploadedFile("feuille.pdf", b"%PDF-1.7 signee")
    page = french(place.post(address, {"text": "La feuille est jointe.", "paper": paper}, follow=True))
    assert "Votre réponse est envoyée." in page
    assert "Le lieu répond au sujet du pass" in page
    assert "Des lieux ont répondu à une contestation" in french(finance.get(BASE))
    answer = f"{BASE}reponses/{Answer.objects.get().id}/"
    assert "La feuille est jointe." in french(finance.get(answer))
    kept = finance.get(f"{answer}justificatif/")
    assert (kept.content, kept["Content-Disposition"][:10]) == (b"%PDF-1.7 signee", "attachment")
    assert finance.post(answer, {"accept": "no", "reason": ""}).status_code == 422
    page = french(finance.post(answer, {"accept": "yes", "reason": "Feuille reçue"}, follow=True))
    assert "est accepté." in page
    assert "entendue, pass accepté" in french(place.get(f"{BASE}{claim}/"))
    assert claims(world.manager, world.programme_id).get().payable_cents == 4000


def test_an_undue_sum_is_asked_for_by_an_order(world: World, place: Client, finance: Client) -> None:
    claim, by = filed(world), world.actor(Role.FINANCE)
    approve_claim(claim_id=claim, by=world.manager, at=NOON, approve_rest=True)
    order_payment(claim_id=claim, reference="M-1", ordered_on=TODAY, by=by, at=NOON)
    record_payment(claim_id=claim, reference="V-1", paid_on=TODAY, by=by, at=NOON)
    lines = [line.id for line in lines_of(world.manager, claim)][:2]
    recover(claim_id=claim, line_ids=lines, cause="Atelier annulé", by=by, at=NOON)
    assert "sont déclarés indus : Atelier annulé." in french(place.get(f"{BASE}{claim}/"))
    page = french(finance.get(f"{BASE}indus/"))
    assert "20,00 €" in page
    assert "À retenir sur la prochaine demande" in page
    page = french(finance.post(f"{BASE}indus/{world.places[0]}/ordre/", follow=True))
    assert "Réclamé, ordre n° 1" in page
    order = f"{BASE}indus/ordres/{RecoveryOrder.objects.get().id}/"
    assert place.get(f"{order}ordre.pdf").content.startswith(b"%PDF")
    assert "20,00 €" in french(place.get(f"{BASE}indus/"))
    assert finance.post(f"{order}encaissement/", {"reference": "", "day": "2022-12-13"}).status_code == 422
    page = french(finance.post(f"{order}encaissement/", {"reference": "TR-7", "day": "2022-12-13"}, follow=True))
    assert "Encaissé, ordre n° 1" in page
    assert "rendue sur l’ordre n° 1" in french(finance.get(f"{BASE}{claim}/"))


def test_who_may_only_read_reads_and_other_places_see_nothing(world: World) -> None:
    claim, line = contested(world)
    address = prepared(world, 1)
    accountant, auditor = signed_in(world, Role.ACCOUNTANT), signed_in(world, Role.AUDITOR)
    other, place = signed_in(world, Role.PLACE, rank=1), signed_in(world, Role.PLACE)
    answered = {"text": "La feuille est jointe."}
    assert other.post(f"{BASE}pass/{line}/repondre/", answered).status_code == 404
    place.post(f"{BASE}pass/{line}/repondre/", answered)
    answer = f"{BASE}reponses/{Answer.objects.get().id}/"
    for reader in (accountant, auditor):
        for page in ("", f"{claim}/", "indus/"):
            assert reader.get(f"{BASE}{page}").status_code == 200
        assert reader.get(answer).status_code == 200
        for act in ("preparer/", f"{claim}/tirage/", f"{claim}/confirmation/", f"indus/{world.places[0]}/ordre/"):
            assert reader.post(f"{BASE}{act}").status_code == 403
        reader.post(answer, {"accept": "yes", "reason": "?"})
        assert reader.post(f"{address}confirmer/").status_code == 403
    assert other.get(answer).status_code == 404
    assert place.get(address).status_code == 404
    assert place.post(f"{address}confirmer/").status_code == 404
    assert place.post(f"{BASE}preparer/", {"month": "2022-10"}).status_code == 403
    assert Answer.objects.get().decided_at is None
