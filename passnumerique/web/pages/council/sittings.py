"""Sittings: the list, planning one, its page, and its convocation."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from passnumerique.council.queries import access_sitting, colleges_of, lacks_of, left_items, roll_of, waiting
from passnumerique.council.queries import sittings as every_sitting
from passnumerique.council.rules import MODE_WORDS, Mode, Outcome, Owed, latest_convening, list_due, minutes_due
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import day_of
from passnumerique.ground.words import say
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.programme.parts import tabs
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import clock, day


def name_of(sitting: Any) -> str:
    """What a sitting is called: its day."""
    return _("Séance du %(day)s") % {"day": day(sitting.starts_at)}


def stage_of(sitting: Any) -> str:
    """Where a sitting stands, in words."""
    if sitting.cancelled_at:
        return _("annulée")
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
        "owed": owed_table(desk),
    }
    return render(request, "web/council/list.html", context)


def owed_table(desk: Desk) -> Table | None:
    """What waits on the desk of whoever keeps the council's papers, late things first; nothing when all is done."""
    if not desk.may(Permission.MANAGE_COUNCIL):
        return None
    rows = waiting(desk.actor, desk.today)
    columns = [
        Column(lambda one: say(one.owed.words), _("À faire"), url=lambda one: _owed_url(desk, one)),
        Column(lambda one: one.number, _("Acte")),
        Column("sat_on", _("Séance du"), "day"),
        Column("due_on", _("Au plus tard le"), "day"),
        Column(lambda one: _("En retard") if one.late else "", _("Délai")),
        Column(lambda one: one.owed.source, _("Source")),
    ]
    return Table(_("Ce qui attend"), columns, rows) if rows else None


def _owed_url(desk: Desk, one: Any) -> str:
    if one.deliberation_id:
        return desk.url("publish_deliberation", one.deliberation_id)
    pages = {Owed.LIST: "publish_list", Owed.MINUTES: "settle_minutes", Owed.MINUTES_OUT: "publish_minutes"}
    return desk.url(pages[one.owed], one.sitting_id)


