"""Whoever holds a pass books with it, without account: a seat, a place on the waiting list, an offer, a contact.

The code travels in the body of what is sent, and stands in no address that we write and in no log.
"""

import logging
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client
from icalendar import Calendar
from time_machine import TimeMachineFixture

from passnumerique.beneficiaries.models import Contact
from passnumerique.directory.rules import Role, bearer_of_a_pass
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.operations import book_seats, cancel_seat, cancel_session, expire_offers, join_waiting
from passnumerique.vouchers.operations.losing import declare_lost
from passnumerique.web.pages.public.guessing import MOST_WRONG
from tests.journeys.office import NOON, french
from tests.rooms.world import World, build_beside, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
SOON, LATER, AUTUMN = date(2022, 12, 20), date(2022, 12, 22), date(2022, 10, 11)
ACTS = {
    "/p/": {},
    "/p/atelier/": {"session"},
    "/p/place/": {"session"},
    "/p/place/annuler/": {"seat"},
    "/p/place/agenda/": {"seat"},
    "/p/attente/": {"session"},
    "/p/attente/quitter/": {"waiting"},
    "/p/proposition/": {"waiting"},
    "/p/messages/": set(),
    "/p/messages/arreter/": set(),
}


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def mine(world: World) -> str:
    """The code of a pass that somebody holds."""
    return world.code(world.hand_over(1, day=AUTUMN)[0])


@pytest.fixture
def other(world: World) -> str:
    """The code of a pass that somebody else holds."""
    return world.code(world.hand_over(1, day=AUTUMN)[0])


def sent(address: str, code: str, /, **given: object) -> Any:
    """What is answered to a form sent with the code of a pass."""
    return Client().post(address, {"code": code, **{name: str(value) for name, value in given.items()}})


def seat_of(world: World, session: UUID) -> Attendance:
    return Attendance.objects.get(programme_id=world.programme_id, training_session_id=session)


def bearer(world: World) -> Any:
    return bearer_of_a_pass(world.authority_id, world.programme_id)


def filled(world: World, code: str, day: date = SOON) -> UUID:
    """A session of one seat, which that pass has."""
    session = world.session(day, seats=1)
    book_seats(programme_id=world.programme_id, session_id=session, codes=[code], by=bearer(world), at=NOON)
    return session


def in_line(world: World, session: UUID, code: str, at: datetime = NOON) -> UUID:
    """That pass waits for a seat of a full session."""
    return join_waiting(programme_id=world.programme_id, session_id=session, code=code, by=bearer(world), at=at)


def offered(world: World, mine: str, other: str, day: date = SOON) -> tuple[UUID, UUID]:
    """A session whose only seat was given back and is offered to that pass, and the line that says so."""
    session = filled(world, other, day)
    line = in_line(world, session, mine)
    seat = seat_of(world, session).id
    cancel_seat(programme_id=world.programme_id, attendance_id=seat, code=other, by=bearer(world), at=NOON)
    return session, line


# A seat.


def test_a_seat_is_chosen_read_again_kept_and_shown(world: World, mine: str) -> None:
    session = world.session(SOON, room="Salle bleue", accessibility="Entrée de plain-pied")
    page = french(sent("/p/", mine))
    assert "Choisir cet atelier" in page
    asked = french(sent("/p/atelier/", mine, session=session))
    assert "Garder une place ?" in asked
    assert "Salle bleue" in asked
    assert not Attendance.objects.exists()
    kept = sent("/p/place/", mine, session=session)
    assert kept.status_code == 200
    for sentence in ("Votre place est gardée", "Votre place", "Mardi 20 décembre 2022, de 14 h 00 à 16 h 00"):
        assert sentence in french(kept)
    assert seat_of(world, session).status == "expected"
    assert TrainingSession.objects.get(id=session).seats_taken == 1
    assert "Choisir cet atelier" not in french(kept), "one thing at a time"


def test_a_seat_asked_for_twice_is_kept_once_and_said_again(world: World, mine: str) -> None:
    session = world.session(SOON)
    for _ in range(2):
        answer = sent("/p/place/", mine, session=session)
        assert answer.status_code == 200
        assert "Votre place est gardée" in french(answer)
    assert Attendance.objects.count() == 1


