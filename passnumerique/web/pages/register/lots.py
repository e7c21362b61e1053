"""Lots: received from the issuer's file or issued here, and their sheets of cards."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.ground.ranges import read_ranges
from passnumerique.programmes.queries import envelope_left_cents, terms_on
from passnumerique.vouchers.operations import issue_lot
from passnumerique.vouchers.queries.listing import access_lot, access_lots, booklets_of_lot, counts_by_lot
from passnumerique.vouchers.rules import UNUSED, State
from passnumerique.vouchers.rules.refusals import EmptyRange
from passnumerique.web.context import Crumb
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.register.papers import card_sheet_of
from passnumerique.web.pages.register.parts import RangesField, pdf, ways, written
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import number


class IssueForm(forms.Form):
    """How many passes to make here, and what to call the lot."""

    reference = forms.CharField(
        label=_("Référence du lot"), max_length=80, help_text=_("Un nom court que vous reconnaîtrez.")
    )
    quantity = forms.IntegerField(label=_("Nombre de pass"), min_value=1, max_value=1_000_000)


class PrintForm(forms.Form):
    """Which booklets of a lot to print."""

    carnets = RangesField(
        label=_("Carnets à imprimer"),
        help_text=_("Une plage ou plusieurs\u202f: 1\u201110, 15. Dix cartes par page A4."),
    )


@desk_page("read_everything")
def lots(request: DeskRequest) -> HttpResponse:
    """The lots of the programme, latest first. For whoever reads everything."""
    desk = request.desk
    rows = list(access_lots(desk.actor, desk.programme_id))
    counts = counts_by_lot(desk.programme_id, [lot.id for lot in rows])
    columns = [
        Column("reference", gettext("Lot"), url=lambda lot: desk.url("lot", lot.id)),
        Column("received_at", gettext("Reçu le"), "day"),
        Column("quantity", gettext("Pass"), "number"),
        Column(_numbers, gettext("Numéros")),
        Column("face_value_cents", gettext("Valeur d’un pass"), "money"),
        Column(lambda lot: unused(counts[lot.id]), gettext("Non utilisés"), "number"),
        Column(_origin, gettext("Origine")),
    ]
    if file := exported(request, f"lots-{desk.slug}", columns, rows):
        return file
    table = Table(
        gettext("Lots de pass"),
        columns,
        rows,
        count=len(rows),
        empty=gettext("Aucun lot n’est encore reçu. Importez le fichier de l’émetteur, ou émettez des pass ici."),
    )
    context = {
        "table": table,
        "rows": rows,
        "may_receive": desk.may("receive_lot"),
        **ways(desk, "import_lot", "issue_lot"),
    }
    return render(request, "web/register/lots.html", context)


@desk_page("read_everything")
def lot(request: DeskRequest, lot_id: UUID) -> HttpResponse:
    """One lot: what it holds, where its passes are now, and its cards to print."""
    desk = request.desk
    row = access_lot(desk.actor, desk.programme_id, lot_id)
    counts = counts_by_lot(desk.programme_id, [row.id])[row.id]
    first, last = booklets_of_lot(desk.programme_id, row.id)
    context = {
        "lot": row,
        "numbers": _numbers(row),
        "booklets": written([(first, last)]),
        "value_cents": row.quantity * row.face_value_cents,
        "origin": _origin(row),
        "states": [(state, n, _vouchers_in(desk, row.id, state)) for state, n in counts.items() if n],
        "printing": PrintForm(initial={"carnets": written([(first, last)])}) if row.nonce else None,
        "made_now": "fait" in request.GET,
        "known": "connu" in request.GET,
        "may_print": desk.may("print_codes"),
        "may_allocate": desk.may("receive_lot"),
        "cards_url": desk.url("card_sheet", row.id),
        "of_lot_url": f"{desk.url('vouchers')}?lot={row.id}",
        "breadcrumbs": [Crumb(gettext("Lots"), desk.url("lots")), Crumb(row.reference)],
        **ways(desk, "allocate"),
    }
    return render(request, "web/register/lot.html", context)


@desk_page("receive_lot")
def issue(request: DeskRequest) -> HttpResponse:
    """Make a lot of passes here. For the manager."""
    desk = request.desk
    form = IssueForm(**sent(request))
    made: list[UUID] = []

    def act(given: dict[str, Any]) -> None:
        made.append(issue_lot(programme_id=desk.programme_id, by=desk.actor, at=desk.at, **given))

    if done(form, act, numbers_already_received="reference", envelope_exceeded="quantity"):
        return redirect(f"{desk.url('lot', made[0])}?fait=1")
    terms = terms_on(desk.programme_id, desk.today)
    left = envelope_left_cents(desk.programme_id)
    lead = gettext("L’enveloppe permet encore %(passes)s pass. Les carnets en comptent %(booklet)s chacun.") % {
        "passes": number(max(left, 0) // terms.face_value_cents),
        "booklet": terms.passes_per_booklet,
    }
    context = {
        "title": gettext("Émettre un lot de pass"),
        "lead": lead,
        "submit": gettext("Émettre ces pass"),
        "cancel": desk.url("lots"),
        "breadcrumbs": [Crumb(gettext("Lots"), desk.url("lots")), Crumb(gettext("Émettre"))],
    }
    return form_page(request, form, context)


@desk_page("print_codes")
def card_sheet(request: DeskRequest, lot_id: UUID) -> HttpResponse:
    """The cards of the booklets named in `?carnets=` as PDF. For the manager; lots issued here only."""
    booklets = read_ranges(request.GET.get("carnets", ""))
    if not booklets:
        raise EmptyRange
    return pdf(card_sheet_of(request.desk, lot_id, booklets), "cartes")


def unused(counts: dict[State, int]) -> int:
    """How many of these passes were not used so far."""
    return sum(counts[state] for state in UNUSED)


def _numbers(lot: Any) -> str:
    return f"{number(lot.first_number)}–{number(lot.last_number)}"


def _origin(lot: Any) -> str:
    return gettext("émis ici") if lot.nonce else gettext("fichier de l’émetteur")


def _vouchers_in(desk: Any, lot_id: UUID, state: State) -> str:
    return f"{desk.url('vouchers')}?lot={lot_id}&etat={state.value}"
