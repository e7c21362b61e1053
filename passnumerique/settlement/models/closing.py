"""What was done at the end of a programme, step by step."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.ground.ids import NOBODY
from passnumerique.settlement.rules.closing import ClosingTask


class ClosingStep(ProgrammeRow):
    """One step of the end of validity that somebody did, for the end that held then; an acknowledgement is one
    structure's. An extension gives another end, and another list of steps."""

    task = kind_field(ClosingTask)
    validity_until = models.DateField()
    structure_id = models.UUIDField(default=NOBODY)
    done_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    amount_cents = models.PositiveBigIntegerField(
        default=0, help_text="Of the statement and the credit note: what the register says is unspent, that day."
    )
    stated_cents = models.PositiveBigIntegerField(null=True, help_text="What the issuer’s credit note says.")
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id", "validity_until", "task", "structure_id"], name="closing_step_once"
            ),
            one_of("task", ClosingTask, "closing_step_task"),
            models.CheckConstraint(
                condition=Q(stated_cents__isnull=True) | Q(task=ClosingTask.CREDIT_NOTE.value),
                name="closing_step_states",
            ),
            models.CheckConstraint(
                condition=~Q(task=ClosingTask.ACKNOWLEDGE.value) | ~Q(structure_id=NOBODY),
                name="closing_step_of_a_structure",
            ),
        ]