def test_a_pass_keeps_one_seat_only(world: World, mine: str) -> None:
    sent("/p/place/", mine, session=world.session(SOON))
    refused = sent("/p/place/", mine, session=world.session(LATER))
    assert refused.status_code == 409
    assert "Ce pass garde déjà une place" in french(refused)
    assert Attendance.objects.count() == 1


def test_the_last_seat_goes_to_one_and_the_other_is_told_to_wait(world: World, mine: str, other: str) -> None:
    session = filled(world, other)
    refused = sent("/p/place/", mine, session=session)
    assert refused.status_code == 409
    assert "Cet atelier est complet. Attendez une place" in french(refused)


def test_a_seat_is_given_back_once_one_is_sure(world: World, mine: str) -> None:
    session = world.session(SOON)
    sent("/p/place/", mine, session=session)
    seat = seat_of(world, session).id
    assert "Rendre votre place ?" in french(sent("/p/place/annuler/", mine, seat=seat))
    assert TrainingSession.objects.get(id=session).seats_taken == 1
    for _ in range(2):
        answer = sent("/p/place/annuler/", mine, seat=seat, sure="yes")
        assert answer.status_code == 200
        assert "Votre place est rendue" in french(answer)
    assert TrainingSession.objects.get(id=session).seats_taken == 0
    assert "Choisir cet atelier" in french(answer)


def test_a_seat_is_put_into_a_calendar(world: World, mine: str) -> None:
    session = world.session(SOON, room="Salle bleue")
    sent("/p/place/", mine, session=session)
    answer = sent("/p/place/agenda/", mine, seat=seat_of(world, session).id)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["uid"] == f"{session}@ateliers.passnumerique"
    assert event["dtstart"].dt == on(SOON, 14)
    assert "Salle bleue" in event["location"]
    assert mine not in answer.content.decode()


def test_a_session_that_begun_is_left_to_the_telephone(
    world: World, mine: str, time_machine: TimeMachineFixture
) -> None:
    session = world.session(SOON)
    sent("/p/place/", mine, session=session)
    seat = seat_of(world, session).id
    time_machine.move_to(on(SOON, 14, 30))
    page = french(sent("/p/", mine))
    assert "Cet atelier a commencé" in page
    assert "Je ne peux pas venir" not in page
    refused = sent("/p/place/annuler/", mine, seat=seat, sure="yes")
    assert refused.status_code == 409
    assert "téléphonez au lieu" in french(refused)


@pytest.mark.parametrize("gone", ["cancelled", "over", "elsewhere", "nonsense"])
def test_a_session_that_cannot_be_booked_leads_back_to_the_list(world: World, mine: str, gone: str) -> None:
    session: object = world.session(SOON)
    if gone == "cancelled":
        place = world.actor(Role.PLACE)
        cancel_session(programme_id=world.programme_id, session_id=session, cause="Absence", by=place, at=NOON)
    elif gone == "over":
        session = world.session(date(2022, 12, 1))
    elif gone == "elsewhere":
        session = build_world("ailleurs").session(SOON)
    else:
        session = "x"
    for address in ("/p/atelier/", "/p/place/", "/p/attente/"):
        answer = sent(address, mine, session=session)
        assert answer.status_code == 409, address
        assert "Ce pass est valable" in french(answer)
    assert not Attendance.objects.exists()


# The waiting list, and what it is offered.


def test_somebody_waits_for_a_seat_of_a_full_session_and_stops(world: World, mine: str, other: str) -> None:
    session = filled(world, other)
    page = french(sent("/p/", mine))
    assert "Ateliers complets" in page
    assert "Attendre une place ?" in french(sent("/p/atelier/", mine, session=session))
    for _ in range(2):
        answer = sent("/p/attente/", mine, session=session)
        assert answer.status_code == 200
        assert "Vous êtes sur la liste d’attente" in french(answer)
    assert "Vous êtes la première personne sur la liste." in french(answer)
    line = Waiting.objects.get(programme_id=world.programme_id)
    left = sent("/p/attente/quitter/", mine, waiting=line.id)
    assert "Vous n’attendez plus" in french(left)
    assert Waiting.objects.get().state == "left"


def test_the_rank_on_the_list_is_told(world: World, mine: str, other: str) -> None:
    third = world.code(world.hand_over(1, day=AUTUMN)[0])
    session = filled(world, third)
    in_line(world, session, other, NOON - timedelta(hours=1))
    in_line(world, session, mine)
    assert "Vous êtes au rang 2 sur la liste." in french(sent("/p/", mine))


