"""What a control rests upon: the signs found on lines, the sample drawn, decisions sent back."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.settlement.models.claims import Claim, ClaimLine, nobody_of
from passnumerique.settlement.rules import Sign


class SignFound(ProgrammeRow):
    """One sign found on a line when its claim was confirmed. Never changed: later changes are seen beside it."""

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="signs", db_index=False)
    sign = kind_field(Sign)
    weight = models.PositiveSmallIntegerField()
    details = models.JSONField(default=dict, help_text="The figures of its sentence.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("sign", Sign, "sign_found_known"),
            models.UniqueConstraint(fields=["programme_id", "line", "sign"], name="sign_found_once"),
        ]


class Sample(ProgrammeRow):
    """The lines of a claim that are controlled, by a seed that anybody can draw with again."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="samples")
    seed = models.CharField(max_length=32)
    size = models.PositiveIntegerField(help_text="Lines drawn; those that bear a sign are controlled besides.")
    most_errors = models.PositiveIntegerField(help_text="In basis points: above, every line is controlled.")
    drawn_at = models.DateTimeField()
    drawn_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "claim"], name="sample_once"),
            models.CheckConstraint(condition=Q(size__gt=0) & ~Q(seed=""), name="sample_of_something"),
        ]


class SentBack(ProgrammeRow):
    """A decision that the second person did not confirm: the claim went back to its control, and why."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="sent_back")
    reason = models.CharField(max_length=240)
    approved_by = models.UUIDField(help_text="Who had accepted it.")
    approved_at = models.DateTimeField()
    at = models.DateTimeField()
    by_user = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="sent_back_with_reason"),
            models.CheckConstraint(condition=nobody_of("by_user", "approved_by"), name="sent_back_by_another"),
        ]
