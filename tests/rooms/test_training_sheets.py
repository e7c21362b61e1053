"""The sheet signed, closed, reopened, and scanned: by whom, once, and what each act refuses."""

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.training.models import Attendance, SheetClosing, SheetEvidence, Signature
from passnumerique.training.operations import (
    Marked,
    WalkIn,
    add_participant,
    add_walk_ins,
    attach_sheet,
    attest,
    cancel_session,
    change_session,
    close_sheet,
    mark_attendance,
    reopen_sheet,
    sign,
    take_attendance,
)
from passnumerique.training.queries.attending import (
    access_evidence,
    access_sheet,
    closings_of,
    evidence_of,
    sheet_of,
)
from passnumerique.training.rules import AttendanceStatus
from passnumerique.training.rules import refusals as no
from passnumerique.training.rules.sheets import MOST_BYTES
from passnumerique.vouchers.operations import Scan
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 5)
HERE, AFTER = on(DAY, 14, 10), on(DAY, 16, 5)
PRESENT, EXPECTED = AttendanceStatus.PRESENT, AttendanceStatus.EXPECTED
LINE = [[100, 500, 400, 200, 800, 700]]
PDF, PNG, JPEG = b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff\xe0..."


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def session(world: World) -> UUID:
    return world.session(DAY)


@pytest.fixture
def trainer(world: World) -> Actor:
    return world.actor(Role.MEDIATOR)


def book(world: World, session: UUID, label: str = "") -> UUID:
    at = on(DAY - timedelta(days=2))
    return add_participant(
        programme_id=world.programme_id, session_id=session, by=world.actor(Role.PLACE), at=at, label=label
    )


def draw(world: World, seat: UUID, by: Actor, strokes: Any = LINE, **given: Any) -> UUID:
    given = {"at": HERE} | given
    return sign(programme_id=world.programme_id, attendance_id=seat, strokes=strokes, by=by, **given)


def close(world: World, session: UUID, by: Actor, **given: Any) -> UUID:
    given = {"trainer": "Sacha (fictif)", "strokes": LINE, "at": AFTER} | given
    return close_sheet(programme_id=world.programme_id, session_id=session, by=by, **given)


def attach(
    world: World, session: UUID, by: Actor, content: bytes = PDF, name: str = "feuille.pdf", **given: Any
) -> UUID:
    given = {"at": AFTER} | given
    return attach_sheet(programme_id=world.programme_id, session_id=session, name=name, content=content, by=by, **given)


def test_a_person_signs_once_and_is_present(world: World, session: UUID, trainer: Actor) -> None:
    seat = book(world, session, "Anna")
    first = draw(world, seat, trainer)
    assert Attendance.objects.get(id=seat).status == PRESENT, "whoever signs is there"
    assert draw(world, seat, trainer, at=HERE + timedelta(minutes=1)) == first, "sent again"
    with pytest.raises(no.AlreadySigned) as refused:
        draw(world, seat, trainer, [[0, 0, 900, 900]])
    assert refused.value.params == {"who": "Anna"}
    row = Signature.objects.get()
    assert (row.way, row.strokes, row.words, row.by_user) == ("drawn", LINE, "", trainer.user_id)


def test_one_may_sign_by_keyboard_and_the_trainer_attests_for_who_cannot(
    world: World, session: UUID, trainer: Actor
) -> None:
    typing, unable = book(world, session), book(world, session)
    draw(world, typing, trainer, (), typed="  Ben A. ")
    attest(programme_id=world.programme_id, attendance_id=unable, by=trainer, at=HERE)
    kept = [(row.way, row.strokes, row.words) for row in Signature.objects.order_by("signed_at", "id")]
    assert sorted(kept) == [("attested", [], trainer.name), ("typed", [], "Ben A.")]
    assert sheet_of(trainer, world.programme_id, session).unsigned == 0


