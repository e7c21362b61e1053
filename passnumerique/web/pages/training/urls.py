"""The addresses of the training sessions, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.training import (
    disputes,
    listing,
    redeeming,
    scheduling,
    seating,
    session,
    sheet_urls,
    undoing,
)
from passnumerique.web.pages.training.planning_urls import urlpatterns as planning

_ONE = "ateliers/<uuid:session_id>/"

urlpatterns = [
    *planning,
    path("ateliers/", listing.sessions_list, name="sessions"),
    path("ateliers/programmer/", scheduling.schedule, name="schedule"),
    path("ateliers/utilisations/<uuid:redemption_id>/corriger/", undoing.undo, name="undo"),
    path("litiges/", disputes.disputes, name="disputes"),
    path("litiges/<int:number>/", disputes.dispute, name="dispute"),
    path(_ONE, session.one_session, name="session"),
    path(f"{_ONE}modifier/", scheduling.change, name="change_session"),
    path(f"{_ONE}inscrire/", seating.add, name="add_participant"),
    path(f"{_ONE}presences/", seating.mark, name="mark_attendance"),
    path(f"{_ONE}utiliser/", redeeming.redeem, name="redeem"),
    *sheet_urls.urlpatterns,
]
