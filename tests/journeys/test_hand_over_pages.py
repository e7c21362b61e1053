"""The pages of a hand-over: needs, reminders, people who may have come before, seats; and nothing that names."""

import logging
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.beneficiaries.models import Contact, Recipient
from passnumerique.directory.models import User
from passnumerique.directory.rules import Role
from passnumerique.ground.codes import grouped_code
from passnumerique.ground.ids import new_id
from passnumerique.programmes.operations import CommuneGiven, set_territory
from passnumerique.training.models import Attendance
from passnumerique.training.queries import plan
from passnumerique.vouchers.models import Handover
from passnumerique.vouchers.operations import Printed, receive_lot
from tests.journeys.office import french, signed_in
from tests.papers import text_of
from tests.rooms.world import START, World, build_beside, build_world, on

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 3)
SOON, LATER = date(2022, 10, 12), date(2022, 10, 20)
PHONE, MAIL, NAME = "06 39 98 00 01", "marie.lefevre@exemple.fr", "Lefèvre"
SECRETS = ("39980001", "39 98 00 01", "marie.lefevre", "Lefèvre", "LEFEVRE", "Marie")
COUNTER = {
    "start": "1",
    "quantity": "3",
    "age_bracket": "60_69",
    "commune": "Verdun (55545)",
    "status": "retired",
}
REMINDED = {"phone": PHONE, "email": MAIL, "consent": "on"}
WHO = {"first_name": "Marie", "last_name": NAME, "born_on": "1961-03-12"}


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(TODAY, 12))


@pytest.fixture
def world() -> World:
    world = build_world(reminders="on")
    world.plan()
    return world


@pytest.fixture
def prescriber(world: World) -> Client:
    return signed_in(world, Role.PRESCRIBER)


def needs(world: World, rank: int = 0) -> dict[str, str]:
    """A need of the plan, ticked."""
    return {"needs": str(plan(world.programme_id)[rank].id)}


def handed(client: Client, world: World, **given: str) -> Any:
    """What the page answers to a hand-over with a need."""
    return client.post("/verdun/remettre/", COUNTER | needs(world) | given)


def seats(world: World, prescriber: Client, *codes: str, **given: str) -> Any:
    """Book at the first session that the second page offers."""
    address = f"/verdun/remises/{Handover.objects.get().id}/atelier/"
    first = re.search(r'name="session" value="([\w-]+)"', prescriber.get(address).content.decode())
    assert first
    return prescriber.post(address, {"session": first[1]} | given, follow=True)


def again(world: World, role: Role) -> Client:
    """The same person, signed in once more some months later."""
    browser = Client()
    person = User.objects.get(email=f"{role.value}-0@{world.slug}.exemple.fr")
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


# The first page


def test_the_needs_of_the_plan_are_asked_or_it_is_said_why_not(world: World, prescriber: Client) -> None:
    page = french(prescriber.get("/verdun/remettre/"))
    assert "Compétences de base" in page
    assert "Étape 1 sur 3" in page
    answer = prescriber.post("/verdun/remettre/", COUNTER)
    assert answer.status_code == 422
    assert "Cochez un besoin, ou dites plus bas pourquoi rien n’a été demandé." in french(answer)
    assert not Recipient.objects.exists()
    prescriber.post("/verdun/remettre/", COUNTER | {"not_diagnosed": "declined"})
    row = Recipient.objects.get()
    assert (row.needs, row.autonomy, row.not_diagnosed) == ([], None, "declined")
    page = french(prescriber.get(f"/verdun/remises/{Handover.objects.get().id}/"))
    assert "La personne ne souhaite pas répondre" in page


def test_a_diagnosis_is_told_on_the_page_of_the_hand_over(world: World, prescriber: Client) -> None:
    handed(prescriber, world, autonomy="partly", not_diagnosed="in_a_hurry")
    row = Recipient.objects.get()
    assert (row.autonomy, row.not_diagnosed) == ("partly", ""), "what was asked counts"
    page = french(prescriber.get(f"/verdun/remises/{Handover.objects.get().id}/"))
    assert "Compétences de base" in page
    assert "Se débrouille en partie" in page
    for role, told in ((Role.MANAGER, True), (Role.AUDITOR, True), (Role.FINANCE, False)):
        page = french(signed_in(world, role).get(f"/verdun/remises/{Handover.objects.get().id}/"))
        assert "60 à 69 ans" in page
        assert ("Compétences de base" in page) is told, role


