"""Undoing the use of a pass: the pass can be used again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotFound
from passnumerique.training.operations import undo_redemption
from passnumerique.training.queries import access_session
from passnumerique.vouchers.queries.history import redemptions
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.training.forms import UndoForm
from passnumerique.web.pages.training.parts import crumbs
from passnumerique.web.templatetags.house import instant


@desk_page(Permission.REDEEM)
def undo(request: DeskRequest, redemption_id: UUID) -> HttpResponse:
    """Undo one use, for the place that took the pass, within the delay and before it is claimed."""
    desk = request.desk
    row = redemptions(desk.actor, desk.programme_id).filter(id=redemption_id).first()
    if row is None:
        raise NotFound
    session = access_session(desk.actor, desk.programme_id, row.training_session_id)
    form = UndoForm(data=sent(request)["data"])

    def act(given: dict[str, Any]) -> None:
        undo_redemption(
            programme_id=desk.programme_id,
            redemption_id=redemption_id,
            cause=given["cause"],
            by=desk.actor,
            at=desk.at,
        )

    told = {"number": row.voucher.number, "when": instant(row.redeemed_at)}
    if done(form, act):
        messages.success(
            request, _("L’utilisation du pass n° %(number)s est annulée. Rendez-le\u202f: il peut resservir.") % told
        )
        return redirect(desk.url("redeem", session.id))
    context = {
        "title": _("Annuler l’utilisation du pass n° %(number)s") % told,
        "submit": _("Annuler cette utilisation"),
        "cancel": desk.url("redeem", session.id),
        "back": _("Revenir sans annuler"),
        "lead": _("Pris le %(when)s. Le pass redevient utilisable, et la personne redevient attendue.") % told,
        "breadcrumbs": crumbs(desk, session, _("Annuler une utilisation")),
    }
    return form_page(request, form, context)
