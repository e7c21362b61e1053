"""The sessions to come of a programme, for anybody: their list, their places on a map, the page of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from passnumerique.directory.queries import public_places
from passnumerique.ground.calendars import MEDIA_TYPE, Event, session_calendar, session_uid
from passnumerique.training.queries import PublicSession
from passnumerique.training.queries.nearby import as_public
from passnumerique.training.queries.published import CalendarLine, calendar_line, published_session
from passnumerique.web.pages.public.faces import Opened, open_programme
from passnumerique.web.pages.public.holding import CodeForm
from passnumerique.web.pages.public.hours import hours_in_words
from passnumerique.web.pages.public.lines import grouped, line_of, where_words
from passnumerique.web.pages.public.maps import Spot, drawing, tiles
from passnumerique.web.pages.public.searching import OpenForm, found_by, near_of
from passnumerique.web.pages.public.sharing import tagged
from passnumerique.web.templatetags.house import phone

PAGE, MOST_PAGES = 10, 20
RINGS_BEFORE = 120
"""Minutes before a session at which the telephone of whoever noted it rings."""


@require_safe
def open_sessions(request: HttpRequest, programme: str) -> HttpResponse:
    """The list, the nearest or the soonest first, then the places that take the pass and their map."""
    opened = open_programme(request, programme)
    form = OpenForm(request.GET, opened)
    near = near_of(form, opened.programme.id)
    page = _page(request)
    found = found_by(form, near, page * PAGE + 1)
    places = _places(opened, found)
    spots = [place.spot for place in places if place.spot]
    background = tiles() if spots else None
    context = {
        "form": form,
        "opened": opened,
        "groups": grouped((line_of(one, near.name) for one in found[: page * PAGE]), by_place=near.point is not None),
        "by_place": near.point is not None,
        "next_page": page + 1 if len(found) > page * PAGE and page < MOST_PAGES else None,
        "unknown_commune": near.name if near.name and near.point is None else "",
        "places": places,
        "drawing": drawing(spots) if spots else "",
        "tiles": background,
        "spots": [asdict(spot) for spot in spots] if background else [],
        "invented": opened.programme.demonstration_day is not None,
    }
    answer = render(request, "web/public/open_sessions.html", context)
    if background:
        answer._csp_update = {"img-src": [background.host]}  # type: ignore[attr-defined]
    return answer


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), MOST_PAGES) if asked.isdecimal() and len(asked) <= len(str(MOST_PAGES)) else 1


@dataclass(frozen=True)
class PlaceLine:
    """One place that takes the pass, as a person reads it; `spot` when it is known where it is."""

    id: UUID
    name: str
    where: str
    phone: str
    phone_words: str
    hours: list[str]
    access_url: str
    spot: Spot | None


def _places(opened: Opened, found: Sequence[PublicSession]) -> list[PlaceLine]:
    """Every place of today, with how many of the sessions found are there."""
    sessions = Counter(one.place_id for one in found)
    return [_place(row, sessions[row.id]) for row in public_places(opened.programme.id, opened.today)]


def _place(row: Any, sessions: int) -> PlaceLine:
    known = row.latitude is not None and row.longitude is not None
    town = " ".join(part for part in (row.postcode, row.commune) if part)
    return PlaceLine(
        id=row.id,
        name=row.name,
        where=", ".join(part for part in (row.address, row.address_extra, town) if part),
        phone=row.phone,
        phone_words=phone(row.phone),
        hours=hours_in_words(row.opening_hours),
        access_url=row.accessibility_url,
        spot=Spot(row.name, row.commune, row.latitude, row.longitude, sessions) if known else None,
    )


@require_safe
def open_session(request: HttpRequest, programme: str, session_id: UUID) -> HttpResponse:
    """One session: when, where, what is left, and how to keep a seat with a pass. One that is over or
    cancelled says so. Refuses (NotFound) what is not published."""
    opened = open_programme(request, programme)
    row = published_session(opened.programme.id, session_id)
    (one,) = as_public([row])
    line = calendar_line(row)
    context = {
        "opened": opened,
        "session": one,
        "line": line_of(one),
        "cancelled": line.cancelled,
        "over": not line.cancelled and row.starts_at <= opened.at,
        "where": where_words(one),
        "hours": hours_in_words(one.opening_hours),
        "form": CodeForm(),
        "invented": opened.programme.demonstration_day is not None,
    }
    return render(request, "web/public/open_session.html", context)


@require_safe
def open_session_calendar(request: HttpRequest, programme: str, session_id: UUID) -> HttpResponse:
    """The session as a calendar file, for anybody."""
    opened = open_programme(request, programme)
    row = published_session(opened.programme.id, session_id)
    (one,) = as_public([row])
    return calendar_file(request, opened, one, calendar_line(row), cache="public, max-age=300")


def calendar_file(
    request: HttpRequest, opened: Opened, one: PublicSession, line: CalendarLine, *, cache: str
) -> HttpResponse:
    """One session as a calendar file to download."""
    content = session_calendar([event_of(opened, one, line)])
    answer = tagged(request, content, MEDIA_TYPE, cache=cache)
    answer.headers["Content-Disposition"] = 'attachment; filename="atelier.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def event_of(opened: Opened, one: PublicSession, line: CalendarLine) -> Event:
    """The session as the calendar of somebody who comes to it shows it."""
    return Event(
        uid=session_uid(one.id),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=one.title,
        place=", ".join(part for part in (one.place, one.room) if part),
        address=", ".join(part for part in (one.address, one.commune) if part),
        url=f"{settings.PUBLIC_ADDRESS.rstrip('/')}{opened.url('open_session', one.id)}",
        sequence=line.sequence,
        cancelled=line.cancelled,
        alarm_minutes=RINGS_BEFORE,
        description="\n".join(part for part in (_("Apportez votre pass."), one.accessibility, one.equipment) if part),
        point=(one.latitude, one.longitude) if one.latitude is not None and one.longitude is not None else None,
        changed_at=line.changed_at,
    )
