"""The Django application of this floor."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "passnumerique.directory"
    label = "directory"
