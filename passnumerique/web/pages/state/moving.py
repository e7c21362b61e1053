"""The demonstration's one control: it lets time go on, and the programme lives what happens meanwhile."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from passnumerique.ground.dates import next_month
from passnumerique.ground.refusals import NotFound
from passnumerique.journeys.demonstration import play_until
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.templatetags.house import day as written

MOST_DAYS = 31
"""How many days one request plays: a few seconds."""


@require_POST
@desk_page()
def demonstration_move(request: DeskRequest) -> HttpResponse:
    """Play on by a day, a week, a month or to a date, `MOST_DAYS` a request. For anybody with a desk there.

    Only in a demonstration, of an installation that shows one: anywhere else there is no such page.
    """
    desk = request.desk
    if desk.day is None or not settings.DEMONSTRATION:
        raise NotFound
    until, back = _target(desk.day, request.POST), _way_back(request)
    if until is None or until <= desk.day:
        messages.warning(request, _("Choisissez un jour après le %(day)s.") % {"day": written(desk.day)})
        return HttpResponseRedirect(back)
    reached = play_until(desk.programme_id, min(until, desk.day + timedelta(days=MOST_DAYS)))
    if reached < until:
        return _on_the_way(request, reached, until, back)
    messages.success(request, _("Le temps a passé. Nous sommes le %(day)s.") % {"day": written(reached)})
    return HttpResponseRedirect(back)


def _target(today: date, posted: Any) -> date | None:
    """The day asked for; None when it cannot be read."""
    step = posted.get("step", "")
    if step == "date":
        try:
            return date.fromisoformat(posted.get("until", ""))
        except ValueError:
            return None
    steps = {"day": today + timedelta(days=1), "week": today + timedelta(days=7), "month": month_later(today)}
    return steps.get(step)


def month_later(day: date) -> date:
    """The same day of the next month, or that month's last: 31 January gives 28 February."""
    following = next_month(day)
    return following.replace(day=min(day.day, monthrange(following.year, following.month)[1]))


def _way_back(request: DeskRequest) -> str:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else request.desk.url("desk_home")


def _on_the_way(request: DeskRequest, reached: date, until: date, back: str) -> HttpResponse:
    """How far time has gone, with the button that goes on."""
    start = _start(request, reached)
    request.desk = replace(request.desk, day=reached, today=reached)
    context = {
        "desk": request.desk,
        "reached": reached,
        "until": until,
        "start": start,
        "done": (reached - start).days,
        "total": (until - start).days,
        "back": back,
    }
    return render(request, "web/state/on_the_way.html", context)


def _start(request: DeskRequest, reached: date) -> date:
    """The day on which this journey through time began."""
    try:
        return min(date.fromisoformat(request.POST.get("start", "")), reached)
    except ValueError:
        return request.desk.day or reached
