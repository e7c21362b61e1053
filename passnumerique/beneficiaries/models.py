"""The only rows about the public: no name, no contact in clear.

What may have to go again (contacts, keys) stands in tables of its own; figures stay without them.
"""

from django.db import models
from django.db.models import Q

from passnumerique.beneficiaries.rules import (
    AgeBracket,
    Autonomy,
    Channel,
    Gone,
    KeyKind,
    MessageKind,
    MessageState,
    Status,
)
from passnumerique.directory.rules import Role
from passnumerique.ground.db import ProgrammeRow, kind_field, one_of


class Recipient(ProgrammeRow):
    """Somebody who received passes once: a bracket, a commune, a status, a flag."""

    age_bracket = kind_field(AgeBracket)
    commune = models.CharField(max_length=5, help_text="INSEE code of the commune of residence.")
    status = kind_field(Status)
    target_public = models.BooleanField(default=False)
    needs = models.JSONField(default=list, help_text="The themes of the training plan wanted, as ids.")
    autonomy = kind_field(Autonomy, null=True)
    not_diagnosed = models.CharField(max_length=120, blank=True, help_text="Why nothing was asked; empty when it was.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("age_bracket", AgeBracket, "recipient_age_bracket"),
            one_of("status", Status, "recipient_status"),
            one_of("autonomy", Autonomy, "recipient_autonomy"),
        ]
        indexes = [
            models.Index(fields=["programme_id", "at"], name="recipient_by_time"),
        ]


class PersonKey(ProgrammeRow):
    """A keyed hash by which the same person can be recognised within the programme, and nowhere else.

    Contacts and identities count for the cap; a likeness only shows who may be the same person.
    """

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="keys")
    kind = kind_field(KeyKind)
    key = models.BinaryField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", KeyKind, "person_key_kind"),
            models.UniqueConstraint(fields=["programme_id", "recipient", "kind", "key"], name="person_key_once"),
        ]
        indexes = [models.Index(fields=["programme_id", "key", "kind"], name="person_key_same")]


class Contact(ProgrammeRow):
    """How to write to somebody who asked for it, encrypted, with the consent that was given.

    `sealed` is emptied when the contact is withdrawn, when its time is over, and at the latest at closing;
    the row stays and says so.
    """

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="contacts")
    channel = kind_field(Channel)
    sealed = models.BinaryField(max_length=600, blank=True)
    consent_at = models.DateTimeField()
    consent_words = models.CharField(max_length=240, help_text="The sentence that the person agreed to.")
    by_organisation = models.UUIDField(null=True)
    used_at = models.DateTimeField(help_text="When it last served; its time runs from then.")
    gone_at = models.DateTimeField(null=True)
    gone_because = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            one_of("channel", Channel, "contact_channel"),
            models.CheckConstraint(condition=Q(gone_at__isnull=True) ^ Q(sealed=b""), name="contact_gone_is_empty"),
            models.CheckConstraint(
                condition=Q(gone_at__isnull=True, gone_because="") | (Q(gone_at__isnull=False) & ~Q(gone_because="")),
                name="contact_gone_for_a_reason",
            ),
            models.CheckConstraint(condition=~Q(consent_words=""), name="contact_with_consent"),
        ]
        indexes = [
            models.Index(fields=["programme_id", "recipient"], name="contact_by_recipient"),
            models.Index(fields=["programme_id", "used_at"], condition=~Q(sealed=b""), name="contact_by_use"),
        ]


class Message(ProgrammeRow):
    """One message to somebody, written down before it is sent, so that it is never sent twice. What it said
    and the address are not kept: its kind and subject say what it was."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="messages")
    organisation_id = models.UUIDField(null=True, help_text="The organisation written to, when it is no person.")
    kind = kind_field(MessageKind)
    subject_id = models.UUIDField(help_text="What it is about: a seat, an offer, a session; or the id of a mailing.")
    channel = kind_field(Channel)
    state = kind_field(MessageState)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="When the carrier last said what became of it.")
    receipt = models.CharField(max_length=160, blank=True, help_text="The carrier's own name for it.")
    fault = models.CharField(max_length=160, blank=True, help_text="What the carrier refused, without the address.")

    class Meta:
        constraints = [
            one_of("kind", MessageKind, "message_kind"),
            one_of("channel", Channel, "message_channel"),
            one_of("state", MessageState, "message_state"),
            models.CheckConstraint(
                condition=Q(contact__isnull=True) ^ Q(organisation_id__isnull=True), name="message_to_one"
            ),
            models.UniqueConstraint(
                fields=["programme_id", "contact", "kind", "subject_id"],
                condition=Q(contact__isnull=False),
                name="message_to_a_person_once",
            ),
            models.UniqueConstraint(
                fields=["programme_id", "organisation_id", "kind", "subject_id"],
                condition=Q(organisation_id__isnull=False),
                name="message_to_an_organisation_once",
            ),
        ]
        indexes = [models.Index(fields=["programme_id", "at"], name="message_by_time")]


class MailingStop(ProgrammeRow):
    """A structure that asked not to be written to any more by one programme, until it wants it again."""

    organisation_id = models.UUIDField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id", "organisation_id"],
                condition=Q(ended_at__isnull=True),
                name="mailing_stop_one_open",
            )
        ]


class Erasure(ProgrammeRow):
    """One act by which personal data of the public went: how much, when, why and by whom. Never changed, never
    deleted, and it names nobody of the public."""

    because = kind_field(Gone)
    contacts = models.PositiveIntegerField(default=0, help_text="Addresses emptied.")
    keys = models.PositiveIntegerField(default=0, help_text="Keys of people deleted.")
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    by_role = kind_field(Role)
    by_organisation = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("because", Gone, "erasure_because"),
            one_of("by_role", Role, "erasure_by_role"),
            models.CheckConstraint(condition=Q(contacts__gt=0) | Q(keys__gt=0), name="erasure_of_something"),
        ]
        indexes = [models.Index(fields=["programme_id", "at"], name="erasure_by_time")]
