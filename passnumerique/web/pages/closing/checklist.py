"""The checklist: what is done, due and to come, the four counts, and what does not balance."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.rules import Permission, Role, require
from passnumerique.ground.words import say
from passnumerique.journeys.closing import contradictory_statement, credit_note
from passnumerique.ledger.queries import corrections, open_correction
from passnumerique.settlement.queries.closing import (
    Checklist,
    Line,
    Unbalanced,
    checklist,
    four_counts,
    what_does_not_balance,
)
from passnumerique.settlement.rules.closing import IMBALANCE_WORDS, NOTED, ClosingTask, Imbalance
from passnumerique.web.actions import Action
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.accounts.exposure import DayForm
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day as written_day
from passnumerique.web.templatetags.house import euros, number


@desk_page()
def closing(request: DeskRequest) -> HttpResponse:
    """The end of the programme on a day. A structure is led to its own step; the accounts' readers see all."""
    desk = request.desk
    if desk.actor.role is Role.PRESCRIBER:
        return redirect(desk.url("acknowledge_end"))
    require(desk.actor, Permission.READ_ACCOUNTS)
    form = DayForm(request.GET if request.GET.get("as_of") else None, today=desk.today, initial={"as_of": desk.today})
    day = form.cleaned_data["as_of"] if form.is_bound and form.is_valid() else desk.today
    found = checklist(desk.actor, desk.programme_id, day)
    unbalanced = what_does_not_balance(desk.programme_id, desk.today)
    context = {
        "desk": desk,
        "form": form,
        "day": day,
        "found": found,
        "counts": four_counts(desk.programme_id, day),
        "tasks": [_task(desk, found, line, day) for line in found.lines],
        "waiting": sorted(found.waiting.values()) if _acknowledging(found, day) else [],
        "unbalanced": [(_reason(one), _behind(desk, one)) for one in unbalanced],
        "correction": open_correction(desk.programme_id),
        "corrections": _corrections(desk) if found.closed_on else None,
        "actions": _actions(desk, found),
    }
    return render(request, "web/closing/closing.html", context, status=422 if form.is_bound and form.errors else 200)


def _acknowledging(found: Checklist, day: date) -> bool:
    return found.line(ClosingTask.ACKNOWLEDGE).day <= day and found.closed_on is None


def _task(desk: Desk, found: Checklist, line: Line, day: date) -> dict[str, Any]:
    return {
        "label": capfirst(say(line.task.words)),
        "url": _address(desk, found, line),
        "hint": _hint(line),
        "done": line.done_on is not None,
        "status": _status(line, day),
    }


def _hint(line: Line) -> str:
    told = [_("le %(day)s") % {"day": written_day(line.day)}]
    if line.of:
        told.append(_("%(done)s structures sur %(of)s") % {"done": number(line.done), "of": number(line.of)})
    if line.reference:
        told.append(line.reference)
    return " – ".join(told)


def _status(line: Line, day: date) -> str:
    if line.done_on:
        return _("Fait le %(day)s") % {"day": written_day(line.done_on)}
    if line.is_late(day):
        return _("En retard")
    return _("À faire") if line.is_due(day) else _("À venir")


def _address(desk: Desk, found: Checklist, line: Line) -> str:
    """Where a step that may be done now is done; nothing for who only reads."""
    if not desk.may(Permission.MANAGE_PROGRAMME) or found.closed_on or line.done_on or not line.is_due(desk.today):
        return ""
    if line.task is ClosingTask.RETURN_VALUE:
        return desk.url("return_unspent")
    if line.task is ClosingTask.CLOSE:
        return desk.url("close_programme")
    return desk.url("note_step", line.task.value) if line.task in NOTED else ""


def _reason(one: Unbalanced) -> str:
    """One sentence of the list of what does not balance."""
    told = [capfirst(say(IMBALANCE_WORDS[one.why]))]
    if one.place:
        told.append(one.place)
    if one.passes:
        told.append(ngettext("%(n)s pass", "%(n)s pass", one.passes) % {"n": number(one.passes)})
    if one.cents:
        told.append(euros(one.cents))
    return " – ".join(told)


_BEHIND = {
    Imbalance.UNSPENT: ("state", Permission.READ_REGISTER),
    Imbalance.DUE: ("claims", Permission.READ_CLAIMS),
    Imbalance.CONTESTED: ("claims", Permission.READ_CLAIMS),
    Imbalance.UNDUE: ("undue_sums", Permission.READ_CLAIMS),
    Imbalance.WITH_ISSUER: ("cash", Permission.READ_ACCOUNTS),
    Imbalance.UNATTRIBUTED: ("cash", Permission.READ_ACCOUNTS),
    Imbalance.OVERDRAWN: ("cash", Permission.READ_ACCOUNTS),
    Imbalance.CREDIT_APART: ("reconciliation", Permission.READ_ACCOUNTS),
}
"""On which page the rows behind a reason stand, and who may open it."""


def _behind(desk: Desk, one: Unbalanced) -> str:
    """Where the rows behind a reason are, for who may see them."""
    name, permission = _BEHIND.get(one.why, ("", Permission.READ_ACCOUNTS))
    return desk.url(name) if name and desk.may(permission) else ""


def _corrections(desk: Desk) -> Table:
    columns = [
        Column("reason", _("Motif")),
        Column("at", _("Ouverte le"), "instant"),
        Column("ended_at", _("Terminée le"), "instant"),
    ]
    rows = list(corrections(desk.programme_id))
    return Table(_("Corrections depuis la clôture"), columns, rows, empty=_("Aucune correction depuis la clôture."))


def _actions(desk: Desk, found: Checklist) -> list[Action]:
    papers = [
        Action(_("État contradictoire (PDF)"), desk.url("contradictory_statement"), "secondary", "print"),
        Action(_("Avoir (PDF)"), desk.url("credit_note"), "secondary", "print"),
    ]
    if not found.closed_on or not desk.may(Permission.MANAGE_PROGRAMME):
        return papers
    if open_correction(desk.programme_id):
        return [Action(_("Terminer la correction"), desk.url("end_correction"), "primary", "lock"), *papers]
    return [*papers, Action(_("Corriger une erreur"), desk.url("begin_correction"), "quiet", "edit")]


@desk_page(Permission.READ_ACCOUNTS)
def statement(request: DeskRequest) -> HttpResponse:
    """The contradictory statement as a paper."""
    desk = request.desk
    return _paper(contradictory_statement(desk.actor, desk.programme_id, desk.at), f"etat-contradictoire-{desk.slug}")


@desk_page(Permission.READ_ACCOUNTS)
def credit(request: DeskRequest) -> HttpResponse:
    """The credit note as a paper."""
    desk = request.desk
    return _paper(credit_note(desk.actor, desk.programme_id, desk.at), f"avoir-{desk.slug}")


def _paper(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
