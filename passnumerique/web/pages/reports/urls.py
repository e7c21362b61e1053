"""The addresses of the reports, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.reports import kit, listing, reading

_ONE = "rapports/<str:kind>/<str:subject>/"

urlpatterns = [
    path("affiches/", kit.kit, name="kit"),
    path("affiches/<str:form>.pdf", kit.kit_pdf, name="kit_pdf"),
    path("rapports/", listing.reports, name="reports"),
    path(_ONE, reading.report, name="report"),
    path(f"{_ONE}rapport.pdf", reading.report_as_pdf, name="report_pdf"),
    path(f"{_ONE}rapport.xlsx", reading.report_as_xlsx, name="report_xlsx"),
    path(f"{_ONE}lettre.pdf", reading.letter, name="report_letter"),
    path(f"{_ONE}chiffre/<slug:key>/", reading.figure, name="report_figure"),
]
