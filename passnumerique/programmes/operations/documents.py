"""Writing papers and dates: conventions, amendments, decisions; the first calendar and its extensions."""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from passnumerique.council.queries import Decision, adopted_decision
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import new_id
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes import queries
from passnumerique.programmes.models import CalendarRevision, Document
from passnumerique.programmes.operations.agreements import take_turn
from passnumerique.programmes.operations.amendments import number_paper, sign_paper
from passnumerique.programmes.operations.papers import write_paper
from passnumerique.programmes.rules import (
    BASE_OF,
    Calendar,
    DocumentKind,
    DocumentMissing,
    Paper,
    WrongDocument,
    check_signature,
)
from passnumerique.programmes.rules.documents import CITING


def record_document(*, programme_id: UUID, paper: Paper, by: Actor, at: datetime) -> UUID:
    """Write a convention, an amendment or a decision. For the manager and the secretary.

    A deliberation binds from its publication and transmission; the other papers from the day given.
    An amendment takes the next number of the document that it changes. Refuses a reference already taken, an
    amendment that cites no deliberation, one signed before its deliberation binds, and a day in force without, or
    before, its signature.
    """
    require(by, Permission.MANAGE_COUNCIL)
    programme = queries.access_programme(by, programme_id)
    decision = _cited(programme.authority_id, paper)
    if decision and paper.kind == DocumentKind.DELIBERATION:
        paper = replace(paper, signed_on=decision.sat_on, in_force_on=decision.binds_from)
    if paper.in_force_on and (paper.signed_on is None or paper.in_force_on < paper.signed_on):
        raise WrongDocument(reference=paper.reference, kind=paper.kind.words)
    if decision and paper.kind in BASE_OF and paper.signed_on:
        check_signature(paper.reference, paper.signed_on, decision.number, decision.binds_from)
    with transaction.atomic():
        take_turn(programme_id)
        row = write_paper(programme_id, paper, at)
        if paper.kind in BASE_OF:
            number_paper(row, paper, by, at)
    return row.id


def _cited(authority_id: UUID, paper: Paper) -> Decision | None:
    """The decision that a paper cites. Refuses one not adopted, and a paper that must cite one and does not."""
    if paper.deliberation_id is not None:
        return adopted_decision(authority_id, paper.deliberation_id)
    if paper.kind in CITING:
        raise DocumentMissing(kind=DocumentKind.DELIBERATION.words)
    return None


def sign_document(
    *, programme_id: UUID, document_id: UUID, signed_on: date, in_force_on: date, by: Actor, at: datetime
) -> None:
    """Note the day on which a paper was signed and the day from which it binds.

    For the manager and the secretary. Refuses a second signature, to bind before being signed, and to sign an
    amendment before its deliberation binds.
    """
    require(by, Permission.MANAGE_COUNCIL)
    programme = queries.access_programme(by, programme_id)
    require_open_books(programme_id)
    paper = queries.access_paper(programme_id, document_id)
    if paper.kind in BASE_OF and paper.deliberation_id:
        decision = adopted_decision(programme.authority_id, paper.deliberation_id)
        check_signature(paper.reference, signed_on, decision.number, decision.binds_from)
    with transaction.atomic():
        rows = Document.objects.filter(id=document_id, programme_id=programme_id, signed_on__isnull=True)
        if in_force_on < signed_on or not rows.update(signed_on=signed_on, in_force_on=in_force_on):
            raise WrongDocument(reference=paper.reference, kind=paper.kind.words)
        sign_paper(document_id, programme_id, signed_on, in_force_on, by, at)


def open_calendar(
    *, programme_id: UUID, calendar: Calendar, document_id: UUID, in_force_on: date, by: Actor, at: datetime
) -> None:
    """Write the programme's first five dates. For the manager. Refuses days out of order, and a second opening."""
    require(by, Permission.MANAGE_CALENDAR)
    queries.access_programme(by, programme_id)
    queries.access_paper(programme_id, document_id)
    calendar.check()
    with transaction.atomic():
        take_turn(programme_id)
        if CalendarRevision.objects.filter(programme_id=programme_id).exists():
            raise DocumentMissing(kind=DocumentKind.CONVENTION_AMENDMENT.words)
        _write_revision(programme_id, calendar, in_force_on, at, rank=1, document_id=document_id)


def extend(
    *,
    programme_id: UUID,
    calendar: Calendar,
    deliberation_id: UUID | None,
    convention_amendment_id: UUID | None,
    mandate_amendment_id: UUID | None,
    by: Actor,
    at: datetime,
) -> date:
    """Write the extension's five dates, in one row, and return the day from which they hold.

    For the manager. The three ids are documents of the programme: the deliberation, the amendment to
    the funder's convention and the amendment to the mandate agreement, both citing it. Refuses when
    one is missing, is of another kind, or does not bind yet, to move a date back, and to move none.
    It writes dates only: no voucher, no euro.
    """
    require(by, Permission.MANAGE_CALENDAR)
    queries.access_programme(by, programme_id)
    with transaction.atomic():
        take_turn(programme_id)
        planned = queries.planned_extension(
            programme_id, calendar, deliberation_id, convention_amendment_id, mandate_amendment_id
        )
        _write_revision(
            programme_id,
            planned.after,
            planned.in_force_on,
            at,
            rank=planned.rank,
            document_id=deliberation_id,
            convention_amendment_id=convention_amendment_id,
            mandate_amendment_id=mandate_amendment_id,
        )
    return planned.in_force_on


def _write_revision(programme_id: UUID, calendar: Calendar, in_force_on: date, at: datetime, **papers: Any) -> None:
    CalendarRevision.objects.create(
        id=new_id(at),
        programme_id=programme_id,
        in_force_on=in_force_on,
        recorded_at=at,
        **asdict(calendar),
        **papers,
    )
