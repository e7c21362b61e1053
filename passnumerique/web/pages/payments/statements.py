"""Statements of the bank: tried, then imported; the movements that a person has to attribute."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries.network import accredited_names
from passnumerique.directory.rules import AccreditationKind, Permission
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.settlement.operations.movements import settle_movements
from passnumerique.settlement.operations.statements import Imported, import_statement
from passnumerique.settlement.queries.runs import transfers_to_name
from passnumerique.settlement.queries.statements import access_statement, bank_lines, original_of, statements
from passnumerique.settlement.rules.matching import Doubt, Fate, Purpose
from passnumerique.settlement.rules.refusals import StatementUnread
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import done, sent
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import euros

PAGE = 100


class StatementForm(forms.Form):
    """A file of the bank, first tried, then imported."""

    file = forms.FileField(label=gettext_lazy("Relevé camt.053 (XML)"))
    trial = forms.BooleanField(label=gettext_lazy("Essayer sans rien enregistrer"), required=False, initial=True)


class SettleForm(forms.Form):
    """What ticked movements are, and why."""

    purpose = forms.ChoiceField(label=gettext_lazy("Ce que c’est"))
    target = forms.ChoiceField(label=gettext_lazy("Le virement, pour un paiement ou un retour"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Le lieu, pour un indu rendu"), required=False)
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=240)

    def __init__(
        self, *args: Any, targets: list[tuple[str, str]], places: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        none = ("", _("Sans objet"))
        self.fields["purpose"].choices = [(one.value, say(one.words)) for one in Purpose]  # type: ignore[attr-defined]
        self.fields["target"].choices = [none, *targets]  # type: ignore[attr-defined]
        self.fields["place"].choices = [none, *places]  # type: ignore[attr-defined]


@desk_page(Permission.READ_ACCOUNTS)
def statement_list(request: DeskRequest) -> HttpResponse:
    """The statements imported; by POST, try or import another. For finance; read by the accountant."""
    desk = request.desk
    form = StatementForm(**sent(request))
    tried: list[Imported] = []

    def act(given: dict[str, Any]) -> None:
        tried.append(
            import_statement(
                programme_id=desk.programme_id,
                filename=given["file"].name,
                content=given["file"].read(),
                dry_run=given["trial"],
                by=desk.actor,
                at=desk.at,
            )
        )

    if done(form, act):
        if tried[0].known:
            messages.info(request, _("Ce fichier est déjà importé\u202f: rien n’a changé."))
            return redirect(desk.url("bank_statements"))
        if not form.cleaned_data["trial"]:
            messages.success(request, _("Le relevé est importé. %(told)s") % {"told": " ".join(_told(tried[0]))})
            return redirect(desk.url("bank_statements"))
    rows = list(statements(desk.actor, desk.programme_id))
    columns = [
        Column(lambda row: row.reference or row.file.filename, _("Relevé")),
        Column("opened_on", _("Du"), "day"),
        Column("closed_on", _("Au"), "day"),
        Column("closing_cents", _("Solde de clôture"), "money"),
        Column("fresh", _("Mouvements nouveaux"), "number"),
        Column("open", _("À attribuer"), "number"),
        *_original(desk),
    ]
    context = {
        "desk": desk,
        "form": form if desk.may(Permission.PAY_CLAIM) else None,
        "tried": _told(tried[0]) if tried else [],
        "table": Table(
            _("Relevés importés"),
            columns,
            rows,
            empty=_("Aucun relevé pour l’instant. Importez celui du compte depuis lequel vous payez."),
        ),
        "unknown": bank_lines(desk.actor, desk.programme_id, fate=Fate.UNKNOWN).count(),
        "breadcrumbs": [Crumb(_("Virements"), desk.url("payment_runs")), Crumb(_("Relevés de banque"))],
    }
    return render(
        request, "web/payments/statements.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _original(desk: Desk) -> list[Column]:
    """Where a statement can be had as the bank sent it."""
    if not desk.may(Permission.PAY_CLAIM):
        return []
    words = _("Télécharger")
    return [Column(lambda row: words, _("Original"), url=lambda row: desk.url("original_statement", row.id))]


def _told(found: Imported) -> list[str]:
    """What a file does or would do, as sentences."""
    told = [
        f"{say(fate.words)[:1].upper()}{say(fate.words)[1:]}\u202f: {count}."
        for fate, count in sorted(found.counts.items())
    ]
    if found.repeated:
        told.append(_("Déjà comptés par un autre relevé\u202f: %(count)s.") % {"count": found.repeated})
    if found.cleared:
        told.append(_("Mouvements d’avant expliqués par ce relevé\u202f: %(count)s.") % {"count": found.cleared})
    return told or [_("Aucun mouvement nouveau.")]


@desk_page(Permission.PAY_CLAIM)
def original(request: DeskRequest, statement_id: UUID) -> HttpResponse:
    """The bank's file of a statement, as it came. For finance."""
    desk = request.desk
    if access_statement(desk.actor, statement_id).programme_id != desk.programme_id:
        raise NotFound
    try:
        name, content = original_of(desk.actor, statement_id)
    except StatementUnread as refusal:
        messages.error(request, refusal.say())
        return redirect(desk.url("bank_statements"))
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


