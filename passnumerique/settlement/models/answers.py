"""What a place answers when a pass is contested, and what a second person says of it."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.settlement.models.claims import ClaimLine, nobody_of
from passnumerique.settlement.rules import Outcome


class Answer(ProgrammeRow):
    """A place's answer about one contested line, with a paper as it came; decided by somebody else than who
    contested the line. Never changed once decided."""

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="answers")
    contested_by = models.UUIDField(help_text="Who had contested the line.")
    contested_for = models.CharField(max_length=240, help_text="Why, as the place read it.")
    text = models.CharField(max_length=2000)
    file_name = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=60, blank=True)
    content = models.BinaryField(null=True)
    content_hash = models.BinaryField(max_length=32, null=True, help_text="SHA-256 of the content.")
    answered_at = models.DateTimeField()
    answered_by = models.UUIDField()
    outcome = kind_field(Outcome, default=Outcome.WAITING.value)
    outcome_reason = models.CharField(max_length=240, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("outcome", Outcome, "answer_outcome"),
            models.UniqueConstraint(fields=["programme_id", "line"], name="answer_once"),
            models.CheckConstraint(condition=~Q(text=""), name="answer_says_something"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.WAITING.value, decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~Q(outcome=Outcome.WAITING.value)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & nobody_of("decided_by", "contested_by", "answered_by")
                ),
                name="answer_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.UPHELD.value, outcome_reason=""), name="answer_upheld_says_why"
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=True, content_hash__isnull=True, file_name="")
                | (Q(content__isnull=False, content_hash__isnull=False) & ~Q(file_name="")),
                name="answer_paper_has_its_hash",
            ),
        ]
        indexes = [models.Index(fields=["programme_id", "outcome", "answered_at"], name="answer_by_outcome")]
