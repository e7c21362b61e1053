"""The addresses of the issuer's files and of the reconciliation, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.issuer import difference, files, importing, reconciliation, takeover

urlpatterns = [
    path("emetteur/", files.files, name="issuer_files"),
    path("emetteur/importer/", importing.first, name="import_issuer_file"),
    path("emetteur/importer/colonnes/", importing.columns, name="import_issuer_columns"),
    path("emetteur/importer/verification/", importing.check, name="import_issuer_check"),
    path("emetteur/fichiers/<uuid:file_id>/", files.one_file, name="issuer_file"),
    path("emetteur/fichiers/<uuid:file_id>/retirer/", files.withdraw, name="withdraw_issuer_file"),
    path("rapprochement/", reconciliation.page, name="reconciliation"),
    path("rapprochement/<uuid:place_id>/<int:year>-<int:month>/", reconciliation.cell, name="reconciliation_cell"),
    path("rapprochement/ecarts/<str:key>/", difference.page, name="difference"),
    path("reprise/", takeover.page, name="takeover"),
]
