"""The accounts on the web: the finance officer keeps them, the accountant and the auditor read them."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.journeys.rendering import JOURNAL, MANIFEST, PAPER, SHEETS
from passnumerique.ledger.queries import cash_totals
from passnumerique.ledger.rules import Cash
from tests.journeys.office import NOON, french, signed_in
from tests.rooms.test_settlement_cash import paid
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db

PAGES = ("/verdun/comptes/", "/verdun/comptes/mouvements/", "/verdun/comptes/exposition/")
SPAN = "?first=2021-09-01&last=2021-12-31"
GIVEN = {"kind": "funds", "amount": "500,00", "day": "2021-12-01", "reference": "TITRE-1", "counterpart": "État"}


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    world = build_world()
    paid(world)
    return world


def test_the_finance_officer_records_what_was_brought_and_reads_it_in_the_accounts(world: World) -> None:
    finance = signed_in(world, Role.FINANCE)
    assert "enregistrez les apports reçus" in french(finance.get("/verdun/comptes/mouvements/"))
    page = french(finance.post("/verdun/comptes/mouvements/enregistrer/", GIVEN, follow=True))
    assert "Le mouvement est enregistré." in page
    assert "TITRE-1" in page
    assert cash_totals(world.programme_id)[Cash.TREASURY] == 50_000 - 3000
    accounts = french(finance.get("/verdun/comptes/"))
    assert "Apports des financeurs et de la collectivité" in accounts
    again = finance.post("/verdun/comptes/mouvements/enregistrer/", GIVEN)
    assert again.status_code == 422
    assert "porte déjà la référence" in french(again)


def test_what_cannot_be_understood_is_told_beside_its_field(world: World) -> None:
    finance = signed_in(world, Role.FINANCE)
    for wrong in ({"amount": "beaucoup"}, {"kind": "recovered"}, {"day": "2050-01-01"}, {"reference": ""}):
        assert finance.post("/verdun/comptes/mouvements/enregistrer/", GIVEN | wrong).status_code == 422
    assert finance.get("/verdun/comptes/?first=2022-01-01&last=2021-01-01").status_code == 422
    assert finance.get("/verdun/comptes/exposition/?as_of=2050-01-01").status_code == 422
    assert finance.get("/verdun/comptes/reddition.pdf?first=demain").status_code == 404
    assert cash_totals(world.programme_id)[Cash.FUNDS] == 0


def test_the_files_are_downloaded(world: World) -> None:
    accountant = signed_in(world, Role.ACCOUNTANT)
    assert accountant.get(f"/verdun/comptes/reddition.pdf{SPAN}").content[:5] == b"%PDF-"
    assert accountant.get(f"/verdun/comptes/reddition.xlsx{SPAN}").content[:2] == b"PK"
    journal = b"".join(accountant.get(f"/verdun/comptes/journal.beancount{SPAN}"))  # type: ignore[call-overload]
    assert b"open Assets:Cash:Treasury EUR" in journal
    archives = [b"".join(accountant.get(f"/verdun/comptes/reddition.zip{SPAN}")) for _ in range(2)]  # type: ignore[call-overload]
    assert archives[0] == archives[1]
    with zipfile.ZipFile(io.BytesIO(archives[0])) as archive:
        assert archive.namelist() == [PAPER, SHEETS, JOURNAL, MANIFEST]
        assert archive.read(JOURNAL) == journal


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.AUDITOR])
def test_who_only_reads_sees_everything_and_no_button(world: World, role: Role) -> None:
    reader = signed_in(world, role)
    for address in PAGES:
        page = reader.get(address)
        assert page.status_code == 200
        main = page.content.decode().partition("<main")[2].partition("</main>")[0]
        assert 'method="post"' not in main
        assert "enregistrer/" not in main
        assert "geler/" not in main
    assert reader.post("/verdun/comptes/mouvements/enregistrer/", GIVEN).status_code == 403


@pytest.mark.parametrize("role", [Role.PLACE, Role.PRESCRIBER, Role.SECRETARY])
def test_the_accounts_are_not_for_everybody(world: World, role: Role) -> None:
    stranger: Client = signed_in(world, role)
    for address in (*PAGES, f"/verdun/comptes/reddition.zip{SPAN}", "/verdun/comptes/exposition/creanciers.pdf"):
        assert stranger.get(address).status_code == 403


def test_lists_leave_as_files(world: World) -> None:
    finance = signed_in(world, Role.FINANCE)
    for address in PAGES[1:]:
        assert finance.get(f"{address}?format=csv")["Content-Type"].startswith("text/csv")
