"""The issuer fails: what is due to the places is frozen, and becomes the list of creditors."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.rules import Permission
from passnumerique.settlement.operations import freeze_claims
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.settlement.forms import CauseForm
from passnumerique.web.pages.settlement.parts import crumbs


@desk_page(Permission.CONTROL_CLAIM)
def freeze(request: DeskRequest) -> HttpResponse:
    """Freeze everything due to every place, for a reason. For the manager and finance."""
    desk = request.desk
    form = CauseForm(data=sent(request)["data"])
    frozen: list[int] = []

    def act(given: dict[str, Any]) -> None:
        frozen.append(freeze_claims(programme_id=desk.programme_id, cause=given["cause"], by=desk.actor, at=desk.at))

    if done(form, act):
        said = ngettext(
            "%(count)s pass est gelé. La liste des créances est ci-dessous.",
            "%(count)s pass sont gelés. La liste des créances est ci-dessous.",
            frozen[0],
        )
        messages.success(request, said % {"count": frozen[0]})
        return redirect(desk.url("claims"))
    context = {
        "title": _("L’émetteur ne paie plus les lieux"),
        "submit": _("Geler tout ce qui est dû aux lieux"),
        "cancel": desk.url("claims"),
        "lead": _("Les pass dus sont gelés et forment la liste des créances de chaque lieu."),
        "warning": _("À faire seulement si l’émetteur est en liquidation ou ne paie plus. Cela ne se défait pas ici."),
        "breadcrumbs": crumbs(desk, None, _("Émetteur défaillant")),
    }
    return form_page(request, form, context)
