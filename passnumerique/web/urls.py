"""The addresses of the desks. What belongs to one programme begins with its short name."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, include, path

from passnumerique.web import sign_in

AREAS = ("programme", "network", "register", "training", "settlement", "state")


def _pages(area: str) -> list[URLPattern]:
    name = f"passnumerique.web.pages.{area}.urls"
    there = find_spec(f"passnumerique.web.pages.{area}") and find_spec(name)
    try:
        return list(import_module(name).urlpatterns) if there else []
    except ImportError:
        return []


urlpatterns = [
    path("langue/", include("django.conf.urls.i18n")),
    *sign_in.urlpatterns,
    *_pages("public"),
    path("<slug:programme>/", include([pattern for area in AREAS for pattern in _pages(area)])),
]
