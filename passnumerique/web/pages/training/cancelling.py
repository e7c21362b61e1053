"""Cancelling a session: what it does to each person is told before, and who is to be called after."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.queries import organisations_by_id, organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.ids import NOBODY
from passnumerique.training.operations import SessionCancelled, cancel_session
from passnumerique.training.queries import Freed, Moved, OtherDate, access_held_session, cancelling, people_of_cancelled
from passnumerique.training.queries.cancelling import freed_seat
from passnumerique.training.queries.reached import people_of_moved
from passnumerique.training.rules import STILL_WAITING, WaitingState
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.training.forms import CancelForm
from passnumerique.web.pages.training.parts import crumbs
from passnumerique.web.pages.training.series import told_of
from passnumerique.web.pages.training.words import moment_of, name_of
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge_of, instant, phone


@desk_page(Permission.READ_TRAINING)
def cancel(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Cancel a session, with the reason that its people will read. No pass is taken. Before, the page tells
    what happens to each person; after, the session's page tells who is to be called."""
    desk = request.desk
    session = access_held_session(desk.actor, desk.programme_id, session_id)
    form = CancelForm(data=sent(request)["data"])
    cancelled: list[SessionCancelled] = []

    def act(given: dict[str, Any]) -> None:
        cancelled.append(
            cancel_session(
                programme_id=desk.programme_id, session_id=session_id, cause=given["cause"], by=desk.actor, at=desk.at
            )
        )

    if done(form, act):
        messages.success(request, told_of(cancelled))
        return redirect(desk.url("session", session_id))
    before = cancelling(desk.actor, desk.programme_id, session_id, desk.at)
    context = {
        "title": _("Annuler l’atelier"),
        "submit": _("Annuler cet atelier"),
        "kind": "danger",
        "cancel": desk.url("session", session_id),
        "back": _("Revenir sans annuler"),
        "lead": moment_of(session),
        "freed": len(before.people),
        "offered": len(before.offered),
        "to_call": len(before.to_call),
        "waiting": _waiting(before.waiting),
        "table": before_table(before.people),
        "breadcrumbs": crumbs(desk, session, _("Annuler")),
        "desk": desk,
    }
    return form_page(request, form, context, "web/training/cancel.html")


def _waiting(many: int) -> str:
    said = ngettext(
        "%(count)s personne attend une place\u202f: son attente se termine.",
        "%(count)s personnes attendent une place\u202f: leur attente se termine.",
        many,
    )
    return said % {"count": many} if many else ""


def before_table(people: Iterable[OtherDate]) -> Table:
    """What will become of each person."""
    people = list(people)
    places = organisations_named(one.session.place_id for one in people if one.session)
    columns = [
        *_who(one.freed for one in people),
        Column(lambda one: _other(one, places), _("Ce qui se passe")),
    ]
    return Table(_("Ce qui se passe pour chaque personne"), columns, people)


def _who(people: Iterable[Freed]) -> list[Column]:
    """A person of the list, the pass that booked the seat, and who can be called about it."""
    known = organisations_by_id(one.by_organisation for one in people if one.by_organisation)

    def booked_by(one: OtherDate | Moved) -> str:
        row = known.get(one.freed.by_organisation or NOBODY)
        return ", ".join(part for part in (row.name, phone(row.phone)) if part) if row else _("la personne elle-même")

    return [
        Column(lambda one: name_of(one.freed), _("Personne")),
        Column(lambda one: pass_words(one.freed.voucher_number), _("Pass")),
        Column(booked_by, _("Inscription par")),
    ]


def _other(one: OtherDate, places: Mapping[UUID, str]) -> str:
    if one.session is None:
        return _("À appeler\u202f: aucune autre date")
    told = {"when": moment_of(one.session), "place": places.get(one.session.place_id, "")}
    if not one.reached:
        return _("À appeler\u202f: autre date proposée, %(when)s, %(place)s") % told
    return _("Autre date proposée\u202f: %(when)s, %(place)s") % told


def pass_words(number: int | None) -> str:
    """`n° 1042`, or nothing."""
    return _("n° %(number)s") % {"number": number} if number else ""


def after_context(desk: Desk, session: Any) -> dict[str, Any]:
    """What the page of a cancelled session tells of its people, and how many are still to be called."""
    people = people_of_cancelled(desk.actor, session, desk.at)
    left = [one for one in people if one.to_call(desk.at)]
    return {"after": _after_table(desk, people) if people else None, "to_call": len(left)}


def moved_context(desk: Desk, session: Any) -> dict[str, Any]:
    """What the page of a session that was moved tells: how it was, and who is to be called about it."""
    found = people_of_moved(desk.actor, session, desk.at)
    if found is None:
        return {"moved": ""}
    people = [OtherDate(freed_seat(seat), None) for seat in found.to_call]
    was = ", ".join(part for part in (moment_of(found.move), found.move.room) if part)
    return {
        "moved": was,
        "moved_to_call": len(people),
        "moved_people": Table(_("Personnes à prévenir par téléphone"), _who(one.freed for one in people), people),
    }


def _after_table(desk: Desk, people: list[Moved]) -> Table:
    places = organisations_named(one.session.place_id for one in people if one.session)

    def other(one: Moved) -> str:
        if one.session is None:
            return _("aucune")
        told = f"{moment_of(one.session)}, {places.get(one.session.place_id, '')}"
        own = desk.actor.organisation_id in {None, one.session.place_id} or desk.may(Permission.HAND_OVER)
        return format_html('<a href="{}">{}</a>', desk.url("session", one.session.id), told) if own else told

    columns = [
        *_who(one.freed for one in people),
        Column(other, _("Autre date")),
        Column(lambda one: _answer(desk, one), _("Réponse")),
    ]
    return Table(_("Ce que devient chaque personne"), columns, people)


def _answer(desk: Desk, one: Moved) -> object:
    """What the person answered, and whether to call."""
    told = _state(desk, one)
    if not one.to_call(desk.at) or one.line is None:
        return told
    return format_html("{} · {}", told, _("à appeler"))


def _state(desk: Desk, one: Moved) -> str:
    if one.line is not None and one.still_open(desk.at) and one.line.offer_until:
        return _("proposée jusqu’au %(until)s") % {"until": instant(one.line.offer_until)}
    if one.seated and (one.line is None or one.line.state != WaitingState.SEATED):
        return _("une autre place est prise")
    if one.line is None:
        return _("à appeler")
    state = WaitingState.EXPIRED if one.line.state in STILL_WAITING else WaitingState(one.line.state)
    return badge_of("waiting", state)
