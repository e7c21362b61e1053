"""What whoever holds a pass does with it: keep a seat, give it back, wait for one, answer an offer.

Each act is sent with the code in its body and answers with the page of the pass. Sent twice, it says
again what was done.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.ground.calendars import MEDIA_TYPE, session_calendar
from passnumerique.ground.refusals import Refusal
from passnumerique.training.operations import (
    accept_offer,
    book_seats,
    cancel_seat,
    decline_offer,
    join_waiting,
    leave_waiting,
)
from passnumerique.training.queries import seats_of_passes
from passnumerique.training.queries.nearby import as_public
from passnumerique.training.queries.published import calendar_line
from passnumerique.web.pages.public.choosing import choose_page
from passnumerique.web.pages.public.holding import Found, other_language, posted_id, with_pass
from passnumerique.web.pages.public.opened import event_of
from passnumerique.web.pages.public.pass_page import Seat, Told, booked, pass_page

PLAIN = {
    "session_full": gettext_lazy("Cet atelier est complet. Attendez une place, ou choisissez un autre atelier."),
    "session_is_cancelled": gettext_lazy("Cet atelier est annulé. Choisissez un autre atelier."),
    "session_is_over": gettext_lazy("Cet atelier est terminé. Choisissez un autre atelier."),
    "pass_already_booked": gettext_lazy(
        "Ce pass garde déjà une place. Un pass garde une seule place. Rendez-la d’abord pour en choisir une autre."
    ),
    "participant_used_pass": gettext_lazy("Votre pass a été pris à cet atelier. Parlez-en au lieu."),
    "not_found": gettext_lazy("Nous ne retrouvons plus cela. Choisissez un atelier dans la liste."),
    "place_may_not_host": gettext_lazy("Nous ne retrouvons plus cela. Choisissez un atelier dans la liste."),
}
"""In plain words, what the refusals say at the desks."""


@with_pass
def choose_session(request: HttpRequest, found: Found) -> HttpResponse:
    """One session, and the question whether to keep a seat there."""
    return choose_page(request, found) if found.answer.usable else pass_page(request, found)


@with_pass
def keep_seat(request: HttpRequest, found: Found) -> HttpResponse:
    """Take a seat at the session. Asked again for the same one, says again that it is kept."""

    def act() -> Told:
        session_id = posted_id(request, "session")
        if not _kept_at(found, str(session_id)):
            book_seats(session_id=session_id, codes=[found.code], **_by(found))
        return Told(_("Votre place est gardée"), _("Venez avec votre pass. Le lieu le lit\u202f: c’est payé."))

    return _acted(request, found, act)


def _kept_at(found: Found, session_id: str) -> Seat | None:
    return next((seat for seat in booked(found) if str(seat.line.id) == session_id), None)


@with_pass
def give_back_seat(request: HttpRequest, found: Found) -> HttpResponse:
    """Ask first, then give the seat back to somebody who waits."""
    if request.POST.get("sure") != "yes":
        return _ask_to_give_back(request, found)

    def act() -> Told:
        cancel_seat(attendance_id=posted_id(request, "seat"), code=found.code, **_by(found))
        return _given_back()

    return _acted(request, found, act, again="seat_given_back", then=_given_back)


def _given_back() -> Told:
    return Told(_("Votre place est rendue"), _("Votre pass reste valable. Vous pouvez choisir un autre atelier."))


def _ask_to_give_back(request: HttpRequest, found: Found) -> HttpResponse:
    seat = next((one for one in booked(found) if str(one.id) == request.POST.get("seat")), None)
    if seat is None:
        return pass_page(request, found)
    context = {"seat": seat, "code": found.code, "other_language": other_language()}
    return render(request, "web/public/give_back.html", context)


@with_pass
def wait_for_seat(request: HttpRequest, found: Found) -> HttpResponse:
    """Join the waiting list of a full session."""

    def act() -> Told:
        join_waiting(session_id=posted_id(request, "session"), code=found.code, **_by(found))
        return _waiting()

    return _acted(request, found, act, again="already_waiting", then=_waiting)


def _waiting() -> Told:
    return Told(
        _("Vous êtes sur la liste d’attente"),
        _("Si une place se libère, elle vous est proposée ici. Revenez voir cette page."),
    )


@with_pass
def wait_no_more(request: HttpRequest, found: Found) -> HttpResponse:
    """Leave a waiting list."""

    def act() -> Told:
        leave_waiting(waiting_id=posted_id(request, "waiting"), code=found.code, **_by(found))
        return _left()

    return _acted(request, found, act, again="offer_answered", then=_left)


def _left() -> Told:
    return Told(_("Vous n’attendez plus"), _("Votre pass reste valable. Vous pouvez choisir un autre atelier."))


@with_pass
def answer_offer(request: HttpRequest, found: Found) -> HttpResponse:
    """Take the seat that is offered, or say no."""
    yes = request.POST.get("answer") == "yes"

    def act() -> Told:
        waiting_id = posted_id(request, "waiting")
        if yes:
            accept_offer(waiting_id=waiting_id, code=found.code, **_by(found))
            return Told(_("Votre place est gardée"), _("Venez avec votre pass. Le lieu le lit\u202f: c’est payé."))
        decline_offer(waiting_id=waiting_id, code=found.code, **_by(found))
        return Told(_("Vous avez dit non"), _("La place est proposée à quelqu’un d’autre. Votre pass reste valable."))

    return _acted(request, found, act)


@with_pass
def seat_calendar(request: HttpRequest, found: Found) -> HttpResponse:
    """The seat as a calendar file; a seat of another pass leads back to the page of this one."""
    rows = seats_of_passes(found.programme_id, [found.number], found.at)
    row = next((one.training_session for one in rows if str(one.id) == request.POST.get("seat")), None)
    if row is None:
        return pass_page(request, found)
    (one,) = as_public([row])
    content = session_calendar([event_of(found.opened, one, calendar_line(row))])
    file = {"Content-Disposition": 'attachment; filename="atelier.ics"'}
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=file)


def _by(found: Found) -> dict[str, Any]:
    return {"programme_id": found.programme_id, "by": found.bearer, "at": found.at}


def _acted(
    request: HttpRequest,
    found: Found,
    act: Callable[[], Told],
    again: str = "",
    then: Callable[[], Told] | None = None,
) -> HttpResponse:
    """Do the act and show the page of the pass; `again` names the refusal that says it was done before,
    and `then` what is said all the same."""
    try:
        return pass_page(request, found, act())
    except Refusal as refusal:
        if then and refusal.name == again:
            return pass_page(request, found, then())
        sentence = str(PLAIN.get(refusal.name, "")) or refusal.say()
    return pass_page(request, found, Told(_("Ce n’est pas possible"), sentence, refused=True))
