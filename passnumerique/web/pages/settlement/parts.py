"""What the pages of the claims share: one claim within sight, the way back, amounts."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotFound
from passnumerique.settlement.queries import claims
from passnumerique.settlement.rules import ClaimState
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk
from passnumerique.web.pages.settlement.words import title_of


def claim_of(desk: Desk, claim_id: UUID) -> Any:
    """One claim of this programme that the reader may see. Refuses (NotFound) any other."""
    row = claims(desk.actor, desk.programme_id).filter(id=claim_id).first()
    if row is None:
        raise NotFound
    return row


def crumbs(desk: Desk, claim: Any = None, *labels: str) -> list[Crumb]:
    """The path to a page of the claims, or of one claim."""
    first = [Crumb(_("Remboursements"), desk.url("claims"))]
    here = [Crumb(title_of(claim), desk.url("claim", claim.id) if labels else "")] if claim else []
    return [*first, *here, *(Crumb(label) for label in labels)]


def at_one_place(desk: Desk) -> bool:
    """Whether this reader acts for one place."""
    return desk.actor.organisation_id is not None


def may_decide(desk: Desk, claim: Any) -> bool:
    """Whether the reader may control and decide this claim now: another person than its preparer."""
    waiting = claim.state == ClaimState.FILED and claim.prepared_by != desk.actor.user_id
    return waiting and desk.may(Permission.CONTROL_CLAIM) and desk.may(Permission.APPROVE_CLAIM)


def may_confirm(desk: Desk, claim: Any) -> bool:
    """Whether the reader may confirm a decision above the threshold: another person, in another role."""
    waiting = claim.state == ClaimState.COUNTERSIGN and desk.may(Permission.APPROVE_CLAIM)
    apart = desk.actor.user_id not in {claim.prepared_by, claim.approved_by}
    return waiting and apart and claim.approved_role != desk.actor.role
