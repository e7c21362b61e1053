"""The part of a session's page about who waits: the list, the offers, and the ways to a seat."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.training.queries import waiting_list
from passnumerique.training.rules import SessionState, WaitingState
from passnumerique.web.actions import Action
from passnumerique.web.desk import Desk
from passnumerique.web.pages.training.cancelling import after_context, moved_context, pass_words
from passnumerique.web.pages.training.parts import may_hold
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import instant


def seats_context(desk: Desk, session: Any) -> dict[str, Any]:
    """What the page of a session tells beside its people: who waits, or what became of a cancelled one."""
    if session.state == SessionState.CANCELLED:
        return {"ways": [], "queue": None, "series": "", **after_context(desk, session)}
    lines = waiting_list(desk.actor, session, desk.at)
    series = desk.url("series", session.series_id) if session.series_id else ""
    return {
        "ways": ways_to_a_seat(desk, session),
        "queue": _table(desk, lines) if lines else None,
        "series": series,
        "after": None,
        "to_call": 0,
        **moved_context(desk, session),
    }


def ways_to_a_seat(desk: Desk, session: Any) -> list[Action]:
    """How this reader gets somebody a seat: on the list, with several passes, or in the queue once it is full."""
    open_yet = session.ends_at > desk.at
    full = session.seats_taken >= session.seats
    ways = []
    if may_hold(desk) and not full:
        ways.append(Action(_("Inscrire une personne"), desk.url("add_participant", session.id), icon="plus"))
    if desk.may(Permission.BOOK_SEAT) and open_yet and not full:
        ways.append(Action(_("Réserver avec des pass"), desk.url("book_seats", session.id), icon="ticket"))
    if desk.may(Permission.BOOK_SEAT) and full and session.starts_at > desk.at:
        ways.append(Action(_("Attendre une place"), desk.url("join_waiting", session.id), icon="hourglass"))
    return ways


def _table(desk: Desk, lines: list[Any]) -> Table:
    ranks = {line.id: rank for rank, line in enumerate(lines, start=1)}
    columns = [
        Column(lambda line: str(ranks[line.id]), _("Rang")),
        Column(lambda line: pass_words(line.voucher_number), _("Pass")),
        Column("state", _("État"), "waiting"),
        Column(_until, _("Réponse attendue")),
    ]
    if may_hold(desk) or desk.may(Permission.BOOK_SEAT):
        columns.append(Column(_answer, _("Action"), url=lambda line: desk.url("answer_waiting", line.id)))
    return Table(_("Liste d’attente"), columns, lines)


def _until(line: Any) -> str:
    return _("avant le %(until)s") % {"until": instant(line.offer_until)} if line.offer_until else ""


def _answer(line: Any) -> str:
    words = _("Noter la réponse") if line.state == WaitingState.OFFERED else _("Retirer de l’attente")
    return format_html('{}<span class="unseen"> – {}</span>', words, pass_words(line.voucher_number))
