"""The addresses of the installation: the desks, sign-in, and the supervisor's question."""

from django.urls import include, path

from passnumerique.config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("compte/", include("allauth.urls")),
    path("", include("passnumerique.web.urls")),
]
