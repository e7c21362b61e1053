"""The addresses of the installation: the desks, sign-in, the API, and the supervisor's question."""

from django.urls import include, path

from passnumerique.config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/", include("passnumerique.api.urls")),
    path("scanner/", include("passnumerique.scanner.urls")),
    path("compte/", include("allauth.urls")),
    path("", include("passnumerique.web.urls")),
]
