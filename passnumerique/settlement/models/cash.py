"""Movements of cash that are no payment of a claim."""

from django.db import models
from django.db.models import Q

from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.ground.ids import NOBODY
from passnumerique.settlement.rules import CashKind


class CashEntry(ProgrammeRow):
    """One movement of cash that is no payment of a claim: an apport, an advance, a fee, an undue sum back."""

    kind = kind_field(CashKind)
    amount_cents = models.PositiveBigIntegerField()
    happened_on = models.DateField()
    reference = models.CharField(max_length=80)
    counterpart = models.CharField(max_length=160, blank=True)
    place_id = models.UUIDField(default=NOBODY)
    document_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "kind", "reference"], name="cash_entry_once"),
            one_of("kind", CashKind, "cash_entry_kind"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="cash_entry_of_something"),
            models.CheckConstraint(condition=~Q(reference=""), name="cash_entry_has_reference"),
            models.CheckConstraint(
                condition=Q(kind=CashKind.RECOVERED.value) & ~Q(place_id=NOBODY)
                | ~Q(kind=CashKind.RECOVERED.value) & Q(place_id=NOBODY),
                name="cash_entry_place",
            ),
        ]
        indexes = [models.Index(fields=["programme_id", "happened_on"], name="cash_entry_by_day")]
