"""The addresses of the extension's pages, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.extending import amendments, board, steps

urlpatterns = [
    path("prolongation/", board.extension, name="extension"),
    path("prolongation/raison/", steps.why, name="extension_why"),
    path("prolongation/duree/", steps.how_long, name="extension_length"),
    path("prolongation/dates/", steps.dates, name="extension_dates"),
    path("prolongation/effets/", steps.what_changes, name="extension_effects"),
    path("prolongation/seance/", steps.which_sitting, name="extension_sitting"),
    path("prolongation/appliquer/", board.carry_out, name="extension_carry_out"),
    path("prolongation/abandonner/", board.abandon, name="extension_abandon"),
    path("avenants/", amendments.amendments, name="amendments"),
    path("avenants/<uuid:amendment_id>/", amendments.amendment, name="amendment"),
    path("avenants/<uuid:amendment_id>/avenant.pdf", amendments.amendment_pdf, name="amendment_pdf"),
    path("avenants/<uuid:amendment_id>/signer/", amendments.sign, name="sign_amendment"),
    path("avenants/<uuid:amendment_id>/effet/", amendments.bring, name="bring_amendment"),
]
