"""The addresses of the state of a programme, under its short name."""

from django.urls import path

from passnumerique.web.pages.state import breakdown, entrance, moving, views

urlpatterns = [
    path("", entrance.desk_home, name="desk_home"),
    path("etat/", views.state, name="state"),
    path("etat/chiffres/", breakdown.breakdown, name="breakdown"),
    path("etat/etat.pdf", views.state_pdf, name="state_pdf"),
    path("demonstration/", moving.demonstration_move, name="demonstration_move"),
]
