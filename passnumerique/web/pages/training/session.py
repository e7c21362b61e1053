"""One training session on one page: when and where, who comes, which passes were used; and its sheet."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import day_of
from passnumerique.training.operations import workshop_of
from passnumerique.training.queries import access_session, attendance_of, title_of
from passnumerique.training.queries.attending import closing_of
from passnumerique.training.rules import SEATED, AttendanceStatus, SessionState
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.training.parts import crumbs, may_hold, passes_used
from passnumerique.web.pages.training.queue import seats_context
from passnumerique.web.pages.training.words import moment_of, name_of, state_of
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge_of, clock, state_words


@desk_page(Permission.READ_TRAINING)
def one_session(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """The page of one session within the reader's sight; acts only for who holds it."""
    return session_page(request, session_id)


def session_page(
    request: DeskRequest, session_id: UUID, refusal: str = "", typed: Mapping[UUID, str] | None = None
) -> HttpResponse:
    """The page, with what was refused on top and the statuses as they were chosen."""
    desk = request.desk
    session = access_session(desk.actor, desk.programme_id, session_id)
    seats = list(attendance_of(desk.actor, session))
    used = passes_used(desk, session.id) if sees_all(desk) else []
    planned = session.state == SessionState.PLANNED
    holds = may_hold(desk) and planned
    closed = closing_of(desk.programme_id, session.id) is not None
    begun = day_of(session.starts_at) <= desk.today
    context = {
        "desk": desk,
        "breadcrumbs": crumbs(desk, session),
        "session": session,
        "title": title_of(session),
        "when": moment_of(session),
        "place": organisations_named([session.place_id]).get(session.place_id, ""),
        "state": badge_of("session", state_of(session, desk.at)),
        "price": workshop_of(session).passes_per_person,
        "seats": f"{session.seats_taken} / {session.seats}",
        "present": sum(seat.status == AttendanceStatus.PRESENT for seat in seats),
        "used": _passes_table(desk, used, seats),
        "used_count": len(used),
        "people": _people_table(desk, session, seats, used, typed, begun=begun, markable=holds and not closed),
        "any_to_mark": holds and not closed and bool(seats),
        "holds": holds,
        "begun": begun,
        "may_redeem": desk.may(Permission.REDEEM) and planned,
        "sees_all": sees_all(desk),
        "refusal": refusal,
        **seats_context(desk, session),
    }
    return render(request, "web/training/session.html", context, status=409 if refusal else 200)


def choices_of(seat: Any, *, begun: bool) -> list[AttendanceStatus]:
    """What may be chosen for a seat: presence and absence only from the day on, and what it is now."""
    before = [AttendanceStatus.EXPECTED, AttendanceStatus.EXCUSED]
    after = [AttendanceStatus.PRESENT, AttendanceStatus.NO_SHOW]
    now = AttendanceStatus(seat.status)
    offered = [before[0], *(after if begun else []), before[1]]
    return offered if now in offered else [now, *offered]


def field_name(seat_id: UUID) -> str:
    """The name of the control of a seat's status."""
    return f"status-{seat_id}"


def _people_table(
    desk: Desk,
    session: Any,
    seats: Iterable[Any],
    used: Iterable[Mapping[str, Any]],
    typed: Mapping[UUID, str] | None,
    *,
    begun: bool,
    markable: bool,
) -> Table:
    paid: dict[UUID, list[int]] = {}
    for one in used:
        paid.setdefault(one["participant"], []).append(one["number"])

    def status(seat: Any) -> SafeString:
        if not markable or seat.id in paid or seat.status == AttendanceStatus.CANCELLED:
            return badge_of("attendance", seat.status)
        return _select(seat, (typed or {}).get(seat.id, seat.status), begun=begun)

    may_use = desk.may(Permission.REDEEM) and begun and markable
    redeem = desk.url("redeem", session.id) if may_use else ""
    columns = [
        Column(name_of, _("Personne")),
        Column(lambda seat: _pass_of(seat, paid.get(seat.id, []), redeem), _("Pass")),
        Column(status, _("Présence")),
    ]
    if desk.may(Permission.HAND_OVER) and session.starts_at > desk.at:
        columns.append(Column(_give_back, _("Action"), url=lambda seat: _way_back(desk, seat)))
    return Table(
        _("Personnes"),
        columns,
        seats,
        empty=_empty(desk),
        empty_url=desk.url("add_participant", session.id) if markable else "",
        empty_action=_("Inscrire une personne"),
    )


