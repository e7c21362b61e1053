"""Sums paid that were not due: declared, then taken back from the next claim or by a recovery order."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow
from passnumerique.settlement.models.claims import Claim, ClaimLine


class RecoveryOrder(ProgrammeRow):
    """A paper that asks a place to give undue sums back (*ordre de recouvrement*), numbered without a gap."""

    number = models.PositiveIntegerField()
    place_id = models.UUIDField()
    passes = models.PositiveIntegerField()
    amount_cents = models.PositiveBigIntegerField()
    due_on = models.DateField()
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    received_on = models.DateField(null=True)
    reference = models.CharField(max_length=80, blank=True, help_text="Of the sum that came in, in the accounts.")
    received_at = models.DateTimeField(null=True)
    received_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "number"], name="recovery_order_number_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0, passes__gt=0), name="recovery_order_of_something"),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True, received_at__isnull=True, reference="")
                | (Q(received_on__isnull=False, received_at__isnull=False) & ~Q(reference="")),
                name="recovery_order_received_with_reference",
            ),
        ]


class Undue(ProgrammeRow):
    """One line paid that was not due: why, and how its sum comes back. `amount_cents` is what the place got.

    Until it is settled it waits for the place's next claim, unless it stands on a recovery order."""

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="undue")
    place_id = models.UUIDField()
    amount_cents = models.PositiveIntegerField()
    cause = models.CharField(max_length=240)
    declared_at = models.DateTimeField()
    declared_by = models.UUIDField(null=True)
    offset_in = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="offsets")
    order = models.ForeignKey(RecoveryOrder, on_delete=models.PROTECT, null=True, related_name="lines")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_for = models.CharField(max_length=240, blank=True, help_text="By what it came back.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "line"], name="undue_once"),
            models.CheckConstraint(condition=~Q(cause=""), name="undue_says_why"),
            models.CheckConstraint(
                condition=Q(offset_in__isnull=True) | Q(order__isnull=True), name="undue_one_way_back"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, offset_in__isnull=True, settled_for="")
                | (Q(settled_at__isnull=False) & (Q(offset_in__isnull=False) | ~Q(settled_for=""))),
                name="undue_settled_by_something",
            ),
        ]
        indexes = [models.Index(fields=["programme_id", "place_id", "settled_at"], name="undue_by_place")]
