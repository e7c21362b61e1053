"""The log of messages: kind, channel, what became of it, when, about which session; never an address or a text.
Below it, what the installation did by itself. For who reads everything."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.beneficiaries.queries.messages import messages, messages_by_state, open_channels
from passnumerique.beneficiaries.rules import (
    CHANNEL_WORDS,
    MESSAGE_STATE_WORDS,
    MESSAGE_WORDS,
    Channel,
    MessageKind,
    MessageState,
)
from passnumerique.beneficiaries.rules.messages import FAULT_WORDS
from passnumerique.directory.queries import organisations_named
from passnumerique.directory.queries.jobs import job_runs
from passnumerique.directory.rules import Permission
from passnumerique.directory.rules.jobs import COUNT_WORDS, JOB_WORDS, JobName
from passnumerique.ground.words import say
from passnumerique.training.queries import title_of
from passnumerique.training.queries.reminding import sessions_of_subjects, writes_to_people
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge, day, instant, number

PAGE, EVERYTHING = 50, 100_000


class MessageFilter(forms.Form):
    """Which messages to list."""

    sujet = forms.ChoiceField(label=gettext_lazy("Sujet"), required=False)
    moyen = forms.ChoiceField(label=gettext_lazy("Moyen"), required=False)
    etat = forms.ChoiceField(label=gettext_lazy("État"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name, words in (("sujet", MESSAGE_WORDS), ("moyen", CHANNEL_WORDS), ("etat", MESSAGE_STATE_WORDS)):
            told = [(one.value, capfirst(say(word))) for one, word in words.items()]
            self.fields[name].choices = [("", _("Tous")), *told]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What the query takes; everything for what is none of the choices."""
        given = self.cleaned_data if self.is_valid() else {}
        kinds = {"kind": (MessageKind, "sujet"), "channel": (Channel, "moyen"), "state": (MessageState, "etat")}
        return {name: kind(given[field]) for name, (kind, field) in kinds.items() if given.get(field)}


@desk_page(Permission.READ_EVERYTHING)
def message_log(request: DeskRequest) -> HttpResponse:
    """What was written to people and structures, latest first, and what became of it."""
    desk = request.desk
    form = MessageFilter(request.GET)
    rows = messages(desk.actor, desk.programme_id, **form.wanted())
    if "format" in request.GET:
        listed = list(rows[:EVERYTHING])
        return exported(request, f"messages-{desk.slug}", _columns(desk, listed), listed) or _page(desk, request, form)
    return _page(desk, request, form)


def _page(desk: Desk, request: DeskRequest, form: MessageFilter) -> HttpResponse:
    rows = messages(desk.actor, desk.programme_id, **form.wanted())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = messages_by_state(desk.actor, desk.programme_id)
    empty = _("Aucun message. Il en part quand une personne a laissé un contact et réserve une place.")
    runs = job_runs(desk.actor, desk.programme_id)
    context = {
        "page": page,
        "filter": form,
        "table": Table(_("Messages"), _columns(desk, list(page)), page, count=page.paginator.count, empty=empty),
        "counts": [
            (_words(state), counts[state], f"?etat={state.value}") for state in TOLD if counts[state] or state in ALWAYS
        ],
        "writes": writes_to_people(desk.programme_id, desk.at),
        "channels": [capfirst(say(CHANNEL_WORDS[one])) for one in Channel if one in open_channels()],
        "jobs": Table(_("Ce que l’installation fait d’elle-même"), _job_columns(), runs, empty=_never()),
        "parameter_url": desk.url("parameter", "reminders"),
    }
    return render(request, "web/messages/log.html", context)


def _never() -> str:
    return _("Rien n’a encore été fait. Mettez en route «\u202fpassnum tick\u202f», chaque minute.")


def _words(state: MessageState) -> str:
    return capfirst(say(MESSAGE_STATE_WORDS[state]))


TOLD = (
    MessageState.SENT,
    MessageState.DELIVERED,
    MessageState.FAILED,
    MessageState.POSTPONED,
    MessageState.SENDING,
)
ALWAYS = frozenset(TOLD[:3])
"""The states whose count is shown even when it is nothing."""
TONES = {
    MessageState.SENDING: ("hourglass", "info"),
    MessageState.SENT: ("mail", "plain"),
    MessageState.DELIVERED: ("check", "good"),
    MessageState.POSTPONED: ("clock", "warn"),
    MessageState.FAILED: ("cross", "bad"),
}


def _columns(desk: Desk, rows: Sequence[Any]) -> list[Column]:
    names = organisations_named({row.organisation_id for row in rows if row.organisation_id})
    about = sessions_of_subjects(desk.programme_id, [row.subject_id for row in rows])
    return [
        Column("at", _("Quand"), "instant"),
        Column(lambda row: capfirst(say(MESSAGE_WORDS[MessageKind(row.kind)])), _("Sujet")),
        Column(lambda row: capfirst(say(CHANNEL_WORDS[Channel(row.channel)])), _("Moyen")),
        Column(lambda row: names.get(row.organisation_id, _("Une personne")), _("À qui")),
        Column(
            lambda row: _session(about, row.subject_id),
            _("Atelier"),
            url=lambda row: desk.url("session", about[row.subject_id].id) if row.subject_id in about else "",
        ),
        Column(lambda row: badge(_words(MessageState(row.state)), *TONES[MessageState(row.state)]), _("État")),
        Column(_fault, _("Pourquoi")),
    ]


def _session(about: Mapping[UUID, Any], subject_id: UUID) -> str:
    session = about.get(subject_id)
    return f"{title_of(session)}, {day(session.starts_at)}" if session else ""


def _fault(row: Any) -> str:
    return capfirst(say(FAULT_WORDS[row.fault])) if row.fault in FAULT_WORDS else row.fault


def _job_columns() -> list[Column]:
    return [
        Column(lambda run: capfirst(say(JOB_WORDS[JobName(run.name)])), _("Tâche")),
        Column(lambda run: instant(run.ended_at) if run.ended_at else "", _("Dernière fois")),
        Column(_result, _("Résultat")),
        Column(lambda run: instant(run.due_at), _("Prochaine fois")),
    ]


def _result(run: Any) -> object:
    if run.fault:
        return badge(_("Échec\u202f: %(why)s") % {"why": run.fault}, "alert", "bad")
    if run.lease_until is not None:
        return badge(_("En cours depuis %(when)s") % {"when": instant(run.began_at)}, "hourglass", "info")
    told = [f"{say(COUNT_WORDS[name])}\u202f: {number(count)}" for name, count in run.counts.items() if count]
    return ", ".join(told) or _("rien à faire")
