"""The addresses of the pace at which passes go, under the programme's short name."""

from django.urls import path

from passnumerique.web.pages.uptake import forecast, funnel, reallocation

urlpatterns = [
    path("rythme/", forecast.uptake, name="uptake"),
    path("parcours/", funnel.funnel, name="funnel"),
    path("repartition/", reallocation.reallocation, name="reallocation"),
]
