"""The deliberations of an authority's council."""

from django.db import models
from django.db.models import F, Q

from passnumerique.ground.db import Row


class Deliberation(Row):
    """One act voted by a council: what was decided, by how many, and when it binds."""

    authority = models.ForeignKey("directory.Authority", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    matter = models.CharField(max_length=10, help_text="Code in the prefecture's nomenclature, such as 7.5.")
    subject = models.CharField(max_length=300)
    decisions = models.JSONField(default=list, help_text="The articles, one sentence each.")
    convened_on = models.DateField()
    sat_on = models.DateField()
    chaired_by = models.CharField(max_length=120)
    secretary = models.CharField(max_length=120)
    members_in_office = models.PositiveIntegerField()
    voters = models.PositiveIntegerField()
    substitutes = models.PositiveIntegerField(default=0)
    votes_for = models.PositiveIntegerField()
    votes_against = models.PositiveIntegerField(default=0)
    abstentions = models.PositiveIntegerField(default=0)
    chair_votes_for = models.BooleanField(default=False, help_text="The chair's own vote: it decides a tie.")
    transmitted_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "number"], name="deliberation_number_once"),
            models.CheckConstraint(
                condition=Q(voters=F("votes_for") + F("votes_against") + F("abstentions")),
                name="deliberation_votes_sum_to_voters",
            ),
            models.CheckConstraint(condition=Q(sat_on__gte=F("convened_on")), name="deliberation_convened_before"),
        ]
