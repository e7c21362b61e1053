"""The Django application of this floor."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "passnumerique.ledger"
    label = "ledger"
