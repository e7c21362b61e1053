"""Sittings: the list, planning one, its page, and its convocation."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.council.operations import convene, plan_sitting
from passnumerique.council.queries import access_sitting, roll_of
from passnumerique.council.queries import sittings as every_sitting
from passnumerique.council.rules import MODE_WORDS, Mode, Outcome
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import at_time, day_of
from passnumerique.ground.words import say
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.parts import tabs
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import clock, day


class SittingForm(forms.Form):
    """When, where and how the council meets."""

    on = DayField(label=gettext_lazy("Jour de la séance"))
    time = forms.TimeField(label=gettext_lazy("Heure"), widget=forms.TimeInput(attrs={"type": "time"}), initial="18:00")
    mode = forms.ChoiceField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy(
            "En visioconférence, le vote est public, la séance est diffusée, et le conseil se réunit aussi dans un "
            "même lieu une fois par semestre (CGCT, L5211-11-1)."
        ),
    )
    place = forms.CharField(label=gettext_lazy("Lieu"), max_length=200, required=False)
    broadcast_url = forms.URLField(
        label=gettext_lazy("Adresse de la diffusion"), max_length=300, required=False, assume_scheme="https"
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Convocation en urgence"),
        required=False,
        help_text=gettext_lazy("Un jour franc au lieu de cinq\u202f; le conseil approuve l’urgence à l’ouverture."),
    )
    after = forms.ChoiceField(
        label=gettext_lazy("Suite d’une séance sans quorum"),
        required=False,
        help_text=gettext_lazy("Le même ordre du jour est repris, et aucun quorum n’est demandé (CGCT, L2121-17)."),
    )

    def __init__(self, *args: Any, without_quorum: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        modes = [(one.value, capfirst(say(MODE_WORDS[one]))) for one in Mode]
        self.fields["mode"].choices = modes  # type: ignore[attr-defined]
        self.fields["after"].choices = [("", _("Non")), *without_quorum]  # type: ignore[attr-defined]
        if not without_quorum:
            del self.fields["after"]


class ConveningForm(forms.Form):
    """The day on which the convocation goes out."""

    convened_on = DayField(
        label=gettext_lazy("Convocation envoyée le"),
        help_text=gettext_lazy("Cinq jours francs avant la séance, sans compter ces deux jours."),
    )


def name_of(sitting: Any) -> str:
    """What a sitting is called: its day."""
    return _("Séance du %(day)s") % {"day": day(sitting.starts_at)}


def stage_of(sitting: Any) -> str:
    """Where a sitting stands, in words."""
    if sitting.closed_at:
        return _("close")
    if sitting.opened_at:
        return _("ouverte")
    return _("convoquée") if sitting.convened_on else _("à convoquer")


@desk_page(Permission.READ_COUNCIL)
def sittings(request: DeskRequest) -> HttpResponse:
    """The sittings, latest first, each with how far it is. For the offices of the authority."""
    desk = request.desk
    rows = list(every_sitting(desk.actor))
    actions = offered(
        desk, Permission.MANAGE_COUNCIL, Action(_("Prévoir une séance"), desk.url("add_sitting"), icon="plus")
    )
    columns = [
        Column(name_of, _("Séance"), url=lambda row: desk.url("sitting", row.id)),
        Column(lambda row: clock(row.starts_at), _("Heure")),
        Column(lambda row: capfirst(say(MODE_WORDS[Mode(row.mode)])), _("Comment")),
        Column(lambda row: len(row.items.all()), _("Affaires"), "number"),
        Column(stage_of, _("État")),
    ]
    table = Table(
        _("Séances du conseil"),
        columns,
        rows,
        count=len(rows),
        empty=_("Aucune séance n’est prévue. Prévoyez-en une, puis inscrivez-y les affaires à voter."),
        empty_url=actions[0].url if actions else "",
        empty_action=_("Prévoir une séance"),
    )
    context = {
        "title": _("Séances du conseil"),
        "lead": _("De la convocation aux actes\u202f: ordre du jour, présences, quorum, votes."),
        "desk": desk,
        "tabs": tabs(desk, "sittings"),
        "table": table,
        "actions": actions,
    }
    return render(request, "web/council/list.html", context)


@desk_page(Permission.MANAGE_COUNCIL)
def add_sitting(request: DeskRequest) -> HttpResponse:
    """Plan a sitting. For the secretary and the manager."""
    desk = request.desk
    form = SittingForm(without_quorum=_without_quorum(desk), **sent(request))
    made: list[UUID] = []
    if done(form, lambda given: made.append(_plan(desk, given))):
        messages.success(request, _("La séance est prévue. Inscrivez les affaires à l’ordre du jour."))
        return redirect(desk.url("sitting", made[0]))
    context = {
        "title": _("Prévoir une séance"),
        "submit": _("Prévoir la séance"),
        "cancel": desk.url("sittings"),
        "breadcrumbs": [Crumb(_("Séances"), desk.url("sittings")), Crumb(_("Prévoir"))],
    }
    return form_page(request, form, context)


def _without_quorum(desk: Desk) -> list[tuple[str, str]]:
    """Closed sittings that lacked their quorum, to be held again."""
    closed = [row for row in every_sitting(desk.actor) if row.closed_at]
    return [(str(row.id), name_of(row)) for row in closed if not roll_of(row).quorum_met]


def _plan(desk: Desk, given: dict[str, Any]) -> UUID:
    return plan_sitting(
        by=desk.actor,
        at=desk.at,
        starts_at=at_time(given["on"], given["time"].hour, given["time"].minute),
        mode=Mode(given["mode"]),
        place=given["place"],
        broadcast_url=given["broadcast_url"],
        urgent=given["urgent"],
        after=UUID(given["after"]) if given.get("after") else None,
    )


@desk_page(Permission.READ_COUNCIL)
def sitting(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """One sitting: how far it is, its agenda with the quorum at every item, and what to do next."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    items = list(row.items.all())
    rolls = {item.rank: roll_of(row, item.rank) for item in items} if row.opened_at else {}
    columns = [
        Column("rank", _("Rang"), "number"),
        Column("title", _("Affaire"), url=lambda item: desk.url("item", item.id)),
        Column("matter", _("Matière")),
        Column(lambda item: _quorum(rolls.get(item.rank)), _("Quorum")),
        Column(lambda item: capfirst(say(Outcome(item.outcome).words)), _("Issue")),
        Column(lambda item: item.deliberation.number if hasattr(item, "deliberation") else "", _("Acte")),
    ]
    manages = desk.may(Permission.MANAGE_COUNCIL)
    pending = [item for item in items if item.outcome == Outcome.PENDING]
    context = {
        "desk": desk,
        "sitting": row,
        "title": name_of(row),
        "mode": capfirst(say(MODE_WORDS[Mode(row.mode)])),
        "stage": stage_of(row),
        "roll": rolls[items[0].rank] if items and rolls else None,
        "table": Table(
            _("Ordre du jour"),
            columns,
            items,
            empty=_("L’ordre du jour est vide."),
            empty_url=desk.url("add_item", row.id) if manages and not row.convened_on else "",
            empty_action=_("Inscrire une affaire"),
        ),
        "actions": _actions(desk, row, bool(items), len(pending)) if manages else [],
        "breadcrumbs": [Crumb(_("Séances"), desk.url("sittings")), Crumb(name_of(row))],
    }
    return render(request, "web/council/sitting.html", context)


