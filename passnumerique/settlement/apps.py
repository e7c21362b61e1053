"""The Django application of this floor."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "passnumerique.settlement"
    label = "settlement"
