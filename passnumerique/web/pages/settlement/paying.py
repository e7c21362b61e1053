"""Money leaves: the order to pay (*mandatement*) and the payment, two acts never mixed; and their list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.settlement.operations import order_payment, record_payment
from passnumerique.settlement.queries import claim_rows, claims
from passnumerique.settlement.rules import ClaimState
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.settlement.forms import PaperForm
from passnumerique.web.pages.settlement.parts import at_one_place, claim_of, crumbs
from passnumerique.web.pages.settlement.words import title_of
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import euros

PAGE = 50
_BESIDE = {"payment_reference_missing": "reference", "paid_before_decided": "day"}


@desk_page(Permission.PAY_CLAIM)
def order(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """Order the payment of an accepted claim. For finance."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    form = _form(request, _("Le numéro du mandat, tel que la comptabilité le porte."))

    def act(given: dict[str, Any]) -> None:
        order_payment(
            claim_id=claim.id, reference=given["reference"], ordered_on=given["day"], by=desk.actor, at=desk.at
        )

    if done(form, act, **_BESIDE):
        messages.success(request, _("Le mandat est enregistré. Revenez noter le paiement quand l’argent est parti."))
        return redirect(desk.url("claim", claim.id))
    return _page(request, claim, form, _("Mandater"), _("Enregistrer le mandat"))


@desk_page(Permission.PAY_CLAIM)
def pay(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """Record that an ordered claim was paid. For finance."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    form = _form(request, _("La référence du virement, telle que la comptabilité la porte."))

    def act(given: dict[str, Any]) -> None:
        record_payment(claim_id=claim.id, reference=given["reference"], paid_on=given["day"], by=desk.actor, at=desk.at)

    if done(form, act, **_BESIDE):
        messages.success(request, _("Le paiement est enregistré. Le lieu le voit sur sa page."))
        return redirect(desk.url("claim", claim.id))
    return _page(request, claim, form, _("Enregistrer le paiement"), _("Enregistrer le paiement"))


def _form(request: DeskRequest, hint: str) -> PaperForm:
    today = request.desk.today
    return PaperForm(today=today, hint=hint, initial={"day": today}, data=sent(request)["data"])


def _page(request: DeskRequest, claim: Any, form: PaperForm, title: str, submit: str) -> HttpResponse:
    desk = request.desk
    place = organisations_named([claim.place_id]).get(claim.place_id, "")
    context = {
        "title": title,
        "submit": submit,
        "cancel": desk.url("claim", claim.id),
        "lead": f"{title_of(claim)} – {place} – {euros(claim.payable_cents)}",
        "breadcrumbs": crumbs(desk, claim, title),
    }
    return form_page(request, form, context)


@desk_page(Permission.READ_CLAIMS)
def payments(request: DeskRequest) -> HttpResponse:
    """The orders and payments within the reader's sight, latest first; the list as a file."""
    desk = request.desk
    states = [ClaimState.ORDERED.value, ClaimState.PAID.value]
    rows = claims(desk.actor, desk.programme_id).filter(state__in=states)
    columns = _columns(desk)
    if request.GET.get("format"):
        found = claim_rows(desk.programme_id, list(rows), desk.today)
        file = exported(request, f"paiements-{desk.slug}", columns, found)
        if file:
            return file
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    total = rows.order_by().aggregate(cents=Sum("payable_cents"))["cents"]
    table = Table(
        _("Mandats et paiements"),
        columns,
        claim_rows(desk.programme_id, list(page), desk.today),
        count=page.paginator.count,
        totals={_("Montant"): total} if page.paginator.count > 1 else {},
        empty=_("Aucun mandat pour l’instant. Une demande acceptée se mandate depuis sa page."),
        empty_url=desk.url("claims"),
        empty_action=_("Voir les demandes"),
    )
    context = {"desk": desk, "page": page, "table": table, "breadcrumbs": [*crumbs(desk), Crumb(_("Paiements"))]}
    return render(request, "web/settlement/payments.html", context)


def _columns(desk: Desk) -> list[Column]:
    place = [] if at_one_place(desk) else [Column("place", _("Lieu"))]
    return [
        Column(lambda row: title_of(row.claim), _("Demande"), url=lambda row: desk.url("claim", row.claim.id)),
        *place,
        Column("claim.payable_cents", _("Montant"), "money"),
        Column("order.reference", _("Mandat")),
        Column("order.ordered_on", _("Mandaté le"), "day"),
        Column("payment.reference", _("Paiement")),
        Column("payment.paid_on", _("Payé le"), "day"),
        Column("claim.state", _("État"), "claim"),
    ]
