"""Above the threshold: a second person, in another role, confirms a decision or sends it back; the draw of a sample."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from passnumerique.directory.rules import Permission
from passnumerique.ground.chance import chance
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.settlement.operations import countersign_claim, draw_sample, send_back
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.rules import Verdict, sum_of
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.pages.settlement.claim import claim_page
from passnumerique.web.pages.settlement.parts import claim_of, crumbs
from passnumerique.web.pages.settlement.words import title_of
from passnumerique.web.templatetags.house import euros


@require_POST
@desk_page(Permission.CONTROL_CLAIM)
def draw(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """Draw the passes of a claim that will be controlled, by a seed that stays written."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    try:
        draw_sample(claim_id=claim.id, seed=f"{chance().getrandbits(64):016x}", by=desk.actor, at=desk.at)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return claim_page(request, claim_id, refusal.say())
    messages.success(request, _("Le tirage est fait. Contrôlez les pass tirés et les pass signalés, en tête de liste."))
    return redirect(desk.url("claim", claim.id))


@desk_page(Permission.APPROVE_CLAIM)
def confirm(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """What is about to be confirmed; by POST, confirm it or send it back with a reason."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    refusal, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            if "back" in request.POST:
                send_back(claim_id=claim.id, reason=reason, by=desk.actor, at=desk.at)
                messages.success(request, _("La demande est renvoyée au contrôle. Votre motif est dans son histoire."))
            else:
                payable = countersign_claim(claim_id=claim.id, by=desk.actor, at=desk.at)
                said = _("La demande est confirmée pour %(amount)s. Il reste à mandater.")
                messages.success(request, said % {"amount": euros(payable)})
        except (NotAllowed, NotFound):
            raise
        except Refusal as refused:
            refusal = refused.say()
        else:
            return redirect(desk.url("claim", claim.id))
    context = {
        "desk": desk,
        "claim": claim,
        "title": title_of(claim),
        "refusal": refusal,
        "reason": reason,
        "breadcrumbs": crumbs(desk, claim, _("Confirmer")),
        **_decided(list(lines_of(desk.actor, claim.id))),
    }
    return render(request, "web/settlement/countersign.html", context, status=409 if refusal else 200)


def _decided(lines: list[Any]) -> dict[str, Any]:
    kept = [line for line in lines if line.verdict == Verdict.APPROVED]
    rejected = [line for line in lines if line.verdict == Verdict.REJECTED]
    said = ngettext("%(count)s pass accepté", "%(count)s pass acceptés", len(kept)) % {"count": len(kept)}
    amounts = sum_of((line.face_value_cents, line.fee_cents) for line in kept)
    return {"accepted": said, "rejected": rejected, "payable": amounts.net_cents}