def test_a_seat_offered_is_taken(world: World, mine: str, other: str) -> None:
    session, line = offered(world, mine, other)
    page = french(sent("/p/", mine))
    assert "Une place vous est proposée" in page
    assert "Répondez avant le 14 décembre 2022 à 12 h 00" in re.sub(r"</?strong>", "", page)
    assert "Choisir cet atelier" not in page, "one thing at a time"
    answer = sent("/p/proposition/", mine, waiting=line, answer="yes")
    assert "Votre place est gardée" in french(answer)
    assert TrainingSession.objects.get(id=session).seats_taken == 1


def test_a_seat_offered_is_declined_and_goes_to_the_next(world: World, mine: str, other: str) -> None:
    third = world.code(world.hand_over(1, day=AUTUMN)[0])
    session, line = offered(world, mine, other)
    in_line(world, session, third, NOON + timedelta(minutes=1))
    assert "Vous avez dit non" in french(sent("/p/proposition/", mine, waiting=line, answer="no"))
    assert "Une place vous est proposée" in french(sent("/p/", third))


def test_an_offer_answered_too_late_says_so(
    world: World, mine: str, other: str, time_machine: TimeMachineFixture
) -> None:
    _session, line = offered(world, mine, other)
    late = NOON + timedelta(hours=25)
    time_machine.move_to(late)
    refused = sent("/p/proposition/", mine, waiting=line, answer="yes")
    assert refused.status_code == 409
    assert "Cette place n’est plus proposée" in french(refused)
    expire_offers(programme_id=world.programme_id, at=late)
    assert "Une place vous est proposée" not in french(sent("/p/", mine))


def test_another_date_is_offered_for_a_session_that_the_place_cancels(world: World, mine: str) -> None:
    session, _other = world.session(SOON), world.session(LATER)
    sent("/p/place/", mine, session=session)
    place = world.actor(Role.PLACE)
    cancel_session(programme_id=world.programme_id, session_id=session, cause="Panne", by=place, at=NOON)
    page = french(sent("/p/", mine))
    assert "Votre atelier du mardi 20 décembre 2022, de 14 h 00 à 16 h 00 est annulé." in page
    assert "Jeudi 22 décembre 2022" in page


# Borders.


def test_the_seat_and_the_offer_of_another_pass_cannot_be_touched(world: World, mine: str, other: str) -> None:
    session = filled(world, other)
    seat = seat_of(world, session).id
    for address, given in (
        ("/p/place/annuler/", {"seat": seat, "sure": "yes"}),
        ("/p/attente/quitter/", {"waiting": in_line(world, session, mine)}),
    ):
        thief = mine if "place" in address else other
        refused = sent(address, thief, **given)
        assert refused.status_code == 409
        assert "Nous ne retrouvons plus cela." in french(refused)
    assert "BEGIN:VCALENDAR" not in french(sent("/p/place/agenda/", mine, seat=seat))
    assert "Rendre votre place ?" not in french(sent("/p/place/annuler/", mine, seat=seat))
    assert seat_of(world, session).status == "expected"
    line = Waiting.objects.get()
    assert sent("/p/proposition/", other, waiting=line.id, answer="yes").status_code == 409
    assert line.state == "waiting"


def test_a_pass_of_another_programme_of_the_authority_books_in_its_own_only(world: World) -> None:
    beside = build_beside(world, "voisin")
    code = beside.code(beside.hand_over(1, day=AUTUMN)[0])
    session = world.session(SOON)
    assert "Choisir cet atelier" not in french(sent("/p/", code))
    assert sent("/p/place/", code, session=session).status_code == 409
    assert not Attendance.objects.exists()


def test_a_pass_that_is_lost_or_in_stock_books_nothing(world: World, mine: str) -> None:
    session, number = world.session(SOON), 1
    declare_lost(programme_id=world.programme_id, numbers=[(number, number)], cause="Perdu", by=world.manager, at=NOON)
    for code in (mine, world.code(30)):
        assert "Garder une place" not in french(sent("/p/atelier/", code, session=session))
        assert sent("/p/place/", code, session=session).status_code == 409
        assert sent("/p/attente/", code, session=session).status_code == 409
        assert sent("/p/messages/", code, address="a@exemple.fr", agreed="on").status_code == 200
    assert not Attendance.objects.exists()
    assert not Contact.objects.exists()


