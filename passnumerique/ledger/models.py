"""The one table of money: append-only, balanced by construction."""

from django.db import models
from django.db.models import F, Q

from passnumerique.ground.db import ProgrammeRow
from passnumerique.ground.ids import NOBODY
from passnumerique.ledger.rules import Account, Cash

_FACE, _CASH = ([account.value for account in book] for book in (Account, Cash))


def _account_field() -> "models.CharField[str, str]":
    """A column that names an account of either book."""
    return models.CharField(max_length=24, choices=[(name, name) for name in _FACE + _CASH])


class Transfer(ProgrammeRow):
    """One movement of money between two pockets of a programme, and the deed that caused it."""

    debit_account = _account_field()
    debit_owner = models.UUIDField(default=NOBODY)
    credit_account = _account_field()
    credit_owner = models.UUIDField(default=NOBODY)
    amount_cents = models.BigIntegerField()
    cause = models.UUIDField(help_text="The deed, envelope or payment that moved this money.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account"), debit_owner=F("credit_owner")),
                name="transfer_between_two_pockets",
            ),
            models.CheckConstraint(
                condition=Q(debit_account__in=_FACE, credit_account__in=_FACE)
                | Q(debit_account__in=_CASH, credit_account__in=_CASH),
                name="transfer_within_one_book",
            ),
            models.UniqueConstraint(
                fields=[
                    "programme_id",
                    "cause",
                    "debit_account",
                    "debit_owner",
                    "credit_account",
                    "credit_owner",
                ],
                name="transfer_once_per_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "at"], name="transfer_by_time"),
            models.Index(
                fields=["programme_id", "at"],
                condition=Q(debit_account=Account.AUTHORISED.value),
                name="transfer_of_authorised",
            ),
        ]