def test_a_need_of_another_plan_is_refused(world: World, prescriber: Client) -> None:
    other = build_world("ailleurs")
    other.plan()
    answer = prescriber.post("/verdun/remettre/", COUNTER | needs(other))
    assert answer.status_code == 422
    assert not Recipient.objects.exists()


@pytest.mark.parametrize("written", ["55164", "Douaumont", "Douaumont (55164)"])
def test_a_commune_that_merged_is_replaced_by_the_one_of_today(world: World, prescriber: Client, written: str) -> None:
    given = CommuneGiven("55537", "Douaumont-Vaux", former="55164 Douaumont|55537 Vaux-devant-Damloup")
    set_territory(programme_id=world.programme_id, communes=[given], vintage=2022, by=world.manager, at=on(START))
    answer = handed(prescriber, world, commune=written)
    page = french(answer)
    assert answer.status_code == 422
    assert "Douaumont a fusionné : c’est aujourd’hui Douaumont-Vaux, écrite à sa place." in page
    assert 'name="commune" value="Douaumont-Vaux (55537)"' in page
    assert '<option value="Douaumont-Vaux (55537)">Vaux-devant-Damloup</option>' in page
    handed(prescriber, world, commune="Douaumont-Vaux (55537)")
    assert Recipient.objects.get().commune == "55537"


def test_a_commune_that_nobody_knows_is_told_in_a_clear_word(world: World, prescriber: Client) -> None:
    page = french(handed(prescriber, world, commune="55999"))
    assert "Si la commune a fusionné, choisissez la nouvelle." in page


@pytest.mark.parametrize(
    ("shown", "numbers"),
    [(2, "2–4"), (9, "1, 9–10"), (5, "5–7")],
    ids=["in_order", "round_to_the_first", "middle"],
)
def test_a_card_of_the_booklet_stands_for_its_booklet(
    world: World, prescriber: Client, shown: int, numbers: str
) -> None:
    handed(prescriber, world, start=f"HTTP://LOCALHOST:8000/P/{world.code(shown)}")
    assert f"Pass {numbers}" in french(prescriber.get(f"/verdun/remises/{Handover.objects.get().id}/"))


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("https://exemple.fr/menu", "Aucun pass de ce dispositif n’a le code"),
        ("WIFI:S:Salle;T:WPA;P:secret;;", "Aucun pass de ce dispositif n’a le code"),
        ("0000-0000-0001", "lettre de contrôle"),
    ],
    ids=["another_address", "another_qr", "torn"],
)
def test_what_is_no_card_of_ours_ends_in_a_clear_word(world: World, prescriber: Client, start: str, told: str) -> None:
    answer = handed(prescriber, world, start=start)
    assert answer.status_code == 422
    assert told in french(answer)


def test_a_card_of_another_programme_is_told_as_such(world: World, prescriber: Client) -> None:
    beside = build_beside(world, "essai")
    code = beside.code(beside.hand_over(1)[0])
    assert "autre dispositif" in french(handed(prescriber, world, start=grouped_code(code)))


# Reminders and identity


def test_a_contact_is_kept_only_with_the_consent_that_was_shown(world: World, prescriber: Client) -> None:
    page = french(prescriber.get("/verdun/remettre/"))
    sentence = "J’accepte de recevoir des messages sur mes pass et mes ateliers."
    assert sentence in page
    handed(prescriber, world, **REMINDED | {"consent": ""})
    assert not Contact.objects.exists()
    handed(prescriber, world, start="4", known="1", **REMINDED)
    rows = list(Contact.objects.order_by("channel"))
    assert [row.channel for row in rows] == ["email", "sms"]
    assert all(row.consent_words.startswith(sentence) for row in rows)


def test_where_nobody_is_written_to_no_contact_is_kept(prescriber: Client, world: World) -> None:
    world.set(TODAY, reminders="off")
    page = french(prescriber.get("/verdun/remettre/"))
    assert 'name="consent"' not in page
    handed(prescriber, world, **REMINDED)
    assert Recipient.objects.get()
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"consent": "on"}, "Écrivez un téléphone ou une adresse, ou retirez l’accord."),
        ({"phone": "rien"}, "Ce contact n’est ni un numéro de téléphone"),
        ({"phone": MAIL}, "Un numéro de téléphone ne reçoit pas de courrier électronique"),
        ({"email": "rien"}, "Ce contact n’est ni un numéro de téléphone"),
        ({"first_name": "Marie"}, "Il manque pour reconnaître la personne."),
        (WHO | {"born_on": "31/02/1961"}, "date valide"),
        ({"quantity": "11"}, "Une même personne peut recevoir 10 pass au plus"),
    ],
    ids=["nothing_to_keep", "no_number", "other_way", "no_address", "half_a_person", "no_day", "cap"],
)
def test_what_cannot_be_noted_is_told_beside_its_field(
    world: World, prescriber: Client, changes: dict[str, str], told: str
) -> None:
    answer = handed(prescriber, world, **changes)
    assert answer.status_code == 422
    assert told in french(answer)
    assert answer["Cache-Control"] == "no-store"
    assert not Recipient.objects.exists()