@desk_page(Permission.READ_ACCOUNTS)
def movements(request: DeskRequest) -> HttpResponse:
    """The movements of the account; by POST, say what the ticked ones are. For finance; read by others."""
    desk = request.desk
    fate = Fate.UNKNOWN if request.GET.get("fate", Fate.UNKNOWN.value) == Fate.UNKNOWN else None
    rows = bank_lines(desk.actor, desk.programme_id, fate=fate)
    form = _settle_form(request)
    count: list[int] = []

    def act(given: dict[str, Any]) -> None:
        count.append(
            settle_movements(
                line_ids=_chosen(request),
                purpose=Purpose(given["purpose"]),
                reason=given["reason"],
                run_line_id=UUID(given["target"]) if given["target"] else None,
                place_id=UUID(given["place"]) if given["place"] else None,
                by=desk.actor,
                at=desk.at,
            )
        )

    if form and done(form, act, movement_reason_missing="reason", movement_unfit="purpose", movement_target="target"):
        messages.success(request, _("Mouvements attribués\u202f: %(count)s.") % {"count": count[0]})
        return redirect(desk.url("bank_movements"))
    columns = _columns()
    if request.GET.get("format"):
        file = exported(request, f"mouvements-{desk.slug}", columns, list(rows))
        if file:
            return file
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "page": page,
        "form": form if fate and page.paginator.count else None,
        "unknown": fate is Fate.UNKNOWN,
        "table": Table(
            _("Mouvements à attribuer") if fate else _("Tous les mouvements"),
            columns,
            list(page),
            count=page.paginator.count,
            choose="line" if form and fate else "",
            empty=_("Rien à attribuer\u202f: chaque mouvement a trouvé sa place."),
        ),
        "breadcrumbs": [Crumb(_("Virements"), desk.url("payment_runs")), Crumb(_("Mouvements"))],
    }
    return render(request, "web/payments/movements.html", context, status=422 if form and form.is_bound else 200)


def _settle_form(request: DeskRequest) -> SettleForm | None:
    desk = request.desk
    if not desk.may(Permission.PAY_CLAIM):
        return None
    return SettleForm(data=sent(request)["data"], targets=_targets(desk), places=_places(desk))


def _targets(desk: Desk) -> list[tuple[str, str]]:
    words = _("Lot n°\u202f%(run)s, demande n°\u202f%(claim)s, %(amount)s")
    return [
        (
            str(line.id),
            words % {"run": line.run.number, "claim": line.claim.number, "amount": euros(line.amount_cents)},
        )
        for line in transfers_to_name(desk.actor, desk.programme_id)
    ]


def _places(desk: Desk) -> list[tuple[str, str]]:
    names = accredited_names(desk.programme_id, desk.today)[AccreditationKind.PLACE]
    return sorted(((str(one), name) for one, name in names.items()), key=lambda pair: pair[1])


def _chosen(request: DeskRequest) -> list[UUID]:
    try:
        return [UUID(one) for one in request.POST.getlist("line")]
    except ValueError:
        raise NotFound from None


def _columns() -> list[Column]:
    return [
        Column("booked_on", _("Date"), "day"),
        Column("cents", _("Montant"), "money"),
        Column(lambda row: row.counterpart or row.words or row.reference or row.end_to_end, _("Libellé")),
        Column("reference", _("Référence de la banque")),
        Column(_why, _("Où il en est")),
    ]


def _why(row: Any) -> str:
    if row.fate == Fate.UNKNOWN and row.doubt:
        return say(Doubt(row.doubt).words)
    if row.fate == Fate.SETTLED:
        return f"{say(Purpose(row.purpose).words)}\u202f: {row.reason}"
    return say(Fate(row.fate).words)
