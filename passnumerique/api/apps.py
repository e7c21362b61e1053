"""The Django application of this roof: templates, no table."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "passnumerique.api"
    label = "api"