# Codes.


@pytest.mark.parametrize("address", ACTS)
def test_every_act_is_kept_by_nobody_and_asks_for_the_code_in_the_body(world: World, mine: str, address: str) -> None:
    answer = sent(address, mine)
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "strict-origin"
    if address != "/p/":
        looked = Client().get(address)
        assert (looked.status_code, looked.headers["Location"]) == (302, "/p/")
    assert sent(address, "0000-0000-0000").status_code == 422


@pytest.mark.parametrize("address", ACTS)
def test_guessing_is_slowed_wherever_a_code_is_asked(world: World, mine: str, address: str) -> None:
    for rank in range(MOST_WRONG):
        sent(address, f"AAAABBBB{rank:04d}")
    assert sent(address, mine).status_code == 429
    assert sent("/p/", mine).status_code == 429


def test_no_code_stands_in_an_address_nor_in_a_log(world: World, mine: str, caplog: pytest.LogCaptureFixture) -> None:
    session = world.session(SOON)
    with caplog.at_level(logging.DEBUG):
        pages = [Client().get(f"/P/{mine}"), sent("/p/", mine), sent("/p/atelier/", mine, session=session)]
        pages += [sent("/p/place/", mine, session=session), sent("/p/place/", mine, session="x")]
        pages += [sent("/p/place/annuler/", mine, seat=seat_of(world, session).id)]
    assert mine not in caplog.text
    for page in pages:
        written = re.findall(r'(?:href|action|src)="([^"]*)"', french(page))
        assert not [address for address in written if mine.lower() in address.lower()]
        assert not [name for name, value in page.headers.items() if mine in value]


