"""Writing amendments: drafted from data, signed once their deliberation binds, in force once signed."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from passnumerique.council.rules.deadlines import DayToCome
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes import queries
from passnumerique.programmes.models import Amendment, AmendmentStep, Document
from passnumerique.programmes.operations.agreements import take_turn
from passnumerique.programmes.operations.papers import write_paper
from passnumerique.programmes.rules import (
    BASE_OF,
    AmendmentPending,
    AmendmentSettled,
    AmendmentState,
    BaseMissing,
    Calendar,
    DocumentKind,
    ExtensionDecided,
    NotSigned,
    Paper,
    WrongDocument,
    check_force,
    check_later,
    check_signature,
    reference_of,
)


def draft_amendment(
    *,
    programme_id: UUID,
    kind: DocumentKind,
    dates: Calendar,
    by: Actor,
    at: datetime,
    item_id: UUID | None = None,
    deliberation_id: UUID | None = None,
    base_id: UUID | None = None,
    reference: str = "",
) -> UUID:
    """Draft the next amendment of a base document, to these dates, and return its id.

    For the manager and the secretary. It waits for a matter of the council (`item_id`), or cites its deliberation.
    The base is the last document of its kind unless `base_id` says which. Refuses a base that is missing, one that
    has a draft already, dates that go back or are out of order, a deliberation not adopted, and a matter rejected
    or put off.
    """
    require(by, Permission.MANAGE_COUNCIL)
    queries.access_programme(by, programme_id)
    before = queries.revisions(programme_id)[-1].calendar
    check_later(before, dates)
    cited = queries.decided(by, item_id, deliberation_id)
    with transaction.atomic():
        take_turn(programme_id)
        base = _base_of(programme_id, kind, base_id)
        number = _next_number(base)
        row = Amendment.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            kind=kind,
            base=base,
            number=number,
            reference=reference or reference_of(base.reference, number),
            before=before.as_json(),
            after=dates.as_json(),
            item=item_id,
            deliberation_id=cited.id if cited else None,
            drafted_at=at,
        )
        _step(row, AmendmentState.DRAFTED, day_of(at), by, at)
    return row.id


def _base_of(programme_id: UUID, kind: DocumentKind, base_id: UUID | None) -> Document:
    base = queries.base_document(programme_id, kind, base_id)
    if base is None:
        raise BaseMissing(kind=BASE_OF[kind].words)
    return base


def _next_number(base: Document) -> int:
    """The number after the last one. Refuses while one is a draft: dropped, it would leave a gap behind it."""
    live = Amendment.objects.filter(programme_id=base.programme_id, base=base, dropped_at__isnull=True)
    pending = live.filter(document__signed_on__isnull=True).order_by("number").first()
    if pending is not None:
        raise AmendmentPending(reference=pending.reference)
    return live.count() + 1


def _step(row: Amendment, state: AmendmentState, day: date, by: Actor, at: datetime, signatories: str = "") -> None:
    AmendmentStep.objects.create(
        id=new_id(at),
        programme_id=row.programme_id,
        amendment=row,
        rank=AmendmentStep.objects.filter(programme_id=row.programme_id, amendment=row).count() + 1,
        state=state,
        day=day,
        signatories=signatories.strip()[:240],
        by_user=by.user_id,
        at=at,
    )


def redate_amendment(*, programme_id: UUID, amendment_id: UUID, dates: Calendar, by: Actor, at: datetime) -> None:
    """Give a draft other dates, until its council decided. For the manager and the secretary. Refuses dates that go
    back or are out of order, and an amendment signed, dropped or decided upon."""
    require(by, Permission.MANAGE_COUNCIL)
    require_open_books(programme_id)
    row = queries.access_amendment(by, programme_id, amendment_id)
    if queries.decision_of(by, row) is not None:
        raise ExtensionDecided
    check_later(queries.revisions(programme_id)[-1].calendar, dates)
    rows = _drafts(programme_id, amendment_id).filter(deliberation__isnull=True)
    if not rows.update(after=dates.as_json()):
        raise _settled(by, programme_id, amendment_id)


def await_item(*, programme_id: UUID, amendment_id: UUID, item_id: UUID, by: Actor, at: datetime) -> None:
    """Let a draft wait for another matter of the council, after the first was put off. For the manager and the
    secretary. Refuses a matter rejected or put off, and an amendment signed, dropped or decided upon."""
    require(by, Permission.MANAGE_COUNCIL)
    require_open_books(programme_id)
    queries.access_amendment(by, programme_id, amendment_id)
    queries.decided(by, item_id, None)
    rows = _drafts(programme_id, amendment_id).filter(deliberation__isnull=True)
    if not rows.update(item=item_id):
        raise _settled(by, programme_id, amendment_id)


def drop_amendment(*, programme_id: UUID, amendment_id: UUID, by: Actor, at: datetime) -> None:
    """Give a draft up; its number is free again. For the manager and the secretary. Refuses one already signed or
    recorded from its paper."""
    require(by, Permission.MANAGE_COUNCIL)
    require_open_books(programme_id)
    row = queries.access_amendment(by, programme_id, amendment_id)
    with transaction.atomic():
        if not _drafts(programme_id, amendment_id).update(dropped_at=at):
            raise _settled(by, programme_id, amendment_id)
        _step(row, AmendmentState.DROPPED, day_of(at), by, at)


def _drafts(programme_id: UUID, amendment_id: UUID) -> QuerySet[Amendment]:
    rows = Amendment.objects.filter(programme_id=programme_id, id=amendment_id)
    return rows.filter(document__isnull=True, dropped_at__isnull=True)


def _settled(by: Actor, programme_id: UUID, amendment_id: UUID) -> AmendmentSettled:
    row = queries.access_amendment(by, programme_id, amendment_id)
    return AmendmentSettled(reference=row.reference, state=queries.state_of_amendment(row).words)


def sign_amendment(
    *,
    programme_id: UUID,
    amendment_id: UUID,
    signed_on: date,
    by: Actor,
    at: datetime,
    signatories: str = "",
    in_force_on: date | None = None,
) -> UUID:
    """Note that both parties signed, and return the id of the document that the amendment is from now on.

    For the manager and the secretary. Refuses a matter not decided, rejected or put off, a deliberation that does
    not bind by `signed_on`, a day to come, a day of effect before the signature, and a second signature.
    """
    require(by, Permission.MANAGE_COUNCIL)
    row = queries.access_amendment(by, programme_id, amendment_id)
    if queries.state_of_amendment(row) is not AmendmentState.DRAFTED or row.document_id:
        raise _settled(by, programme_id, amendment_id)
    decision = queries.require_decision(by, row)
    check_signature(row.reference, signed_on, decision.number, decision.binds_from)
    if signed_on > day_of(at):
        raise DayToCome(day=signed_on)
    if in_force_on is not None:
        check_force(row.reference, signed_on, in_force_on)
    with transaction.atomic():
        take_turn(programme_id)
        paper = queries.paper_of_amendment(row, decision.id, signed_on, in_force_on)
        document = write_paper(programme_id, paper, at)
        if not _drafts(programme_id, amendment_id).update(document=document, deliberation_id=decision.id):
            raise _settled(by, programme_id, amendment_id)
        _signed(row, signed_on, in_force_on, by, at, signatories)
    return document.id


def _signed(
    row: Amendment, signed_on: date, in_force_on: date | None, by: Actor, at: datetime, signatories: str = ""
) -> None:
    _step(row, AmendmentState.SIGNED, signed_on, by, at, signatories)
    if in_force_on is not None:
        _step(row, AmendmentState.IN_FORCE, in_force_on, by, at)


def bring_into_force(*, programme_id: UUID, amendment_id: UUID, in_force_on: date, by: Actor, at: datetime) -> None:
    """Note the day from which a signed amendment binds. For the manager and the secretary.

    Refuses one that is not signed, a day before the signature, and a second day.
    """
    require(by, Permission.MANAGE_COUNCIL)
    row = queries.access_amendment(by, programme_id, amendment_id)
    document = row.document
    if document is None or document.signed_on is None:
        raise NotSigned(reference=row.reference)
    check_force(row.reference, document.signed_on, in_force_on)
    with transaction.atomic():
        take_turn(programme_id)
        rows = Document.objects.filter(
            id=document.id, programme_id=programme_id, in_force_on__isnull=True, signed_on__lte=in_force_on
        )
        if not rows.update(in_force_on=in_force_on):
            raise _settled(by, programme_id, amendment_id)
        _step(row, AmendmentState.IN_FORCE, in_force_on, by, at)


def number_paper(document: Document, paper: Paper, by: Actor, at: datetime) -> None:
    """Number an amendment recorded from its paper, inside the caller's transaction and turn.

    Where no base document is known it stays without number. Refuses while a draft of the same base waits.
    """
    base = queries.base_document(document.programme_id, paper.kind, paper.base_id)
    if base is None:
        if paper.base_id is not None:
            raise WrongDocument(reference=paper.reference, kind=BASE_OF[paper.kind].words)
        return
    row = Amendment.objects.create(
        id=new_id(at),
        programme_id=document.programme_id,
        kind=paper.kind,
        base=base,
        number=_next_number(base),
        reference=paper.reference,
        deliberation_id=paper.deliberation_id,
        document=document,
        drafted_at=at,
    )
    _step(row, AmendmentState.DRAFTED, day_of(at), by, at)
    if document.signed_on is not None:
        _signed(row, document.signed_on, document.in_force_on, by, at)


def sign_paper(
    document_id: UUID, programme_id: UUID, signed_on: date, in_force_on: date, by: Actor, at: datetime
) -> None:
    """Note the steps of an amendment recorded from its paper and signed since, inside the caller's transaction."""
    row = Amendment.objects.filter(programme_id=programme_id, document_id=document_id).first()
    if row is not None:
        _signed(row, signed_on, in_force_on, by, at)
