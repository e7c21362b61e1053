"""Runs of payments: what can be paid, what was prepared, approved and sent, and what became of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries import organisations_named, people_named
from passnumerique.directory.queries.banking import accounts_on
from passnumerique.directory.rules import Permission
from passnumerique.directory.rules.banking import masked_iban
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.words import say
from passnumerique.programmes.queries import terms_on
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.operations.runs import (
    abandon_run,
    approve_run,
    mark_run_sent,
    prepare_run,
    record_run_payments,
)
from passnumerique.settlement.queries.runs import access_run, candidates, run_file, run_lines, runs
from passnumerique.settlement.rules.runs import Hindrance, LineState, RunState
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import DayField, done, sent
from passnumerique.web.pages.settlement.words import late_badge, title_of
from passnumerique.web.tables import Column, Table


class PrepareForm(forms.Form):
    """The day on which the bank is asked to pay."""

    pay_on = DayField(label=gettext_lazy("Jour de paiement demandé"))
    note = forms.CharField(
        label=gettext_lazy("Si un lieu choisi est fermé\u202f: pourquoi le payer"),
        max_length=160,
        required=False,
    )


class ApproveForm(forms.Form):
    """The reference of the payment order, and the sum as it was read."""

    reference = forms.CharField(
        label=gettext_lazy("Référence du mandat"),
        max_length=80,
        help_text=gettext_lazy("Le numéro du mandat ou du bordereau, tel que la comptabilité le porte."),
    )
    expected_cents = forms.IntegerField(widget=forms.HiddenInput)


class PaidForm(forms.Form):
    """When the transfers left, and under which reference."""

    reference = forms.CharField(label=gettext_lazy("Référence du paiement"), max_length=80)
    paid_on = DayField(label=gettext_lazy("Payé le"))


class ReasonForm(forms.Form):
    """Why a run is given up."""

    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=240)


@desk_page(Permission.READ_ACCOUNTS)
def run_list(request: DeskRequest) -> HttpResponse:
    """The runs, latest first, and how much waits to be paid."""
    desk = request.desk
    found = list(runs(desk.actor, desk.programme_id))
    columns = [
        Column(_name, _("Lot"), url=lambda row: desk.url("payment_run", row.id)),
        Column("pay_on", _("À payer le"), "day"),
        Column("count", _("Virements"), "number"),
        Column("cents", _("Montant"), "money"),
        Column("paid", _("Payés"), "number"),
        Column("returned", _("Rejetés"), "number"),
        Column(lambda row: say(RunState(row.state).words), _("État")),
    ]
    if request.GET.get("format"):
        file = exported(request, f"virements-{desk.slug}", columns, found)
        if file:
            return file
    waiting = candidates(desk.actor, desk.programme_id, desk.today)
    free = [one for one in waiting if Hindrance.IN_RUN not in one.hindrances]
    context = {
        "desk": desk,
        "table": Table(
            _("Lots de virements"),
            columns,
            found,
            empty=_("Aucun lot pour l’instant. Préparez-en un avec les demandes acceptées."),
        ),
        "waiting": len(free),
        "waiting_cents": sum(one.amount_cents for one in free),
        "late": sum(one.late for one in free),
        "prepares": desk.may(Permission.PAY_CLAIM),
        "issuer_pays": terms_on(desk.programme_id, desk.today).payer is Payer.ISSUER,
        "breadcrumbs": [Crumb(_("Virements"))],
    }
    return render(request, "web/payments/runs.html", context)


def _name(run: Any) -> str:
    return _("Lot n°\u202f%(number)s") % {"number": run.number}


@desk_page(Permission.PAY_CLAIM)
def prepare(request: DeskRequest) -> HttpResponse:
    """Choose accepted claims; by POST, gather the ticked ones into a run. For finance."""
    desk = request.desk
    rows = [
        one for one in candidates(desk.actor, desk.programme_id, desk.today) if Hindrance.IN_RUN not in one.hindrances
    ]
    form = PrepareForm(initial={"pay_on": desk.today}, data=sent(request)["data"])
    chosen = _ticked(request, "claim")
    made: list[UUID] = []

    def act(given: dict[str, Any]) -> None:
        made.append(
            prepare_run(
                programme_id=desk.programme_id,
                claim_ids=chosen,
                pay_on=given["pay_on"],
                closed_notes=dict.fromkeys(chosen, given["note"]),
                by=desk.actor,
                at=desk.at,
            )
        )

    if done(form, act, pay_day_past="pay_on", place_closed="note"):
        messages.success(request, _("Le lot est préparé. Une autre personne doit maintenant l’approuver."))
        return redirect(desk.url("payment_run", made[0]))
    columns = [
        Column(lambda row: title_of(row.claim), _("Demande"), url=lambda row: desk.url("claim", row.claim.id)),
        Column("place", _("Lieu")),
        Column("amount_cents", _("Montant"), "money"),
        Column("due_on", _("À payer avant le"), "day"),
        Column(_held, _("À savoir")),
    ]
    context = {
        "desk": desk,
        "form": form,
        "table": Table(
            _("Demandes acceptées, à payer"),
            columns,
            rows,
            choose="claim",
            choose_by="claim.id",
            empty=_("Aucune demande acceptée n’attend. Contrôlez et acceptez d’abord une demande."),
            empty_url=desk.url("claims"),
            empty_action=_("Voir les demandes"),
        ),
        "some": bool(rows),
        "breadcrumbs": [Crumb(_("Virements"), desk.url("payment_runs")), Crumb(_("Préparer un lot"))],
    }
    return render(request, "web/payments/prepare.html", context, status=422 if form.is_bound else 200)


def _held(row: Any) -> str:
    if row.hindrances:
        return " · ".join(say(one.words) for one in row.hindrances)
    return late_badge() if row.late else ""


def _ticked(request: DeskRequest, name: str) -> list[UUID]:
    try:
        return [UUID(one) for one in request.POST.getlist(name)]
    except ValueError:
        raise NotFound from None


@desk_page(Permission.READ_ACCOUNTS)
def one_run(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """One run: its transfers, its next step for this reader, its history; by POST, that step."""
    desk = request.desk
    run = access_run(desk.actor, run_id)
    if run.programme_id != desk.programme_id:
        raise NotFound
    act = request.POST.get("act", "") if request.method == "POST" else ""
    total = run.total_cents if run.approved_at else (run.cents or 0)  # type: ignore[attr-defined]
    made: dict[str, forms.Form] = {
        "approve": ApproveForm(request.POST if act == "approve" else None, initial={"expected_cents": total}),
        "sent": forms.Form(request.POST if act == "sent" else None),
        "paid": PaidForm(request.POST if act == "paid" else None, initial={"paid_on": desk.today}),
        "abandon": ReasonForm(request.POST if act == "abandon" else None),
    }
    beside = {
        "payment_reference_missing": "reference",
        "run_reason_missing": "reason",
        "paid_before_decided": "paid_on",
    }
    if act in made and done(made[act], lambda given: _step(desk, run, act, given), **beside):
        messages.success(request, _SAID[act]())
        return redirect(desk.url("payment_run", run.id))
    lines = list(run_lines(run))
    failed = any(form.is_bound and form.errors for form in made.values())
    context = {
        "desk": desk,
        "run": run,
        "title": _name(run),
        "state": say(RunState(run.state).words),
        "total": total,
        "table": _lines_table(desk, lines),
        "forms": {name: form if _offered(desk, run, name) else None for name, form in made.items()},
        "own": run.prepared_by == desk.actor.user_id and run.state == RunState.PREPARED,
        "file": desk.url("payment_file", run.id) if _leaves(desk, run, Payer.AUTHORITY) else "",
        "archive": desk.url("accounting_archive", run.id) if _leaves(desk, run, Payer.ACCOUNTING) else "",
        "software": run.payer == Payer.ACCOUNTING,
        "comes_back": desk.url("record_accounting", run.id) if run.payer == Payer.ACCOUNTING else "",
        "history": _history(run),
        "breadcrumbs": [Crumb(_("Virements"), desk.url("payment_runs")), Crumb(_name(run))],
    }
    return render(request, "web/payments/run.html", context, status=422 if failed else 200)


_SAID = {
    "approve": lambda: _(
        "Le lot est approuvé\u202f: comptes et montants sont figés. Une autre personne l’envoie à la banque."
    ),
    "sent": lambda: _("Le lot est noté comme envoyé. Ce qui est payé revient par le relevé, ou par le logiciel."),
    "paid": lambda: _("Les paiements sont enregistrés. Les lieux les voient sur leur page."),
    "abandon": lambda: _("Le lot est abandonné. Ses demandes peuvent aller dans un autre lot."),
}


def _offered(desk: Desk, run: Any, step: str) -> bool:
    """Whether a step is this reader's to take now."""
    pays, me = desk.may(Permission.PAY_CLAIM), desk.actor.user_id
    if step == "approve":
        return desk.may(Permission.APPROVE_CLAIM) and run.state == RunState.PREPARED and run.prepared_by != me
    if step == "sent":
        return pays and run.state == RunState.APPROVED and run.approved_by != me
    if step == "paid":
        return pays and run.state == RunState.SENT and bool(run.waiting)
    open_run = run.state != RunState.ABANDONED and not run.paid and not run.returned
    return pays and open_run and (run.state != RunState.SENT or run.sent_by != me)


