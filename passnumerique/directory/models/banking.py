"""Where an organisation of the network, or the authority itself, is paid: proposed, told, confirmed."""

from django.db import models
from django.db.models import F, Q

from passnumerique.directory.models.people import Authority, Organisation
from passnumerique.directory.rules import Role
from passnumerique.directory.rules.banking import Channel
from passnumerique.ground.db import Row, kind_field, one_of


class BankAccount(Row):
    """One bank account, as one person proposed it and another confirmed or refused it. Never changed
    afterwards, never deleted: the next one takes its place from its own day on.

    Without `organisation` it is the account that the authority pays from. `iban_sealed` is enciphered
    under the contact keys of the installation, `iban_key` is a keyed hash by which the same IBAN is known
    again, `iban_end` its last four signs. `contact_sealed` is how the organisation could be reached when
    the account was proposed: the next change is told there.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="bank_accounts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="bank_accounts")
    holder = models.CharField(max_length=70)
    iban_sealed = models.BinaryField(max_length=300)
    iban_key = models.BinaryField(max_length=16)
    iban_country = models.CharField(max_length=2)
    iban_end = models.CharField(max_length=4)
    bic = models.CharField(max_length=11, blank=True)
    street = models.CharField(max_length=70, blank=True)
    building = models.CharField(max_length=16, blank=True)
    postcode = models.CharField(max_length=16)
    town = models.CharField(max_length=35)
    country = models.CharField(max_length=2)
    also_of = models.JSONField(default=list)
    """The other organisations of the authority that had given this IBAN by then, as text: a warning."""
    contact_sealed = models.BinaryField(max_length=900, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.UUIDField(null=True)
    proposed_role = kind_field(Role)
    told_at = models.DateTimeField(null=True)
    told_by = models.UUIDField(null=True)
    told_channel = kind_field(Channel, blank=True)
    told_note = models.CharField(max_length=160, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    in_force_on = models.DateField(null=True)
    """The first day on which it is paid to; set when it is confirmed."""
    refused_at = models.DateTimeField(null=True)
    refused_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            one_of("proposed_role", Role, "bank_account_role_known"),
            models.CheckConstraint(condition=Q(told_channel__in=["", *Channel]), name="bank_account_channel_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="bank_account_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, in_force_on__isnull=True)
                | Q(confirmed_at__isnull=False, in_force_on__isnull=False),
                name="bank_account_confirmed_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(refused_at__isnull=True), name="bank_account_one_end"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(organisation__isnull=True) | Q(told_at__isnull=False),
                name="bank_account_told_before",
            ),
            models.CheckConstraint(condition=~Q(holder="") & ~Q(town=""), name="bank_account_held"),
            models.UniqueConstraint(
                fields=["authority", "organisation"],
                condition=Q(confirmed_at__isnull=True, refused_at__isnull=True, organisation__isnull=False),
                name="bank_account_one_open",
            ),
            models.UniqueConstraint(
                fields=["authority"],
                condition=Q(confirmed_at__isnull=True, refused_at__isnull=True, organisation__isnull=True),
                name="bank_account_one_open_own",
            ),
        ]
        indexes = [models.Index("authority", "iban_key", name="bank_account_by_iban")]

    def __str__(self) -> str:
        return f"{self.iban_country} … {self.iban_end}"
