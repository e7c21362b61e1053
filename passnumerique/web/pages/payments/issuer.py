"""Where the issuer pays the places: what its files tell, what each line would pay, and recording it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.settlement.operations.issuer import record_payments_of_issuer
from passnumerique.settlement.queries.issuer_payments import payments_told, places_told
from passnumerique.settlement.rules.issuer.paying import Matched, PayDoubt
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import done
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge, euros


class RecordForm(forms.Form):
    """The sum that was read."""

    expected_cents = forms.IntegerField(widget=forms.HiddenInput)


@desk_page(Permission.READ_ACCOUNTS)
def issuer_payments(request: DeskRequest) -> HttpResponse:
    """Every payment that the issuer tells and that is not recorded; by POST, record those that fit. For finance."""
    desk = request.desk
    rows = payments_told(desk.actor, desk.programme_id)
    fit = [one for one in rows if one.doubt is None]
    cents = sum(claim.cents for one in fit for claim in one.claims)
    form = RecordForm(request.POST if request.method == "POST" else None, initial={"expected_cents": cents})
    if desk.may(Permission.PAY_CLAIM) and done(form, lambda given: _record(desk, given)):
        messages.success(request, _("Les paiements sont enregistrés. Les lieux les voient sur leur page."))
        return redirect(desk.url("issuer_payments"))
    columns = _columns(desk, rows)
    if file := exported(request, f"paiements-emetteur-{desk.slug}", columns, rows):
        return file
    context = {
        "desk": desk,
        "fit": len(fit),
        "cents": cents,
        "apart": len(rows) - len(fit),
        "form": form if fit and desk.may(Permission.PAY_CLAIM) else None,
        "table": Table(
            _("Paiements que l’émetteur dit avoir faits"),
            columns,
            sorted(rows, key=lambda one: one.doubt is not None),
            empty=_("Rien à enregistrer. Importez le fichier des paiements de l’émetteur quand il arrive."),
            empty_url=desk.url("import_issuer_file") if desk.may(Permission.IMPORT_ISSUER_FILES) else "",
            empty_action=_("Importer un fichier"),
        ),
        "breadcrumbs": [Crumb(_("Virements"), desk.url("payment_runs")), Crumb(_("Paiements de l’émetteur"))],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/payments/issuer.html", context, status=status)


def _record(desk: Desk, given: dict[str, Any]) -> None:
    record_payments_of_issuer(
        programme_id=desk.programme_id, expected_cents=given["expected_cents"], by=desk.actor, at=desk.at
    )


def _columns(desk: Desk, rows: list[Matched]) -> list[Column]:
    names = places_told(rows)
    return [
        Column(lambda one: one.line.day, _("Payé le"), "day"),
        Column(lambda one: one.line.reference, _("Référence")),
        Column(lambda one: names.get(one.line.place_id, ""), _("Lieu")),
        Column(lambda one: one.line.cents, _("Montant"), "money"),
        Column(lambda one: _claims(desk, one), _("Demande")),
        Column(_fate, _("Ce qui se passe")),
    ]


def _claims(desk: Desk, one: Matched) -> SafeString | str:
    """The claims that a line pays, or that it was compared with."""
    links = [(desk.url("claim", claim.id), claim.number) for claim in one.claims]
    return format_html_join(", ", '<a href="{}">n°\u202f{}</a>', links) if links else ""


def _fate(one: Matched) -> SafeString | str:
    if one.doubt is None:
        return badge(_("sera enregistré"), "check", "good")
    said = say(one.doubt.words)
    if one.doubt in {PayDoubt.UNDERPAID, PayDoubt.OVERPAID}:
        return _("%(said)s\u202f: %(expected)s attendus") % {"said": said, "expected": euros(one.expected_cents)}
    return said