def _leaves(desk: Desk, run: Any, payer: Payer) -> bool:
    """Whether the run can be taken to whoever pays it."""
    return desk.may(Permission.PAY_CLAIM) and run.state == RunState.APPROVED and run.payer == payer


def _step(desk: Desk, run: Any, act: str, given: dict[str, Any]) -> None:
    common: dict[str, Any] = {"run_id": run.id, "by": desk.actor, "at": desk.at}
    if act == "approve":
        approve_run(expected_cents=given["expected_cents"], reference=given["reference"], **common)
    elif act == "sent":
        mark_run_sent(**common)
    elif act == "paid":
        record_run_payments(paid_on=given["paid_on"], reference=given["reference"], **common)
    else:
        abandon_run(reason=given["reason"], **common)


def _lines_table(desk: Desk, lines: list[Any]) -> Table:
    names = organisations_named(line.place_id for line in lines)
    known = accounts_on([line.place_id for line in lines if not line.iban_end], desk.today)
    columns = [
        Column(lambda line: title_of(line.claim), _("Demande"), url=lambda line: desk.url("claim", line.claim_id)),
        Column(lambda line: names.get(line.place_id, ""), _("Lieu")),
        Column(
            lambda line: line.holder or (known[line.place_id].holder if line.place_id in known else ""), _("Titulaire")
        ),
        Column(lambda line: _iban(line if line.iban_end else known.get(line.place_id)), _("IBAN")),
        Column("amount_cents", _("Montant"), "money"),
        Column(lambda line: say(LineState(line.state).words), _("État")),
    ]
    sums = {_("Montant"): sum(line.amount_cents for line in lines)} if len(lines) > 1 else {}
    return Table(_("Virements du lot"), columns, lines, totals=sums)


