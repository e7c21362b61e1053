"""The claims of every place prepared in one press; each place reads its own before it confirms."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import month_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.settlement.operations import (
    advance_preparation,
    begin_preparation,
    confirm_claim,
    leave_lines,
    take_lines_back,
)
from passnumerique.settlement.queries import access_prepared, prepared_claims, prepared_rows
from passnumerique.settlement.queries.offering import Offered, later_month_open, offered_in
from passnumerique.settlement.queries.preparing import open_preparation
from passnumerique.settlement.rules import PreparedLineState
from passnumerique.training.queries import title_of as session_title
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done
from passnumerique.web.pages.settlement.parts import crumbs
from passnumerique.web.pages.settlement.signs import told_signs
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import month as month_words


class MonthForm(forms.Form):
    """The month to prepare."""

    month = forms.CharField(
        label=gettext_lazy("Mois"),
        help_text=gettext_lazy("Un mois terminé, comme 2022-11. Ce qui n’a pas été demandé avant y est compris."),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2022-11"}),
    )

    def clean_month(self) -> date:
        """The first day of the month."""
        try:
            return date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError:
            raise ValidationError(_("Écrivez un mois comme 2022-12.")) from None


@desk_page(Permission.CONTROL_CLAIM)
def prepare(request: DeskRequest) -> HttpResponse:
    """What waits for the places, and how far the preparation is; by POST, begin one. For who controls claims."""
    desk = request.desk
    last = month_of(month_of(desk.today) - timedelta(days=1))
    form = MonthForm(request.POST or None, initial={"month": f"{last:%Y-%m}"})

    def act(given: dict[str, Any]) -> None:
        begin_preparation(programme_id=desk.programme_id, month=given["month"], by=desk.actor, at=desk.at)
        _go_on(request)

    if done(form, act, month_not_over="month"):
        return redirect(desk.url("prepare_claims"))
    return render(request, "web/settlement/prepare.html", _context(desk, form), status=422 if form.errors else 200)


@require_POST
@desk_page(Permission.CONTROL_CLAIM)
def go_on(request: DeskRequest) -> HttpResponse:
    """Prepare the next places of the run; the page asks again by itself until it is over."""
    _go_on(request)
    return redirect(request.desk.url("prepare_claims"))


def _go_on(request: DeskRequest) -> None:
    """The next places, and the end of the run where nothing is left."""
    desk = request.desk
    given: dict[str, Any] = {"programme_id": desk.programme_id, "by": desk.actor, "at": desk.at}
    run = advance_preparation(**given)
    if run and run.ended_at is None and run.places_done >= run.places:
        run = advance_preparation(**given)
    if run and run.ended_at:
        said = ngettext(
            "C’est prêt pour %(month)s\u202f: %(count)s pass. Chaque lieu relit sa demande et la confirme.",
            "C’est prêt pour %(month)s\u202f: %(count)s pass. Chaque lieu relit sa demande et la confirme.",
            run.passes,
        )
        messages.success(request, said % {"month": month_words(run.month), "count": run.passes})


def _context(desk: Desk, form: forms.Form) -> dict[str, Any]:
    rows = [row for row in prepared_rows(prepared_claims(desk.actor, desk.programme_id)) if row.passes]
    columns = [
        Column("place", _("Lieu")),
        Column("prepared.month", _("Jusqu’à la fin de"), "month"),
        Column("passes", _("Pass"), "number"),
        Column("prepared.prepared_at", _("Préparée le"), "day"),
    ]
    empty = _("Aucune demande n’attend un lieu. Préparez le mois terminé.")
    return {
        "desk": desk,
        "form": form,
        "run": open_preparation(desk.programme_id),
        "table": Table(_("En attente de confirmation par les lieux"), columns, rows, count=len(rows), empty=empty),
        "breadcrumbs": crumbs(desk, None, _("Préparer les demandes")),
    }


@desk_page(Permission.FILE_CLAIM)
def prepared(request: DeskRequest, prepared_id: UUID) -> HttpResponse:
    """What a place is about to ask for, pass by pass, with what deserves a look before it confirms."""
    return _prepared_page(request, prepared_id)


def _prepared_page(request: DeskRequest, prepared_id: UUID, refusal: str = "") -> HttpResponse:
    desk = request.desk
    row = access_prepared(desk.actor, prepared_id)
    if row.programme_id != desk.programme_id:
        raise NotFound
    if row.claim_id:
        return redirect(desk.url("claim", row.claim_id))
    offered = offered_in(row, desk.today)
    asked = [one for one in offered if one.line.state == PreparedLineState.PROPOSED]
    left = [one for one in offered if one.line.state == PreparedLineState.LEFT]
    context = {
        "desk": desk,
        "prepared": row,
        "title": _("Votre demande – %(month)s") % {"month": month_words(row.month)},
        "net": sum(one.net_cents for one in asked),
        "asked": _table(_("Pass à demander"), asked),
        "left": _left_table(left),
        "flagged": sum(bool(one.signs) for one in asked),
        "later": later_month_open(row, desk.today),
        "refusal": refusal,
        "breadcrumbs": crumbs(desk, None, _("Vérifier et confirmer")),
    }
    return render(request, "web/settlement/prepared.html", context, status=409 if refusal else 200)


def _columns() -> list[Column]:
    return [
        Column(lambda one: _("N°\u202f%(number)s") % {"number": one.number}, _("Pass")),
        Column("redeemed_at", _("Utilisé le"), "day"),
        Column(lambda one: session_title(one.session) if one.session else one.module, _("Atelier")),
        Column("net_cents", _("Net"), "money"),
    ]


def _table(caption: str, rows: list[Offered]) -> Table:
    columns = [*_columns(), Column(lambda one: told_signs(one.signs), _("À vérifier"))]
    empty = _("Aucun pass n’est à demander. Reprenez un pass laissé pour plus tard, ou attendez le mois suivant.")
    return Table(caption, columns, rows, count=len(rows), choose="pass", choose_by="line.redemption_id", empty=empty)


def _left_table(rows: list[Offered]) -> Table | None:
    if not rows:
        return None
    columns = [*_columns(), Column("line.reason", _("Pourquoi"))]
    return Table(
        _("Laissés pour plus tard"), columns, rows, count=len(rows), choose="left", choose_by="line.redemption_id"
    )


@require_POST
@desk_page(Permission.FILE_CLAIM)
def leave(request: DeskRequest, prepared_id: UUID) -> HttpResponse:
    """Leave the ticked passes for a later month, for one reason; or take back those ticked among the left."""
    desk = request.desk
    back = "back" in request.POST
    chosen = _ids(request, "left" if back else "pass")
    if not chosen:
        return _prepared_page(request, prepared_id, _("Cochez au moins un pass, puis recommencez."))
    try:
        if back:
            take_lines_back(prepared_id=prepared_id, redemption_ids=chosen, by=desk.actor)
        else:
            reasons = dict.fromkeys(chosen, request.POST.get("reason", ""))
            leave_lines(prepared_id=prepared_id, reasons=reasons, by=desk.actor, at=desk.at)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _prepared_page(request, prepared_id, refusal.say())
    messages.success(request, _("C’est noté. Relisez ce qui reste, puis confirmez."))
    return redirect(desk.url("prepared_claim", prepared_id))


def _ids(request: DeskRequest, name: str) -> list[UUID]:
    try:
        return [UUID(one) for one in request.POST.getlist(name)]
    except ValueError:
        raise NotFound from None


@require_POST
@desk_page(Permission.FILE_CLAIM)
def confirm(request: DeskRequest, prepared_id: UUID) -> HttpResponse:
    """Ask for what is proposed. For the place."""
    desk = request.desk
    try:
        claim_id = confirm_claim(prepared_id=prepared_id, by=desk.actor, at=desk.at)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _prepared_page(request, prepared_id, refusal.say())
    messages.success(request, _("La demande est déposée. La collectivité la contrôle, puis la paie."))
    return redirect(desk.url("claim", claim_id))
