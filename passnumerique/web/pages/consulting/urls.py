"""The addresses of consultations, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.consulting import asking, listing

urlpatterns = [
    path("consultations/", listing.consultations, name="consultations"),
    path("consultations/ajouter/", asking.ask, name="ask_consultation"),
    path("consultations/<uuid:consultation_id>/", listing.consultation, name="consultation"),
    path("consultations/<uuid:consultation_id>/relancer/", asking.remind_silent, name="remind_consultation"),
]
