"""The training sessions: those of today on top, those to come, those that are over."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from passnumerique.directory.queries import access_organisations
from passnumerique.directory.rules import AccreditationKind, Permission
from passnumerique.ground.dates import end_of, start_of
from passnumerique.programmes.queries import training_periods
from passnumerique.training.queries import SessionRow, filled, plan, seats_ahead, session_rows, sessions
from passnumerique.training.rules import Filling
from passnumerique.web.actions import Action
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.training.forms import SessionFilter
from passnumerique.web.pages.training.parts import may_hold
from passnumerique.web.pages.training.words import state_of
from passnumerique.web.tables import Column, Table

PAGE = 50
PAST = "past"


@desk_page(Permission.READ_TRAINING)
def sessions_list(request: DeskRequest) -> HttpResponse:
    """Sessions within the reader's sight: a place sees its own, the authority all; the list as a file."""
    desk = request.desk
    past = request.GET.get("when") == PAST
    narrowed = _filter(request)
    rows = _wanted(desk, narrowed, past=past)
    columns = _columns(desk)
    if request.GET.get("format"):
        whole = [*columns, Column("session.ends_at", _("Fin"), "instant")]
        file = exported(request, f"ateliers-{desk.slug}", whole, session_rows(desk.programme_id, list(rows)))
        if file:
            return file
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = [] if past else _today(desk, None if desk.may(Permission.REDEEM) else narrowed)
    context = {
        "desk": desk,
        "page": page,
        "today": session_rows(desk.programme_id, today),
        "tabs": _tabs(request, past),
        "filter": narrowed,
        "table": _table(desk, columns, page, past=past, narrowed=bool(narrowed.changed_data)),
        "actions": _actions(desk),
        "may_redeem": desk.may(Permission.REDEEM),
        "ahead": None if past or desk.actor.organisation_id else seats_ahead(desk.actor, desk.programme_id, desk.at),
        "empty_url": f"{desk.url('sessions')}?filling={Filling.EMPTY}",
        "waited_url": f"{desk.url('sessions')}?filling={Filling.WAITED}",
    }
    return render(request, "web/training/sessions.html", context)


def _actions(desk: Desk) -> list[Action]:
    """Who holds sessions plans one or a series; who books looks for one near a commune."""
    actions = []
    if may_hold(desk):
        actions.append(Action(_("Programmer un atelier"), desk.url("schedule"), icon="plus"))
        actions.append(Action(_("Programmer une série"), desk.url("schedule_series"), "secondary", "calendar"))
    if desk.may(Permission.SCHEDULE_TRAINING):
        actions.append(Action(_("Mon agenda"), desk.url("my_calendar"), "quiet", "link"))
    if desk.may(Permission.HAND_OVER):
        actions.append(Action(_("Chercher près d’une commune"), desk.url("sessions_near"), icon="pin"))
    return actions


def _filter(request: DeskRequest) -> SessionFilter:
    """The choices: no place for who has one only, no period where the programme has none."""
    desk = request.desk
    modules = [
        (theme.name, [(str(one.id), f"{one.reference} – {one.name}") for one in theme.modules])
        for theme in plan(desk.programme_id)
    ]
    periods = [(str(row.id), row.name) for row in training_periods(desk.programme_id)]
    return SessionFilter(request.GET, places=place_choices(desk), modules=modules, periods=periods)


def place_choices(desk: Desk) -> list[tuple[str, str]]:
    """The places of the programme, present and past, by name; none for a desk that acts for one."""
    if desk.actor.organisation_id is not None:
        return []
    rows = access_organisations(desk.actor, kind=AccreditationKind.PLACE, programme_id=desk.programme_id)
    return [(str(row.id), row.name) for row in rows]


def _wanted(desk: Desk, narrowed: SessionFilter, *, past: bool) -> QuerySet[Any]:
    rows = _of_filter(desk, narrowed, after=None if past else end_of(desk.today))
    if past:
        return rows.filter(starts_at__lt=start_of(desk.today)).order_by("-starts_at", "-id")
    return rows


def _today(desk: Desk, narrowed: SessionFilter | None) -> list[Any]:
    """The sessions of today; at the counter all of them, whatever the list below is narrowed to."""
    rows = _of_filter(desk, narrowed) if narrowed else sessions(desk.actor, desk.programme_id)
    return list(rows.filter(starts_at__gte=start_of(desk.today), starts_at__lt=end_of(desk.today)))


def _of_filter(desk: Desk, narrowed: SessionFilter, **options: Any) -> QuerySet[Any]:
    rows = sessions(
        desk.actor,
        desk.programme_id,
        place_id=narrowed.chosen("place"),
        module_id=narrowed.chosen("module"),
        **options,
    )
    period = narrowed.chosen("period")
    return filled(rows.filter(period_id=period) if period else rows, narrowed.wanted())


def _tabs(request: DeskRequest, past: bool) -> list[dict[str, object]]:
    kept = {name: str(value) for name, value in request.GET.items() if value and name not in {"when", "page"}}
    address = request.desk.url("sessions")

    def leads_to(**when: str) -> str:
        query = urlencode(when | kept)
        return f"{address}?{query}" if query else address

    return [
        {"label": _("Aujourd’hui et à venir"), "url": leads_to(), "current": not past},
        {"label": _("Passés"), "url": leads_to(when=PAST), "current": past},
    ]


def _columns(desk: Desk) -> list[Column]:
    place = [] if desk.actor.organisation_id and may_hold(desk) else [Column("place", _("Lieu"))]
    return [
        Column("title", _("Atelier"), url=lambda row: desk.url("session", row.session.id)),
        Column("session.starts_at", _("Début"), "instant"),
        *place,
        Column(_seats, _("Places prises")),
        Column("redeemed", _("Pass utilisés"), "number"),
        Column(lambda row: state_of(row.session, desk.at), _("État"), "session"),
    ]


def _seats(row: SessionRow) -> str:
    """`8 / 8`, and how many wait."""
    seats = f"{row.session.seats_taken}\u202f/\u202f{row.session.seats}"
    waiting = _("%(count)s en attente") % {"count": row.waiting}
    return f"{seats}, {waiting}" if row.waiting else seats


def _table(desk: Desk, columns: Iterable[Column], page: Any, *, past: bool, narrowed: bool) -> Table:
    rows: list[SessionRow] = session_rows(desk.programme_id, list(page))
    may_add = may_hold(desk) and not narrowed and not past
    return Table(
        _("Ateliers passés") if past else _("Ateliers à venir"),
        list(columns),
        rows,
        count=page.paginator.count,
        empty=_empty(past=past, narrowed=narrowed),
        empty_url=desk.url("schedule") if may_add else "",
        empty_action=_("Programmer un atelier"),
    )


def _empty(*, past: bool, narrowed: bool) -> str:
    if narrowed:
        return _("Aucun atelier ne correspond. Changez les filtres, ou affichez tout.")
    if past:
        return _("Aucun atelier n’a encore eu lieu.")
    return _("Aucun atelier n’est annoncé après aujourd’hui. Tant qu’il n’y en a pas, personne ne peut s’inscrire.")
