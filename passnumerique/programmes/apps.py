"""The Django application of this floor."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "passnumerique.programmes"
    label = "programmes"