def _quorum(roll: Any) -> str:
    if roll is None:
        return ""
    told = {"present": roll.present, "quorum": roll.quorum}
    if roll.quorum_met:
        return _("%(present)s présents pour %(quorum)s\u202f: atteint") % told
    return _("%(present)s présents pour %(quorum)s\u202f: manque") % told


def _actions(desk: Desk, row: Any, any_item: bool, pending: int) -> list[Action]:
    """What comes next, the first one first."""
    if row.closed_at:
        return []
    if row.opened_at:
        noted = Action(_("Noter une arrivée ou un départ"), desk.url("sitting_movements", row.id), "secondary", "users")
        close = Action(_("Clore la séance"), desk.url("close_sitting", row.id), "secondary" if pending else "primary")
        return [noted, close]
    add = Action(_("Inscrire une affaire"), desk.url("add_item", row.id), "secondary", "plus")
    send = Action(_("Convoquer le conseil"), desk.url("convene_sitting", row.id), icon="stamp")
    opening = Action(_("Ouvrir la séance"), desk.url("open_sitting", row.id), icon="council")
    if row.convened_on:
        return [opening] if day_of(row.starts_at) <= desk.today else []
    return [send, add] if any_item else [add]


@desk_page(Permission.MANAGE_COUNCIL)
def convene_sitting(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Note that the convocation went out; the agenda is then fixed. For the secretary and the manager."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = ConveningForm(initial={"convened_on": desk.today}, **sent(request))
    if done(
        form,
        lambda given: convene(sitting_id=row.id, by=desk.actor, at=desk.at, **given),
        convened_too_late="convened_on",
        reconvened_too_soon="convened_on",
    ):
        messages.success(request, _("Le conseil est convoqué. L’ordre du jour ne change plus."))
        return redirect(desk.url("sitting", row.id))
    context = {
        "title": _("Convoquer le conseil"),
        "lead": name_of(row),
        "submit": _("Noter la convocation"),
        "cancel": desk.url("sitting", row.id),
        "breadcrumbs": [Crumb(_("Séances"), desk.url("sittings")), Crumb(name_of(row), desk.url("sitting", row.id))],
    }
    return form_page(request, form, context)
