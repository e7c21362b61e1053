"""What the places were paid: each its own, with what came back and what to do; noting a return by hand."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries.banking import accounts_on, open_account_changes
from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.settlement.operations.runs import record_return
from passnumerique.settlement.queries.runs import PaidRow, access_payment, place_payments
from passnumerique.settlement.rules.returns import RETURN_WORDS
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.payments.words import why_returned
from passnumerique.web.pages.settlement.words import title_of
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge, day, euros

PAGE = 50


class ReturnForm(forms.Form):
    """A payment that the bank sent back, as its notice says it."""

    returned_on = DayField(label=gettext_lazy("Date du retour"))
    reference = forms.CharField(label=gettext_lazy("Référence de l’avis de la banque"), max_length=80)
    code = forms.ChoiceField(label=gettext_lazy("Motif de la banque"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        told = [(code, f"{code}\u202f: {say(words)}") for code, words in RETURN_WORDS.items()]
        self.fields["code"].choices = [("", _("Non précisé")), *told]  # type: ignore[attr-defined]


@desk_page(Permission.READ_CLAIMS)
def payments(request: DeskRequest) -> HttpResponse:
    """The payments of the places, latest first: a place its own. The list as a file."""
    desk = request.desk
    rows = place_payments(desk.actor, desk.programme_id)
    columns = _columns(desk)
    if file := exported(request, f"paiements-{desk.slug}", columns, rows):
        return file
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    table = Table(
        _("Paiements"),
        columns,
        list(page),
        count=len(rows),
        empty=_("Aucun paiement pour l’instant. Il apparaît ici dès qu’il est enregistré."),
        empty_url=desk.url("claims"),
        empty_action=_("Voir les demandes"),
    )
    context = {
        "desk": desk,
        "page": page,
        "table": table,
        "notices": _notices(desk, rows),
        "received": sum(row.payment.amount_cents for row in rows if row.payment.live),
        "returned": sum(row.returned is not None for row in rows),
        "own": desk.actor.organisation_id is not None,
        "breadcrumbs": _crumbs(desk),
    }
    return render(request, "web/payments/payments.html", context)


def _crumbs(desk: Desk, *labels: str) -> list[Crumb]:
    """The way here: for a place from its menu, for a desk of the authority from the runs."""
    above = [] if desk.actor.organisation_id else [Crumb(_("Virements"), desk.url("payment_runs"))]
    address = desk.url("received_payments") if labels else ""
    return [*above, Crumb(_("Paiements"), address), *(Crumb(label) for label in labels)]


def _columns(desk: Desk) -> list[Column]:
    given = [
        (Column("payment.paid_on", _("Payé le"), "day"), True),
        (Column("place", _("Lieu")), desk.actor.organisation_id is None),
        (Column(lambda row: title_of(row.claim), _("Demande"), url=lambda row: desk.url("claim", row.claim.id)), True),
        (Column("payment.amount_cents", _("Montant"), "money"), True),
        (Column("payment.reference", _("Référence")), True),
        (Column(_standing, _("État")), True),
        (Column(lambda row: _act(desk, row), _("À faire")), desk.may(Permission.PAY_CLAIM)),
    ]
    return [column for column, shown in given if shown]


def _standing(row: PaidRow) -> SafeString:
    if row.returned is None:
        return badge(_("payé"), "check", "good")
    told = {"day": day(row.returned.returned_on), "why": why_returned(row.returned.code)}
    return badge(_("revenu le %(day)s\u202f: %(why)s") % told, "undo", "warn")


def _act(desk: Desk, row: PaidRow) -> SafeString | str:
    if not row.payment.live:
        return ""
    words = _("Noter un retour")
    hidden = _("du paiement de la demande n°\u202f%(number)s") % {"number": row.claim.number}
    address = desk.url("record_return", row.payment.id)
    return format_html('<a href="{}">{} <span class="unseen">{}</span></a>', address, words, hidden)


def _notices(desk: Desk, rows: list[PaidRow]) -> list[dict[str, str]]:
    """What the reader of one place has to know or do: money that came back, an account that is missing or waits."""
    place_id = desk.actor.organisation_id
    if place_id is None:
        return []
    paid_again = {row.claim.id for row in rows if row.payment.live}
    back = [row for row in rows if row.returned and row.claim.id not in paid_again]
    told = [{"sentence": _came_back(row), "url": desk.url("bank_account", place_id)} for row in back[:1]]
    if place_id not in accounts_on([place_id], desk.today):
        said = _("Aucun compte bancaire n’est confirmé\u202f: vous ne pouvez pas encore être payé. Donnez votre RIB.")
        told.append({"sentence": said, "url": desk.url("bank_account", place_id)})
    for change in open_account_changes(desk.actor):
        said = _("Un changement de compte attend d’être confirmé. S’il ne vient pas de vous, prévenez la collectivité.")
        told.append({"sentence": said, "url": desk.url("bank_change", change.id)})
    return told


def _came_back(row: PaidRow) -> str:
    told = {
        "amount": euros(row.payment.amount_cents),
        "number": row.claim.number,
        "why": why_returned(row.returned.code if row.returned else ""),
    }
    said = _("Le paiement de %(amount)s (demande n°\u202f%(number)s) est revenu\u202f: %(why)s. Vérifiez votre compte.")
    return said % told


@desk_page(Permission.PAY_CLAIM)
def one_return(request: DeskRequest, payment_id: UUID) -> HttpResponse:
    """Note that the bank sent a payment back, where no statement tells it. For finance."""
    desk = request.desk
    payment = access_payment(desk.actor, payment_id)
    if payment.programme_id != desk.programme_id:
        raise NotFound
    form = ReturnForm(initial={"returned_on": desk.today}, data=sent(request)["data"])

    def act(given: dict[str, Any]) -> None:
        record_return(payment_id=payment.id, by=desk.actor, at=desk.at, **given)

    if done(form, act, payment_reference_missing="reference", paid_before_decided="returned_on"):
        messages.success(request, _("Le retour est noté. La demande peut être payée de nouveau, par un autre lot."))
        return redirect(desk.url("received_payments"))
    told = {"amount": euros(payment.amount_cents), "reference": payment.reference, "day": day(payment.paid_on)}
    context = {
        "title": _("Noter un paiement revenu"),
        "lead": _("Paiement de %(amount)s, référence %(reference)s, du %(day)s.") % told,
        "submit": _("Noter le retour"),
        "cancel": desk.url("received_payments"),
        "breadcrumbs": _crumbs(desk, _("Retour")),
    }
    return form_page(request, form, context)