def test_who_may_have_come_before_is_shown_and_does_not_block(world: World, prescriber: Client) -> None:
    handed(prescriber, world, **WHO)
    alike = WHO | {"last_name": "Lefebvre", "born_on": "1961-12-03", "start": "4"}
    answer = handed(prescriber, world, **alike)
    page = french(answer)
    assert answer.status_code == 200
    assert "Cette personne est peut-être déjà venue" in page
    assert "Le 3 octobre 2022, Structure 1 verdun (fictif) : 3 pass. L’identité ressemble." in page
    assert Recipient.objects.count() == 1
    handed(prescriber, world, known="1", **alike)
    assert Recipient.objects.count() == 2


def test_the_cap_holds_whatever_is_clicked(world: World, prescriber: Client) -> None:
    handed(prescriber, world, phone=PHONE, quantity="8")
    page = french(handed(prescriber, world, phone="+33639980001", start="9", known="1"))
    assert "Une même personne peut recevoir 10 pass au plus ; elle en aurait 11." in page
    assert Recipient.objects.count() == 1


# The second page


def test_a_seat_is_booked_at_a_session_that_fits_the_needs(world: World, prescriber: Client) -> None:
    world.session(SOON, accessibility="Accès de plain-pied")
    world.session(SOON, place=1, module=1)
    answer = handed(prescriber, world)
    page = french(prescriber.get(answer.url))
    assert "Étape 2 sur 3" in page
    assert "Premiers pas" in page
    assert "mercredi 12 octobre 2022, de 14 h 00 à 16 h 00" in page
    assert "10 places libres" in page
    assert "Accès : Accès de plain-pied" in page
    assert "Démarches" not in page
    assert "Démarches" in french(prescriber.get(f"{answer.url}?tout=1"))
    page = french(seats(world, prescriber, seats="2"))
    assert "Les 2 places sont réservées." in page
    assert "Étape 3 sur 3" in page
    booked = list(Attendance.objects.order_by("rank").values_list("voucher_number", "status", "by_organisation"))
    assert booked == [(number, "expected", world.structures[0]) for number in (1, 2)]
    letter = prescriber.get(f"/verdun/remises/{Handover.objects.get().id}/lettre.pdf")
    text = " ".join(text_of(letter.content).split())
    assert "Vos places sont réservées" in text
    assert "Premiers pas" in text


def test_when_nothing_fits_the_needs_other_sessions_are_offered(world: World, prescriber: Client) -> None:
    world.session(SOON, module=1)
    page = french(prescriber.get(handed(prescriber, world).url))
    assert "Démarches" in page
    assert "2 pass par personne" in page


def test_one_may_go_on_without_a_seat(world: World, prescriber: Client) -> None:
    world.session(SOON)
    answer = handed(prescriber, world)
    handover = Handover.objects.get()
    assert f'href="/verdun/remises/{handover.id}/?fait=1"' in french(prescriber.get(answer.url))
    page = french(prescriber.get(f"/verdun/remises/{handover.id}/?fait=1"))
    assert "de téléphoner au lieu pour réserver" in page
    assert "Réserver une place" in page


def test_without_any_session_the_letter_comes_at_once(world: World, prescriber: Client) -> None:
    answer = prescriber.get(handed(prescriber, world).url)
    assert answer.url.endswith("?fait=1")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"session": ""}, "Choisissez un atelier."),
        ({"session": "pas-un-atelier"}, "Choisissez un atelier."),
        ({"seats": "4"}, "Il reste 3 pass sans place réservée."),
        ({"seats": "3"}, "Il reste 2 places à cet atelier."),
        ({"seats": "0"}, "supérieure ou égale à 1"),
    ],
    ids=["none", "no_id", "passes", "room", "zero"],
)
def test_what_cannot_be_booked_is_told(world: World, prescriber: Client, given: dict[str, str], told: str) -> None:
    world.session(SOON, seats=2)
    handed(prescriber, world)
    answer = seats(world, prescriber, **{"seats": "1"} | given)
    assert answer.status_code == 422
    assert told in french(answer)
    assert not Attendance.objects.exists()


