"""The issuer's monthly file in the pages: imported, compared, and each difference explained and settled."""

import html
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.settlement.queries.issuer import issuer_files
from passnumerique.settlement.rules.issuer import IssuerKind
from tests.journeys.office import french, signed_in
from tests.rooms.test_issuer_files import USES, csv, place_name, uses
from tests.rooms.test_reconciling import claim
from tests.rooms.test_takeover import HEADINGS, table
from tests.rooms.test_takeover import files as taken_files
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
IMPORT, PAGE = "/verdun/emetteur/importer/", "/verdun/rapprochement/"


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(date(2021, 11, 10), 12))


@pytest.fixture
def world() -> World:
    made = build_world()
    made.spend(4, DAY)
    claim(made)
    return made


def upload(browser: Client, content: bytes, kind: IssuerKind = IssuerKind.REDEMPTIONS) -> HttpResponse:
    file = SimpleUploadedFile("octobre.csv", content)
    return browser.post(IMPORT, {"kind": kind.value, "issuer": "Émetteur (fictif)", "file": file}, follow=True)  # type: ignore[return-value]


CHOSEN = {"number": USES[0], "day": USES[1], "place": USES[2], "amount_cents": USES[3], "programme": "", "own_name": ""}


def imported(browser: Client, content: bytes) -> HttpResponse:
    upload(browser, content)
    browser.post(f"{IMPORT}colonnes/", CHOSEN)
    return browser.post(f"{IMPORT}verification/", follow=True)  # type: ignore[return-value]


def test_a_file_is_checked_then_kept_and_its_columns_are_remembered(world: World) -> None:
    finance = signed_in(world, Role.FINANCE)
    columns = upload(finance, csv(USES, [*uses(world, [1, 1, 999])]))
    assert "octobre.csv : 3 lignes." in french(columns)
    check = finance.post(f"{IMPORT}colonnes/", CHOSEN, follow=True)
    assert "Aucun pass de ce dispositif ne porte ce numéro." in french(check)
    assert not issuer_files(world.manager, world.programme_id), "nothing is kept before the last step"
    report = finance.get(f"{IMPORT}verification/?format=csv")
    assert "4;N° de pass;999;Aucun pass" in report.content.decode("utf-8-sig")
    kept = finance.post(f"{IMPORT}verification/", follow=True)
    assert "Lignes prises en compte : 1 ; déjà connues : 1 ; non prises en compte : 1." in french(kept)
    assert "La même ligne est déjà à la ligne 2 du fichier." in french(kept)
    again = upload(finance, csv(["A", "B", "C", "D"], [["1", "x", "y", "z"]]))
    assert "Ces colonnes sont celles du dernier fichier de cet émetteur." in french(again)
    assert "octobre.csv" in french(finance.get("/verdun/emetteur/"))


def test_a_missing_column_and_one_used_twice_are_asked_for(world: World) -> None:
    finance = signed_in(world, Role.FINANCE)
    upload(finance, csv(USES, uses(world, [1])))
    answer = finance.post(f"{IMPORT}colonnes/", CHOSEN | {"day": "", "place": USES[0]})
    assert answer.status_code == 422
    assert "Ce champ est obligatoire." in french(answer)
    assert "sert déjà plus haut" in french(answer)
    unreadable = upload(finance, b"\x00\x01\x02nothing")
    assert "ne peut pas être lu" in french(unreadable)


def test_a_difference_is_found_explained_and_settled(world: World) -> None:
    finance = signed_in(world, Role.FINANCE)
    imported(finance, csv(USES, uses(world, [1, 2, 3])))
    page = french(finance.get(PAGE))
    assert "Pass 4, utilisé au registre, absent chez l’émetteur" in page
    assert "Registre et émetteur diffèrent pour 1 mois." in page
    one = f"{PAGE}ecarts/not_at_issuer:4/"
    assert "Demandez à l’émetteur pourquoi il ne connaît pas cette utilisation." in french(finance.get(one))
    said = {"state": "explained", "owner": "issuer", "reason": "", "after": "0"}
    refused = finance.post(one, said)
    assert refused.status_code == 422
    assert "doit dire pourquoi" in french(refused)
    assert "C’est noté." in french(finance.post(one, said | {"reason": "Oublié dans l’export."}, follow=True))
    assert "Quelqu’un vient d’écrire" in french(finance.post(one, said | {"reason": "Autre."}))
    settled = said | {"state": "settled", "reason": "Reçu dans le fichier corrigé.", "after": "1"}
    story = french(finance.post(one, settled, follow=True))
    assert "Expliqué, réponse attendue de : l’émetteur" in story
    assert "Réglé, réponse attendue de : l’émetteur" in story
    assert "Aucun écart ne correspond." in french(finance.get(f"{PAGE}?state=open"))
    imported(finance, csv(USES, uses(world, [4])))
    assert "Les sources disent maintenant la même chose." in french(finance.get(one))
    assert "Aucun écart : les sources disent la même chose." in french(finance.get(PAGE))


