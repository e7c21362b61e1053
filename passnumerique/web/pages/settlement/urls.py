"""The addresses of claims and payments, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.settlement import claim, controlling, filing, freezing, listing, paying, recovering

_ONE = "remboursements/<uuid:claim_id>/"

urlpatterns = [
    path("remboursements/", listing.claims_list, name="claims"),
    path("remboursements/demander/", filing.file, name="file_claim"),
    path("remboursements/geler/", freezing.freeze, name="freeze_claims"),
    path(_ONE, claim.one_claim, name="claim"),
    path(f"{_ONE}controle/", controlling.control, name="control_claim"),
    path(f"{_ONE}decision/", controlling.decide, name="approve_claim"),
    path(f"{_ONE}contestees/", controlling.accept_disputed, name="accept_disputed"),
    path(f"{_ONE}mandat/", paying.order, name="order_payment"),
    path(f"{_ONE}paiement/", paying.pay, name="record_payment"),
    path(f"{_ONE}indus/", recovering.recover_lines, name="recover_lines"),
    path(f"{_ONE}bordereau.pdf", claim.claim_statement, name="claim_statement"),
    path("paiements/", paying.payments, name="payments"),
]
