"""The issuer fails: one act freezes what is due, stops what goes through it, and switches the payer; another
lets what is frozen go on."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import Refusal
from passnumerique.ledger.queries import cash_totals
from passnumerique.ledger.rules import Cash
from passnumerique.programmes.operations import set_parameters, take_turn
from passnumerique.programmes.queries import access_paper, access_programme, terms_on
from passnumerique.programmes.rules import DocumentNotInForce, Payer
from passnumerique.settlement.models.defaulting import IssuerDefault
from passnumerique.settlement.queries.dues import vouchers_open_to
from passnumerique.settlement.queries.exposure import issuer_default, list_of_creditors
from passnumerique.settlement.rules.refusals import (
    DefaultDeclared,
    DefaultWithoutCause,
    NothingToFreeze,
    NothingToThaw,
    ThawWithoutReason,
)
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.rules import Act


def declare_default(*, programme_id: UUID, cause: str, document_id: UUID, by: Actor, at: datetime) -> UUID:
    """Declare that the issuer pays no more; the declaration's id. One act, or nothing of it:

    everything due to the places is frozen and becomes the list of creditors; from that day the authority
    pays; no advance is handed to the issuer and no payment through it is recorded any more.

    For the manager. Refuses a missing cause, a paper of another programme (NotFound) or that does not bind
    yet, and a second declaration.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    require(by, Permission.CONTROL_CLAIM)
    access_programme(by, programme_id)
    if not cause.strip():
        raise DefaultWithoutCause
    day = day_of(at)
    paper = access_paper(programme_id, document_id)
    if paper.in_force_on is None or paper.in_force_on > day:
        raise DocumentNotInForce(reference=paper.reference)
    with transaction.atomic():
        take_turn(programme_id)
        known = issuer_default(programme_id)
        if known is not None:
            raise DefaultDeclared(day=known.declared_on)
        owed = list_of_creditors(by, programme_id)
        row = IssuerDefault.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            declared_on=day,
            cause=cause.strip()[:240],
            document_id=document_id,
            passes=sum(one.passes for one in owed),
            due_cents=sum(one.owed_cents for one in owed),
            lent_cents=cash_totals(programme_id)[Cash.MANDATARY],
            at=at,
            by_user=by.user_id,
        )
        if vouchers_open_to(Act.FREEZE, programme_id):
            freeze_claims(programme_id=programme_id, cause=row.cause, by=by, at=at)
        if terms_on(programme_id, day).payer is Payer.ISSUER:
            set_parameters(
                programme_id=programme_id,
                values={"payer": Payer.AUTHORITY.value},
                document_id=document_id,
                in_force_on=day,
                by=by,
                at=at,
            )
    return row.id


def freeze_claims(
    *, programme_id: UUID, cause: str, by: Actor, at: datetime, place_ids: Iterable[UUID] | None = None
) -> int:
    """Freeze everything due to the places (all by default) because the issuer fails; how many passes.

    For the manager and finance. What was used, claimed, accepted or contested becomes the list of
    creditors (`queries.creditors`). Refuses when nothing is due.
    """
    return _each_due(Act.FREEZE, NothingToFreeze, programme_id, place_ids, cause, by, at)


def thaw_claims(
    *, programme_id: UUID, cause: str, by: Actor, at: datetime, place_ids: Iterable[UUID] | None = None
) -> int:
    """Let what is frozen at these places (all by default) go on where it stood; how many passes.

    For the manager and finance, with a reason. Each pass goes back to the state that it had: what was used is
    claimed, what was claimed is decided, what was accepted is paid. Refuses when nothing is frozen there.
    """
    require(by, Permission.CONTROL_CLAIM)
    if not cause.strip():
        raise ThawWithoutReason
    return _each_due(Act.THAW, NothingToThaw, programme_id, place_ids, cause, by, at)


def _each_due(
    act: Act,
    nothing: type[Refusal],
    programme_id: UUID,
    place_ids: Iterable[UUID] | None,
    cause: str,
    by: Actor,
    at: datetime,
) -> int:
    require(by, Permission.CONTROL_CLAIM)
    access_programme(by, programme_id)
    with transaction.atomic():
        vouchers = vouchers_open_to(act, programme_id, place_ids)
        if not vouchers:
            raise nothing
        settle(
            programme_id=programme_id,
            act=act,
            voucher_ids=vouchers,
            subject_id=programme_id,
            by=by,
            at=at,
            cause=cause,
        )
    return len(vouchers)
