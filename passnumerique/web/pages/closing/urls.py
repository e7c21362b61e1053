"""The addresses of the closing, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.closing import acting, checklist

urlpatterns = [
    path("cloture/", checklist.closing, name="closing"),
    path("cloture/accord/", acting.acknowledge, name="acknowledge_end"),
    path("cloture/etape/<slug:task>/", acting.note, name="note_step"),
    path("cloture/rendre/", acting.return_value, name="return_unspent"),
    path("cloture/clore/", acting.close, name="close_programme"),
    path("cloture/correction/", acting.correct, name="begin_correction"),
    path("cloture/correction/fin/", acting.end, name="end_correction"),
    path("cloture/etat-contradictoire.pdf", checklist.statement, name="contradictory_statement"),
    path("cloture/avoir.pdf", checklist.credit, name="credit_note"),
]
