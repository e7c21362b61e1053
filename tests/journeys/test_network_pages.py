"""The network in the pages: who is in it, what each is accredited for, who may come in."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.queries import access_organisations, accredited_on, people_of
from passnumerique.directory.rules import AccreditationKind, Role
from passnumerique.ground.sheets import read_sheet, write_csv
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    return build_world(booklets=0)


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world)


def test_the_network_lists_everybody_with_what_they_are_accredited_for(manager: Client) -> None:
    page = french(manager.get("/verdun/reseau/"))
    assert "Structure 1 verdun (fictif)" in page
    assert "depuis le 1er septembre 2021" in page
    assert "Tout le réseau" in page


def test_tabs_and_search_narrow_the_list(world: World, manager: Client) -> None:
    world.organisation("Médiathèque d’Étain", commune="Étain")
    places = french(manager.get("/verdun/reseau/", {"role": "place"}))
    assert "Lieu 1" in places
    assert "Structure 1" not in places
    found = french(manager.get("/verdun/reseau/", {"q": "etain"}))
    assert "Médiathèque d’Étain" in found
    assert "Lieu 1" not in found
    waiting = french(manager.get("/verdun/reseau/", {"role": "waiting"}))
    assert "Médiathèque d’Étain" in waiting
    assert "Lieu 1" not in waiting


def test_an_empty_network_says_what_to_do_next() -> None:
    bare = build_world("bare", booklets=0, structures=0, places=0)
    page = french(signed_in(bare).get("/bare/reseau/"))
    assert "Il n’y a pas encore de structure ici." in page
    assert "/bare/reseau/importer/" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported_in_the_columns_of_the_national_standard(manager: Client, kind: str) -> None:
    answer = manager.get("/verdun/reseau/", {"format": kind})
    sheet = read_sheet(answer.content, f"reseau.{kind}")
    assert sheet.columns[:4] == ("id", "pivot", "nom", "commune")
    assert len(sheet.columns) == 32
    assert len(sheet.rows) == 4


def test_the_list_asks_the_database_the_same_number_of_questions_whatever_its_size(
    world: World, manager: Client, queries_do_not_grow: Callable[..., int]
) -> None:
    queries_do_not_grow(lambda: manager.get("/verdun/reseau/"), lambda: [world.add_place() for _ in range(3)])


def test_one_organisation_says_how_to_reach_it_and_what_is_missing(world: World, manager: Client) -> None:
    page = french(manager.get(f"/verdun/reseau/{world.places[0]}/"))
    assert "Lieu de médiation" in page
    assert "Le standard national demande aussi" in page
    assert "Modifier la fiche" in page


def test_a_structure_is_added_by_hand_and_its_mistakes_are_told_beside_the_fields(
    world: World, manager: Client
) -> None:
    bad = manager.post("/verdun/reseau/ajouter/", {"name": "Mairie (fictif)", "postcode": "55", "phone": "12"})
    page = french(bad)
    assert bad.status_code == 422
    assert "Un code postal a 5 chiffres." in page
    assert "Ce numéro de téléphone n’existe pas." in page
    assert 'value="Mairie (fictif)"' in page
    assert access_organisations(world.manager).count() == 4
    good = {
        "name": "Mairie (fictif)",
        "postcode": "55100",
        "emails": "a@exemple.fr\nb@exemple.fr",
        "fees": "Gratuit",
    }
    assert manager.post("/verdun/reseau/ajouter/", good).status_code == 302
    made = access_organisations(world.manager, search="mairie").get()
    assert made.emails == ["a@exemple.fr", "b@exemple.fr"]
    assert made.fees == ["Gratuit"]


def test_a_structure_is_changed_and_what_was_not_asked_stays(world: World, manager: Client) -> None:
    address = f"/verdun/reseau/{world.places[0]}/modifier/"
    form = manager.get(address).context["form"]
    sent = {name: value for name, value in form.initial.items() if value not in (None, [])}
    manager.post(address, sent | {"commune": "Bras-sur-Meuse", "opening_hours": "Mo-Fr 09:00-12:00"})
    row = access_organisations(world.manager).get(id=world.places[0])
    assert (row.commune, row.opening_hours, row.insee_code) == (
        "Bras-sur-Meuse",
        "Mo-Fr 09:00-12:00",
        "55545",
    )


def test_several_structures_are_accredited_at_once_or_none(world: World, manager: Client) -> None:
    new = [world.organisation("Relais"), world.organisation("Mairie")]
    sent = {"kind": "place", "from_day": "2022-12-01", "document_reference": "CONV-2021"}
    refused = manager.post("/verdun/reseau/agreer/", sent | {"organisation": [*new, world.places[0]]})
    assert refused.status_code == 422
    assert "a déjà un agrément" in french(refused)
    assert not accredited_on(world.programme_id, new[0], AccreditationKind.PLACE, TODAY)
    manager.post("/verdun/reseau/agreer/", sent | {"organisation": new})
    assert all(accredited_on(world.programme_id, one, AccreditationKind.PLACE, TODAY) for one in new)
    listed = french(manager.get("/verdun/reseau/agreer/", {"organisation": new}))
    assert "Relais" in listed
    assert "Lieu 1" not in listed
    assert "Chaque structure a déjà un agrément." in french(manager.get("/verdun/reseau/agreer/"))


def test_an_accreditation_is_ended_and_the_day_after_it_is_over(world: World, manager: Client) -> None:
    page = french(manager.get(f"/verdun/reseau/{world.places[0]}/"))
    address = re.search(r"/verdun/reseau/agrements/[0-9a-f-]+/fin/", page)
    assert address
    early = manager.post(address[0], {"last_day": "2021-01-01"})
    assert "vient avant le premier" in french(early)
    manager.post(address[0], {"last_day": "2022-12-12"})
    assert not accredited_on(world.programme_id, world.places[0], AccreditationKind.PLACE, TODAY)


def test_somebody_is_invited_by_a_letter_and_the_link_is_shown_once(world: World, manager: Client) -> None:
    sent = {"email": "Sam@Exemple.fr", "role": "place", "organisation": str(world.places[0])}
    answer = manager.post("/verdun/personnes/inviter/", sent)
    link = re.search(r"http://localhost:8000(/accept/\S+?)<", answer.content.decode())
    assert link
    assert link[1] in mail.outbox[0].body
    assert "sam@exemple.fr" in french(manager.get("/verdun/personnes/"))
    assert link[1] not in french(manager.get("/verdun/personnes/"))


def test_an_invitation_stands_even_when_the_letter_cannot_leave(world: World, manager: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = french(manager.post("/verdun/personnes/inviter/", {"email": "sam@exemple.fr", "role": "auditor"}))
    assert "La lettre pour sam@exemple.fr n’a pas pu partir." in page
    assert "http://localhost:8000/accept/" in page


@pytest.mark.parametrize(("role", "named"), [("place", False), ("finance", True)])
def test_an_invitation_says_which_roles_act_for_a_structure(
    world: World, manager: Client, role: str, named: bool
) -> None:
    organisation = str(world.places[0]) if named else ""
    sent = {"email": "sam@exemple.fr", "role": role, "organisation": organisation}
    answer = manager.post("/verdun/personnes/inviter/", sent)
    assert answer.status_code == 422
    assert "Ce rôle agit pour" in french(answer)
    assert not mail.outbox


def test_an_invitation_is_withdrawn(world: World, manager: Client) -> None:
    manager.post("/verdun/personnes/inviter/", {"email": "sam@exemple.fr", "role": "auditor"})
    address = re.search(r"/verdun/personnes/invitations/[0-9a-f-]+/retirer/", french(manager.get("/verdun/personnes/")))
    assert address
    assert "Retirer l’invitation de sam@exemple.fr" in french(manager.get(address[0]))
    manager.post(address[0])
    assert "sam@exemple.fr" not in french(manager.get("/verdun/personnes/"))


def test_a_role_ends_but_never_that_of_the_last_manager(world: World, manager: Client) -> None:
    signed_in(world, Role.FINANCE)
    finance = people_of(world.manager).get(role="finance")
    manager.post(f"/verdun/personnes/{finance.id}/fin/", {"last_day": "2022-12-12"})
    assert "finance 0" not in french(manager.get("/verdun/personnes/"))
    assert "finance 0" in french(manager.get("/verdun/personnes/", {"part": "ended"}))
    last = people_of(world.manager).get(role="manager")
    answer = manager.post(f"/verdun/personnes/{last.id}/fin/", {"last_day": "2022-12-12"})
    assert "C’est la dernière personne qui gère le dispositif." in french(answer)


LINES = [
    ["Maison France services (fictif)", "Stenay", "55700", "03 29 80 00 01"],
    ["Bibliothèque (fictif)", "Montmédy", "55600", ""],
    ["", "Étain", "55400", ""],
]


def upload(browser: Client, content: bytes, name: str = "réseau.csv") -> Any:
    """Send a file to the first step."""
    return browser.post("/verdun/reseau/importer/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def columns_of(answer: Any) -> dict[str, str]:
    """The columns form as it was suggested, ready to be sent."""
    form = answer.context["form"]
    return {bound.html_name: bound.value() or "" for bound in form}


def test_a_file_is_mapped_checked_and_imported(world: World, manager: Client) -> None:
    content = write_csv(["Structure", "Ville", "CP", "Tél"], LINES[:2])
    step = upload(manager, content)
    assert "Maison France services (fictif)" in french(step)
    chosen = columns_of(step) | {"save_as": "Département"}
    assert sorted(filter(None, chosen.values())) == ["Département", "commune", "name", "phone", "postcode"]
    check = manager.post("/verdun/reseau/importer/colonnes/", chosen, follow=True)
    assert check.context["report"].created == 2
    assert access_organisations(world.manager).count() == 4
    done = manager.post("/verdun/reseau/importer/verification/", follow=True)
    assert "Fiches créées : 2 ; modifiées : 0" in french(done)
    assert access_organisations(world.manager, search="stenay").get().phone == "+33329800001"
    again = upload(manager, content)
    assert "Département" in french(again)
    same = manager.post("/verdun/reseau/importer/colonnes/", columns_of(again), follow=True)
    assert (same.context["report"].unchanged, same.context["report"].created) == (2, 0)


def test_bad_lines_are_told_by_line_and_column_and_only_the_good_ones_written(world: World, manager: Client) -> None:
    content = write_csv(["Structure", "Ville", "CP", "Tél"], LINES) + b"=1+1;Verdun;5510x;\r\n"
    step = upload(manager, content)
    check = manager.post("/verdun/reseau/importer/colonnes/", columns_of(step), follow=True)
    page = french(check)
    assert check.context["report"].bad_lines == 2
    assert "Le nom manque." in page
    assert "Ce texte commence comme une formule de tableur." in page
    bad = read_sheet(manager.get("/verdun/reseau/importer/verification/", {"format": "csv"}).content, "bad.csv")
    assert {line.cells["Ligne"] for line in bad.rows} == {"4", "5"}
    refused = manager.post("/verdun/reseau/importer/verification/")
    assert refused.status_code == 422
    assert access_organisations(world.manager).count() == 4
    manager.post("/verdun/reseau/importer/verification/", {"good_only": "yes"})
    assert access_organisations(world.manager).count() == 6


def test_one_content_is_taken_from_one_column_and_the_name_from_one(manager: Client) -> None:
    step = upload(manager, write_csv(["Structure", "Ville"], [["A", "B"]]))
    both = manager.post("/verdun/reseau/importer/colonnes/", columns_of(step) | {"column_1": "name"})
    assert "a déjà ce contenu" in french(both)
    none = manager.post("/verdun/reseau/importer/colonnes/", columns_of(step) | {"column_0": ""})
    assert "Choisissez la colonne qui contient le nom des structures." in french(none)


def test_a_file_that_cannot_be_read_is_refused_at_once(manager: Client) -> None:
    answer = manager.post("/verdun/reseau/importer/", {"file": SimpleUploadedFile("photo.png", b"\x89PNG\x00\x01" * 9)})
    assert answer.status_code == 422
    assert "ne peut pas être lu" in french(answer)


def test_a_later_step_without_its_file_begins_again(manager: Client) -> None:
    for step in ("colonnes", "verification"):
        answer = manager.get(f"/verdun/reseau/importer/{step}/", follow=True)
        assert "Le fichier n’est plus gardé ici." in french(answer)


def test_a_workbook_of_several_sheets_offers_each_of_them(manager: Client) -> None:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in ("Lisez-moi", "Lieux"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["Nom", "Ville"])
            page.write_row(1, 0, [f"De {name}", "Verdun"])
    assert "Feuille Lieux" in french(upload(manager, out.getvalue(), "réseau.xlsx"))
    other = manager.get("/verdun/reseau/importer/colonnes/", {"sheet": "Lieux"})
    assert "De Lieux" in french(other)
    sent = columns_of(other)
    check = manager.post("/verdun/reseau/importer/colonnes/?sheet=Lieux", sent, follow=True)
    assert check.context["report"].created == 1


ADDRESSES = (
    "reseau/",
    "reseau/ajouter/",
    "reseau/importer/",
    "reseau/agreer/",
    "personnes/",
    "personnes/inviter/",
)


def test_the_auditor_reads_everything_and_is_offered_nothing(world: World) -> None:
    auditor = signed_in(world, Role.AUDITOR)
    for address in ("reseau/", "personnes/", f"reseau/{world.places[0]}/"):
        page = french(auditor.get(f"/verdun/{address}"))
        assert "Lieu 1" in page or "auditor 0" in page
        for word in (
            "Importer",
            "Agréer les",
            "Inviter une",
            "Modifier la fiche",
            "Mettre fin",
            "Retirer le rôle",
        ):
            assert word not in page, (address, word)
    for address in ("reseau/ajouter/", "reseau/importer/", "reseau/agreer/", "personnes/inviter/"):
        assert auditor.get(f"/verdun/{address}").status_code == 403
        assert auditor.post(f"/verdun/{address}", {}).status_code == 403


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PLACE])
def test_a_desk_keeps_its_own_card_and_sees_no_other(world: World, role: Role) -> None:
    desk = signed_in(world, role)
    own, other = world.structures[0], world.places[0]
    if role is Role.PLACE:
        own, other = other, own
    for address in ADDRESSES:
        assert desk.get(f"/verdun/{address}").status_code == 403
    assert desk.get(f"/verdun/reseau/{other}/").status_code == 404
    assert "Modifier la fiche" in french(desk.get(f"/verdun/reseau/{own}/"))
    address = f"/verdun/reseau/{own}/modifier/"
    assert 'name="pivot"' not in french(desk.get(address))
    assert desk.post(address, {"name": "Nouveau nom (fictif)"}).status_code == 302
    assert desk.get(f"/verdun/reseau/{other}/modifier/").status_code == 404


def test_another_authority_finds_nothing(world: World) -> None:
    other = build_world("ailleurs", booklets=0)
    stranger = signed_in(other)
    for address in (*ADDRESSES, f"reseau/{world.places[0]}/"):
        assert stranger.get(f"/verdun/{address}").status_code == 404
    assert stranger.get(f"/ailleurs/reseau/{world.places[0]}/").status_code == 404
    assert stranger.get(f"/ailleurs/reseau/{world.places[0]}/modifier/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(world: World) -> None:
    answer = Client().get("/verdun/reseau/")
    assert answer.status_code == 302
    assert "/compte/login/" in answer.url  # type: ignore[attr-defined]
