"""Runs of payments, their lines, and the payments that the bank returned."""

from django.db import models
from django.db.models import F, Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models.claims import Claim, Payment
from passnumerique.settlement.rules.runs import LIVE, LineState, RunState


class PaymentRun(ProgrammeRow):
    """Approved claims that are paid together: prepared by one person, approved by another, then sent.

    What it pays, to whom and from which account is frozen when it is approved (`RunLine`, and the
    `debtor_…` columns for a run that the bank carries out). `total_cents` is the sum approved.
    """

    number = models.PositiveIntegerField()
    payer = kind_field(Payer)
    state = kind_field(RunState)
    pay_on = models.DateField(help_text="The day on which the bank is asked to pay.")
    reference = models.CharField(max_length=80, blank=True)
    total_cents = models.PositiveBigIntegerField(default=0)
    debtor_account_id = models.UUIDField(null=True)
    debtor_sealed = models.BinaryField(max_length=2000, blank=True)
    prepared_by = models.UUIDField()
    prepared_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    sent_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    file_hash = models.CharField(max_length=64, blank=True)
    abandoned_by = models.UUIDField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "number"], name="payment_run_number_once"),
            one_of("payer", Payer, "payment_run_payer"),
            one_of("state", RunState, "payment_run_state"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="payment_run_approver_is_not_preparer",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | ~Q(sent_by=F("approved_by")),
                name="payment_run_payer_is_not_approver",
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.PREPARED, approved_at__isnull=True, sent_at__isnull=True)
                | Q(state=RunState.APPROVED, approved_at__isnull=False, sent_at__isnull=True)
                | Q(state=RunState.SENT, approved_at__isnull=False, sent_at__isnull=False)
                | Q(state=RunState.ABANDONED, abandoned_at__isnull=False),
                name="payment_run_steps",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.ABANDONED) | ~Q(reason=""), name="payment_run_abandoned_says_why"
            ),
        ]


class RunLine(ProgrammeRow):
    """One claim in a run. A claim is in one live run at most; a payment returned or a run abandoned frees it.

    `sealed` holds, enciphered, the payee as frozen at the approval (holder, IBAN, BIC, postal address);
    the columns beside it are what may be shown of it. `id` gives the end-to-end reference of the transfer.
    """

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="lines")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="run_lines")
    place_id = models.UUIDField()
    rank = models.PositiveIntegerField()
    amount_cents = models.PositiveBigIntegerField()
    state = kind_field(LineState)
    closed_note = models.CharField(
        max_length=160, blank=True, help_text="Why a place that closed is paid all the same."
    )
    account_id = models.UUIDField(null=True)
    holder = models.CharField(max_length=70, blank=True)
    iban_country = models.CharField(max_length=2, blank=True)
    iban_end = models.CharField(max_length=4, blank=True)
    sealed = models.BinaryField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "run", "rank"], name="run_line_rank_once"),
            models.UniqueConstraint(
                fields=["programme_id", "claim"],
                condition=Q(state__in=sorted(state.value for state in LIVE)),
                name="run_line_claim_in_one_live_run",
            ),
            one_of("state", LineState, "run_line_state"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="run_line_of_something"),
        ]
        indexes = [models.Index(fields=["programme_id", "place_id"], name="run_line_by_place")]


class PaymentReturn(ProgrammeRow):
    """A payment that came back: the bank's reason, its day and its reference. The claim is to be paid again."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="returns")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payment_returns")
    code = models.CharField(max_length=4, blank=True, help_text="The bank's reason, ISO 20022 ExternalReturnReason.")
    reference = models.CharField(max_length=80)
    returned_on = models.DateField()
    amount_cents = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "payment"], name="payment_return_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_return_of_something"),
        ]
