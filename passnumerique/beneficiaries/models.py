"""The only rows about the public: no name, no contact in clear."""

from django.db import models

from passnumerique.beneficiaries.rules import AgeBracket, Status
from passnumerique.ground.db import ProgrammeRow, kind_field, one_of


class Recipient(ProgrammeRow):
    """Somebody who received passes once: a bracket, a commune, a status, a flag."""

    age_bracket = kind_field(AgeBracket)
    commune = models.CharField(max_length=5, help_text="INSEE code of the commune of residence.")
    status = kind_field(Status)
    target_public = models.BooleanField(default=False)
    blind_index = models.BinaryField(
        max_length=16,
        null=True,
        help_text="Keyed hash of a contact that is not kept: it only serves the cap.",
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("age_bracket", AgeBracket, "recipient_age_bracket"),
            one_of("status", Status, "recipient_status"),
        ]
        indexes = [
            models.Index(fields=["programme_id", "blind_index"], name="recipient_same_person"),
            models.Index(fields=["programme_id", "at"], name="recipient_by_time"),
        ]
