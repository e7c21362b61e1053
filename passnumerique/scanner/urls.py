"""The addresses of the scanner: its page and files, and the four calls."""

from django.urls import path, re_path

from passnumerique.scanner import pages, views

urlpatterns = [
    path("", pages.page, name="scanner"),
    path("sw.js", pages.worker),
    path("manifest.webmanifest", pages.manifest),
    path("files/<path:name>", pages.file),
    path("api/pair", views.pair),
    path("api/hello", views.hello),
    path("api/roster", views.roster),
    path("api/sync", views.sync),
    re_path("^api/", views.nowhere),
]
