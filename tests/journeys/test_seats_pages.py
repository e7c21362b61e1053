"""The pages of seats: a series planned, a session cancelled, passes that book, wait and answer."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from passnumerique.directory.rules import AccreditationKind, Role, bearer_of_a_pass
from passnumerique.programmes.models import Programme
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.operations import book_seats, cancel_seat, cancel_session, join_waiting
from passnumerique.training.rules import AttendanceStatus, SessionState, WaitingState
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import CALENDAR, World, build_world, on

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
NEXT_WEEK = TODAY + timedelta(days=7)
LATE = on(TODAY, 23, 45)
"""After whatever the pages do: on the day of a demonstration they write in the evening."""


@pytest.fixture
def world(settings: Any) -> World:
    """A world that lives on the 13th of December 2022, whatever the clock of this machine says."""
    settings.REQUIRE_SECOND_FACTOR = False
    far = {name: date(2023, 12, 31) for name in ("distribution_until", "validity_until", "end_of_training")}
    made = build_world(calendar=type(CALENDAR)(**far, claims_until=date(2024, 2, 29), closing=date(2024, 3, 31)))
    made.plan()
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


@pytest.fixture
def place(world: World) -> Client:
    return signed_in(world, Role.PLACE)


@pytest.fixture
def structure(world: World) -> Client:
    return signed_in(world, Role.PRESCRIBER)


def address(*parts: object) -> str:
    return "/verdun/ateliers/" + "".join(f"{part}/" for part in parts)


def bearer_books(world: World, session: UUID, *numbers: int) -> list[UUID]:
    by = bearer_of_a_pass(world.authority_id, world.programme_id)
    codes = [world.code(number) for number in numbers]
    return book_seats(programme_id=world.programme_id, session_id=session, codes=codes, by=by, at=NOON)


def bearer_waits(world: World, session: UUID, number: int) -> UUID:
    by, code = bearer_of_a_pass(world.authority_id, world.programme_id), world.code(number)
    return join_waiting(programme_id=world.programme_id, session_id=session, code=code, by=by, at=LATE)


def tuesdays(world: World, **changes: Any) -> dict[str, Any]:
    """What is typed for a session each Tuesday of the winter."""
    return {
        "what": f"module:{world.modules()[0]}",
        "day": "2022-12-13",
        "until": "2023-01-17",
        "every_weeks": "1",
        "skip_holidays": "on",
        "starts": "14:00",
        "ends": "16:00",
        "seats": "8",
        "room": "Salle 1",
        "trainer": "",
        "equipment": "",
        "accessibility": "",
    } | changes


def hidden_fields(page: str) -> dict[str, Any]:
    """What a page would send of its hidden fields and of its boxes that are checked."""
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if told.get("type") == "hidden" or (told.get("type") == "checkbox" and " checked" in tag):
            sent.setdefault(told["name"], []).append(told.get("value", "on"))
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def test_a_series_is_seen_before_it_is_planned(world: World, place: Client) -> None:
    preview = place.post(address("series", "programmer"), tuesdays(world) | {"step": "preview"})
    told = french(preview)
    assert "4 ateliers peuvent avoir lieu" in told
    assert "mardi 20 décembre 2022</s> – vacances scolaires : Vacances de Noël" in told
    assert not TrainingSession.objects.exists()
    sent = hidden_fields(preview.content.decode())
    sent["chosen"].remove("2023-01-10")
    done = place.post(address("series", "programmer"), sent | {"step": "make"}, follow=True)
    assert "3 ateliers sont programmés." in french(done)
    days = [row.starts_at.date() for row in TrainingSession.objects.order_by("starts_at")]
    assert days == [date(2022, 12, 13), date(2023, 1, 3), date(2023, 1, 17)]
    first = TrainingSession.objects.order_by("starts_at").first()
    assert first
    assert "Voir toutes les dates" in french(place.get(address(first.id)))


def test_a_series_can_be_changed_after_it_was_seen(world: World, place: Client) -> None:
    back = place.post(address("series", "programmer"), tuesdays(world, room="Salle 9") | {"step": "form"})
    assert back.status_code == 200
    assert 'value="Salle 9"' in french(back)


def test_a_series_is_refused_beside_its_fields(world: World, place: Client) -> None:
    wrong = place.post(address("series", "programmer"), tuesdays(world, until="2022-12-01") | {"step": "preview"})
    assert wrong.status_code == 422
    assert "La série finit avant de commencer" in french(wrong)
    world.session(date(2023, 1, 3), room="Salle 1")
    preview = place.post(address("series", "programmer"), tuesdays(world) | {"step": "preview"})
    assert "un autre atelier a lieu dans cette salle : Premiers pas" in french(preview)
    sent = hidden_fields(preview.content.decode())
    world.session(date(2023, 1, 10), room="Salle 1")
    refused = place.post(address("series", "programmer"), sent | {"step": "make"})
    assert "Rien n’a été programmé" in french(refused)
    assert "2023-01-03" not in sent["chosen"]
    assert TrainingSession.objects.count() == 2
    none = place.post(address("series", "programmer"), sent | {"step": "make", "chosen": []})
    assert "Aucune date ne reste dans cette série" in french(none)


def test_only_who_holds_sessions_plans_a_series(world: World, structure: Client) -> None:
    assert structure.get(address("series", "programmer")).status_code == 403
    manager = signed_in(world)
    page = manager.post(
        address("series", "programmer"), tuesdays(world, place=str(world.places[0])) | {"step": "preview"}
    )
    assert "4 ateliers peuvent avoir lieu" in french(page)


def test_a_series_is_cancelled_from_a_day(world: World, place: Client) -> None:
    sent = hidden_fields(
        place.post(address("series", "programmer"), tuesdays(world) | {"step": "preview"}).content.decode()
    )
    place.post(address("series", "programmer"), sent | {"step": "make"})
    rows = list(TrainingSession.objects.order_by("starts_at"))
    page = address("series", rows[0].series_id)
    assert "Annuler à partir d’un jour" in french(place.get(page))
    assert "Annuler une série" in french(place.get(f"{page}annuler/"))
    without = place.post(f"{page}annuler/", {"from_day": "2023-01-01", "cause": " "})
    assert "les personnes inscrites liront ce motif" in french(without)
    done = place.post(f"{page}annuler/", {"from_day": "2023-01-01", "cause": "Travaux"}, follow=True)
    assert "3 ateliers sont annulés. Personne n’y était inscrit." in french(done)
    assert TrainingSession.objects.filter(state=SessionState.PLANNED).get() == rows[0]
    late = place.post(f"{page}annuler/", {"from_day": "2023-02-01", "cause": "Travaux"})
    assert "Plus aucun atelier de cette série n’est à venir" in french(late)
    assert signed_in(world, Role.PLACE, 1).get(page).status_code == 404


def test_cancelling_tells_before_and_after_what_becomes_of_each(world: World, place: Client) -> None:
    one, other = world.hand_over(2)
    session = world.session(TOMORROW)
    later = world.session(NEXT_WEEK, seats=1)
    bearer_books(world, session, one, other)
    before = french(place.get(address(session, "annuler")))
    assert "À appeler : autre date proposée, mardi 20 décembre 2022" in before
    assert "À appeler : aucune autre date" in before
    after = french(place.post(address(session, "annuler"), {"cause": "Panne de chauffage"}, follow=True))
    assert "Une autre date est proposée à 1 personne. 2 personnes sont à appeler" in after
    assert "2 personnes à appeler" in after
    assert "proposée jusqu’au" in after
    line = Waiting.objects.get(training_session=later)
    assert line.instead_of == session
    answered = place.post(address("attente", line.id), {"answer": "accept"}, follow=True)
    assert "La place est réservée." in french(answered)
    assert "Place prise" in french(place.get(address(session)))


def test_a_structure_books_for_a_family_and_gives_a_seat_back(world: World, structure: Client) -> None:
    numbers = world.hand_over(2)
    session = world.session(TOMORROW)
    codes = "\n".join(f"https://pass.exemple.fr/P/{world.code(number)}" for number in numbers)
    page = address(session, "reserver")
    assert "Réserver avec des pass" in french(structure.get(address(session)))
    wrong = structure.post(page, {"codes": codes + "\nAAAA", "label": ""})
    assert wrong.status_code == 422
    twice = structure.post(page, {"codes": f"{codes}\n{codes}", "label": ""})
    assert "Le même pass est indiqué deux fois" in french(twice)
    done = structure.post(page, {"codes": codes, "label": "Ana"}, follow=True)
    assert "Les 2 places sont réservées." in french(done)
    seat = Attendance.objects.order_by("rank").first()
    assert seat
    asked = structure.get(address("places", seat.id, "rendre"))
    assert "Rendre la place de Ana ?" in french(asked)
    assert f'href="{address("places", seat.id, "rendre")}"' in french(structure.get(address(session)))
    assert "La place est rendue" in french(structure.post(address("places", seat.id, "rendre"), follow=True))
    again = structure.post(address("places", seat.id, "rendre"))
    assert "Cette place est déjà rendue" in french(again)
    assert signed_in(world, Role.PRESCRIBER, 1).get(address("places", seat.id, "rendre")).status_code == 404


def test_a_pass_waits_and_its_answer_is_noted(world: World, place: Client, structure: Client) -> None:
    first, one, other = world.hand_over(3)
    session = world.session(TOMORROW, seats=1)
    [seat] = bearer_books(world, session, first)
    assert "Attendre une place" in french(structure.get(address(session)))
    done = structure.post(address(session, "attendre"), {"code": world.code(one)}, follow=True)
    assert "Le pass est en attente." in french(done)
    twice = structure.post(address(session, "attendre"), {"code": world.code(one)})
    assert "Ce pass attend déjà une place" in french(twice)
    bearer_waits(world, session, other)
    page = french(place.get(address(session)))
    assert page.index(f"n° {one}") < page.index(f"n° {other}")
    line, following = Waiting.objects.order_by("created_at", "id")
    cancel_seat(programme_id=world.programme_id, attendance_id=seat, by=world.actor(Role.PLACE), at=LATE)
    assert "Place proposée" in french(structure.get(address(session)))
    assert "Une place lui est gardée" in french(place.get(address("attente", line.id)))
    assert "La place est refusée" in french(
        structure.post(address("attente", line.id), {"answer": "decline"}, follow=True)
    )
    following.refresh_from_db()
    assert following.state == WaitingState.OFFERED
    assert structure.post(address("attente", following.id), {"answer": "accept"}).status_code == 404, "not its own"
    assert place.post(address("attente", following.id), {"answer": "dance"}).status_code == 404
    place.post(address("attente", following.id), {"answer": "accept"})
    assert "a déjà reçu une réponse" in french(place.get(address("attente", following.id)))
    refused = place.post(address("attente", following.id), {"answer": "accept"})
    assert (refused.status_code, "Cette proposition a déjà reçu une réponse" in french(refused)) == (409, True)


def test_a_pass_is_taken_off_the_list(world: World, place: Client) -> None:
    first, one = world.hand_over(2)
    session = world.session(TOMORROW, seats=1)
    bearer_books(world, session, first)
    line = bearer_waits(world, session, one)
    assert "Ce pass attend une place." in french(place.get(address("attente", line)))
    assert "Le pass n’attend plus." in french(place.post(address("attente", line), {"answer": "leave"}, follow=True))


def test_sessions_are_found_near_a_commune(world: World, structure: Client) -> None:
    world.places.append(world.organisation("Lieu proche", latitude="49.16", longitude="5.38"))
    world.accredit(world.places[-1], AccreditationKind.PLACE)
    far, close = world.session(TOMORROW), world.session(NEXT_WEEK, place=2, seats=1)
    page = french(structure.get(address("proches"), {"commune": "55545"}))
    assert page.index("Lieu proche") < page.index("Lieu 1")
    assert "à 1 km" in page
    assert address(far, "reserver") in page
    bearer_books(world, close, *world.hand_over(1))
    assert address(close, "attendre") in french(structure.get(address("proches"), {"commune": "55545"}))
    assert "Aucun atelier ne correspond" in french(
        structure.get(address("proches"), {"seats": "10", "from_day": "2023-03-01"})
    )
    assert structure.get(address("proches"), {"commune": "75056", "theme": "x", "seats": "x"}).status_code == 200


def test_the_manager_reads_what_became_of_a_cancelled_session(world: World) -> None:
    [number] = world.hand_over(1)
    session = world.session(TOMORROW)
    bearer_books(world, session, number)
    cancel_session(programme_id=world.programme_id, session_id=session, cause="Panne", by=world.manager, at=NOON)
    page = french(signed_in(world).get(address(session)))
    assert "1 personne à appeler" in page
    assert AttendanceStatus.CANCELLED.value in Attendance.objects.values_list("status", flat=True)
