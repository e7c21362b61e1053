"""The addresses of series, bookings and waiting lists, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.training import booking, cancelling, finding, series

_ONE = "ateliers/<uuid:session_id>/"

urlpatterns = [
    path("ateliers/proches/", finding.near, name="sessions_near"),
    path("ateliers/series/programmer/", series.schedule, name="schedule_series"),
    path("ateliers/series/<uuid:series_id>/", series.series, name="series"),
    path("ateliers/series/<uuid:series_id>/annuler/", series.cancel, name="cancel_series"),
    path("ateliers/places/<uuid:attendance_id>/rendre/", booking.give_back, name="give_back_seat"),
    path("ateliers/attente/<uuid:waiting_id>/", booking.answer, name="answer_waiting"),
    path(f"{_ONE}annuler/", cancelling.cancel, name="cancel_session"),
    path(f"{_ONE}reserver/", booking.book, name="book_seats"),
    path(f"{_ONE}attendre/", booking.wait, name="join_waiting"),
]
