"""The day on which the issuer failed: declared once, with its cause and its paper."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow


class IssuerDefault(ProgrammeRow):
    """The issuer pays no more: everything due is frozen, and nothing goes through it from `declared_on` on.

    `passes` and `due_cents` are what was due to the places then, in face value; `lent_cents` the cash that
    the issuer held.
    """

    declared_on = models.DateField()
    cause = models.CharField(max_length=240)
    document_id = models.UUIDField(help_text="The paper that tells it: a judgement, a letter, a decision.")
    passes = models.PositiveIntegerField()
    due_cents = models.PositiveBigIntegerField()
    lent_cents = models.BigIntegerField()
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id"], name="issuer_default_once"),
            models.CheckConstraint(condition=~Q(cause=""), name="issuer_default_says_why"),
        ]
