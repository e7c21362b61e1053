"""The calendar of a place: an address that its telephone follows, and the page of the desk that shows it.

The address is private and can be renewed (see `directory.queries.calendars`); what stands behind it
holds counts of seats and no name.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passnumerique.directory.operations import renew_calendar
from passnumerique.directory.queries import calendar_mark, one_organisation, organisation_of_calendar
from passnumerique.directory.rules import Permission
from passnumerique.ground.calendars import MEDIA_TYPE, Event, session_calendar, session_uid
from passnumerique.ground.refusals import NotFound
from passnumerique.training.queries.published import CalendarLine, sessions_of_place
from passnumerique.web.context import Crumb
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.pages.public.faces import Opened, open_programme
from passnumerique.web.pages.public.sharing import tagged

KEPT = timedelta(days=60)
"""How long a session that is over stays in the calendar."""


@require_safe
def calendar_feed(request: HttpRequest, programme: str, mark: str) -> HttpResponse:
    """The sessions of the place whose address this is. Refuses (NotFound) a mark renewed or invented."""
    opened = open_programme(request, programme)
    place = organisation_of_calendar(opened.programme.id, mark)
    if place is None:
        raise NotFound
    lines = sessions_of_place(opened.programme.id, place.id, after=opened.at - KEPT)
    where = ", ".join(part for part in (place.address, place.commune) if part)
    events = (_event(opened, line, place.name, where) for line in lines)
    content = session_calendar(events, name=_("Ateliers · %(place)s") % {"place": place.name})
    answer = tagged(request, content, MEDIA_TYPE, cache="private, no-cache")
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _event(opened: Opened, line: CalendarLine, place: str, address: str) -> Event:
    taken = ngettext(
        "%(taken)s place prise sur %(seats)s.", "%(taken)s places prises sur %(seats)s.", line.seats_taken
    ) % {"taken": line.seats_taken, "seats": line.seats}
    return Event(
        uid=session_uid(line.id),
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        title=line.title,
        place=", ".join(part for part in (place, line.room) if part),
        address=address,
        url=f"{settings.PUBLIC_ADDRESS.rstrip('/')}{opened.url('session', line.id)}",
        sequence=line.sequence,
        cancelled=line.cancelled,
        description=_("Annulé.") if line.cancelled else taken,
        changed_at=line.changed_at,
    )


@never_cache
@desk_page(Permission.SCHEDULE_TRAINING)
def my_calendar(request: DeskRequest) -> HttpResponse:
    """The private address of the place's calendar, to be put into a telephone or a mail program."""
    desk = request.desk
    place = one_organisation(desk.actor, desk.hat.actor.organisation_id)  # type: ignore[arg-type]
    path = reverse("calendar_feed", args=[desk.slug, calendar_mark(desk.programme_id, place)])
    address = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{path}"
    context = {
        "desk": desk,
        "address": address,
        "renew": desk.url("renew_my_calendar"),
        "followed": f"webcal://{address.partition('://')[2]}",
        "breadcrumbs": [Crumb(_("Ateliers"), desk.url("sessions")), Crumb(_("Mon agenda"))],
    }
    return render(request, "web/public/my_calendar.html", context)


@require_POST
@desk_page(Permission.SCHEDULE_TRAINING)
def renew_my_calendar(request: DeskRequest) -> HttpResponse:
    """Every address of the calendar given out so far is closed; the page shows the new one."""
    desk = request.desk
    renew_calendar(organisation_id=desk.actor.organisation_id, by=desk.actor)  # type: ignore[arg-type]
    messages.success(request, _("L’adresse est changée. L’ancienne n’ouvre plus rien\u202f: donnez la nouvelle."))
    return redirect(desk.url("my_calendar"))
