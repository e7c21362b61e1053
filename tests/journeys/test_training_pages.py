"""Workshops in the pages: announced, filled, held; passes used there, and used by mistake."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.sheets import read_sheet
from passnumerique.training.operations import add_participant, cancel_session
from passnumerique.training.queries import attendance_of, sessions
from passnumerique.vouchers.models import Lot
from passnumerique.vouchers.rules import State
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import World, build_beside, build_world, on

pytestmark = pytest.mark.django_db
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    made = build_world()
    made.plan()
    return made


@pytest.fixture
def place(world: World) -> Client:
    return signed_in(world, Role.PLACE)


def address(session_id: UUID, act: str = "") -> str:
    return f"/verdun/ateliers/{session_id}/{act}"


def given(world: World, *numbers: int, **changes: Any) -> dict[str, Any]:
    """What the form of a use sends for these passes."""
    sent: dict[str, Any] = {"newcomer": new_id(NOON)}
    for rank, number in enumerate(numbers, start=1):
        sent |= {f"code_{rank}": world.code(number), f"scan_{rank}": new_id(NOON)}
    return sent | changes


def person(world: World, session_id: UUID, label: str = "Paul (fictif)") -> UUID:
    return add_participant(
        programme_id=world.programme_id,
        session_id=session_id,
        by=world.actor(Role.PLACE),
        at=on(YESTERDAY),
        label=label,
    )


def seats(world: World, session_id: UUID) -> dict[UUID, str]:
    session = sessions(world.manager, world.programme_id).get(id=session_id)
    return {seat.id: seat.status for seat in attendance_of(world.manager, session)}


# The list


def test_a_place_sees_its_own_workshops_those_of_today_on_top(world: World, place: Client) -> None:
    world.session(TODAY, hour=15)
    world.session(TOMORROW, module=1)
    world.session(TOMORROW, place=1, trainer="Autre")
    page = french(place.get("/verdun/ateliers/"))
    assert "Aujourd’hui, 13 décembre 2022" in page
    assert page.index("Premiers pas") < page.index("14 décembre 2022")
    assert "1 atelier dans cette liste." in page
    assert "Lieu 2" not in page


def test_what_is_over_stands_under_a_tab_of_its_own(world: World, place: Client) -> None:
    world.session(YESTERDAY)
    assert "12 décembre 2022" not in french(place.get("/verdun/ateliers/"))
    assert "12 décembre 2022" in french(place.get("/verdun/ateliers/", {"when": "past"}))


def test_the_manager_and_the_auditor_filter_by_place_module_and_period(world: World) -> None:
    world.session(TOMORROW)
    world.session(TOMORROW, place=1, module=1)
    old = world.session(on(TODAY).date().replace(year=2021), place=1)
    manager, auditor = signed_in(world), signed_in(world, Role.AUDITOR)
    for reader in (manager, auditor):
        chosen = french(reader.get("/verdun/ateliers/", {"place": world.places[1]}))
        assert "1 atelier dans cette liste." in chosen
    module = world.modules()[0]
    assert "1 atelier dans cette liste." in french(manager.get("/verdun/ateliers/", {"module": module}))
    period = sessions(world.manager, world.programme_id).get(id=old).period_id
    past = manager.get("/verdun/ateliers/", {"when": "past", "period": period})
    assert "13 décembre 2021" in french(past)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported(world: World, kind: str) -> None:
    world.session(TOMORROW)
    answer = signed_in(world).get("/verdun/ateliers/", {"format": kind})
    sheet = read_sheet(answer.content, f"ateliers.{kind}")
    assert sheet.columns[:2] == ("Atelier", "Début")
    assert len(sheet.rows) == 1


def test_an_empty_list_says_what_to_do_next(place: Client) -> None:
    page = french(place.get("/verdun/ateliers/"))
    assert "personne ne peut s’inscrire" in page
    assert "/verdun/ateliers/programmer/" in page


def test_the_list_asks_the_same_number_of_questions_whatever_its_size(
    world: World, queries_do_not_grow: Callable[..., int]
) -> None:
    world.session(TOMORROW)
    world.session(TODAY)
    manager = signed_in(world)
    queries_do_not_grow(
        lambda: manager.get("/verdun/ateliers/"),
        lambda: [world.session(day, hour=hour) for day in (TODAY, TOMORROW) for hour in (8, 10, 17)],
    )


# Planning


def slot(**changes: Any) -> dict[str, Any]:
    return {"day": "2022-12-14", "starts": "14:00", "ends": "16:00", "seats": "8"} | changes


def test_a_place_announces_a_workshop_of_the_plan(world: World, place: Client) -> None:
    page = french(place.get("/verdun/ateliers/programmer/"))
    assert "1.1 – La souris" in page
    option = re.search(r'value="(atelier:[^"]+)"[^>]*>1\.1 – La souris', page)
    assert option
    sent = slot(what=option[1], ends="", room="Salle 2", trainer="Camille (fictif)")
    answer = place.post("/verdun/ateliers/programmer/", sent, follow=True)
    assert "L’atelier est programmé." in french(answer)
    made = sessions(world.manager, world.programme_id).get()
    assert made.place_id == world.places[0]
    assert made.ends_at - made.starts_at == timedelta(hours=2)
    assert made.planned_session is not None


def test_the_manager_chooses_the_place(world: World) -> None:
    manager = signed_in(world)
    what = f"module:{world.modules()[0]}"
    missing = manager.post("/verdun/ateliers/programmer/", slot(what=what))
    assert missing.status_code == 422
    manager.post("/verdun/ateliers/programmer/", slot(what=what, place=world.places[1]))
    assert sessions(world.manager, world.programme_id).get().place_id == world.places[1]


def test_a_refusal_keeps_what_was_typed_and_writes_nothing(world: World, place: Client) -> None:
    world.session(TOMORROW)
    sent = slot(what=f"module:{world.modules()[0]}", trainer="Camille (fictif)")
    answer = place.post("/verdun/ateliers/programmer/", sent)
    assert answer.status_code == 422
    page = french(answer)
    assert "Un autre atelier a lieu dans cette salle" in page
    assert 'value="Camille (fictif)"' in page
    assert sessions(world.manager, world.programme_id).count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends": "13:00"}, "après son début"),
        ({"day": "2023-02-01"}, "Les formations se terminent le 31 décembre 2022"),
        ({"seats": "0"}, "supérieure ou égale à 1"),
        ({"what": "module:rien"}, "valide"),
    ],
)
def test_a_slot_that_cannot_be_says_why(world: World, place: Client, changes: dict[str, str], sentence: str) -> None:
    sent = slot(what=f"module:{world.modules()[0]}") | changes
    answer = place.post("/verdun/ateliers/programmer/", sent)
    assert answer.status_code == 422
    assert sentence in french(answer)
    assert not sessions(world.manager, world.programme_id).exists()


def test_a_workshop_is_changed(world: World, place: Client) -> None:
    session_id = world.session(TOMORROW)
    page = french(place.get(address(session_id, "modifier/")))
    assert 'value="14:00"' in page
    place.post(address(session_id, "modifier/"), slot(starts="10:00", ends="12:00", seats="4", room="B"))
    changed = sessions(world.manager, world.programme_id).get()
    assert (changed.seats, changed.room, changed.starts_at) == (4, "B", on(TOMORROW, 10))


def test_a_workshop_is_cancelled_with_a_reason_and_takes_no_pass(world: World, place: Client) -> None:
    session_id = world.session(TOMORROW)
    person(world, session_id)
    without = place.post(address(session_id, "annuler/"), {"cause": " "})
    assert without.status_code == 422
    assert "les personnes inscrites liront ce motif" in french(without)
    answer = french(place.post(address(session_id, "annuler/"), {"cause": "Médiatrice malade"}, follow=True))
    assert "1 personne est à appeler" in answer
    assert "Motif : Médiatrice malade." in answer
    assert "Ce que devient chaque personne" in answer


# People


def test_people_are_booked_with_or_without_a_pass(world: World, place: Client) -> None:
    session_id = world.session(TOMORROW)
    number, *_ = world.hand_over()
    sent = {"label": "Zoé (fictif)", "code": world.code(number)}
    page = french(place.post(address(session_id, "inscrire/"), sent, follow=True))
    assert "La place est réservée." in page
    assert f"n° {number}, réservé" in page
    page = french(place.post(address(session_id, "inscrire/"), {"label": ""}, follow=True))
    assert "Participant 2" in page
    wrong = place.post(address(session_id, "inscrire/"), {"code": "ABCD-EFGH-JKMN"})
    assert wrong.status_code == 422
    assert "sa lettre de contrôle ne correspond pas" in french(wrong)


def test_a_structure_books_with_the_code_of_a_pass_and_changes_nothing_else(world: World) -> None:
    session_id = world.session(TOMORROW)
    person(world, session_id, "Quelqu’un (fictif)")
    structure = signed_in(world, Role.PRESCRIBER)
    page = french(structure.get(address(session_id)))
    assert "Quelqu’un" not in page
    assert "Modifier l’atelier" not in page
    assert structure.post(address(session_id, "inscrire/"), {"label": "A"}).status_code == 422
    number, *_ = world.hand_over()
    answer = structure.post(address(session_id, "inscrire/"), {"code": world.code(number)}, follow=True)
    assert "La place est réservée." in french(answer)
    assert structure.get(address(session_id, "modifier/")).status_code == 403
    assert structure.get(address(session_id, "emargement.pdf")).status_code == 403


def test_presence_is_noted_from_the_day_on(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    here, away = person(world, session_id), person(world, session_id, "")
    sent = {f"status-{here}": "present", f"status-{away}": "no_show"}
    page = french(place.post(address(session_id, "presences/"), sent, follow=True))
    assert "Les présences sont enregistrées." in page
    assert seats(world, session_id) == {here: "present", away: "no_show"}


def test_everybody_expected_is_present_in_one_press(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    one, other = person(world, session_id), person(world, session_id, "")
    sent = {f"status-{one}": "excused", f"status-{other}": "expected", "all_present": "1"}
    place.post(address(session_id, "presences/"), sent)
    assert seats(world, session_id) == {one: "excused", other: "present"}


def test_presence_before_the_day_is_refused_and_nothing_is_written(world: World, place: Client) -> None:
    session_id = world.session(TOMORROW)
    one, other = person(world, session_id), person(world, session_id, "")
    assert "Présent</option>" not in french(place.get(address(session_id)))
    sent = {f"status-{one}": "present", f"status-{other}": "excused"}
    answer = place.post(address(session_id, "presences/"), sent)
    assert answer.status_code == 409
    page = french(answer)
    assert "aucune présence notée avant ce jour" in page
    assert '<option value="excused" selected>' in page
    assert set(seats(world, session_id).values()) == {"expected"}


def test_the_page_of_a_workshop_asks_the_same_number_of_questions_whatever_its_people(
    world: World, place: Client, queries_do_not_grow: Callable[..., int]
) -> None:
    session_id = world.session(TODAY, seats=30)
    world.redeem(session_id, world.hand_over(), TODAY)

    def grow() -> None:
        world.redeem(session_id, world.hand_over(4), TODAY)
        person(world, session_id)

    queries_do_not_grow(lambda: place.get(address(session_id)), grow)
    queries_do_not_grow(lambda: place.get(address(session_id, "utiliser/")), grow)


def test_the_sheet_is_printed_with_its_people(world: World, place: Client) -> None:
    session_id = world.session(TODAY, trainer="Camille (fictif)")
    person(world, session_id)
    world.redeem(session_id, world.hand_over(), TODAY)
    answer = place.get(address(session_id, "emargement.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as paper:
        assert len(paper.pages) == 1


# Using passes


def test_a_pass_is_used_and_the_person_is_present(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    number, *_ = world.hand_over()
    assert "Utiliser ce pass" in french(place.get(address(session_id, "utiliser/")))
    answer = place.post(address(session_id, "utiliser/"), given(world, number))
    assert answer.status_code == 200
    page = french(answer)
    assert "Pass accepté" in page
    assert f"Le pass n° {number} est pris." in page
    assert "1 pass pris à cet atelier" in page
    assert list(seats(world, session_id).values()) == ["present"]


def test_only_this_page_may_compile_the_reader_and_open_the_camera(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    here, elsewhere = place.get(address(session_id, "utiliser/")), place.get(address(session_id))
    assert "script-src 'self' 'wasm-unsafe-eval'" in here["Content-Security-Policy"]
    assert here["Permissions-Policy"] == "camera=(self)"
    assert "wasm" not in elsewhere["Content-Security-Policy"]


def test_the_same_form_sent_twice_takes_the_pass_once(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    sent = given(world, *world.hand_over())
    place.post(address(session_id, "utiliser/"), sent)
    again = place.post(address(session_id, "utiliser/"), sent)
    assert again.status_code == 200
    assert "rien n’a été compté deux fois" in french(again)
    assert world.states()[State.REDEEMED] == 1


def test_a_pass_used_already_says_where_and_what_to_do(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    number, *_ = world.hand_over()
    place.post(address(session_id, "utiliser/"), given(world, number))
    answer = place.post(address(session_id, "utiliser/"), given(world, number))
    assert answer.status_code == 409
    page = french(answer)
    assert "Pass refusé" in page
    assert "Ce pass a déjà été utilisé le 13/12/2022 (Lieu 1 verdun (fictif))." in page
    assert f'value="{world.code(number)}"' in page


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ABCD-EFGH-JKMN", "sa lettre de contrôle ne correspond pas"),
        ("ABC", "Aucun pass de ce dispositif n’a le code ABC."),
        ("", "Tapez le code écrit sur la carte."),
    ],
)
def test_a_code_that_is_none_is_refused_with_its_reason(world: World, place: Client, code: str, sentence: str) -> None:
    session_id = world.session(TODAY)
    sent = {"newcomer": new_id(NOON), "scan_1": new_id(NOON), "code_1": code}
    answer = place.post(address(session_id, "utiliser/"), sent)
    assert answer.status_code == (409 if code else 422)
    assert sentence in french(answer)


def test_a_pass_of_another_programme_is_refused(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    ours, theirs = build_beside(world, "voisin"), build_world("ailleurs")
    for other, sentence in ((ours, "Ce pass vient d’un autre dispositif."), (theirs, "Aucun pass de ce dispositif")):
        sent = {"newcomer": new_id(NOON), "scan_1": new_id(NOON), "code_1": other.code(other.hand_over()[0])}
        assert sentence in french(place.post(address(session_id, "utiliser/"), sent))


def test_a_scanner_that_types_the_address_of_the_qr_is_understood(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    number, *_ = world.hand_over()
    sent = given(world, number, code_1=f"HTTP://LOCALHOST:8000/P/{world.code(number)}")
    assert "Pass accepté" in french(place.post(address(session_id, "utiliser/"), sent))


def test_codes_of_an_issuer_are_not_held_to_our_check_letter(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    assert 'data-checked="yes"' in french(place.get(address(session_id, "utiliser/")))
    Lot.objects.update(nonce=b"")
    assert 'data-checked="no"' in french(place.get(address(session_id, "utiliser/")))
    assert "code-entry" not in french(place.get(address(session_id, "inscrire/")))


def test_an_id_that_no_use_bears_is_refused(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    number, *_ = world.hand_over()
    sent = given(world, number, scan_1="00000000-0000-4000-8000-000000000000")
    answer = place.post(address(session_id, "utiliser/"), sent)
    assert answer.status_code == 422
    assert "Rechargez-la" in french(answer)
    assert State.REDEEMED not in world.states()


def test_a_workshop_of_several_passes_takes_all_of_them_or_none(place: Client, world: World) -> None:
    world.set(purchase="module_price")
    session_id = world.session(TODAY, module=1)
    first, second, third = world.hand_over(3)
    page = french(place.get(address(session_id, "utiliser/")))
    assert "Code du pass 2 sur 2" in page
    world.redeem(world.session(TODAY, hour=8), [third], TODAY)
    answer = place.post(address(session_id, "utiliser/"), given(world, first, third))
    assert answer.status_code == 409
    assert "aucun n’a été pris" in french(answer)
    assert world.states()[State.REDEEMED] == 1
    answer = place.post(address(session_id, "utiliser/"), given(world, first, second))
    assert "Pass acceptés" in french(answer)
    assert len(seats(world, session_id)) == 1


def test_a_pass_is_asked_of_somebody_on_the_list(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    paul = person(world, session_id)
    page = french(place.get(address(session_id, "utiliser/"), {"person": paul}))
    assert "Pour <strong>Paul (fictif)</strong>" in page
    place.post(address(session_id, "utiliser/"), given(world, *world.hand_over(), person=paul))
    assert seats(world, session_id) == {paul: "present"}
    assert "Pour" not in french(place.get(address(session_id, "utiliser/"), {"person": new_id(NOON)}))


def test_the_script_of_the_page_is_given_the_answer_alone(world: World, place: Client) -> None:
    session_id = world.session(TODAY)
    answer = place.post(
        address(session_id, "utiliser/"), given(world, *world.hand_over()), headers={"X-Redeem": "answer"}
    )
    assert "Pass accepté" in french(answer)
    assert "<html" not in french(answer)


@pytest.mark.parametrize("state", ["cancelled", "to_come"])
def test_no_pass_is_asked_where_none_can_be_used(world: World, place: Client, state: str) -> None:
    session_id = world.session(TOMORROW)
    if state == "cancelled":
        cancel_session(programme_id=world.programme_id, session_id=session_id, cause="Panne", by=world.manager, at=NOON)
    page = french(place.get(address(session_id, "utiliser/")))
    assert "Utiliser ce pass" not in page
    answer = place.post(address(session_id, "utiliser/"), given(world, *world.hand_over()))
    assert answer.status_code == 409
    assert State.REDEEMED not in world.states()


def test_a_use_is_undone_within_the_delay(world: World, place: Client, time_machine: TimeMachineFixture) -> None:
    world.set(undo_delay_hours=2)
    session_id = world.session(TODAY)
    page = french(place.post(address(session_id, "utiliser/"), given(world, *world.hand_over())))
    found = re.search(r"/verdun/ateliers/utilisations/[^/]+/corriger/", page)
    assert found
    assert "Le pass redevient utilisable" in french(place.get(found[0]))
    time_machine.move_to(NOON + timedelta(hours=3))
    late = place.post(found[0], {"cause": "Erreur"})
    assert late.status_code == 422
    assert "ne peut plus être corrigée" in french(late)
    assert found[0] not in french(place.get(address(session_id, "utiliser/")))
    time_machine.move_to(NOON + timedelta(hours=1))
    answer = french(place.post(found[0], {"cause": "Erreur"}, follow=True))
    assert "il peut resservir" in answer
    assert State.REDEEMED not in world.states()
    assert place.post(found[0], {"cause": "Erreur"}).status_code == 404


# Borders


def test_another_place_meets_nothing(world: World) -> None:
    session_id = world.session(TODAY)
    number, *_ = world.hand_over()
    other = signed_in(world, Role.PLACE, rank=1)
    for act in ("", "utiliser/", "modifier/", "annuler/", "emargement.pdf"):
        assert other.get(address(session_id, act)).status_code == 404, act
    assert other.post(address(session_id, "utiliser/"), given(world, number)).status_code == 404
    assert other.post(address(session_id, "presences/"), {}).status_code == 404


def test_the_mediator_holds_the_workshops_of_the_place(world: World) -> None:
    session_id = world.session(TODAY)
    mediator = signed_in(world, Role.MEDIATOR)
    answer = mediator.post(address(session_id, "utiliser/"), given(world, *world.hand_over()))
    assert "Pass accepté" in french(answer)
    assert mediator.get(address(session_id, "emargement.pdf")).status_code == 200


def test_the_auditor_sees_everything_and_no_button(world: World) -> None:
    session_id = world.session(TODAY)
    person(world, session_id)
    auditor = signed_in(world, Role.AUDITOR)
    page = french(auditor.get(address(session_id)))
    assert "Paul (fictif)" in page
    for act in ("Utiliser", "Inscrire une personne", "Modifier", "Annuler l’atelier", "<select"):
        assert act not in page
    assert "Programmer un atelier" not in french(auditor.get("/verdun/ateliers/"))
    assert auditor.get(address(session_id, "emargement.pdf")).status_code == 200
    for act in ("utiliser/", "modifier/", "annuler/", "inscrire/"):
        assert auditor.get(address(session_id, act)).status_code == 403, act
    assert auditor.post(address(session_id, "presences/"), {}).status_code == 403
    assert auditor.get("/verdun/ateliers/programmer/").status_code == 403


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ISSUER, Role.FUNDER, Role.ACCOUNTANT])
def test_who_has_no_business_with_workshops_is_told_so(world: World, role: Role) -> None:
    assert signed_in(world, role).get("/verdun/ateliers/").status_code == 403


def test_the_manager_notes_and_cancels_but_takes_no_pass(world: World) -> None:
    session_id = world.session(TODAY)
    manager = signed_in(world)
    page = french(manager.get(address(session_id)))
    assert "Modifier l’atelier" in page
    assert "Utiliser des pass" not in page
    assert manager.get(address(session_id, "utiliser/")).status_code == 403


def test_nobody_unknown_comes_in(client: Client, world: World) -> None:
    session_id = world.session(TODAY)
    for page in ("/verdun/ateliers/", address(session_id), address(session_id, "utiliser/")):
        assert client.get(page).status_code == 302
