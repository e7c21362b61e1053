"""The Django application of this floor: templates and commands, no table."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "passnumerique.web"
    label = "web"
