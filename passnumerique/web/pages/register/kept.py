"""What is kept of the public, and every act by which it went: for the manager and the auditor. No name, no contact."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext

from passnumerique.beneficiaries.queries import Due, erasures, kept_of
from passnumerique.beneficiaries.rules import GONE_WORDS, Gone
from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import ROLE_LABELS, Role
from passnumerique.ground.words import say
from passnumerique.journeys.erasure import purge_due, purge_programme
from passnumerique.programmes.queries import held_on
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.register.parts import EVERYTHING, PAGE
from passnumerique.web.tables import Column, Table


@desk_page("read_everything")
def kept_data(request: DeskRequest) -> HttpResponse:
    """How many contacts and keys are kept, when they go, and what went. The manager may let go what is due."""
    desk = request.desk
    if request.method == "POST":
        return _purge(request)
    held = held_on(desk.programme_id, desk.today)
    limit = EVERYTHING if "format" in request.GET else PAGE
    rows = list(erasures(desk.programme_id)[:limit])
    columns = _columns(rows)
    if file := exported(request, f"effacements-{desk.slug}", columns, rows):
        return file
    kept = kept_of(desk.programme_id)
    context = {
        "kept": kept,
        "gone": [(capfirst(say(GONE_WORDS[why])), kept.gone[why]) for why in Gone if why in kept.gone],
        "days": held.terms.contact_days,
        "closing": held.calendar.closing,
        "due": purge_due(programme_id=desk.programme_id, at=desk.at),
        "may_erase": desk.may("erase_people"),
        "table": Table(gettext("Effacements"), columns, rows, empty=gettext("Rien n’a encore été effacé.")),
    }
    return render(request, "web/register/kept.html", context)


def _purge(request: DeskRequest) -> HttpResponse:
    desk = request.desk
    gone = purge_programme(programme_id=desk.programme_id, by=desk.actor, at=desk.at)
    messages.success(request, _told(gone))
    return redirect(desk.url("kept_data"))


def _told(gone: Due) -> str:
    told = gettext("Effacé\u202f: %(contacts)s contacts et %(keys)s empreintes.")
    return told % {"contacts": gone.contacts, "keys": gone.keys}


def _columns(rows: list[Any]) -> list[Column]:
    names = organisations_named({row.by_organisation for row in rows if row.by_organisation})
    return [
        Column("at", gettext("Date"), "instant"),
        Column(lambda row: capfirst(say(GONE_WORDS[Gone(row.because)])), gettext("Pourquoi")),
        Column("contacts", gettext("Contacts"), "number"),
        Column("keys", gettext("Empreintes"), "number"),
        Column(lambda row: names.get(row.by_organisation, "") or say(ROLE_LABELS[Role(row.by_role)]), gettext("Par")),
    ]
