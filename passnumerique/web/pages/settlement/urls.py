"""The addresses of claims and payments, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.settlement import (
    answering,
    claim,
    confirming,
    controlling,
    filing,
    freezing,
    listing,
    paying,
    preparing,
    recovering,
    undue,
)

_ONE = "remboursements/<uuid:claim_id>/"
_PREPARED = "remboursements/a-confirmer/<uuid:prepared_id>/"
_ORDER = "remboursements/indus/ordres/<uuid:order_id>/"
_ANSWER = "remboursements/reponses/<uuid:answer_id>/"

urlpatterns = [
    path("remboursements/", listing.claims_list, name="claims"),
    path("remboursements/demander/", filing.file, name="file_claim"),
    path("remboursements/geler/", freezing.freeze, name="freeze_claims"),
    path("remboursements/degeler/", freezing.thaw, name="thaw_claims"),
    path("remboursements/preparer/", preparing.prepare, name="prepare_claims"),
    path("remboursements/preparer/suite/", preparing.go_on, name="prepare_claims_on"),
    path(_PREPARED, preparing.prepared, name="prepared_claim"),
    path(f"{_PREPARED}plus-tard/", preparing.leave, name="leave_prepared"),
    path(f"{_PREPARED}confirmer/", preparing.confirm, name="confirm_prepared"),
    path("remboursements/pass/<uuid:line_id>/repondre/", answering.answer, name="answer_rejection"),
    path(_ANSWER, answering.read_answer, name="claim_answer"),
    path(f"{_ANSWER}justificatif/", answering.answer_paper, name="answer_paper"),
    path("remboursements/indus/", undue.undue_list, name="undue_sums"),
    path("remboursements/indus/<uuid:place_id>/ordre/", undue.order, name="order_recovery"),
    path(f"{_ORDER}encaissement/", undue.receive, name="record_recovery"),
    path(f"{_ORDER}ordre.pdf", undue.paper, name="recovery_paper"),
    path(_ONE, claim.one_claim, name="claim"),
    path(f"{_ONE}tirage/", confirming.draw, name="draw_sample"),
    path(f"{_ONE}confirmation/", confirming.confirm, name="countersign_claim"),
    path(f"{_ONE}controle/", controlling.control, name="control_claim"),
    path(f"{_ONE}decision/", controlling.decide, name="approve_claim"),
    path(f"{_ONE}contestees/", controlling.accept_disputed, name="accept_disputed"),
    path(f"{_ONE}refus/", controlling.refuse_disputed, name="refuse_disputed"),
    path(f"{_ONE}mandat/", paying.order, name="order_payment"),
    path(f"{_ONE}paiement/", paying.pay, name="record_payment"),
    path(f"{_ONE}indus/", recovering.recover_lines, name="recover_lines"),
    path(f"{_ONE}bordereau.pdf", claim.claim_statement, name="claim_statement"),
    path("paiements/", paying.payments, name="payments"),
]