@pytest.mark.parametrize(
    ("strokes", "refusal"),
    [
        ([], no.SignatureEmpty),
        ([[500, 500]], no.SignatureEmpty),
        ([[500, 500, 510, 500]], no.SignatureEmpty),
        ([[500]], no.SignatureUnreadable),
        ([[]], no.SignatureUnreadable),
        ([[0, 1001, 5, 5]], no.SignatureUnreadable),
        ([[-1, 0, 5, 5]], no.SignatureUnreadable),
        ([[0.5, 0, 5, 5]], no.SignatureUnreadable),
        ([[True, False]], no.SignatureUnreadable),
        ("[[1,2]]", no.SignatureUnreadable),
        ([{"x": 1}], no.SignatureUnreadable),
        ([[0, 0, 900, 900]] * 101, no.SignatureUnreadable),
        ([[1, 2] * 4001], no.SignatureUnreadable),
    ],
    ids=["none", "dot", "tick", "half", "blank", "below", "left", "parts", "bool", "text", "object", "lines", "points"],
)
def test_what_is_no_signature_is_refused(
    world: World, session: UUID, trainer: Actor, strokes: Any, refusal: type[Exception]
) -> None:
    seat = book(world, session)
    with pytest.raises(refusal):
        draw(world, seat, trainer, strokes)
    assert Attendance.objects.get(id=seat).status == EXPECTED


def test_who_is_away_does_not_sign(world: World, session: UUID, trainer: Actor) -> None:
    seat = book(world, session)
    for status in (AttendanceStatus.NO_SHOW, AttendanceStatus.EXCUSED):
        take_attendance(
            programme_id=world.programme_id, session_id=session, present=[Marked(seat, status)], by=trainer, at=HERE
        )
        with pytest.raises(no.SignerNotPresent):
            draw(world, seat, trainer)
        with pytest.raises(no.SignerNotPresent):
            attest(programme_id=world.programme_id, attendance_id=seat, by=trainer, at=HERE)


def test_a_sheet_is_signed_where_the_session_is_held_from_its_day_on(world: World, session: UUID) -> None:
    seat = book(world, session)
    with pytest.raises(no.SessionNotBegun):
        draw(world, seat, world.actor(Role.PLACE), at=on(DAY - timedelta(days=1)))
    with pytest.raises(NotFound):
        draw(world, seat, world.actor(Role.PLACE, 1))
    with pytest.raises(NotFound):
        draw(world, new_id(HERE), world.actor(Role.PLACE))
    for role in (Role.PRESCRIBER, Role.MANAGER, Role.FINANCE, Role.FUNDER):
        with pytest.raises(NotAllowed):
            draw(world, seat, world.actor(role))
        with pytest.raises(NotAllowed):
            close(world, session, world.actor(role))


def test_a_sheet_is_closed_once_everybody_is_answered_and_signed(world: World, session: UUID, trainer: Actor) -> None:
    first, second = book(world, session, "Anna"), book(world, session, "Ben")
    with pytest.raises(no.SheetNotAnswered) as refused:
        close(world, session, trainer)
    assert refused.value.params == {"count": 2}
    marks = {first: PRESENT, second: AttendanceStatus.NO_SHOW}
    mark_attendance(programme_id=world.programme_id, session_id=session, statuses=marks, by=trainer, at=HERE)
    with pytest.raises(no.SheetNotSigned) as unsigned:
        close(world, session, trainer)
    assert unsigned.value.params == {"count": 1}
    draw(world, first, trainer)
    with pytest.raises(no.SignatureEmpty):
        close(world, session, trainer, strokes=[])
    with pytest.raises(no.SignatureEmpty):
        close(world, session, trainer, trainer=" ")
    close(world, session, trainer, remark="Salle froide.")
    row = SheetClosing.objects.get()
    assert (row.trainer, row.present, row.passes, row.remark) == ("Sacha (fictif)", 1, 0, "Salle froide.")
    with pytest.raises(no.SheetIsClosed):
        close(world, session, trainer)


def test_a_scanned_paper_sheet_stands_for_the_signatures(world: World, session: UUID, trainer: Actor) -> None:
    seat = book(world, session)
    mark_attendance(programme_id=world.programme_id, session_id=session, statuses={seat: PRESENT}, by=trainer, at=HERE)
    attach(world, session, trainer)
    close(world, session, trainer, strokes=(), typed="Sacha")
    assert SheetClosing.objects.get().way == "typed"


