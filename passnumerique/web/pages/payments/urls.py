"""The addresses of bank accounts, runs and statements, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.payments import accounting, accounts, issuer, received, runs, statements

urlpatterns = [
    path("comptes-bancaires/", accounts.accounts, name="bank_accounts"),
    path("comptes-bancaires/collectivite/", accounts.one_account, name="own_account"),
    path("comptes-bancaires/collectivite/proposer/", accounts.propose, name="propose_own_account"),
    path("comptes-bancaires/<uuid:organisation_id>/", accounts.one_account, name="bank_account"),
    path("comptes-bancaires/<uuid:organisation_id>/proposer/", accounts.propose, name="propose_account"),
    path("comptes-bancaires/changements/<uuid:account_id>/", accounts.change, name="bank_change"),
    path("virements/", runs.run_list, name="payment_runs"),
    path("virements/preparer/", runs.prepare, name="prepare_run"),
    path("virements/<uuid:run_id>/", runs.one_run, name="payment_run"),
    path("virements/<uuid:run_id>/fichier.xml", runs.payment_file, name="payment_file"),
    path("virements/<uuid:run_id>/export.zip", accounting.archive, name="accounting_archive"),
    path("virements/<uuid:run_id>/paiements/", accounting.record, name="record_accounting"),
    path("virements/emetteur/", issuer.issuer_payments, name="issuer_payments"),
    path("paiements/recus/", received.payments, name="received_payments"),
    path("paiements/recus/<uuid:payment_id>/retour/", received.one_return, name="record_return"),
    path("releves/<uuid:statement_id>/original.xml", statements.original, name="original_statement"),
    path("releves/", statements.statement_list, name="bank_statements"),
    path("releves/mouvements/", statements.movements, name="bank_movements"),
]
