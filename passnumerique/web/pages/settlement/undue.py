"""Undue sums: which wait for a next claim, which an order asks for, which came back; the orders and their paper."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.documents import papers, printing
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.journeys.claim_papers import undue_line
from passnumerique.settlement.operations import order_recovery, record_recovery
from passnumerique.settlement.queries.recoveries import access_order, lines_ordered, recovery_orders, undue_sums
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page
from passnumerique.web.pages.register.papers import brand_of, party
from passnumerique.web.pages.register.parts import pdf
from passnumerique.web.pages.settlement.forms import PaperForm
from passnumerique.web.pages.settlement.parts import crumbs
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge, day

MOST = 500
"""As many rows of each are shown, the latest first."""


@desk_page(Permission.READ_CLAIMS)
def undue_list(request: DeskRequest) -> HttpResponse:
    """Every undue sum and every recovery order: a place sees its own."""
    return _page(request)


def _page(request: DeskRequest, refusal: str = "") -> HttpResponse:
    desk = request.desk
    sums: list[Any] = list(undue_sums(desk.actor, desk.programme_id)[:MOST])
    orders: list[Any] = list(recovery_orders(desk.actor, desk.programme_id)[:MOST])
    names = organisations_named({row.place_id for row in [*sums, *orders]})
    waiting = _waiting(sums, names)
    context = {
        "desk": desk,
        "refusal": refusal,
        "breadcrumbs": crumbs(desk, None, _("Sommes indues")),
        "waiting": waiting,
        "orders_place": desk.may(Permission.PAY_CLAIM),
        "sums": _sums_table(desk, sums, names),
        "orders": _orders_table(desk, orders, names),
    }
    return render(request, "web/settlement/undue.html", context, status=409 if refusal else 200)


def _waiting(sums: Iterable[Any], names: dict[UUID, str]) -> list[dict[str, Any]]:
    """What each place still has to give back by its next claim, by name of place."""
    found: dict[UUID, int] = {}
    for row in sums:
        if row.settled_at is None and row.order_id is None:
            found[row.place_id] = found.get(row.place_id, 0) + row.amount_cents
    rows = [{"id": one, "place": names.get(one, ""), "cents": cents} for one, cents in found.items()]
    return sorted(rows, key=lambda row: str(row["place"]))


def way_back(row: Any) -> SafeString | str:
    """How an undue sum comes or came back, as a sentence."""
    if row.offset_in_id:
        return _("Retenu sur la demande n°\u202f%(number)s") % {"number": row.offset_in.number}
    if row.order_id:
        told = {"number": row.order.number}
        return (
            _("Encaissé, ordre n°\u202f%(number)s") % told
            if row.settled_at
            else _("Réclamé, ordre n°\u202f%(number)s") % told
        )
    return row.settled_for or _("À retenir sur la prochaine demande")


def _sums_table(desk: Desk, sums: list[Any], names: dict[UUID, str]) -> Table:
    columns = [
        Column(
            lambda row: _("N°\u202f%(number)s") % {"number": row.line.voucher_number},
            _("Pass"),
            url=lambda row: desk.url("claim", row.line.claim_id),
        ),
        *([] if desk.actor.organisation_id else [Column(lambda row: names.get(row.place_id, ""), _("Lieu"))]),
        Column("amount_cents", _("Somme"), "money"),
        Column("cause", _("Motif")),
        Column("declared_at", _("Déclaré le"), "day"),
        Column(way_back, _("Retour")),
    ]
    return Table(_("Sommes indues"), columns, sums, count=len(sums), empty=_("Aucune somme indue."))


def _orders_table(desk: Desk, orders: list[Any], names: dict[UUID, str]) -> Table | None:
    if not orders:
        return None
    columns = [
        Column(
            lambda row: _("Ordre n°\u202f%(number)s") % {"number": row.number},
            _("Ordre"),
            url=lambda row: desk.url("recovery_paper", row.id),
        ),
        *([] if desk.actor.organisation_id else [Column(lambda row: names.get(row.place_id, ""), _("Lieu"))]),
        Column("amount_cents", _("Somme"), "money"),
        Column("due_on", _("À rendre avant le"), "day"),
        Column(
            _received,
            _("Encaissement"),
            url=lambda row: (
                "" if row.received_on or not desk.may(Permission.PAY_CLAIM) else desk.url("record_recovery", row.id)
            ),
        ),
    ]
    return Table(_("Ordres de recouvrement"), columns, orders, count=len(orders))


def _received(row: Any) -> SafeString | str:
    if row.received_on:
        told = {"day": day(row.received_on), "reference": row.reference}
        return _("Le %(day)s, référence %(reference)s") % told
    return badge(_("À encaisser"), "clock", "warn")


@require_POST
@desk_page(Permission.PAY_CLAIM)
def order(request: DeskRequest, place_id: UUID) -> HttpResponse:
    """Ask a place by a numbered paper for every undue sum that waits there. For finance."""
    desk = request.desk
    try:
        order_recovery(programme_id=desk.programme_id, place_id=place_id, by=desk.actor, at=desk.at)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, refusal.say())
    messages.success(request, _("L’ordre de recouvrement est prêt. Imprimez-le et envoyez-le au lieu."))
    return redirect(desk.url("undue_sums"))


def _order_of(desk: Desk, order_id: UUID) -> Any:
    row = access_order(desk.actor, order_id)
    if row.programme_id != desk.programme_id:
        raise NotFound
    return row


@desk_page(Permission.PAY_CLAIM)
def receive(request: DeskRequest, order_id: UUID) -> HttpResponse:
    """Record that the sum of an order came in, whole. For finance."""
    desk = request.desk
    row = _order_of(desk, order_id)
    hint = _("Le numéro du titre ou de l’encaissement, comme la comptabilité le porte.")
    posted = request.POST if request.method == "POST" else None
    form = PaperForm(posted, today=desk.today, hint=hint, initial={"day": desk.today})

    def act(given: dict[str, Any]) -> None:
        paid_on: date = given["day"]
        record_recovery(order_id=row.id, reference=given["reference"], received_on=paid_on, by=desk.actor, at=desk.at)

    if done(
        form, act, payment_reference_missing="reference", cash_reference_taken="reference", paid_before_decided="day"
    ):
        messages.success(request, _("La récupération est enregistrée\u202f: la valeur revient à l’enveloppe."))
        return redirect(desk.url("undue_sums"))
    context = {
        "title": _("Encaisser l’ordre n°\u202f%(number)s") % {"number": row.number},
        "lead": _("La somme entière est revenue."),
        "submit": _("Enregistrer l’encaissement"),
        "cancel": desk.url("undue_sums"),
        "breadcrumbs": crumbs(desk, None, _("Sommes indues")),
    }
    return form_page(request, form, context)


@desk_page(Permission.READ_CLAIMS)
def paper(request: DeskRequest, order_id: UUID) -> HttpResponse:
    """A recovery order as PDF, for the place and for who reads claims."""
    desk = request.desk
    row = _order_of(desk, order_id)
    made = papers.RecoveryOrder(
        brand=brand_of(desk),
        made_on=day_of(row.at),
        number=str(row.number),
        place=party(row.place_id, desk),
        due_on=row.due_on,
        lines=tuple(undue_line(one) for one in lines_ordered(row)),
    )
    return pdf(printing.recovery_order(made), f"recouvrement-{row.number}")
