"""The attendance sheet through its pages, without any script: one person, a group, signing, closing, paper."""

import hashlib
import io
import json
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.programmes.models import Programme
from passnumerique.training.models import Attendance, SheetClosing, SheetEvidence, Signature
from passnumerique.training.operations import Marked, WalkIn, add_participant, add_walk_ins, take_attendance
from passnumerique.training.rules import AttendanceStatus
from passnumerique.vouchers.operations import Scan, cancel
from passnumerique.vouchers.rules import State
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.papers import text_of
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
LINES = json.dumps([[100, 500, 400, 200, 800, 700]])
PDF = b"%PDF-1.7\nsigned by hand"


@pytest.fixture
def world(settings: Any) -> World:
    """A world that lives on the 13th of December 2022, whatever the clock of this machine says."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world()
    made.plan()
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


@pytest.fixture
def place(world: World) -> Client:
    return signed_in(world, Role.MEDIATOR)


@pytest.fixture
def session(world: World) -> UUID:
    return world.session(TODAY, hour=9)


def at(session: UUID, rest: str = "") -> str:
    return f"/verdun/ateliers/{session}/feuille/{rest}"


def book(world: World, session: UUID, number: int | None = None, label: str = "") -> UUID:
    return add_participant(
        programme_id=world.programme_id,
        session_id=session,
        by=world.actor(Role.PLACE),
        at=on(TODAY, 8),
        code=world.code(number) if number else "",
        label=label,
    )


def status(seat: UUID) -> str:
    return Attendance.objects.get(id=seat).status


def test_one_touch_notes_a_person_and_takes_the_pass_of_the_seat(world: World, place: Client, session: UUID) -> None:
    [number] = world.hand_over()
    anna, ben = book(world, session, number, "Anna"), book(world, session, label="Ben")
    page = french(place.get(at(session)))
    assert f"4 dernières lettres du pass n° {number}" in page
    assert world.code(number)[-4:] not in page, "the list never tells what the card tells"
    sent = {"seat": anna, "status": "present", "scan": new_id(NOON), "proof": world.code(number)[-4:].lower()}
    answer = place.post(at(session), sent)
    assert answer.status_code == 200
    assert f"Anna : présence notée Le pass n° {number} est pris." in plain(answer)
    assert status(anna) == AttendanceStatus.PRESENT
    assert "Il était déjà enregistré" in plain(place.post(at(session), sent))
    assert "Ben : absence notée" in plain(place.post(at(session), {"seat": ben, "status": "no_show"}))
    assert world.states()[State.REDEEMED] == 1


def test_the_paper_sheet_tells_the_number_of_a_booked_pass_and_nothing_of_its_code(
    world: World, place: Client, session: UUID
) -> None:
    numbers = world.hand_over(6)
    for number in numbers:
        book(world, session, number)
    words = text_of(place.get(f"/verdun/ateliers/{session}/emargement.pdf").content)
    for number in numbers:
        assert f"n° {number}" in words
        assert world.code(number)[-4:] not in words


def plain(answer: Any) -> str:
    """The words of a page, without its tags."""
    import re

    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", french(answer)))


def test_wrong_letters_are_refused_on_the_line(world: World, place: Client, session: UUID) -> None:
    [number] = world.hand_over()
    anna = book(world, session, number, "Anna")
    answer = place.post(at(session), {"seat": anna, "status": "present", "scan": new_id(NOON), "proof": "ZZZZ"})
    assert answer.status_code == 409
    assert "Anna : rien n’a été noté Ces quatre lettres ne sont pas les dernières" in plain(answer)
    assert status(anna) == AttendanceStatus.EXPECTED


def test_who_comes_is_added_with_a_card_or_without(world: World, place: Client, session: UUID) -> None:
    booked, stranger = world.hand_over(2)
    seat = book(world, session, booked, "Anna")
    sent = {"newcomer": new_id(NOON), "code_1": f"HTTP://X/P/{world.code(stranger)}"}
    assert "Participant 2 : présence notée" in plain(place.post(at(session), sent))
    again = plain(place.post(at(session), sent))
    assert "rien n’a été compté deux fois" in again
    letters = {"newcomer": new_id(NOON), "code_1": world.code(booked)[-4:]}
    assert "Anna : présence notée" in plain(place.post(at(session), letters))
    alone = {"alone": new_id(NOON), "label": "Zoé"}
    assert "Zoé : présence notée" in plain(place.post(at(session), alone))
    assert "Rien n’a été noté Scannez la carte" in plain(place.post(at(session), {"newcomer": new_id(NOON)}))
    assert status(seat) == AttendanceStatus.PRESENT
    assert Attendance.objects.count() == 3


def test_a_pass_is_given_back_within_the_delay(world: World, place: Client, session: UUID) -> None:
    [number] = world.hand_over()
    seat = book(world, session, number, "Anna")
    place.post(at(session), {"seat": seat, "status": "present", "scan": new_id(NOON), "proof": world.code(number)[-4:]})
    assert "Rendre le pass" in french(place.get(at(session)))
    answer = place.post(at(session, f"{seat}/rendre/"))
    assert "Anna : pass rendu" in plain(answer)
    assert status(seat) == AttendanceStatus.EXPECTED
    assert world.states().get(State.REDEEMED, 0) == 0
    assert place.get(at(session, f"{seat}/rendre/")).status_code == 405


def test_a_group_is_seated_in_one_gesture_and_each_line_told(world: World, place: Client, session: UUID) -> None:
    good, gone, other = world.hand_over(3)
    cancel(programme_id=world.programme_id, numbers=[(gone, gone)], cause="abîmé", by=world.manager, at=on(TODAY))
    codes = "\r\n".join(world.code(number) for number in (good, gone, other))
    sent = {"group": new_id(NOON), "codes": codes, "without": 2, "rule": "together"}
    refused = place.post(at(session, "groupe/"), sent)
    assert refused.status_code == 409
    assert plain(refused).count("rien n’a été enregistré : un autre pass du groupe est refusé") == 4
    assert not Attendance.objects.exists()
    answer = place.post(at(session, "groupe/"), sent | {"group": new_id(NOON), "rule": "each"})
    assert answer.status_code == 409
    assert "4 personnes notées présentes. 1 refusée, à corriger ci-dessous." in plain(answer)
    assert answer.context["form"].initial["codes"] == world.code(gone)
    whole = place.post(at(session, "groupe/"), {"group": new_id(NOON), "without": 3, "rule": "each"})
    assert whole.status_code == 200
    assert "Le groupe est noté 3 personnes notées présentes." in plain(whole)
    assert Attendance.objects.filter(status="present").count() == 7
    assert place.post(at(session, "groupe/"), {"group": new_id(NOON), "rule": "each"}).status_code == 422


def test_a_group_sent_twice_is_seated_once(world: World, place: Client, session: UUID) -> None:
    sent = {
        "group": new_id(NOON),
        "codes": "\n".join(world.code(number) for number in world.hand_over(3)),
        "without": 1,
        "rule": "together",
    }
    for _ in range(2):
        assert place.post(at(session, "groupe/"), sent).status_code == 200
    assert (Attendance.objects.count(), world.states()[State.REDEEMED]) == (4, 3)


def test_people_sign_in_turn_and_the_sheet_is_closed(world: World, place: Client, session: UUID) -> None:
    anna, ben, away = (book(world, session, label=name) for name in ("Anna", "Ben", "Chloé"))
    names = french(place.get(at(session, "signer/")))
    assert all(name in names for name in ("Anna", "Ben", "Chloé"))
    answer = place.post(at(session, f"{anna}/signer/"), {"strokes": LINES}, follow=True)
    assert "Merci, Anna. Passez la tablette à la personne suivante." in french(answer)
    assert "Anna" not in french(place.get(at(session, "signer/")))
    empty = place.post(at(session, f"{ben}/signer/"), {"strokes": "", "typed": " "})
    assert (empty.status_code, "La signature est vide" in french(empty)) == (409, True)
    place.post(at(session, f"{ben}/signer/"), {"strokes": "[]", "typed": "Ben A."})
    place.post(at(session), {"seat": away, "status": "excused"})
    assert "Personne n’a plus à signer" in french(place.get(at(session, "signer/")))
    kept = Signature.objects.order_by("way").values_list("way", "words")
    assert list(kept) == [("drawn", ""), ("typed", "Ben A.")]
    close = place.post(at(session, "clore/"), {"trainer": "Sacha", "remark": "", "strokes": LINES}, follow=True)
    assert "La feuille est signée et close." in french(close)
    assert "Feuille close le 13 décembre 2022" in french(close)
    assert 'name="status"' not in french(close), "nothing can be noted any more"
    told = plain(place.post(at(session), {"seat": away, "status": "present"}))
    assert "La feuille de cet atelier est close depuis le 13 décembre 2022" in told
    paper = place.get(f"/verdun/ateliers/{session}/emargement.pdf")
    with pikepdf.open(io.BytesIO(paper.content)) as document:
        assert len(document.pages) == 1
    no_reason = place.post(at(session, "rouvrir/"), {"cause": ""})
    assert no_reason.status_code == 422
    place.post(at(session, "rouvrir/"), {"cause": "Chloé est venue"})
    assert SheetClosing.objects.get().reopen_cause == "Chloé est venue"


def test_what_is_missing_is_told_before_closing(world: World, place: Client, session: UUID) -> None:
    book(world, session, label="Anna")
    ben = book(world, session, label="Ben")
    place.post(at(session), {"seat": ben, "status": "present"})
    page = plain(place.get(at(session, "clore/")))
    assert "1 personne est encore attendue" in page
    assert "1 personne présente n’a pas signé" in page
    answer = place.post(at(session, "clore/"), {"trainer": "Sacha", "typed": "Sacha"})
    assert answer.status_code == 422
    assert not SheetClosing.objects.exists()


def test_the_trainer_attests_for_who_cannot_sign(world: World, place: Client, session: UUID) -> None:
    seat = book(world, session, label="Anna")
    answer = place.post(at(session, f"{seat}/signer/"), {"attest": "1"}, follow=True)
    assert "Tout le monde a signé" in french(answer)
    assert "présence attestée par mediator 0 (fictif)" in french(answer)


@pytest.mark.parametrize("strokes", ["[[1,2", "{}", "null", '"x"', "[[1,2,3]]", "9" * 130_000, "NaN"])
def test_a_signature_that_cannot_be_read_is_refused(world: World, place: Client, session: UUID, strokes: str) -> None:
    seat = book(world, session)
    answer = place.post(at(session, f"{seat}/signer/"), {"strokes": strokes})
    assert answer.status_code == 409
    assert not Signature.objects.exists()


def test_the_progress_of_everybody_is_noted_on_one_page(world: World, place: Client, session: UUID) -> None:
    anna, ben = book(world, session, label="Anna"), book(world, session, label="Ben")
    assert "Personne n’est encore noté présent" in french(place.get(at(session, "bilan/")))
    for seat in (anna, ben):
        place.post(at(session), {"seat": seat, "status": "present"})
    page = place.post(
        at(session, "bilan/"),
        {f"before-{anna}": "supported", f"after-{anna}": "partly", f"new-{anna}": "yes", f"after-{ben}": "?"},
        follow=True,
    )
    assert "Le bilan est enregistré." in french(page)
    assert "nouveau ici" in french(page)
    rows = Attendance.objects.order_by("rank").values_list("autonomy_before", "autonomy_after", "new_here")
    assert list(rows) == [("supported", "partly", True), (None, None, None)]


def test_a_scanned_sheet_is_joined_and_given_back_as_a_file_to_save(world: World, place: Client, session: UUID) -> None:
    def send(content: bytes, name: str = "scan.pdf") -> Any:
        file = SimpleUploadedFile(name, content, "text/html")
        return place.post(at(session, "papier/"), {"file": file}, follow=True)

    page = send(PDF, "<b>scan</b>.pdf")
    assert "La feuille signée est jointe." in french(page)
    assert hashlib.sha256(PDF).hexdigest() in french(page)
    assert "<b>scan" not in page.content.decode()
    send(PDF)
    kept = SheetEvidence.objects.get()
    answer = place.get(at(session, f"papier/{kept.id}/"))
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"].startswith('attachment; filename="feuille-221213-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    html = send(b"<html><script>")
    assert (html.status_code, "ni un PDF, ni une image" in french(html)) == (422, True)
    heavy = send(PDF.ljust(10_000_001, b"\0"))
    assert (heavy.status_code, "trop lourd" in french(heavy)) == (422, True)


PAGES = ["", "groupe/", "signer/", "bilan/", "clore/", "rouvrir/", "papier/"]


@pytest.mark.parametrize(
    ("role", "rank", "expected"),
    [
        (Role.PLACE, 1, 404),
        (Role.PRESCRIBER, 0, 403),
        (Role.FUNDER, 0, 403),
    ],
    ids=["another-place", "prescriber", "funder"],
)
def test_nobody_else_opens_the_sheet(world: World, session: UUID, role: Role, rank: int, expected: int) -> None:
    seat = book(world, session, label="Anna")
    by, content = world.actor(Role.PLACE), PDF
    from passnumerique.training.operations import attach_sheet

    given = {"programme_id": world.programme_id, "session_id": session, "by": by, "at": NOON}
    evidence = attach_sheet(name="a.pdf", content=content, **given)  # type: ignore[arg-type]
    stranger = signed_in(world, role, rank)
    for page in [*PAGES, f"{seat}/signer/", f"papier/{evidence}/"]:
        assert stranger.get(at(session, page)).status_code in {expected, 403}, page
    assert stranger.get(f"/verdun/ateliers/{session}/emargement.pdf").status_code == expected
    posts = {"": {"seat": seat, "status": "present"}, f"{seat}/signer/": {"typed": "x"}, f"{seat}/rendre/": {}}
    for page, sent in posts.items():
        assert stranger.post(at(session, page), sent).status_code in {expected, 403}, page
    assert status(seat) == AttendanceStatus.EXPECTED


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ACCOUNTANT, Role.AUDITOR])
def test_who_controls_claims_reads_the_sheet_and_changes_nothing(world: World, session: UUID, role: Role) -> None:
    seat = book(world, session, label="Anna")
    reader = signed_in(world, role)
    page = french(reader.get(at(session)))
    assert "Anna" in page
    for button in ('name="status"', 'name="newcomer"', "Faire signer", "Joindre", "clore"):
        assert button not in page
    assert reader.get(f"/verdun/ateliers/{session}/emargement.pdf").status_code == 200
    assert reader.post(at(session), {"seat": seat, "status": "present"}).status_code == 403
    for rest in ("groupe/", "signer/", "bilan/", "clore/", "rouvrir/", "papier/", f"{seat}/signer/"):
        assert reader.get(at(session, rest)).status_code == 403, rest


def test_the_manager_notes_people_and_takes_no_pass(world: World, session: UUID) -> None:
    [number] = world.hand_over()
    seat = book(world, session, number, "Anna")
    manager = signed_in(world)
    page = french(manager.get(at(session)))
    assert 'name="status"' in page
    assert 'name="proof"' not in page
    assert "Anna : présence notée" in plain(manager.post(at(session), {"seat": seat, "status": "present"}))
    sent = {"seat": seat, "status": "present", "scan": new_id(NOON), "proof": world.code(number)}
    assert manager.post(at(session), sent).status_code == 403


def test_before_its_day_a_sheet_is_printed_and_not_filled(world: World, place: Client) -> None:
    later = world.session(TODAY.replace(day=20))
    page = french(place.get(at(later)))
    assert "Les présences se notent le jour de l’atelier" in page
    assert 'name="newcomer"' not in page
    assert place.get(at(later, "signer/")).status_code == 403
    assert place.get(f"/verdun/ateliers/{later}/emargement.pdf").status_code == 200


@pytest.mark.parametrize("name", ["seat", "newcomer", "alone"])
@pytest.mark.parametrize("value", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_ids_that_no_page_makes_are_not_found(place: Client, session: UUID, name: str, value: str) -> None:
    sent = {name: value, "status": "present", "code_1": "ABCD"}
    assert place.post(at(session), sent).status_code == 404


def test_the_sheet_asks_as_many_questions_for_any_number_of_people(
    world: World, place: Client, session: UUID, queries_do_not_grow: Any
) -> None:
    def more() -> None:
        given = {"programme_id": world.programme_id, "session_id": session, "by": world.actor(Role.PLACE), "at": NOON}
        for number in world.hand_over(3):
            add_walk_ins(
                walk_ins=[WalkIn(new_id(NOON), (Scan(new_id(NOON), world.code(number)),))],
                **given,  # type: ignore[arg-type]
            )
        seat = book(world, session)
        take_attendance(present=[Marked(seat, AttendanceStatus.NO_SHOW)], **given)  # type: ignore[arg-type]

    session = world.session(TODAY, hour=17, seats=40)
    more()
    queries_do_not_grow(lambda: place.get(at(session)), more)