def test_nothing_is_noted_on_a_closed_sheet_until_it_is_reopened(world: World, session: UUID, trainer: Actor) -> None:
    seat, away = book(world, session), book(world, session)
    marks = {away: AttendanceStatus.NO_SHOW}
    mark_attendance(programme_id=world.programme_id, session_id=session, statuses=marks, by=trainer, at=HERE)
    draw(world, seat, trainer)
    close(world, session, trainer)
    given = {"programme_id": world.programme_id, "session_id": session, "by": trainer, "at": AFTER}
    with pytest.raises(no.SheetIsClosed):
        take_attendance(present=[Marked(seat, new_here=True)], **given)  # type: ignore[arg-type]
    with pytest.raises(no.SheetIsClosed):
        add_walk_ins(walk_ins=[WalkIn(new_id(HERE))], **given)  # type: ignore[arg-type]
    with pytest.raises(no.SheetIsClosed):
        add_participant(**given)  # type: ignore[arg-type]
    with pytest.raises(no.SheetIsClosed):
        mark_attendance(statuses={away: PRESENT}, **given)  # type: ignore[arg-type]
    with pytest.raises(no.SheetIsClosed):
        draw(world, away, trainer)
    with pytest.raises(no.SheetIsClosed):
        cancel_session(cause="Erreur.", **given)  # type: ignore[arg-type]
    with pytest.raises(no.SheetIsClosed):
        change_session(starts_at=on(DAY, 9), ends_at=on(DAY, 10), **given)  # type: ignore[arg-type]
    attach(world, session, trainer)
    with pytest.raises(no.ReasonMissing):
        reopen_sheet(cause=" ", **given)  # type: ignore[arg-type]
    reopen_sheet(cause="Une personne oubliée.", **given)  # type: ignore[arg-type]
    with pytest.raises(no.SheetNotClosed):
        reopen_sheet(cause="Encore.", **given)  # type: ignore[arg-type]
    mark_attendance(statuses={away: PRESENT}, **given)  # type: ignore[arg-type]
    draw(world, away, trainer, at=AFTER)
    close(world, session, trainer, at=AFTER + timedelta(minutes=5))
    told = [(row.present, row.reopen_cause) for row in closings_of(trainer, world.programme_id, session)]
    assert told == [(2, ""), (1, "Une personne oubliée.")]


def test_a_pass_synced_late_is_taken_all_the_same_and_the_sheet_says_so(
    world: World, session: UUID, trainer: Actor
) -> None:
    seat = book(world, session)
    draw(world, seat, trainer)
    close(world, session, trainer)
    assert not sheet_of(trainer, world.programme_id, session).changed_since
    [number] = world.hand_over()
    assert [one.refusal for one in world.redeem(session, [number], DAY)] == [None]
    sheet = sheet_of(trainer, world.programme_id, session)
    assert (sheet.changed_since, sheet.present, sheet.passes) == (True, 2, 1)


def test_a_scanned_sheet_is_kept_once_as_it_came(world: World, session: UUID, trainer: Actor) -> None:
    first = attach(world, session, trainer, PDF, "C:\\scans\\feuille du 5.pdf\x00")
    assert attach(world, session, world.actor(Role.PLACE), PDF, "autre nom.pdf") == first, "twice changes nothing"
    attach(world, session, world.manager, PNG, "photo.pdf", at=AFTER + timedelta(minutes=1))
    attach(world, session, trainer, JPEG, "../../", at=AFTER + timedelta(minutes=2))
    rows = list(evidence_of(world.programme_id, session))
    assert [(row.name, row.media_type, row.size) for row in rows] == [
        ("feuille du 5.pdf", "application/pdf", len(PDF)),
        ("photo.pdf", "image/png", len(PNG)),
        ("feuille", "image/jpeg", len(JPEG)),
    ]
    kept = access_evidence(trainer, world.programme_id, session, first)
    assert (bytes(kept.content), bytes(kept.content_hash)) == (PDF, hashlib.sha256(PDF).digest())
    other = world.session(DAY, hour=9)
    assert attach(world, other, trainer) != first, "one paper may hold two sessions"
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetEvidence.objects.create(**{**_fields(kept), "id": new_id(AFTER)})


