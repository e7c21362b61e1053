"""The addresses of the pace at which passes go, under the programme's short name."""

from django.urls import path

from passnumerique.web.pages.uptake import acting, forecast, funnel, keys, reallocation, urging

urlpatterns = [
    path("rythme/", forecast.uptake, name="uptake"),
    path("parcours/", funnel.funnel, name="funnel"),
    path("repartition/", reallocation.reallocation, name="reallocation"),
    path("repartition/cles/", keys.keys, name="allocation_keys"),
    path("agir/", acting.acting, name="acting"),
    path("agir/appels/", acting.calls, name="calls"),
    path("agir/rappels/<uuid:structure_id>/", urging.remind_people, name="remind_people"),
    path("agir/ateliers/<uuid:organisation_id>/", urging.ask_session, name="ask_session"),
]