def _iban(account: Any) -> str:
    """The IBAN frozen in a line, or, before the approval, that of the account it would be paid to today."""
    return masked_iban(account.iban_country, account.iban_end) if account else ""


def _history(run: Any) -> list[dict[str, Any]]:
    names = people_named(one for one in (run.prepared_by, run.approved_by, run.sent_by, run.abandoned_by) if one)
    told = [
        (run.prepared_at, _("Le lot est préparé."), run.prepared_by, "list"),
        (
            run.approved_at,
            _("Le lot est approuvé sous la référence %(reference)s.") % {"reference": run.reference},
            run.approved_by,
            "stamp",
        ),
        (run.sent_at, _("Le lot est envoyé."), run.sent_by, "upload"),
        (
            run.abandoned_at,
            _("Le lot est abandonné\u202f: %(reason)s") % {"reason": run.reason},
            run.abandoned_by,
            "cross",
        ),
    ]
    return [{"at": at, "sentence": said, "by": names.get(by, ""), "icon": icon} for at, said, by, icon in told if at]


@desk_page(Permission.PAY_CLAIM)
def payment_file(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """The bank's file of an approved run: the same bytes each time. For finance."""
    desk = request.desk
    try:
        name, content = run_file(desk.actor, run_id)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        messages.error(request, refusal.say())
        return redirect(desk.url("payment_run", run_id))
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