@desk_page(Permission.READ_COUNCIL)
def sitting(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """One sitting: how far it is, its agenda with the quorum at every item, and what to do next."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    items = list(row.items.all())
    rolls = {item.rank: roll_of(row, item.rank) for item in items} if row.opened_at else {}
    columns = [
        Column(lambda item: f"{item.rank}. {item.title}", _("Affaire"), url=lambda item: desk.url("item", item.id)),
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
        "lacks": _lacks(desk, row) if not (row.opened_at or row.cancelled_at) else [],
        "dates": _dates(row),
        "urgency": _urgency(row),
        "papers": _papers(desk, row),
        "colleges": _colleges(row, rolls[items[0].rank]) if items and rolls else None,
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


def _lacks(desk: Desk, row: Any) -> list[str]:
    """What is to be settled before a sitting: first that its council can no longer be convened in time."""
    found, latest = [say(one.words) for one in lacks_of(row)], _dates(row)["latest"]
    if latest is None or desk.today <= latest:
        return found
    if row.urgent:
        late = _("Le %(day)s est passé : trop tard, même en urgence (CGCT, L2121-12). Choisissez une autre date.")
    else:
        late = _(
            "Le %(day)s est passé : trop tard pour convoquer dans le délai (CGCT, L2121-12). Choisissez une autre "
            "date, ou convoquez en urgence si l’affaire le justifie."
        )
    return [late % {"day": day(latest)}, *found]


def _dates(row: Any) -> dict[str, Any]:
    """The legal days of a sitting, as far as they are known."""
    sat_on = day_of(row.starts_at)
    first = day_of(row.after.starts_at) if row.after else None
    waits = not (row.convened_on or row.cancelled_at)
    settled = row.minutes_settled_on
    return {
        "latest": latest_convening(sat_on, urgent=row.urgent, after=first) if waits else None,
        "list_due": list_due(sat_on) if row.closed_at and not row.list_published_on else None,
        "minutes_due": minutes_due(settled) if settled and not row.minutes_published_on else None,
        "first": first,
    }


def _urgency(row: Any) -> str:
    """Where the urgency stands: the council says what it thinks of it at the opening."""
    if row.urgency_approved is None:
        return _("Le conseil se prononce à l’ouverture")
    return _("Approuvée par le conseil") if row.urgency_approved else _("Refusée par le conseil")


def _papers(desk: Desk, row: Any) -> list[Action]:
    """The papers that a sitting has by now."""
    papers = []
    if row.opened_at:
        papers.append(Action(_("La convocation en PDF"), desk.url("convocation_pdf", row.id), "secondary", "file"))
        papers.append(Action(_("Le procès-verbal en PDF"), desk.url("minutes_pdf", row.id), "secondary", "file"))
    if any(hasattr(item, "deliberation") for item in row.items.all()):
        papers.append(Action(_("La liste des délibérations"), desk.url("list_pdf", row.id), "secondary", "file"))
    return papers


def _colleges(row: Any, roll: Any) -> Table | None:
    """Who sits for each college at the opening, where members represent some: shown, and left to the statutes."""
    columns = [
        Column("name", _("Collège")),
        Column("seats", _("Sièges"), "number"),
        Column("present", _("Occupés à l’ouverture"), "number"),
    ]
    rows = colleges_of(row, roll)
    return Table(_("Par collège"), columns, rows) if rows else None


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
        return after_actions(desk, row)
    if row.opened_at:
        return _actions_while_open(desk, row, pending)
    if row.cancelled_at:
        return []
    change = Action(_("Modifier ou annuler"), desk.url("change_sitting", row.id), "quiet", "edit")
    paper = Action(_("La convocation en PDF"), desk.url("convocation_pdf", row.id), "secondary", "file")
    if row.convened_on:
        opening = Action(_("Ouvrir la séance"), desk.url("open_sitting", row.id), icon="council")
        return [*([opening] if day_of(row.starts_at) <= desk.today else []), paper, change]
    add = Action(_("Inscrire une affaire"), desk.url("add_item", row.id), "secondary", "plus")
    send = Action(_("Convoquer le conseil"), desk.url("convene_sitting", row.id), icon="stamp")
    more = [] if row.after_id else [add, *_left(desk, row)]
    return [send, *more, paper, change] if any_item else [*more, change]


def _left(desk: Desk, row: Any) -> list[Action]:
    """Taking up a matter that another sitting left, when there is one."""
    taking = Action(_("Reprendre une affaire reportée"), desk.url("take_up_item", row.id), "secondary", "history")
    return [taking] if left_items(desk.actor).exists() else []


def _actions_while_open(desk: Desk, row: Any, pending: int) -> list[Action]:
    noted = Action(_("Noter une arrivée ou un départ"), desk.url("sitting_movements", row.id), "secondary", "users")
    close = Action(_("Clore la séance"), desk.url("close_sitting", row.id), "secondary" if pending else "primary")
    if row.urgent and row.urgency_approved is None:
        urgency = Action(_("Noter l’avis sur l’urgence"), desk.url("settle_urgency", row.id), icon="stamp")
        return [urgency, noted, close]
    return [noted, close]


def after_actions(desk: Desk, row: Any) -> list[Action]:
    """What is left to do of a sitting that is closed, and its papers."""
    found = []
    if row.list_published_on is None:
        found.append(Action(_("Noter la publication de la liste"), desk.url("publish_list", row.id), icon="stamp"))
    elif row.minutes_settled_on is None:
        found.append(Action(_("Noter l’arrêt du procès-verbal"), desk.url("settle_minutes", row.id), icon="stamp"))
    elif row.minutes_published_on is None:
        out = Action(_("Noter la publication du procès-verbal"), desk.url("publish_minutes", row.id), icon="stamp")
        found.append(out)
    return found
