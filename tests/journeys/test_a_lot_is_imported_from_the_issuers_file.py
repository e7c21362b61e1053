"""The issuer's file in the pages: upload, columns, check, and only then the lot."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.ground.codes import derive_code
from passnumerique.ground.sheets import write_xlsx
from passnumerique.vouchers.queries.history import access_voucher, access_vouchers
from passnumerique.vouchers.queries.listing import access_lots
from tests.journeys.office import french, signed_in
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
PAGE = "/verdun/lots/importer/"
HEADINGS = ["N° de pass", "Carnet", "Code du pass"]


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(date(2022, 10, 3), 12))


@pytest.fixture
def world() -> World:
    return build_world(quantity=0, booklets=0)


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world)


def code(number: int) -> str:
    """A code as an issuer that knows our kind would print it."""
    return derive_code(b"issuer", b"lot", number)


def rows(many: int = 20, first: int = 1) -> list[list[str]]:
    """Lines of a good file: numbers without hole, booklets of ten, codes of the house."""
    return [[str(n), str((n - 1) // 10 + 1), code(n)] for n in range(first, first + many)]


def csv(lines: list[list[str]], headings: list[str] = HEADINGS, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(";".join(line) for line in [headings, *lines]).encode(encoding)


def upload(browser: Client, content: bytes, name: str = "lot.csv", **more: str) -> HttpResponse:
    """Step one: the file."""
    given = {"step": "columns", "reference": "BL-2022-7", "file": SimpleUploadedFile(name, content), **more}
    return browser.post(PAGE, given)  # type: ignore[return-value]


def carried(answer: HttpResponse, step: str, **more: str) -> dict[str, str]:
    """What the form of that page would send, with its proposed columns."""
    page = answer.content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    for name in ("number", "booklet", "code"):
        chosen = re.search(rf'name="{name}".*?<option value="([^"]*)" selected', page, re.DOTALL)
        if chosen:
            fields[name] = chosen[1]
    return {name: html.unescape(value) for name, value in fields.items()} | {"step": step, **more}


def checked(browser: Client, content: bytes, name: str = "lot.csv", **more: str) -> HttpResponse:
    """Steps one and two: the file with the columns that its headings suggest, checked."""
    return browser.post(PAGE, carried(upload(browser, content, name), "check", **more))  # type: ignore[return-value]


def test_a_file_is_checked_then_received_and_found_again(world: World, manager: Client) -> None:
    columns = upload(manager, csv(rows()))
    assert "lot.csv : 20 lignes." in french(columns)
    assert "Les premières lignes du fichier" in french(columns)
    check = manager.post(PAGE, carried(columns, "check"))
    page = french(check)
    assert "Le fichier est bon" in page
    assert "200,00 €" in page
    assert not access_lots(world.manager, world.programme_id), "nothing is written before the last step"
    lot = manager.post(PAGE, carried(check, "receive"), follow=True)
    assert "20 pass, numéros 1–20, sont en stock à la collectivité." in french(lot)
    assert "Les codes de ce lot viennent de l’émetteur" in french(lot)
    assert manager.post("/verdun/pass/", {"code": code(7)})["Location"] == "/verdun/pass/7/"
    assert access_voucher(world.manager, world.programme_id, 11).booklet == 2


def test_the_same_file_twice_leads_to_the_lot_it_made(world: World, manager: Client) -> None:
    check = checked(manager, csv(rows()))
    for told in ("Le lot est enregistré", "Ce fichier avait déjà été importé"):
        assert told in french(manager.post(PAGE, carried(check, "receive"), follow=True))
    assert "Ce fichier a déjà été importé." in french(checked(manager, csv(rows())))
    assert access_lots(world.manager, world.programme_id).count() == 1
    assert access_vouchers(world.manager, world.programme_id).count() == 20


def test_every_bad_line_is_told_by_line_column_and_reason(world: World, manager: Client) -> None:
    lines = rows(8)
    lines[1][0] = "deux"
    lines[2][2] = ""
    lines[4][0] = lines[3][0]
    lines[6][2] = lines[5][2]
    answer = checked(manager, csv(lines))
    page = french(answer)
    assert answer.status_code == 422
    assert "4 lignes sont à corriger. Rien n’a été enregistré." in page
    for told in (
        "Un numéro entier est attendu",
        "Cette case est vide.",
        "Ce numéro est déjà à la ligne 5 du fichier.",
        "Ce code est déjà à la ligne 7 du fichier.",
    ):
        assert told in page, told
    report = manager.post(PAGE, carried(answer, "report"))
    assert report["Content-Type"].startswith("text/csv")
    assert "3;N° de pass;deux;" in report.content.decode("utf-8-sig")
    refused = manager.post(PAGE, carried(answer, "receive"))
    assert refused.status_code == 422
    assert "des lignes à corriger : 4" in french(refused)
    assert not access_lots(world.manager, world.programme_id)


def test_a_hole_in_the_numbers_and_a_mistyped_code_are_told(manager: Client) -> None:
    lines = rows(5) + rows(5, first=8)
    lines[2][2] = lines[2][2][:-1] + ("0" if lines[2][2][-1] != "0" else "1")
    page = french(checked(manager, csv(lines)))
    assert "Il manque des numéros avant celui-ci : de 6 à 7." in page
    assert "La lettre de contrôle de ce code est fausse" in page


def test_numbers_and_codes_already_received_are_told(world: World, manager: Client) -> None:
    world.issue(10)
    page = french(checked(manager, csv(rows(12, first=9))))
    assert "2 lignes sont à corriger." in page
    assert "Ce numéro est déjà enregistré dans ce dispositif." in page


def test_codes_of_another_kind_are_believed(manager: Client) -> None:
    lines = [[str(n), "1", f"BGF{n:06d}"] for n in range(1, 4)]
    assert "Le fichier est bon" in french(checked(manager, csv(lines)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_files_come_in_any_encoding(manager: Client, encoding: str) -> None:
    assert "Le fichier est bon" in french(checked(manager, csv(rows(3), ["Numéro", "Carnet", "Code"], encoding)))


def test_a_workbook_is_read_too(manager: Client) -> None:
    assert "Le fichier est bon" in french(checked(manager, write_xlsx(HEADINGS, rows(3)), "lot.xlsx"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x00\x01\x02nothing", "ne peut pas être lu"),
        (b"numero;carnet;code\r\n", "ne contient aucune ligne"),
        (b"numero;numero;code\r\n1;1;A\r\n", "Plusieurs colonnes portent le titre"),
    ],
)
def test_what_is_no_table_is_refused_at_once(manager: Client, content: bytes, told: str) -> None:
    answer = upload(manager, content)
    assert answer.status_code == 422
    assert told in french(answer)
    assert 'value="BL-2022-7"' in answer.content.decode()


def test_a_missing_column_is_asked_for(manager: Client) -> None:
    answer = checked(manager, csv([["1", "1", "x"]], ["Numéro", "Carnet", "Montant"]))
    assert answer.status_code == 422
    assert "Quelle colonne contient quoi" in french(answer)
    assert "Ce champ est obligatoire." in french(answer)


def test_a_mapping_is_kept_for_the_next_file(manager: Client) -> None:
    odd = ["A", "B", "C"]
    chosen = {"number": "A", "booklet": "B", "code": "C", "keep_as": "Beegift"}
    assert "Le fichier est bon" in french(checked(manager, csv(rows(3), odd), **chosen))
    assert "Beegift" in french(manager.get(PAGE))
    again = carried(upload(manager, csv(rows(3, first=4), odd), mapping="Beegift"), "check")
    assert (again["number"], again["booklet"], again["code"]) == ("A", "B", "C")


def test_a_forged_step_is_refused(manager: Client) -> None:
    answer = manager.post(PAGE, {"step": "receive", "packed": "!!", "filename": "x.csv", "reference": "x"})
    assert answer.status_code == 409
    assert "ne peut pas être lu" in french(answer)


def test_more_value_than_the_envelope_is_refused_at_the_end(world: World, manager: Client) -> None:
    check = checked(manager, csv(rows(101)))
    answer = manager.post(PAGE, carried(check, "receive"))
    assert answer.status_code == 422
    assert "enveloppe" in french(answer)
    assert not access_lots(world.manager, world.programme_id)


def test_ten_thousand_bad_lines_stay_readable(manager: Client) -> None:
    answer = checked(manager, csv([["x", "1", f"CODE{n:06d}"] for n in range(10_000)]))
    assert "9 900 autres erreurs ne sont pas montrées ici" in french(answer)
