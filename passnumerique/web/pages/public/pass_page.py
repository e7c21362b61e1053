"""What somebody who holds a pass reads: whether it is good, the seat it keeps, what it is offered, where to go.

One thing at a time: an offer to answer comes first, then the seat kept, and sessions to choose from
only where there is no seat yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from passnumerique.programmes.queries import terms_on
from passnumerique.training.queries import (
    seats_of_passes,
    sessions_near,
    sessions_with_ids,
    waiting_of_passes,
)
from passnumerique.training.queries.nearby import as_public
from passnumerique.web.pages.public import answers
from passnumerique.web.pages.public.contacts import contact_told
from passnumerique.web.pages.public.holding import Found, other_language
from passnumerique.web.pages.public.lines import SessionLine, line_of, when_words
from passnumerique.web.pages.public.searching import Near, NearForm, near_of

FREE_SHOWN, FULL_SHOWN = 6, 3
CONFLICT = 409


@dataclass(frozen=True)
class Told:
    """What the act just done says at the top of the page: done, or refused and why."""

    title: str
    sentence: str = ""
    refused: bool = False


def pass_page(request: HttpRequest, found: Found, told: Told | None = None) -> HttpResponse:
    """The page of a pass, perhaps with what was just done or refused."""
    programme = found.programme
    context: dict[str, Any] = {
        "told": told,
        "said": answers.said(found.answer, found.today),
        "number": answers.end_of_number(found.number),
        "usable": found.answer.usable,
        "buys": answers.what_it_buys(terms_on(programme.id, found.today)),
        "code": found.code,
        "authority": programme.authority,
        "programme": programme,
        "invented": programme.demonstration_day is not None,
        "other_language": other_language(),
    }
    if found.answer.usable:
        context |= _acts(request, found)
    status = CONFLICT if told and told.refused else 200
    return render(request, "web/public/voucher.html", context, status=status)


def _acts(request: HttpRequest, found: Found) -> dict[str, Any]:
    """What the bearer has, and what may be done now."""
    seats, lines = booked(found), waited(found)
    asked = request.POST if request.method == "POST" else request.GET
    offers = [line for line in lines if line.until is not None]
    near = NearForm(asked, found.opened) if not seats and not offers else None
    return {
        "seats": seats,
        "offers": offers,
        "waits": [line for line in lines if line.until is None],
        "near": near,
        "contact": contact_told(found),
    } | (_to_choose(near, found) if near else {"free": [], "full": [], "unknown_commune": ""})


@dataclass(frozen=True)
class Seat:
    """A seat that the pass keeps: its id, its session, and whether that has begun."""

    id: UUID
    line: SessionLine
    begun: bool


def booked(found: Found) -> list[Seat]:
    """The seats that the pass keeps at sessions not over."""
    rows = seats_of_passes(found.programme_id, [found.number], found.at)
    lines = _lines([row.training_session for row in rows])
    return [Seat(row.id, lines[row.training_session_id], row.training_session.starts_at <= found.at) for row in rows]


@dataclass(frozen=True)
class Wait:
    """A line of a waiting list: its session, its rank from 1; `until` when a seat is offered, and `instead`
    when that replaces a session that was cancelled."""

    id: UUID
    line: SessionLine
    rank: int
    until: datetime | None
    instead: str


def waited(found: Found) -> list[Wait]:
    """What the pass waits for, and what it is offered."""
    rows = waiting_of_passes(found.programme_id, [found.number], found.at)
    lines = _lines([row.session for row in rows])
    gone = sessions_with_ids(found.programme_id, [row.instead_of for row in rows if row.instead_of]) if rows else {}
    words = {one.id: when_words(one.starts_at, one.ends_at) for one in gone.values()}
    return [
        Wait(row.id, lines[row.session.id], row.rank, row.offer_until, words.get(row.instead_of or row.id, ""))
        for row in rows
    ]


def _lines(sessions: Sequence[Any]) -> Mapping[UUID, SessionLine]:
    return {one.id: line_of(one) for one in as_public(sessions)}


def _to_choose(form: NearForm, found: Found) -> dict[str, Any]:
    """The sessions that the pass can still pay: those with seats, and a few full ones to wait for."""
    near = near_of(form, found.programme_id)
    free = _near(found, form, near, need_seats=1, limit=FREE_SHOWN)
    every = _near(found, form, near, need_seats=0, limit=FREE_SHOWN + FULL_SHOWN)
    return {
        "free": free,
        "full": [one for one in every if one.full][:FULL_SHOWN],
        "unknown_commune": near.name if near.name and near.point is None else "",
    }


def _near(found: Found, form: NearForm, near: Near, *, need_seats: int, limit: int) -> list[SessionLine]:
    sessions = sessions_near(
        found.programme_id,
        found.at,
        near=near.point,
        themes=form.theme_ids,
        until_day=found.answer.last_day_of_use,
        need_seats=need_seats,
        limit=limit,
    )
    return [line_of(one, near.name) for one in sessions]
