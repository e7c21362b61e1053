"""Where the issuer pays: its file is imported, what each line would pay is read, then recorded by finance."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.settlement.models import Payment
from passnumerique.vouchers.rules import State
from tests.journeys.office import french, signed_in
from tests.rooms.payees import Office
from tests.rooms.test_issuer_payments import csv
from tests.rooms.world import build_world, on

pytestmark = pytest.mark.django_db


def test_a_payment_file_is_read_compared_and_recorded(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(date(2021, 11, 22), 12))
    desk = Office(build_world(payer="issuer", issuer_fee_rate=400))
    desk.claim(0, 2)
    desk.claim(1, 2)
    finance, accountant = signed_in(desk.world, Role.FINANCE), signed_in(desk.world, Role.ACCOUNTANT)
    assert "Paiements de l’émetteur" in french(finance.get("/verdun/virements/"))
    rows = csv(desk, ("VIR-1", 0, "19,20", "0,80", "1", ""), ("VIR-2", 1, "12,00", "", "", ""))
    file = SimpleUploadedFile("paiements.csv", rows)
    finance.post("/verdun/emetteur/importer/", {"kind": "payments", "issuer": "Émetteur (fictif)", "file": file})
    columns = {"reference": "Référence", "day": "Payé le", "place": "Lieu", "amount_cents": "Net"}
    columns |= {"fee_cents": "Frais", "claim_number": "N° demande", "claim_month": "Mois"}
    finance.post("/verdun/emetteur/importer/colonnes/", columns)
    kept = finance.post("/verdun/emetteur/importer/verification/")
    assert kept.headers["Location"] == "/verdun/virements/emetteur/"
    assert not Payment.objects.exists()
    page = french(finance.get("/verdun/virements/emetteur/"))
    assert "sera enregistré" in page
    assert "l’émetteur a payé moins que ce qui est accepté : 19,20 € attendus" in page
    assert "19,20 €" in french(accountant.get("/verdun/virements/emetteur/"))
    assert "Enregistrer ces paiements" not in french(accountant.get("/verdun/virements/emetteur/"))
    assert accountant.post("/verdun/virements/emetteur/", {"expected_cents": 1920}).status_code == 200
    assert finance.post("/verdun/virements/emetteur/", {"expected_cents": 1}).status_code == 422
    assert not Payment.objects.exists()
    assert finance.post("/verdun/virements/emetteur/", {"expected_cents": 1920}).status_code == 302
    assert (Payment.objects.count(), desk.world.states()[State.REIMBURSED]) == (1, 2)
    assert "19,20 € attendus" in french(finance.get("/verdun/virements/emetteur/"))
    for role in (Role.PLACE, Role.PRESCRIBER):
        assert signed_in(desk.world, role).get("/verdun/virements/emetteur/").status_code == 403
