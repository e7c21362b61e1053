"""A series of sessions: planned after its dates were seen, shown, cancelled from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import start_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.words import say
from passnumerique.training.operations import SessionCancelled, cancel_series_from, schedule_series
from passnumerique.training.queries import plan, series_from, series_preview, session_rows, sessions, title_of
from passnumerique.training.rules import Preview, Skipped, Why
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, form_page, sent
from passnumerique.web.pages.training.parts import may_hold
from passnumerique.web.pages.training.scheduling import SEATS, places_to_plan
from passnumerique.web.pages.training.series_forms import CancelSeriesForm, SeriesForm
from passnumerique.web.pages.training.words import hours_of, state_of, weekday_of
from passnumerique.web.tables import Column, Table

IN_THE_WAY = frozenset({Why.ROOM_TAKEN, Why.NOT_ACCREDITED})
"""What is not chosen in the preview, like a day taken out by hand; what came in the way since refuses the series."""


@dataclass(frozen=True)
class PreviewDay:
    """One day of the preview: with a session, or why not."""

    day: date
    words: str
    chosen: bool
    why: str = ""


@desk_page(Permission.READ_TRAINING)
def schedule(request: DeskRequest) -> HttpResponse:
    """A new series: the form, then its dates to look at, then the sessions. Nothing is written before the
    dates were seen. The place plans its own, the manager at any place of the programme."""
    desk = request.desk
    if not may_hold(desk):
        raise NotAllowed
    form = SeriesForm(
        plan=plan(desk.programme_id),
        places=places_to_plan(desk),
        initial={"day": desk.today, "seats": SEATS, "place": request.GET.get("place", "")},
        data=sent(request)["data"],
    )
    step = request.POST.get("step", "")
    if form.is_bound and step != "form" and form.is_valid():
        answer = _previewed(request, form) if step == "preview" else _made(request, form)
        if answer is not None:
            return answer
    return form_page(request, form, _form_context(desk, kept=step == "form"), "web/training/series_form.html")


def _form_context(desk: Desk, *, kept: bool) -> dict[str, Any]:
    return {
        "title": _("Programmer une série d’ateliers"),
        "submit": _("Voir les dates"),
        "cancel": desk.url("sessions"),
        "lead": _("Vous verrez d’abord toutes les dates. Rien n’est programmé avant votre accord."),
        "breadcrumbs": _crumbs(desk, _("Programmer une série")),
        "kept": kept,
    }


def _crumbs(desk: Desk, *labels: str) -> list[Crumb]:
    return [Crumb(_("Ateliers"), desk.url("sessions")), *(Crumb(label) for label in labels)]


def _place(desk: Desk, form: SeriesForm) -> UUID:
    return desk.actor.organisation_id or UUID(form.cleaned_data["place"])


_BESIDE = {
    "series_ends_before_start": "until",
    "series_too_long": "until",
    "series_empty": "until",
    "session_ends_too_soon": "ends",
    "place_may_not_host": "day",
}
"""Which field each refusal speaks of."""


def _preview(desk: Desk, form: SeriesForm) -> Preview | None:
    """The days of the series; None when the form told why there are none."""
    found: list[Preview] = []

    def look(given: dict[str, Any]) -> None:
        place = _place(desk, form)
        found.append(series_preview(desk.programme_id, place, form.recurrence(), desk.at, room=given["room"]))

    return found[0] if done(form, look, **_BESIDE) else None


def _previewed(
    request: DeskRequest, form: SeriesForm, refusal: str = "", out: Sequence[date] = ()
) -> HttpResponse | None:
    preview = _preview(request.desk, form)
    return _preview_page(request, form, preview, refusal, out) if preview else None


def _preview_page(
    request: DeskRequest, form: SeriesForm, preview: Preview, refusal: str, out: Sequence[date]
) -> HttpResponse:
    desk = request.desk
    days = _days(preview, out)
    context = {
        "desk": desk,
        "form": form,
        "days": days,
        "many": len(preview.days),
        "skipped": len(preview.skipped),
        "unknown": preview.holidays_unknown,
        "known_until": preview.holidays_known_until,
        "refusal": refusal,
        "breadcrumbs": _crumbs(desk, _("Programmer une série"), _("Les dates")),
    }
    status = UNPROCESSABLE if refusal else 200
    return render(request, "web/training/series_preview.html", context, status=status)


def _days(preview: Preview, out: Sequence[date]) -> list[PreviewDay]:
    held = [PreviewDay(day, weekday_of(day), day not in out) for day in preview.days]
    skipped = [PreviewDay(one.day, weekday_of(one.day), False, why_not(one)) for one in preview.skipped]
    return sorted(held + skipped, key=lambda one: one.day)


def why_not(one: Skipped) -> str:
    """Why a day holds no session: `jour férié : Toussaint`."""
    if one.why is Why.AFTER_TRAINING:
        return _("après la fin des formations, comme tous les jours suivants")
    return f"{say(one.why.words)}\u202f: {one.name}" if one.name else say(one.why.words)


def _made(request: DeskRequest, form: SeriesForm) -> HttpResponse | None:
    """Plan the series on the days that stayed chosen, or show the dates again with what refuses it."""
    desk = request.desk
    preview = _preview(desk, form)
    if preview is None:
        return None
    chosen = set(request.POST.getlist("chosen"))
    asked = [*preview.days, *(one.day for one in preview.skipped if one.why in IN_THE_WAY)]
    out = [day for day in asked if day.isoformat() not in chosen]
    what = form.chosen()
    try:
        made = schedule_series(
            programme_id=desk.programme_id,
            place_id=_place(desk, form),
            module_id=what["module_id"],  # type: ignore[arg-type]
            planned_session_id=what["planned_session_id"],
            recurrence=form.recurrence(out),
            by=desk.actor,
            at=desk.at,
            **form.texts(),
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _preview_page(request, form, preview, refusal.say(), out)
    messages.success(request, _planned(len(made.ids)))
    return redirect(desk.url("series", made.series_id))


def _planned(many: int) -> str:
    said = ngettext("%(count)s atelier est programmé.", "%(count)s ateliers sont programmés.", many)
    return said % {"count": many}


@desk_page(Permission.READ_TRAINING)
def series(request: DeskRequest, series_id: UUID) -> HttpResponse:
    """The sessions of one series within the reader's sight."""
    desk = request.desk
    rows = list(sessions(desk.actor, desk.programme_id).filter(series_id=series_id))
    if not rows:
        raise NotFound
    to_come = [row for row in rows if row.state == "planned" and row.ends_at > desk.at]
    context = {
        "desk": desk,
        "title": title_of(rows[0]),
        "place": session_rows(desk.programme_id, rows[:1])[0].place,
        "table": _table(desk, rows),
        "cancel": desk.url("cancel_series", series_id) if may_hold(desk) and to_come else "",
        "breadcrumbs": _crumbs(desk, _("Série")),
    }
    return render(request, "web/training/series.html", context)


