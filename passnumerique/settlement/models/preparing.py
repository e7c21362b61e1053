"""Claims prepared for the places, before each place confirms its own."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.ground.ids import NOBODY
from passnumerique.settlement.models.claims import Claim
from passnumerique.settlement.rules import PreparedLineState, PreparedState


class Preparation(ProgrammeRow):
    """One run over every place, for a month: how far it is. One at a time; it goes on where it stopped."""

    month = models.DateField(help_text="Its first day.")
    begun_at = models.DateTimeField()
    begun_by = models.UUIDField(null=True)
    places = models.PositiveIntegerField(help_text="How many had something to claim when it began.")
    places_done = models.PositiveIntegerField(default=0)
    passes = models.PositiveIntegerField(default=0, help_text="How many were put in prepared claims.")
    last_place_id = models.UUIDField(default=NOBODY, help_text="The last place done, in the order of ids.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id"], condition=Q(ended_at__isnull=True), name="preparation_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["programme_id", "begun_at"], name="preparation_by_time")]


class PreparedClaim(ProgrammeRow):
    """What a place will ask for if it confirms: a proposal that grows with each month until it is confirmed."""

    place_id = models.UUIDField()
    month = models.DateField(help_text="The first day of the last month it covers.")
    state = kind_field(PreparedState, default=PreparedState.OPEN.value)
    prepared_at = models.DateTimeField()
    prepared_by = models.UUIDField(null=True, help_text="Who had it prepared; null: the installation.")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="prepared")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("state", PreparedState, "prepared_claim_state"),
            models.UniqueConstraint(
                fields=["programme_id", "place_id"],
                condition=Q(state=PreparedState.OPEN.value),
                name="prepared_claim_one_open",
            ),
            models.UniqueConstraint(fields=["programme_id", "claim"], name="prepared_claim_confirmed_once"),
            models.CheckConstraint(
                condition=Q(state=PreparedState.OPEN.value, claim__isnull=True, closed_at__isnull=True)
                | Q(state=PreparedState.CONFIRMED.value, claim__isnull=False, closed_at__isnull=False),
                name="prepared_claim_closed_by_its_claim",
            ),
        ]


class PreparedLine(ProgrammeRow):
    """One redemption in a prepared claim. It stands in one proposal at a time and is claimed once."""

    prepared = models.ForeignKey(PreparedClaim, on_delete=models.PROTECT, related_name="lines", db_index=False)
    redemption_id = models.UUIDField()
    state = kind_field(PreparedLineState, default=PreparedLineState.PROPOSED.value)
    month = models.DateField(help_text="The month for which it was proposed.")
    reason = models.CharField(max_length=240, blank=True, help_text="Why the place leaves it for a later month.")
    left_by = models.UUIDField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("state", PreparedLineState, "prepared_line_state"),
            models.UniqueConstraint(
                fields=["programme_id", "redemption_id"],
                condition=Q(state__in=[PreparedLineState.PROPOSED.value, PreparedLineState.CLAIMED.value]),
                name="prepared_line_redemption_once",
            ),
            models.CheckConstraint(
                condition=(Q(state=PreparedLineState.LEFT.value) & ~Q(reason="") & Q(left_at__isnull=False))
                | (~Q(state=PreparedLineState.LEFT.value) & Q(reason="", left_at__isnull=True)),
                name="prepared_line_left_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "prepared", "state"], name="prepared_line_by_claim"),
            # The unique key above is partial, and an engine that is given values as parameters cannot use it.
            models.Index(fields=["programme_id", "redemption_id", "month"], name="prepared_line_by_use"),
        ]