def test_every_figure_leads_to_its_rows_and_the_lists_are_files(world: World) -> None:
    manager = signed_in(world)
    imported(manager, csv(USES, uses(world, [1, 2, 3])))
    sources = manager.get(f"{PAGE}?view=sources")
    cell = f"{PAGE}{world.places[0]}/2021-10/"
    assert cell in sources.content.decode()
    page = french(manager.get(cell))
    assert "12 octobre 2021" in page
    assert "/verdun/pass/4/" in page
    assert manager.get(f"{PAGE}{world.places[1]}/2021-10/").status_code == 404
    assert manager.get(f"{PAGE}{world.places[0]}/2021-13/").status_code == 404
    assert "absent chez l’émetteur" in manager.get(f"{PAGE}?format=csv").content.decode()
    assert manager.get(f"{PAGE}?view=sources&format=xlsx").content.startswith(b"PK")
    assert "present" not in manager.get(f"{cell}?format=csv").content.decode()
    for narrowed in ("month=2021-10", f"place={world.places[0]}", "gap=not_at_issuer", "owner=issuer"):
        assert "Pass 4" in french(manager.get(f"{PAGE}?{narrowed}")), narrowed
    assert "Pass 4" not in french(manager.get(f"{PAGE}?month=2021-11"))


def test_a_file_is_withdrawn_with_a_reason(world: World) -> None:
    finance = signed_in(world, Role.FINANCE)
    kept = imported(finance, csv(USES, uses(world, [1, 2, 3])))
    address = kept.redirect_chain[-1][0]  # type: ignore[attr-defined]
    assert finance.post(f"{address}retirer/", {"reason": " "}).status_code == 422
    page = french(finance.post(f"{address}retirer/", {"reason": "Mauvais mois"}, follow=True))
    assert "Le fichier est retiré." in page
    assert "Mauvais mois" in page
    assert "Aucun écart" in french(finance.get(PAGE))


def test_who_reads_and_who_does_not(world: World) -> None:
    finance = signed_in(world, Role.FINANCE)
    address = imported(finance, csv(USES, uses(world, [1]))).redirect_chain[-1][0]  # type: ignore[attr-defined]
    one = f"{PAGE}ecarts/not_at_issuer:4/"
    cell = f"{PAGE}{world.places[0]}/2021-10/"
    pages = (PAGE, cell, one, "/verdun/emetteur/", address)
    for role in (Role.ACCOUNTANT, Role.AUDITOR):
        reader = signed_in(world, role)
        for page in pages:
            answer = reader.get(page)
            assert answer.status_code == 200, (role, page)
            assert "Importer un fichier" not in html.unescape(answer.content.decode())
        assert reader.get(IMPORT).status_code == 403
        assert reader.post(f"{address}retirer/", {"reason": "x"}).status_code == 403
        reader.post(one, {"state": "settled", "owner": "issuer", "reason": "x", "after": "0"})
        assert "Dire où il en est" not in french(reader.get(one))
        assert "à expliquer" in french(reader.get(one)), "nothing was written"
    for role in (Role.PLACE, Role.PRESCRIBER):
        reader = signed_in(world, role)
        assert {reader.get(page).status_code for page in (*pages, IMPORT)} == {403}, role
    assert place_name(world)


def test_a_programme_is_taken_over_in_the_pages(settings: Any) -> None:
    empty = build_world("reprise", quantity=0, booklets=0, issuer_fee_rate=400)
    empty.plan()
    manager, page = signed_in(empty), "/reprise/reprise/"

    def post(rows: dict[str, list[list[object]]], **more: str) -> str:
        sent = {name: SimpleUploadedFile(f"{name}.csv", table(HEADINGS[name], some)) for name, some in rows.items()}
        given = {"former": "Ancien (fictif)", "statement_on": "2021-10-31", **more}
        return french(manager.post(page, {**given, **sent}))

    rows = {name: some for name, some in taken_files(empty).items() if name in {"lots", "releve"}}
    rows["releve"] = [["pass reçus", "", 30, "300"], ["en stock à la collectivité", "", 29, "300"]]
    assert "Le relevé dit 29 pass, la reprise en trouve 30." in post(rows)
    rows["releve"][1][2] = 30
    assert "L’essai a réussi" in post(rows)
    assert not empty.states()
    assert "Cette date n’est pas encore venue." in post(rows, statement_on="2031-01-01")
    assert "Le dispositif est repris" in post(rows, real="on")
    assert sum(empty.states().values()) == 30
    assert "Ces fichiers sont déjà repris." in post(rows, real="on")
    assert signed_in(empty, Role.FINANCE).get(page).status_code == 403
