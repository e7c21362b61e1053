"""The Django application of this floor."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    name = "passnumerique.council"
    label = "council"
