"""Carrying an extension out: once its three documents stand and bind, five dates change, and nothing else."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.council.queries import access_item
from passnumerique.council.rules import Outcome
from passnumerique.directory.rules import Actor
from passnumerique.ground.refusals import NotFound
from passnumerique.journeys.extending.effects import Effects, effects_of
from passnumerique.journeys.extending.standing import Piece, Stage, pieces_of
from passnumerique.programmes.operations import close_extension, extend, record_document
from passnumerique.programmes.queries import access_extension, dates_of_draft, documents, item_followed, open_extension
from passnumerique.programmes.rules import (
    DecisionPutOff,
    DecisionRefused,
    DocumentKind,
    DocumentMissing,
    DocumentNotInForce,
    NotYetDecided,
    Paper,
)


def carry_out_extension(*, programme_id: UUID, by: Actor, at: datetime) -> date:
    """Write the dates of the extension in preparation, and return the day from which they hold.

    For the manager. Refuses by name when one of the three documents is missing, when the council has not decided,
    rejected or put the matter off, and when one does not bind yet. Writes one row of dates, files the deliberation
    with the programme's documents, and closes the draft: no pass, no euro.
    """
    with transaction.atomic():
        draft = access_extension(by, programme_id)
        dates = dates_of_draft(draft)
        act, *amendments = pieces_of(by, programme_id)
        for piece in (act, *amendments):
            _require_binding(by, piece)
        day = extend(
            programme_id=programme_id,
            calendar=dates,
            deliberation_id=_filed(programme_id, act, by, at),
            convention_amendment_id=amendments[0].document_id,
            mandate_amendment_id=amendments[1].document_id,
            by=by,
            at=at,
        )
        close_extension(programme_id=programme_id, by=by, at=at)
    return day


def _require_binding(by: Actor, piece: Piece) -> None:
    match piece.stage:
        case Stage.BINDS:
            return
        case Stage.TO_DRAFT:
            raise DocumentMissing(kind=piece.kind.words)
        case Stage.ON_AGENDA | Stage.CONVENED:
            raise NotYetDecided(title=piece.name)
        case Stage.REJECTED:
            raise DecisionRefused(title=piece.name)
        case Stage.PUT_OFF:
            raise DecisionPutOff(title=piece.name, outcome=_outcome(by, piece))
        case _:
            raise DocumentNotInForce(reference=piece.name)


def _outcome(by: Actor, piece: Piece) -> str:
    return Outcome(access_item(by, piece.item_id).outcome).words if piece.item_id else ""


def _filed(programme_id: UUID, act: Piece, by: Actor, at: datetime) -> UUID:
    """The deliberation among the programme's documents, filed there when nobody did."""
    rows = documents(programme_id).filter(kind=DocumentKind.DELIBERATION)
    known = next((row.id for row in rows if row.deliberation_id == act.deliberation_id), None)
    paper = Paper(DocumentKind.DELIBERATION, act.name, title=_title(by, act), deliberation_id=act.deliberation_id)
    return known or record_document(programme_id=programme_id, paper=paper, by=by, at=at)


def _title(by: Actor, act: Piece) -> str:
    return str(access_item(by, act.item_id).title)[:240] if act.item_id else ""


def effects_shown(actor: Actor, programme_id: UUID, at: datetime) -> Effects | None:
    """What the extension in preparation changes: as it stands now, or as it stood at the vote, which froze it. None
    while no dates are chosen."""
    draft = open_extension(actor, programme_id)
    if draft is None or draft.dates is None:
        return None
    if draft.figures:
        return Effects.from_json(draft.figures)
    return effects_of(programme_id, dates_of_draft(draft), at)


def effects_to_freeze(actor: Actor, item_id: UUID, programme_id: UUID | None, at: datetime) -> Effects | None:
    """The effects that a vote on this matter freezes; None when no extension waits for it."""
    if programme_id is None:
        return None
    draft = open_extension(actor, programme_id)
    if draft is None or draft.item is None or draft.dates is None or not _waits_for(actor, draft.item, item_id):
        return None
    return effects_of(programme_id, dates_of_draft(draft), at)


def _waits_for(actor: Actor, awaited: UUID, item_id: UUID) -> bool:
    try:
        return awaited == item_id or item_followed(actor, awaited).id == item_id
    except NotFound:  # taken off its agenda
        return False