def _table(desk: Desk, rows: Sequence[Any]) -> Table:
    columns = [
        Column(lambda row: weekday_of(row.starts_at), _("Jour"), url=lambda row: desk.url("session", row.id)),
        Column(hours_of, _("Horaire")),
        Column("room", _("Salle")),
        Column(lambda row: f"{row.seats_taken} / {row.seats}", _("Places prises")),
        Column(lambda row: state_of(row, desk.at), _("État"), "session"),
    ]
    return Table(_("Ateliers de la série"), columns, rows)


@desk_page(Permission.READ_TRAINING)
def cancel(request: DeskRequest, series_id: UUID) -> HttpResponse:
    """Cancel the sessions of a series from a day on, with the reason that their people will read."""
    desk = request.desk
    to_come = series_from(desk.actor, desk.programme_id, series_id, start_of(desk.today))
    if not to_come:
        raise NotFound
    form = CancelSeriesForm(initial={"from_day": desk.today}, data=sent(request)["data"])
    cancelled: list[SessionCancelled] = []

    def act(given: dict[str, Any]) -> None:
        cancelled.extend(
            cancel_series_from(programme_id=desk.programme_id, series_id=series_id, by=desk.actor, at=desk.at, **given)
        )

    if done(form, act, series_over="from_day"):
        messages.success(request, told_of(cancelled))
        return redirect(desk.url("series", series_id))
    context = {
        "title": _("Annuler une série"),
        "submit": _("Annuler ces ateliers"),
        "kind": "danger",
        "cancel": desk.url("series", series_id),
        "back": _("Revenir sans annuler"),
        "lead": title_of(to_come[0]),
        "warning": _(
            "Les places sont libérées, aucun pass n’est pris, et chaque personne dont le pass a réservé reçoit une "
            "autre date s’il y en a. Un atelier annulé ne se rétablit pas."
        ),
        "table": _table(desk, to_come),
        "breadcrumbs": _crumbs(desk, _("Annuler une série")),
        "desk": desk,
    }
    return form_page(request, form, context, "web/training/series_cancel.html")


def told_of(cancelled: Sequence[SessionCancelled]) -> str:
    """What cancelling did, in a few sentences: how many sessions, who is offered another date, who is to be called."""
    many, freed = len(cancelled), sum(one.freed for one in cancelled)
    offered = sum(len(one.offered) for one in cancelled)
    told = ngettext("L’atelier est annulé.", "%(count)s ateliers sont annulés.", many) % {"count": many}
    if not freed:
        return told + " " + _("Personne n’y était inscrit.")
    return " ".join([told, *_offers(offered), *_calls(sum(one.to_call for one in cancelled))])


def _offers(offered: int) -> list[str]:
    said = ngettext(
        "Une autre date est proposée à %(count)s personne.",
        "Une autre date est proposée à %(count)s personnes.",
        offered,
    )
    return [said % {"count": offered}] if offered else []


def _calls(left: int) -> list[str]:
    said = ngettext(
        "%(count)s personne est à appeler\u202f: voyez la liste.",
        "%(count)s personnes sont à appeler\u202f: voyez la liste.",
        left,
    )
    return [said % {"count": left}] if left else []