def _fields(row: SheetEvidence) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.fields}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b" %PDF-1.7", b"GIF89a"])
def test_only_pdf_and_pictures_are_kept(world: World, session: UUID, trainer: Actor, content: bytes) -> None:
    with pytest.raises(no.EvidenceUnreadable):
        attach(world, session, trainer, content)


def test_a_sheet_too_large_or_of_no_session_is_refused(world: World, session: UUID, trainer: Actor) -> None:
    attach(world, session, trainer, PDF.ljust(MOST_BYTES, b"\0"))
    with pytest.raises(no.EvidenceTooLarge):
        attach(world, session, trainer, PDF.ljust(MOST_BYTES + 1, b"\0"))
    with pytest.raises(no.SessionNotBegun):
        attach(world, session, trainer, at=on(DAY - timedelta(days=1)))
    cancelled = world.session(DAY, hour=9)
    cancel_session(programme_id=world.programme_id, session_id=cancelled, cause="Panne", by=trainer, at=on(DAY, 8))
    with pytest.raises(no.SessionIsCancelled):
        attach(world, cancelled, trainer)


def test_who_reads_claims_or_holds_the_session_reads_its_sheet_and_nobody_else(
    world: World, session: UUID, trainer: Actor
) -> None:
    evidence = attach(world, session, trainer)
    for role in (Role.PLACE, Role.MEDIATOR, Role.MANAGER, Role.FINANCE, Role.ACCOUNTANT, Role.AUDITOR):
        who = world.actor(role)
        assert access_sheet(who, world.programme_id, session).id == session
        assert access_evidence(who, world.programme_id, session, evidence).id == evidence
    for role in (Role.PRESCRIBER, Role.FUNDER, Role.ISSUER, Role.SECRETARY, Role.BEARER):
        with pytest.raises(NotAllowed):
            access_sheet(world.actor(role), world.programme_id, session)
        with pytest.raises(NotAllowed):
            access_evidence(world.actor(role), world.programme_id, session, evidence)
        with pytest.raises(NotAllowed):
            attach(world, session, world.actor(role))
    for stranger in (world.actor(Role.PLACE, 1), build_world("autre").manager):
        with pytest.raises(NotFound):
            sheet_of(stranger, world.programme_id, session)
        with pytest.raises(NotFound):
            access_evidence(stranger, world.programme_id, session, evidence)
    with pytest.raises(NotFound):
        access_evidence(trainer, world.programme_id, world.session(DAY, hour=9), evidence)
    with pytest.raises(NotAllowed):
        attach(world, session, world.actor(Role.FINANCE))


def test_the_sheet_is_read_in_as_many_questions_for_any_number_of_people(
    world: World, session: UUID, trainer: Actor, queries_do_not_grow: Any
) -> None:
    def more() -> None:
        for number in world.hand_over(3):
            scan = Scan(new_id(HERE), world.code(number))
            walk_in = WalkIn(new_id(HERE), (scan,))
            add_walk_ins(programme_id=world.programme_id, session_id=session, walk_ins=[walk_in], by=trainer, at=HERE)

    more()
    queries_do_not_grow(lambda: sheet_of(trainer, world.programme_id, session), more)


@pytest.mark.django_db(transaction=True)
def test_a_sheet_is_closed_or_changed_but_never_both() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    world = build_world()
    session = world.session(DAY)
    trainer = world.actor(Role.MEDIATOR)
    draw(world, book(world, session), trainer)

    def act(which: int) -> bool:
        try:
            if which:
                walk_ins = [WalkIn(new_id(HERE))]
                add_walk_ins(
                    programme_id=world.programme_id, session_id=session, walk_ins=walk_ins, by=trainer, at=HERE
                )
            else:
                close(world, session, trainer)
        except (no.SheetIsClosed, no.SheetNotSigned):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as people:
        closed, *_ = people.map(act, range(4))
    sheet = sheet_of(trainer, world.programme_id, session)
    assert not sheet.changed_since
    assert bool(sheet.closing) == closed
