"""What the issuer's files say, kept as evidence, and what people say of the differences.

A row is never deleted. It moves between `taken` and `refused` or `known` only as the file is read again
or withdrawn: at most one row that says a thing counts.
"""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.ground.ids import NOBODY
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.settlement.rules.reconciling import FollowUp, Gap, Owner


class IssuerFile(ProgrammeRow):
    """One file of the issuer, as it came: its hash, its columns, how many lines."""

    kind = kind_field(IssuerKind)
    issuer = models.CharField(max_length=160)
    filename = models.CharField(max_length=200)
    sha256 = models.BinaryField(max_length=32)
    encoding = models.CharField(max_length=20, blank=True, help_text="Empty for a workbook.")
    columns = models.JSONField(help_text="Which column of it held which field.")
    lines = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_reason = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id", "kind", "sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="issuer_file_once",
            ),
            one_of("kind", IssuerKind, "issuer_file_kind"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="issuer_file_withdrawn_says_why"
            ),
        ]
        indexes = [models.Index(fields=["programme_id", "imported_at"], name="issuer_file_by_time")]


class IssuerRow(ProgrammeRow):
    """One line of a file: what stands in it, what was read, and whether it counts. Amounts in cents."""

    file = models.ForeignKey(IssuerFile, on_delete=models.PROTECT, related_name="rows")
    kind = kind_field(IssuerKind)
    line = models.PositiveIntegerField()
    raw = models.TextField(help_text="The cells of the line by heading, as JSON; codes of passes left out.")
    fingerprint = models.BinaryField(max_length=32, help_text="Of what it says, however it is written.")
    verdict = kind_field(RowVerdict)
    told = models.TextField(blank=True, help_text="What was said of its cells, as JSON: column, value, reason, params.")
    number = models.PositiveBigIntegerField(null=True)
    voucher_id = models.UUIDField(null=True)
    place_id = models.UUIDField(default=NOBODY)
    day = models.DateField(null=True)
    month = models.DateField(null=True, help_text="Of its day: its first day.")
    quantity = models.PositiveIntegerField(null=True)
    amount_cents = models.BigIntegerField(null=True)
    fee_cents = models.BigIntegerField(null=True)
    balance_cents = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=80, blank=True)
    claim_number = models.PositiveIntegerField(null=True, help_text="Which claim a payment says that it pays.")
    claim_month = models.DateField(null=True, help_text="Which month a payment says that it pays: its first day.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "file", "line"], name="issuer_row_line_once"),
            models.UniqueConstraint(
                fields=["programme_id", "kind", "fingerprint"],
                condition=Q(verdict=RowVerdict.TAKEN.value),
                name="issuer_row_counts_once",
            ),
            one_of("kind", IssuerKind, "issuer_row_kind"),
            one_of("verdict", RowVerdict, "issuer_row_verdict"),
        ]
        indexes = [
            models.Index(fields=["programme_id", "kind", "verdict", "month", "place_id"], name="issuer_row_by_month"),
            models.Index(fields=["programme_id", "kind", "number"], name="issuer_row_by_number"),
        ]


class DifferenceNote(ProgrammeRow):
    """What somebody said of one difference: whose it is, why, and whether it is settled. The latest rank
    holds; the others are its history. Never changed, never deleted."""

    key = models.CharField(max_length=120, help_text="Which difference: the same for as long as it lasts.")
    gap = kind_field(Gap)
    rank = models.PositiveIntegerField()
    state = kind_field(FollowUp)
    owner = kind_field(Owner)
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "key", "rank"], name="difference_note_rank_once"),
            one_of("gap", Gap, "difference_note_gap"),
            one_of("state", FollowUp, "difference_note_state"),
            one_of("owner", Owner, "difference_note_owner"),
            models.CheckConstraint(
                condition=Q(state=FollowUp.OPEN.value) | ~Q(reason=""), name="difference_note_says_why"
            ),
        ]
