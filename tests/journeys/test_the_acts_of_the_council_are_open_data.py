"""The council's acts and the grants of the programme as open data: at addresses that stay, and taken from a list."""

import csv
import io
from datetime import date

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.council.models import Deliberation
from passnumerique.council.operations import record_publication
from passnumerique.council.rules import MATTERS, faults_of_a_grant
from passnumerique.directory.models import Authority
from passnumerique.directory.rules import Role
from passnumerique.programmes.queries import funding_shares
from tests.journeys.office import NOON, french, signed_in
from tests.papers import text_of
from tests.rooms.world import World, build_world, deliberate, on

pytestmark = pytest.mark.django_db
BASE, SIRET = "/verdun", "21860194600013"
HEADING = "COLL_NOM,COLL_SIRET,DELIB_ID,DELIB_DATE,DELIB_MATIERE_CODE,DELIB_MATIERE_NOM,DELIB_OBJET"
GOOD = f"Collectivité,{SIRET},DE2020017,2020-12-16,7.5,{MATTERS['7.5']},Mise en place"
BAD = f"Collectivité,{SIRET},DE2020018,16/12/2020,7.5,{MATTERS['7.5']},Autre acte"


@pytest.fixture(autouse=True)
def _on_the_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def world() -> World:
    made = build_world(quantity=0, structures=0, places=0)
    Authority.objects.filter(id=made.authority_id).update(siret=SIRET)
    return made


@pytest.fixture
def secretary(world: World) -> Client:
    return signed_in(world, Role.SECRETARY)


def sent(client: Client, *lines: str) -> str:
    """Send a list of acts, and read the page of its check."""
    file = SimpleUploadedFile("actes.csv", "\n".join([HEADING, *lines]).encode())
    return french(client.post(f"{BASE}/deliberations/reprise/", {"file": file}, follow=True))


def test_past_acts_are_taken_once_they_are_good(world: World, secretary: Client) -> None:
    check = f"{BASE}/deliberations/reprise/verification/"
    page = sent(secretary, GOOD, BAD)
    for words in ("DELIB_DATE", "16/12/2020", "Écrivez la date ainsi : 2022-12-13."):
        assert words in page
    assert secretary.post(check).status_code == 422
    assert not Deliberation.objects.filter(imported=True).exists()
    bad = secretary.get(f"{check}?format=csv").content.decode("utf-8-sig")
    assert "DELIB_DATE" in bad
    sent(secretary, GOOD)
    assert "1 acte est repris." in french(secretary.post(check, follow=True))
    row = Deliberation.objects.get(imported=True)
    act = french(secretary.get(f"{BASE}/deliberations/{row.id}/"))
    assert "La liste des actes dont elle vient ne dit pas les voix." in act
    assert "acte.pdf" not in act
    assert "il n’y a rien à reprendre" in sent(secretary, GOOD)
    assert "Il manque des colonnes" in french(
        secretary.post(f"{BASE}/deliberations/reprise/", {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    )


def test_the_command_takes_them_too(world: World, tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = (f"{tmp_path}/{name}.csv" for name in ("good", "bad"))
    for path, lines in ((good, [GOOD]), (bad, [GOOD, BAD])):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([HEADING, *lines]))
    with pytest.raises(CommandError, match="1 ligne à corriger"):
        call_command("council", "import-scdl", bad, "--programme", "verdun")
    assert "ligne 3, DELIB_DATE, « 16/12/2020 »" in capsys.readouterr().err
    call_command("council", "import-scdl", good, "--dry-run", "--programme", "verdun")
    assert not Deliberation.objects.filter(imported=True).exists()
    call_command("council", "import-scdl", good, "--programme", "verdun")
    call_command("council", "import-scdl", good, "--programme", "verdun")
    assert "Actes repris : 0, déjà là : 1." in capsys.readouterr().out
    assert Deliberation.objects.filter(imported=True).count() == 1


def test_a_grant_is_told_and_read_by_anybody(world: World, secretary: Client, tmp_path: object) -> None:
    share = funding_shares(world.programme_id).get()
    assert "à compléter" in french(secretary.get(f"{BASE}/subventions/"))
    told = {"giver_siret": "13002603200017", "purpose": "Pass (fictif)", "nature": "aide en numéraire"}
    told |= {"terms": "other", "paid_from": "2021-09-01", "paid_until": "2022-12-31"}
    page = french(secretary.post(f"{BASE}/subventions/{share.id}/", told))
    assert "Écrivez comment la subvention est versée." in page
    wrong = french(secretary.post(f"{BASE}/subventions/{share.id}/", told | {"terms": "échelonné"}))
    assert "Colonne idAttribuant : La clé de ce SIRET est fausse." in wrong
    good = told | {"terms": "échelonné", "giver_siret": "130 026 032 00016"}
    assert secretary.post(f"{BASE}/subventions/{share.id}/", good).status_code == 302
    assert "publiée" in french(secretary.get(f"{BASE}/subventions/"))
    answer = Client().get(f"{BASE}/subventions.csv")
    assert answer["Access-Control-Allow-Origin"] == "*"
    [row] = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["datesPeriodeVersement"], faults_of_a_grant(row)) == ("2021-09-01/2022-12-31", [])
    path = f"{tmp_path}/grants.csv"
    call_command("council", "export-scdl-grants", "--out", path, "--programme", "verdun")
    with open(path, "rb") as file:
        assert file.read() == answer.content


def test_an_act_is_read_by_anybody_once_it_is_published(world: World, secretary: Client) -> None:
    act = deliberate(world, "DE_2022_12_001", date(2022, 12, 10))
    Deliberation.objects.filter(id=act).update(published_on=None, transmitted_on=None)
    anybody, address = Client(), f"{BASE}/actes/DE_2022_12_001.pdf"
    assert anybody.get(address).status_code == 404
    assert b"DE_2022_12_001" not in anybody.get(f"{BASE}/deliberations.csv").content
    days = {"transmitted_on": date(2022, 12, 12), "published_on": date(2022, 12, 13)}
    record_publication(deliberation_id=act, by=world.manager, at=on(date(2022, 12, 13)), **days)
    rows = csv.DictReader(io.StringIO(anybody.get(f"{BASE}/deliberations.csv").content.decode()))
    told = next(row for row in rows if row["DELIB_ID"] == "DE_2022_12_001")
    assert told["DELIB_URL"] == f"http://testserver{address}"
    assert "Délibération n° DE_2022_12_001" in text_of(anybody.get(address).content)
    assert anybody.get(f"{BASE}/actes/DE_1999.pdf").status_code == 404


def test_a_number_may_hold_a_slash(world: World) -> None:
    deliberate(world, "2022/12 n° 3", date(2022, 12, 10))
    rows = csv.DictReader(io.StringIO(Client().get(f"{BASE}/deliberations.csv").content.decode()))
    told = next(row for row in rows if row["DELIB_ID"] == "2022/12 n° 3")
    answer = Client().get(told["DELIB_URL"].removeprefix("http://testserver"))
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_whoever_only_reads_takes_and_tells_nothing(world: World, settings: LazySettings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    reader = signed_in(world, Role.FUNDER)
    share = funding_shares(world.programme_id).get()
    assert reader.get(f"{BASE}/subventions/").status_code == 200
    for address in ("deliberations/reprise/", "deliberations/reprise/verification/", f"subventions/{share.id}/"):
        assert reader.post(f"{BASE}/{address}").status_code == 403
