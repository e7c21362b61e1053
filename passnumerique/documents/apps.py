"""The Django application of this floor: templates and commands, no table."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "passnumerique.documents"
    label = "documents"