def test_a_form_of_another_site_is_refused_and_one_of_the_page_behind_the_qr_is_not(world: World, mine: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    session = world.session(SOON)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', french(browser.get(f"/P/{mine}")))
    assert token
    posted = {"code": mine, "session": str(session), "csrfmiddlewaretoken": token[1]}
    assert browser.post("/p/place/", posted, headers={"Origin": "https://ailleurs.example"}).status_code == 403
    assert browser.post("/p/place/", posted, headers={"Origin": "http://testserver"}).status_code == 200


def test_the_language_chosen_is_kept_for_the_acts_that_follow(world: World, mine: str) -> None:
    browser, session = Client(), world.session(SOON)
    browser.post("/p/", {"code": mine, "langue": "en"})
    answer = browser.post("/p/atelier/", {"code": mine, "session": str(session)})
    assert answer["Content-Language"] == "en"
    assert '<html lang="en">' in french(answer)


def test_a_session_found_without_pass_is_booked_once_the_code_is_typed(world: World, mine: str) -> None:
    session = world.session(SOON)
    mistyped = sent("/p/", "0000", session=session)
    assert mistyped.status_code == 422
    assert f'value="{session}"' in french(mistyped), "the session is not forgotten"
    assert "Garder une place ?" in french(sent("/p/", mine, session=session))


# A contact.


@pytest.fixture
def writing(world: World, settings: Any) -> None:
    """A programme that writes to people, by SMS and by e-mail."""
    from cryptography.fernet import Fernet

    settings.CONTACT_KEYS = [Fernet.generate_key()]
    settings.MAIL = settings.SMS = "console"
    world.set(reminders="on")


@pytest.mark.usefixtures("writing")
def test_a_contact_is_left_with_consent_and_taken_back(
    world: World, mine: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert "Recevoir un message" in french(sent("/p/", mine))
    assert "J’accepte de recevoir des messages" in french(sent("/p/messages/", mine))
    refused = sent("/p/messages/", mine, address="06 39 98 00 01")
    assert refused.status_code == 422
    assert not Contact.objects.exists()
    with caplog.at_level(logging.DEBUG):
        kept = french(sent("/p/messages/", mine, address="06 39 98 00 01", agreed="on"))
    assert "C’est noté" in kept
    assert "Nous vous écrivons par SMS." in kept
    assert "39 98 00 01" not in kept
    assert "399800" not in caplog.text
    contact = Contact.objects.get()
    assert b"399800" not in bytes(contact.sealed)
    assert contact.consent_words.startswith("J’accepte")
    assert "C’est effacé" in french(sent("/p/messages/arreter/", mine))
    assert (bytes(Contact.objects.get().sealed), Contact.objects.get().gone_because) == (b"", "withdrawn")


@pytest.mark.usefixtures("writing")
def test_a_contact_that_cannot_be_written_to_is_refused(world: World, mine: str, settings: Any) -> None:
    for address in ("abc", "12", "x" * 200):
        assert sent("/p/messages/", mine, address=address, agreed="on").status_code == 422
    settings.SMS = "off"
    refused = sent("/p/messages/", mine, address="06 39 98 00 01", agreed="on")
    assert "Votre adresse électronique, s’il vous plaît." in french(refused)
    assert not Contact.objects.exists()


@pytest.mark.usefixtures("writing")
def test_contacts_are_not_left_without_end(world: World, mine: str) -> None:
    for rank in range(9):
        sent("/p/messages/", mine, address=f"a{rank}@exemple.fr", agreed="on")
        sent("/p/messages/arreter/", mine)
    assert Contact.objects.count() == 5
    assert "Recevoir un message" not in french(sent("/p/", mine))


def test_where_nobody_is_written_to_no_contact_is_asked(world: World, mine: str) -> None:
    assert "Recevoir un message" not in french(sent("/p/", mine))
    assert "C’est noté" not in french(sent("/p/messages/", mine, address="a@exemple.fr", agreed="on"))
    assert not Contact.objects.exists()


# How much is asked of the database.


def test_the_page_asks_the_same_number_of_questions_whatever_waits(
    world: World, mine: str, other: str, queries_do_not_grow: Callable[..., int]
) -> None:
    in_line(world, filled(world, other), mine)
    more = [world.code(number) for number in world.hand_over(3, day=AUTUMN)]

    def grow() -> None:
        for rank, code in enumerate(more):
            in_line(world, filled(world, code, date(2022, 12, 26 + rank)), mine)

    queries_do_not_grow(lambda: sent("/p/", mine), grow)


# In a real browser.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_person_on_a_telephone_keeps_a_seat_and_gives_it_back(
    new_page: Callable[..., "Page"], axe: Callable[["Page"], None], javascript: bool
) -> None:
    world = build_world()
    world.session(SOON, room="Salle bleue")
    code = world.code(world.hand_over(1, day=AUTUMN)[0])
    page = new_page(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, java_script_enabled=javascript
    )
    sees = axe if javascript else (lambda _page: None)
    told: list[str] = []
    page.on("request", lambda asked: told.append(asked.headers.get("referer", "")))
    page.goto(f"/P/{code}")
    sees(page)
    page.get_by_role("button", name=re.compile("Choisir cet atelier")).click()
    page.get_by_role("heading", name="Garder une place").wait_for()
    sees(page)
    page.get_by_role("button", name="Garder ma place").click()
    page.get_by_role("heading", name="Votre place est gardée").wait_for()
    sees(page)
    with page.expect_download() as file:
        page.get_by_role("button", name=re.compile("Mettre à l’agenda")).click()
    assert file.value.suggested_filename == "atelier.ics"
    page.get_by_role("button", name=re.compile("Je ne peux pas venir")).click()
    page.get_by_role("button", name="Oui, je rends ma place").click()
    page.get_by_role("heading", name="Votre place est rendue").wait_for()
    sees(page)
    assert code not in page.url
    assert not [referer for referer in told if code in referer]
    assert not [referer for referer in told if urlsplit(referer).path.lower().startswith("/p/")]


@pytest.mark.django_db(transaction=True)
def test_a_person_answers_an_offer_by_keyboard(page: "Page", axe: Callable[["Page"], None]) -> None:
    world = build_world()
    one, two = (world.code(number) for number in world.hand_over(2, day=AUTUMN))
    offered(world, one, two)
    page.goto("/p/")
    page.get_by_label("Code du pass").fill(one)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Une place vous est proposée").wait_for()
    axe(page)
    page.get_by_role("button", name=re.compile("Oui, je viens")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Votre place est gardée").wait_for()
    axe(page)
    page.get_by_role("button", name="English").click()
    page.locator("html[lang=en]").wait_for()
    assert one not in page.url
