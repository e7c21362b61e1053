"""The addresses of the accounts, under the short name of a programme."""

from django.urls import path

from passnumerique.web.pages.accounts import cash, exposure, rendering

urlpatterns = [
    path("comptes/", rendering.accounts, name="accounts"),
    path("comptes/reddition.pdf", rendering.paper, name="accounts_paper"),
    path("comptes/reddition.xlsx", rendering.sheets, name="accounts_sheets"),
    path("comptes/journal.beancount", rendering.journal, name="accounts_journal"),
    path("comptes/reddition.zip", rendering.archive, name="accounts_archive"),
    path("comptes/mouvements/", cash.movements, name="cash"),
    path("comptes/mouvements/enregistrer/", cash.record, name="record_cash"),
    path("comptes/exposition/", exposure.exposure, name="exposure"),
    path("comptes/exposition/creanciers.pdf", exposure.paper, name="creditors_paper"),
    path("comptes/exposition/creanciers.xlsx", exposure.sheet, name="creditors_sheet"),
]