def test_a_session_filled_meanwhile_is_told(world: World, prescriber: Client) -> None:
    session_id = world.session(SOON, seats=1)
    handed(prescriber, world)
    address = f"/verdun/remises/{Handover.objects.get().id}/atelier/"
    assert prescriber.get(address).status_code == 200
    seats(world, prescriber, seats="1")
    answer = prescriber.post(address, {"session": str(session_id), "seats": "1"})
    assert answer.status_code == 422
    assert Attendance.objects.count() == 1


def test_a_seat_is_given_back_by_who_booked_it(world: World, prescriber: Client) -> None:
    world.session(SOON)
    handed(prescriber, world)
    seats(world, prescriber, seats="1")
    handover, seat = Handover.objects.get(), Attendance.objects.get()
    page = french(prescriber.get(f"/verdun/remises/{handover.id}/"))
    assert "Rendre la place du pass 1" in page
    address = f"/verdun/remises/{handover.id}/place/{seat.id}/"
    assert prescriber.get(address).status_code == 405
    assert signed_in(world, Role.PRESCRIBER, 1).post(address).status_code == 404
    assert "La place est rendue." in french(prescriber.post(address, follow=True))
    assert Attendance.objects.get().status == "excused"


def test_codes_of_an_issuer_are_asked_for(world: World, prescriber: Client) -> None:
    world.session(SOON)
    given = [Printed(number, 5, f"BGF0000{number}") for number in range(41, 51)]
    lot = {"reference": "BGF", "passes": given, "file": b"BGF", "by": world.manager, "at": on(TODAY, 9)}
    receive_lot(programme_id=world.programme_id, **lot)  # type: ignore[arg-type]
    world.allocate(3)
    handed(prescriber, world, start="41", quantity="2")
    page = french(prescriber.get(f"/verdun/remises/{Handover.objects.get().id}/atelier/"))
    assert "Codes des pass" in page
    assert "BGF" not in page
    answer = seats(world, prescriber, codes="https://x.fr/P/BGF000041\n\nBGF000042\n")
    assert "Les 2 places sont réservées." in french(answer)


# Borders


@pytest.mark.parametrize(
    ("role", "rank", "status"),
    [
        (Role.PRESCRIBER, 1, 404),
        (Role.PLACE, 0, 403),
        (Role.FUNDER, 0, 403),
        (Role.MANAGER, 0, 403),
        (Role.AUDITOR, 0, 403),
    ],
)
def test_the_sessions_page_is_for_the_structure_that_handed_over(
    world: World, prescriber: Client, role: Role, rank: int, status: int
) -> None:
    world.session(SOON)
    handed(prescriber, world)
    address = f"/verdun/remises/{Handover.objects.get().id}/atelier/"
    reader = signed_in(world, role, rank)
    assert reader.get(address).status_code == status
    assert reader.post(address, {"session": str(new_id(on(TODAY))), "seats": "1"}).status_code == status
    assert not Attendance.objects.exists()


def test_a_hand_over_is_not_found_in_the_programme_beside(world: World, prescriber: Client) -> None:
    build_beside(world, "essai")
    handed(prescriber, world, **REMINDED)
    one = Handover.objects.get().id
    manager = signed_in(world)
    assert manager.get(f"/verdun/remises/{one}/").status_code == 200
    assert manager.get(f"/essai/remises/{one}/").status_code == 404
    assert manager.post(f"/essai/remises/{one}/contact/").status_code == 404
    assert Contact.objects.filter(gone_at__isnull=True).count() == 2


def test_a_contact_is_erased_on_demand_and_only_by_its_own_desk(world: World, prescriber: Client) -> None:
    handed(prescriber, world, **REMINDED)
    one = Handover.objects.get().id
    assert "gardé avec l’accord donné le 3 octobre 2022" in french(prescriber.get(f"/verdun/remises/{one}/"))
    address = f"/verdun/remises/{one}/contact/"
    for role, rank, status in (
        (Role.PRESCRIBER, 1, 404),
        (Role.FUNDER, 0, 403),
        (Role.AUDITOR, 0, 403),
        (Role.PLACE, 0, 404),
    ):
        assert signed_in(world, role, rank).post(address).status_code == status
    assert prescriber.get(address).status_code == 405
    page = french(prescriber.post(address, follow=True))
    assert "Les 2 contacts sont effacés." in page
    assert "effacé à la demande de la personne (3 octobre 2022)" in page
    assert "Effacer le contact" not in page
    assert "Il n’y avait plus de contact à effacer." in french(prescriber.post(address, follow=True))


