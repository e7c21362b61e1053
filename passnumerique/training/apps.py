"""The Django application of this floor."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "passnumerique.training"
    label = "training"
