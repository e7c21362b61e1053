"""The Django application of this floor: templates and commands, no table."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "passnumerique.console"
    label = "console"
