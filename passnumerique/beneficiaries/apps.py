"""The Django application of this floor."""

from django.apps import AppConfig


class BeneficiariesConfig(AppConfig):
    name = "passnumerique.beneficiaries"
    label = "beneficiaries"
