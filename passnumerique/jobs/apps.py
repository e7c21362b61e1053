"""The jobs, as Django knows them."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """A roof without tables: it holds the schedule."""

    name = "passnumerique.jobs"
    label = "jobs"
