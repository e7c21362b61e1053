"""The one table of money, append-only and balanced by construction; and when its books were closed."""

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


class Closure(ProgrammeRow):
    """The books of a programme are closed: from then on nothing of it is written but corrections."""

    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id"], name="closure_once")]


class Correction(ProgrammeRow):
    """Closed books opened again for a reason, until they are closed anew. One at a time."""

    reason = models.CharField(max_length=400)
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id"], condition=Q(ended_at__isnull=True), name="correction_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_says_why"),
        ]
        indexes = [models.Index(fields=["programme_id", "at"], name="correction_by_time")]
