"""Where each of the three documents of an extension stands, and who must do what next. Reads only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from passnumerique.council.rules import Outcome, enforceable_on
from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import (
    access_extension,
    amendments,
    item_followed,
    state_of_amendment,
    title_of_amendment,
)
from passnumerique.programmes.rules import AmendmentState, DocumentKind


class Stage(StrEnum):
    """How far one of the three documents has come."""

    TO_DRAFT = "to_draft"
    ON_AGENDA = "on_agenda"
    CONVENED = "convened"
    REJECTED = "rejected"
    PUT_OFF = "put_off"
    ADOPTED = "adopted"
    DRAFTED = "drafted"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    BINDS = "binds"


@dataclass(frozen=True)
class Piece:
    """One of the three documents: what it is, how it is called, how far it has come, since when it binds, and the
    ids by which a page finds it (`item_id`, `deliberation_id`, `amendment_id`)."""

    kind: DocumentKind
    name: str
    stage: Stage
    binds_from: date | None = None
    sits_on: date | None = None
    sitting_id: UUID | None = None
    item_id: UUID | None = None
    deliberation_id: UUID | None = None
    amendment_id: UUID | None = None
    document_id: UUID | None = None

    @property
    def binds(self) -> bool:
        return self.stage is Stage.BINDS


def pieces_of(actor: Actor, programme_id: UUID) -> list[Piece]:
    """The deliberation and both amendments of the extension in preparation, in the order they come. For whoever
    reads acts; refuses (NoExtensionOpen) when none is in preparation."""
    draft = access_extension(actor, programme_id)
    act = _deliberation(actor, draft.item)
    kinds = (DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT)
    ids = (draft.convention_amendment_id, draft.mandate_amendment_id)
    return [act, *(_amendment(actor, programme_id, kind, one, act) for kind, one in zip(kinds, ids, strict=True))]


def _deliberation(actor: Actor, item_id: UUID | None) -> Piece:
    kind = DocumentKind.DELIBERATION
    try:
        item = item_followed(actor, item_id) if item_id else None
    except NotFound:  # taken off its agenda
        item = None
    if item is None:
        return Piece(kind, "", Stage.TO_DRAFT)
    row = getattr(item, "deliberation", None)
    binds = enforceable_on(row.transmitted_on, row.published_on) if row else None
    return Piece(
        kind,
        row.number if row else item.title,
        _stage_of(Outcome(item.outcome), item.sitting, binds),
        binds_from=binds,
        sits_on=day_of(item.sitting.starts_at),
        sitting_id=item.sitting_id,
        item_id=item.id,
        deliberation_id=row.id if row else None,
    )


def _stage_of(outcome: Outcome, sitting: Any, binds: date | None) -> Stage:
    if outcome is Outcome.PENDING and (sitting.closed_at or sitting.cancelled_at):
        return Stage.PUT_OFF
    stages = {
        Outcome.PENDING: Stage.CONVENED if sitting.convened_on else Stage.ON_AGENDA,
        Outcome.ADOPTED: Stage.BINDS if binds else Stage.ADOPTED,
        Outcome.REJECTED: Stage.REJECTED,
        Outcome.POSTPONED: Stage.PUT_OFF,
        Outcome.WITHDRAWN: Stage.PUT_OFF,
    }
    return stages[outcome]


def _amendment(actor: Actor, programme_id: UUID, kind: DocumentKind, amendment_id: UUID | None, act: Piece) -> Piece:
    row = amendments(actor, programme_id).filter(id=amendment_id).first() if amendment_id else None
    if row is None:
        return Piece(kind, "", Stage.TO_DRAFT)
    stages = {
        AmendmentState.DRAFTED: Stage.TO_SIGN if act.binds else Stage.DRAFTED,
        AmendmentState.SIGNED: Stage.SIGNED,
        AmendmentState.IN_FORCE: Stage.BINDS,
        AmendmentState.DROPPED: Stage.TO_DRAFT,
    }
    return Piece(
        kind,
        title_of_amendment(row),
        stages[state_of_amendment(row)],
        binds_from=row.document.in_force_on if row.document else None,
        amendment_id=row.id,
        document_id=row.document_id,
    )