def _way_back(desk: Desk, seat: Any) -> str:
    return desk.url("give_back_seat", seat.id) if seat.status == AttendanceStatus.EXPECTED else ""


def _give_back(seat: Any) -> str:
    """The word of the link by which a structure gives back a seat that it booked."""
    if seat.status != AttendanceStatus.EXPECTED:
        return ""
    return format_html('{}<span class="unseen"> – {}</span>', _("Rendre la place"), name_of(seat))


def _empty(desk: Desk) -> str:
    if not sees_all(desk):
        return _("Votre structure n’a inscrit personne à cet atelier.")
    return _("Personne n’est inscrit. On peut venir sans inscription tant qu’il reste des places.")


def _pass_of(seat: Any, numbers: list[int], redeem: str) -> str:
    """The passes taken of a person; else the one that booked the seat, and the way to use one."""
    if numbers:
        listed = ", ".join(str(number) for number in sorted(numbers))
        return _("n° %(numbers)s, utilisé") % {"numbers": listed}
    kept = _("n° %(number)s, réservé") if seat.status in SEATED else _("n° %(number)s, place rendue")
    booked = kept % {"number": seat.voucher_number} if seat.voucher_number else ""
    if not redeem or seat.status not in {AttendanceStatus.EXPECTED, AttendanceStatus.PRESENT}:
        return booked
    return format_html(
        '{}{}<a href="{}?person={}">{}<span class="unseen"> – {}</span></a>',
        booked,
        " · " if booked else "",
        redeem,
        seat.id,
        _("Utiliser son pass"),
        name_of(seat),
    )


def _select(seat: Any, chosen: str, *, begun: bool) -> SafeString:
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (one.value, SafeString(" selected") if one == chosen else "", state_words(one, "attendance"))
            for one in choices_of(seat, begun=begun)
        ),
    )
    label = _("Présence de %(name)s") % {"name": name_of(seat)}
    return format_html('<select name="{}" aria-label="{}">{}</select>', field_name(seat.id), label, options)


def _passes_table(desk: Desk, used: list[dict[str, Any]], seats: Iterable[Any]) -> Table:
    names = {seat.id: name_of(seat) for seat in seats}

    def undo(row: Mapping[str, Any]) -> object:
        if not row["can_undo"]:
            return ""
        return format_html('{}<span class="unseen"> {}</span>', _("Annuler"), _("l’utilisation"))

    columns = [
        Column(lambda row: _("Pass n° %(number)s") % {"number": row["number"]}, _("Pass")),
        Column(lambda row: clock(row["at"]), _("Heure")),
        Column(lambda row: names.get(row["participant"], ""), _("Personne")),
        Column("state", _("État"), "voucher"),
    ]
    if any(row["can_undo"] for row in used):
        columns.append(
            Column(undo, _("Action"), url=lambda row: desk.url("undo", row["id"]) if row["can_undo"] else "")
        )
    return Table(_("Pass utilisés"), columns, used, empty=_("Aucun pass n’a encore été utilisé à cet atelier."))


def sees_all(desk: Desk) -> bool:
    """Whether this reader sees the whole list of a session, and so may print its sheet. A structure sees
    the people it booked."""
    return desk.may(Permission.SCHEDULE_TRAINING) or desk.may(Permission.READ_CLAIMS)
