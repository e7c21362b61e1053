"""The addresses of one attendance sheet, under its session's."""

from django.urls import path

from passnumerique.web.pages.training import evidence, progress, sheet, sheet_group, signing

_SHEET = "ateliers/<uuid:session_id>/feuille/"

urlpatterns = [
    path(_SHEET, sheet.sheet, name="sheet"),
    path(f"{_SHEET}groupe/", sheet_group.group, name="sheet_group"),
    path(f"{_SHEET}signer/", signing.sign_list, name="sheet_sign_list"),
    path(f"{_SHEET}bilan/", progress.progress, name="sheet_progress"),
    path(f"{_SHEET}clore/", signing.close, name="sheet_close"),
    path(f"{_SHEET}rouvrir/", signing.reopen, name="sheet_reopen"),
    path(f"{_SHEET}papier/", evidence.attach, name="sheet_attach"),
    path(f"{_SHEET}papier/<uuid:evidence_id>/", evidence.evidence, name="sheet_evidence"),
    path(f"{_SHEET}<uuid:seat_id>/signer/", signing.sign_one, name="sheet_sign"),
    path(f"{_SHEET}<uuid:seat_id>/rendre/", sheet.give_back, name="sheet_undo"),
    path("ateliers/<uuid:session_id>/emargement.pdf", sheet.attendance_sheet, name="attendance_sheet"),
]
