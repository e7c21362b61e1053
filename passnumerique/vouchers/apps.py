"""The Django application of this floor."""

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "passnumerique.vouchers"
    label = "vouchers"
