"""Planning a training session, changing it, cancelling it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from passnumerique.directory.queries import accredited_places, organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import PARIS, day_of
from passnumerique.ground.refusals import NotAllowed
from passnumerique.training.operations import change_session, schedule_session
from passnumerique.training.queries import access_held_session, plan
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.training.forms import ScheduleForm, SlotForm
from passnumerique.web.pages.training.parts import crumbs, may_hold

SEATS = 8
"""The number of places that is offered first."""


@desk_page(Permission.READ_TRAINING)
def schedule(request: DeskRequest) -> HttpResponse:
    """A new session: the place plans its own, the manager at any place of the programme."""
    desk = request.desk
    if not may_hold(desk):
        raise NotAllowed
    form = ScheduleForm(
        plan=plan(desk.programme_id),
        places=places_to_plan(desk),
        initial={"day": desk.today, "seats": SEATS, "place": request.GET.get("place", "")},
        **_posted(request),
    )
    made: list[UUID] = []
    if done(form, lambda given: made.append(_schedule(desk, form, given)), **_BESIDE):
        messages.success(request, _("L’atelier est programmé. Inscrivez les premières personnes."))
        return redirect(desk.url("session", made[0]))
    context = {
        "title": _("Programmer un atelier"),
        "submit": _("Programmer cet atelier"),
        "cancel": desk.url("sessions"),
        "lead": _("Il est aussitôt visible des structures et du public."),
        "breadcrumbs": [Crumb(_("Ateliers"), desk.url("sessions")), Crumb(_("Programmer"))],
    }
    return form_page(request, form, context)


_BESIDE = {
    "room_taken": "room",
    "session_ends_too_soon": "ends",
    "session_after_training": "day",
    "place_may_not_host": "day",
    "seats_already_taken": "seats",
}
"""Which field each refusal speaks of."""


def _posted(request: DeskRequest) -> dict[str, Any]:
    return {"data": sent(request)["data"]}


def places_to_plan(desk: Desk) -> list[tuple[str, str]]:
    """Where this reader may plan: no choice for a desk that acts for one place."""
    if desk.actor.organisation_id is not None:
        return []
    named = organisations_named(accredited_places(desk.programme_id, desk.today))
    return sorted(((str(one), name) for one, name in named.items()), key=lambda pair: pair[1].casefold())


def _schedule(desk: Desk, form: ScheduleForm, given: dict[str, Any]) -> UUID:
    place = desk.actor.organisation_id or UUID(given["place"])
    chosen = form.chosen()
    return schedule_session(
        programme_id=desk.programme_id,
        place_id=place,
        module_id=chosen["module_id"],  # type: ignore[arg-type]
        planned_session_id=chosen["planned_session_id"],
        by=desk.actor,
        at=desk.at,
        **form.details(),
    )


@desk_page(Permission.READ_TRAINING)
def change(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Day, hours, seats and texts of a session, for its place and who manages training."""
    desk = request.desk
    session = access_held_session(desk.actor, desk.programme_id, session_id)
    form = SlotForm(initial=_initial(session), **_posted(request))

    def act(_given: dict[str, Any]) -> None:
        change_session(
            programme_id=desk.programme_id, session_id=session_id, by=desk.actor, at=desk.at, **form.details()
        )

    if done(form, act, **_BESIDE):
        messages.success(
            request, _("L’atelier est modifié. S’il change de jour, d’heure ou de salle, sa page dit qui appeler.")
        )
        return redirect(desk.url("session", session_id))
    context = {
        "title": _("Modifier l’atelier"),
        "submit": _("Enregistrer"),
        "cancel": desk.url("session", session_id),
        "breadcrumbs": crumbs(desk, session, _("Modifier")),
    }
    return form_page(request, form, context)


def _initial(session: Any) -> dict[str, Any]:
    starts, ends = (at.astimezone(PARIS) for at in (session.starts_at, session.ends_at))
    texts = {name: getattr(session, name) for name in ("room", "trainer", "equipment", "accessibility")}
    return {
        "day": day_of(starts),
        "starts": starts.time(),
        "ends": ends.time(),
        "seats": session.seats,
        **texts,
    }
