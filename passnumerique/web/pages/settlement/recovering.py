"""Sums paid unduly: declared, then noted as taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from passnumerique.directory.rules import Permission
from passnumerique.settlement.operations import offset, recover
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page
from passnumerique.web.pages.settlement.claim import claim_page
from passnumerique.web.pages.settlement.controlling import ticked
from passnumerique.web.pages.settlement.forms import CauseForm
from passnumerique.web.pages.settlement.parts import claim_of, crumbs

OFFSET = "offset"


@require_POST
@desk_page(Permission.PAY_CLAIM)
def recover_lines(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """Declare the ticked lines of a paid claim undue, or note that their sums came back. For finance."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    lines = ticked(request)
    if not lines:
        return claim_page(request, claim_id, _("Cochez au moins un pass payé, puis recommencez."))
    back = request.POST.get("act") == OFFSET
    form = CauseForm(request.POST if "cause" in request.POST else None)
    operation = offset if back else recover

    def act(given: dict[str, Any]) -> None:
        operation(claim_id=claim.id, line_ids=lines, cause=given["cause"], by=desk.actor, at=desk.at)

    if done(form, act):
        messages.success(
            request,
            _("La récupération est enregistrée\u202f: la valeur revient à l’enveloppe.")
            if back
            else _("Les sommes sont déclarées indues. Récupérez-les, puis notez-le ici."),
        )
        return redirect(desk.url("claim", claim.id))
    context = {
        "title": _("Noter une somme récupérée") if back else _("Déclarer des sommes indues"),
        "submit": _("Enregistrer la récupération") if back else _("Déclarer indu"),
        "cancel": desk.url("claim", claim.id),
        "lead": _("Indiquez le titre de recette ou la retenue.")
        if back
        else _("Indiquez pourquoi ces pass n’auraient pas dû être payés. Le lieu le lira."),
        "lines": lines,
        "act": OFFSET if back else "",
        "breadcrumbs": crumbs(desk, claim, _("Sommes indues")),
    }
    return form_page(request, form, context, "web/settlement/lines_form.html")
