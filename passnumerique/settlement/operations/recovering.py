"""When money went wrong: sums paid unduly and taken back, claims frozen when the issuer fails."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.models import ClaimLine
from passnumerique.settlement.queries.claims import access_claim
from passnumerique.settlement.queries.dues import vouchers_to_freeze
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.settlement.rules.refusals import LineNotPaid, NothingToFreeze
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.rules import Act


def recover(*, claim_id: UUID, line_ids: Sequence[UUID], cause: str, by: Actor, at: datetime) -> int:
    """Declare lines of a paid claim unduly paid; returns how many. For finance. Refuses lines not paid."""
    return _move_lines(Act.RECOVER, claim_id=claim_id, line_ids=line_ids, cause=cause, by=by, at=at)


def offset(*, claim_id: UUID, line_ids: Sequence[UUID], cause: str, by: Actor, at: datetime) -> int:
    """Note that undue sums came back, by an offset or a recovery order named in `cause`; how many lines.

    For finance. The value of the passes goes back to the envelope. Refuses lines not declared undue.
    """
    return _move_lines(Act.OFFSET, claim_id=claim_id, line_ids=line_ids, cause=cause, by=by, at=at)


def _move_lines(act: Act, *, claim_id: UUID, line_ids: Sequence[UUID], cause: str, by: Actor, at: datetime) -> int:
    require(by, Permission.PAY_CLAIM)
    claim = access_claim(by, claim_id)
    lines = ClaimLine.objects.filter(
        programme_id=claim.programme_id, claim=claim, id__in=list(line_ids), verdict=Verdict.APPROVED
    )
    vouchers = list(lines.order_by("voucher_number").values_list("voucher_id", flat=True))
    if claim.state != ClaimState.PAID or not vouchers or len(vouchers) < len(set(line_ids)):
        raise LineNotPaid
    with transaction.atomic():
        settle(
            programme_id=claim.programme_id,
            act=act,
            voucher_ids=vouchers,
            subject_id=claim.id,
            by=by,
            at=at,
            cause=cause,
        )
    return len(vouchers)


def freeze_claims(
    *, programme_id: UUID, cause: str, by: Actor, at: datetime, place_ids: Iterable[UUID] | None = None
) -> int:
    """Freeze everything due to the places (all by default) because the issuer fails; how many passes.

    For the manager and finance. What was used, claimed, accepted or contested becomes the list of
    creditors (`queries.creditors`). Refuses when nothing is due.
    """
    require(by, Permission.CONTROL_CLAIM)
    access_programme(by, programme_id)
    with transaction.atomic():
        vouchers = vouchers_to_freeze(programme_id, place_ids)
        if not vouchers:
            raise NothingToFreeze
        settle(
            programme_id=programme_id,
            act=Act.FREEZE,
            voucher_ids=vouchers,
            subject_id=programme_id,
            by=by,
            at=at,
            cause=cause,
        )
    return len(vouchers)
