"""Statements of the bank: the file as it came, each statement in it, each movement and where it ended."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.settlement.rules.matching import Doubt, Fate, Purpose


class BankFile(ProgrammeRow):
    """A file of statements, kept as evidence: its hash, and its content compressed and enciphered."""

    filename = models.CharField(max_length=200)
    sha256 = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "sha256"], name="bank_file_once")]


class BankStatement(ProgrammeRow):
    """One statement of a file: its account, its days, its balances, and how many of its movements were new."""

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="statements")
    rank = models.PositiveIntegerField()
    version = models.CharField(max_length=2)
    reference = models.CharField(max_length=35, blank=True)
    account_key = models.BinaryField(max_length=16)
    iban_end = models.CharField(max_length=4)
    opening_cents = models.BigIntegerField()
    closing_cents = models.BigIntegerField()
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    entries = models.PositiveIntegerField()
    fresh = models.PositiveIntegerField(help_text="Movements that no statement had told before.")
    pending = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "file", "rank"], name="bank_statement_once"),
            models.CheckConstraint(condition=Q(fresh__lte=models.F("entries")), name="bank_statement_fresh"),
        ]


class BankLine(ProgrammeRow):
    """One movement of the account, once, whichever statements tell it. Money that left is below zero.

    Until it is known it stands in the clearing account of the cash book. `counterpart` and `words` are
    emptied when it turns out to be foreign to the scheme.
    """

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    rank = models.PositiveIntegerField()
    key = models.CharField(max_length=32)
    booked_on = models.DateField()
    cents = models.BigIntegerField()
    reference = models.CharField(max_length=35, blank=True)
    end_to_end = models.CharField(max_length=35, blank=True)
    batch = models.CharField(max_length=35, blank=True)
    code = models.CharField(max_length=4, blank=True)
    counterpart = models.CharField(max_length=70, blank=True)
    words = models.CharField(max_length=140, blank=True)
    fate = kind_field(Fate)
    doubt = kind_field(Doubt, blank=True)
    cleared = models.BooleanField(default=False, help_text="It stood in the clearing account, and left it.")
    run_line_id = models.UUIDField(null=True)
    run_id = models.UUIDField(null=True)
    purpose = kind_field(Purpose, blank=True)
    entry_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=240, blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "key"], name="bank_line_once"),
            one_of("fate", Fate, "bank_line_fate"),
            models.CheckConstraint(condition=Q(doubt__in=["", *Doubt]), name="bank_line_doubt"),
            models.CheckConstraint(condition=Q(purpose__in=["", *Purpose]), name="bank_line_purpose"),
            models.CheckConstraint(condition=~Q(cents=0), name="bank_line_of_something"),
            models.CheckConstraint(
                condition=~Q(fate=Fate.SETTLED) | (~Q(reason="") & ~Q(purpose="")), name="bank_line_settled_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "statement", "rank"], name="bank_line_by_statement"),
            models.Index(fields=["programme_id", "fate", "booked_on"], name="bank_line_by_fate"),
            models.Index(
                fields=["programme_id", "run_line_id"],
                condition=Q(run_line_id__isnull=False),
                name="bank_line_by_run_line",
            ),
        ]
