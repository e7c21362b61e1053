"""The way in to a programme: each role is led to the page it needs first."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed
from passnumerique.web.desk import Desk, DeskRequest, desk_page

FIRST_PAGE = {
    Role.PRESCRIBER: "hand_over",
    Role.PLACE: "sessions",
    Role.MEDIATOR: "sessions",
    Role.SECRETARY: "sittings",
}
"""Where a desk begins; the others begin with the state of the programme."""


@desk_page()
def desk_home(request: DeskRequest) -> HttpResponse:
    """Lead the reader on; this address shows nothing itself."""
    return redirect(first_page(request.desk))


def first_page(desk: Desk) -> str:
    """The address of the first useful page of a desk. Refuses a role for which there is none."""
    try:
        return desk.url(FIRST_PAGE.get(desk.actor.role, "state"))
    except NoReverseMatch:
        if not desk.navigation:
            raise NotAllowed from None
        return desk.navigation[0].url