def test_no_contact_is_shown_anywhere_once_it_was_left(
    world: World, prescriber: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.session(SOON)
    answer = handed(prescriber, world, **REMINDED, **WHO)
    assert not [one for one in SECRETS if one in answer.url]
    one = Handover.objects.get()
    pages = [f"/verdun/remises/{one.id}/atelier/", f"/verdun/remises/{one.id}/?fait=1", "/verdun/remises/"]
    pages += [
        "/verdun/remises/?format=csv",
        "/verdun/pass/1/",
        "/verdun/journal/",
        f"/verdun/remises/{one.id}/lettre.pdf",
    ]
    for address in pages:
        shown = prescriber.get(address)
        text = text_of(shown.content) if address.endswith("pdf") else french(shown)
        assert shown.status_code == 200, address
        assert not [secret for secret in SECRETS if secret in text], address
    for role in (Role.MANAGER, Role.AUDITOR, Role.FUNDER, Role.FINANCE):
        reader = signed_in(world, role)
        for address in (f"/verdun/remises/{one.id}/", "/verdun/journal/", "/verdun/etat/", "/verdun/donnees/"):
            assert not [secret for secret in SECRETS if secret in french(reader.get(address))], (role, address)
    mail, page = (
        french(prescriber.post("/verdun/remettre/", COUNTER | needs(world) | {"start": "4"} | WHO)),
        caplog.text,
    )
    assert "peut-être déjà venue" in mail
    assert not [secret for secret in SECRETS if secret in page]


def test_the_funder_reads_no_hand_over(world: World, prescriber: Client) -> None:
    handed(prescriber, world, **REMINDED)
    funder = signed_in(world, Role.FUNDER)
    for address in ("remises/", f"remises/{Handover.objects.get().id}/", "donnees/", "remettre/"):
        assert funder.get(f"/verdun/{address}").status_code in {403, 404}, address


# What is kept


def test_the_manager_sees_what_is_kept_and_lets_go_what_is_due(
    world: World, prescriber: Client, time_machine: TimeMachineFixture
) -> None:
    handed(prescriber, world, **REMINDED)
    manager, auditor = signed_in(world), signed_in(world, Role.AUDITOR)
    for reader in (manager, auditor):
        page = french(reader.get("/verdun/donnees/"))
        assert "Un contact est effacé 365 jours après son dernier usage" in page
        assert "Le plus ancien a servi le 3 octobre 2022." in page
        assert "À effacer maintenant" not in page
    time_machine.move_to(on(date(2023, 4, 1), 12))
    manager, auditor = again(world, Role.MANAGER), again(world, Role.AUDITOR)
    assert "À effacer maintenant : 2 contacts et 2 empreintes." in french(auditor.get("/verdun/donnees/"))
    assert auditor.post("/verdun/donnees/").status_code == 403
    page = french(manager.post("/verdun/donnees/", follow=True))
    assert "Effacé : 2 contacts et 2 empreintes." in page
    assert "Effacé à la clôture du dispositif" in page
    assert "Effacé à la clôture du dispositif;2;2;" in french(manager.get("/verdun/donnees/?format=csv"))
    for reader in (again(world, Role.PRESCRIBER), signed_in(world, Role.FUNDER), signed_in(world, Role.FINANCE)):
        assert reader.get("/verdun/donnees/").status_code == 403


# Budget


@pytest.mark.parametrize("address", ["remises/", "remises/{}/", "remises/{}/atelier/", "donnees/"])
def test_the_number_of_queries_does_not_grow(world: World, queries_do_not_grow: Any, address: str) -> None:
    reader = signed_in(world, Role.MANAGER if address == "donnees/" else Role.PRESCRIBER)
    prescriber = signed_in(world, Role.PRESCRIBER) if address == "donnees/" else reader
    session = world.session(SOON)
    handed(prescriber, world, quantity="2", **REMINDED)
    one = Handover.objects.get().id
    prescriber.post(f"/verdun/remises/{one}/atelier/", {"session": str(session), "seats": "1"})

    def grow() -> None:
        for rank in range(3):
            world.session(LATER, hour=9 + 2 * rank)
            world.hand_over(1, day=TODAY)

    queries_do_not_grow(lambda: reader.get(f"/verdun/{address.format(one)}"), grow)
