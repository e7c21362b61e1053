"""Claims of the places, their lines, the orders to pay them and the payments."""

from django.db import models
from django.db.models import F, Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.rules import CONTESTED, UNDECIDED, ClaimState, Verdict


def nobody_of(column: str, *others: str) -> Q:
    """The person in a column is in none of these: the database refuses it, whatever wrote the row."""
    condition = Q()
    for other in others:
        condition &= Q(**{f"{column}__isnull": True}) | Q(**{f"{other}__isnull": True}) | ~Q(**{column: F(other)})
    return condition


class Claim(ProgrammeRow):
    """What one place asks for the passes it took up to the end of a month. Amounts in cents.

    `face_cents`, `fee_cents` and `net_cents` are what was asked; `payable_cents` is the net of the
    lines that were approved less `offset_cents`, undue sums taken back, zero before the decision. Above the
    programme's threshold a second person, in another role, confirms: `countersign` until then.
    """

    number = models.PositiveIntegerField()
    place_id = models.UUIDField()
    month = models.DateField(help_text="Its first day.")
    state = kind_field(ClaimState)
    passes = models.PositiveIntegerField()
    face_cents = models.PositiveBigIntegerField()
    fee_cents = models.PositiveBigIntegerField()
    net_cents = models.PositiveBigIntegerField()
    payable_cents = models.PositiveBigIntegerField(default=0)
    complement_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="complements")
    prepared_by = models.UUIDField()
    filed_at = models.DateTimeField()
    controlled_by = models.UUIDField(null=True)
    controlled_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_role = models.CharField(max_length=24, null=True)  # noqa: DJ001 — null in what was sealed before
    first_approved_at = models.DateTimeField(null=True, help_text="Where two persons decide: when the first did.")
    second_approved_by = models.UUIDField(null=True)
    second_approved_role = models.CharField(max_length=24, null=True)  # noqa: DJ001 — as above
    ordered_by = models.UUIDField(null=True, help_text="Who ordered its payment.")
    paid_by = models.UUIDField(null=True, help_text="Who had it paid: sent its run, or recorded its payment.")
    offset_cents = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "number"], name="claim_number_once"),
            one_of("state", ClaimState, "claim_state"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="claim_approver_is_not_preparer",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.FILED.value, approved_by__isnull=True, approved_at__isnull=True)
                | (~Q(state=ClaimState.FILED.value) & Q(approved_by__isnull=False, approved_at__isnull=False)),
                name="claim_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(second_approved_by__isnull=True)
                | (
                    ~Q(state__in=sorted(state.value for state in UNDECIDED))
                    & nobody_of("second_approved_by", "prepared_by", "approved_by")
                    & ~Q(second_approved_role=F("approved_role"))
                ),
                name="claim_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=nobody_of("ordered_by", "prepared_by", "approved_by", "second_approved_by"),
                name="claim_ordered_by_another",
            ),
            models.CheckConstraint(
                condition=nobody_of("paid_by", "prepared_by", "approved_by", "second_approved_by"),
                name="claim_paid_by_another",
            ),
            models.CheckConstraint(
                condition=Q(net_cents=F("face_cents") - F("fee_cents"), payable_cents__lte=F("net_cents")),
                name="claim_amounts_agree",
            ),
            models.CheckConstraint(condition=Q(passes__gt=0), name="claim_of_something"),
        ]
        indexes = [
            models.Index(fields=["programme_id", "place_id", "month"], name="claim_by_place"),
            models.Index(fields=["programme_id", "state", "filed_at"], name="claim_by_state"),
        ]


class ClaimLine(ProgrammeRow):
    """One redemption in a claim, and what the control said of it. A redemption stands on one line only.

    A line contested, then accepted once its claim is ordered or paid, moves to a complementary claim;
    `first_claim` keeps where it was asked first.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines")
    first_claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="first_lines")
    redemption_id = models.UUIDField()
    voucher_id = models.UUIDField()
    voucher_number = models.PositiveBigIntegerField()
    redeemed_at = models.DateTimeField()
    training_session_id = models.UUIDField()
    module_id = models.UUIDField()
    face_value_cents = models.PositiveIntegerField()
    fee_cents = models.PositiveIntegerField()
    verdict = kind_field(Verdict, default=Verdict.PENDING.value)
    reason = models.CharField(max_length=240, blank=True)
    controlled_by = models.UUIDField(null=True)
    controlled_at = models.DateTimeField(null=True)
    risk = models.PositiveSmallIntegerField(default=0, help_text="The weights of its signs, added up.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "redemption_id"], name="claim_line_redemption_once"),
            one_of("verdict", Verdict, "claim_line_verdict"),
            models.CheckConstraint(
                condition=~Q(verdict__in=sorted(one.value for one in CONTESTED), reason=""),
                name="claim_line_rejected_says_why",
            ),
            models.CheckConstraint(
                condition=Q(fee_cents__lte=F("face_value_cents")), name="claim_line_fee_within_face"
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "claim", "voucher_number"], name="claim_line_by_claim"),
            models.Index(fields=["programme_id", "voucher_id"], name="claim_line_by_voucher"),
        ]


class PaymentOrder(ProgrammeRow):
    """The order to pay a claim (*mandatement*): the authority's decision, not yet the money."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="orders")
    reference = models.CharField(max_length=80)
    ordered_on = models.DateField()
    amount_cents = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "claim"], name="payment_order_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_order_of_something"),
            models.CheckConstraint(condition=~Q(reference=""), name="payment_order_has_reference"),
        ]


class Payment(ProgrammeRow):
    """The payment of a claim: the money has left, on this day, under this reference.

    `payer` is who paid, and `fee_cents` what the issuer keeps of these passes; both are null in what was
    recorded before the book of cash, and moved none. `run_line_id` is the line of the run that paid it, if
    one did; `issuer_row_id` the line of the issuer's file that told it, once for each claim. `live` until the
    bank returns it: of a claim, one payment lives at most.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=80)
    paid_on = models.DateField()
    amount_cents = models.PositiveBigIntegerField()
    payer = kind_field(Payer, null=True)
    fee_cents = models.PositiveBigIntegerField(null=True)
    run_line_id = models.UUIDField(null=True)
    issuer_row_id = models.UUIDField(null=True)
    live = models.BooleanField(default=True)
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "claim"], condition=Q(live=True), name="payment_once"),
            models.UniqueConstraint(
                fields=["programme_id", "issuer_row_id", "claim"],
                condition=Q(issuer_row_id__isnull=False),
                name="payment_told_once",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_of_something"),
            models.CheckConstraint(condition=~Q(reference=""), name="payment_has_reference"),
            models.CheckConstraint(
                condition=Q(payer__isnull=True, fee_cents__isnull=True)
                | Q(payer__in=[payer.value for payer in Payer], fee_cents__isnull=False),
                name="payment_payer",
            ),
        ]
