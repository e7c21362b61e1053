"""The end of a contested line: a final refusal, which the place reads."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow
from passnumerique.settlement.models.claims import ClaimLine, nobody_of


class FinalRefusal(ProgrammeRow):
    """One contested line that will not be paid: who had contested it and why, who refuses it for good and why.
    Never changed."""

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="final_refusals")
    contested_by = models.UUIDField(help_text="Who had contested the line.")
    contested_for = models.CharField(max_length=240, help_text="Why, as the place read it.")
    reason = models.CharField(max_length=240)
    at = models.DateTimeField()
    by_user = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "line"], name="final_refusal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="final_refusal_says_why"),
            models.CheckConstraint(condition=nobody_of("by_user", "contested_by"), name="final_refusal_by_another"),
        ]
