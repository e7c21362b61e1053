"""The tables of a programme: what was agreed, by which paper, from which day."""

from django.db import models
from django.db.models import F, Q

from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.db import ProgrammeRow, Row, kind_field, one_of
from passnumerique.programmes.rules import BASE_OF, AmendmentState, DocumentKind, Opinion


class Programme(Row):
    """One scheme of one authority."""

    authority = models.ForeignKey("directory.Authority", on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    issuer = models.CharField(max_length=160, blank=True)
    funder = models.CharField(max_length=160, blank=True)
    invented = models.TextField(blank=True, help_text="What of this programme is invented, said where it is shown.")
    demonstration_day = models.DateField(null=True, help_text="The day on which a demonstration lives.")
    demonstration_script = models.TextField(blank=True, help_text="What a demonstration plays, as its file says.")
    created_at = models.DateTimeField()


class Document(ProgrammeRow):
    """A convention, an amendment, a mandate agreement or a decision."""

    kind = kind_field(DocumentKind)
    reference = models.CharField(max_length=80)
    title = models.CharField(max_length=240, blank=True)
    counterpart = models.CharField(max_length=160, blank=True)
    deliberation = models.ForeignKey("council.Deliberation", on_delete=models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(null=True)
    in_force_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "reference"], name="document_reference_once"),
            one_of("kind", DocumentKind, "document_kind"),
            models.CheckConstraint(
                condition=Q(in_force_on__isnull=True) | Q(signed_on__isnull=False),
                name="document_signed_before_force",
            ),
        ]


class CalendarRevision(ProgrammeRow):
    """The five dates from one day on. An extension writes exactly one of these."""

    distribution_until = models.DateField()
    validity_until = models.DateField()
    end_of_training = models.DateField()
    claims_until = models.DateField()
    closing = models.DateField()
    in_force_on = models.DateField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    convention_amendment = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    mandate_amendment = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    rank = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "rank"], name="calendar_rank_once"),
            models.CheckConstraint(
                condition=Q(
                    distribution_until__lte=F("validity_until"),
                    validity_until__lte=F("end_of_training"),
                    end_of_training__lte=F("claims_until"),
                    claims_until__lte=F("closing"),
                ),
                name="calendar_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(rank=1) | Q(convention_amendment__isnull=False, mandate_amendment__isnull=False),
                name="calendar_extension_has_papers",
            ),
        ]


class ParameterRevision(ProgrammeRow):
    """One parameter's value from one day on, and the paper that says so."""

    name = models.CharField(max_length=40)
    value = models.JSONField()
    in_force_on = models.DateField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["programme_id", "name", "in_force_on"], name="parameter_by_day")]


class Envelope(ProgrammeRow):
    """What the council authorised and what of it is in passes: changed by conditional UPDATE only."""

    authorised_cents = models.BigIntegerField(default=0)
    committed_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id"], name="envelope_one_per_programme"),
            models.CheckConstraint(
                condition=Q(committed_cents__gte=0, committed_cents__lte=F("authorised_cents")),
                name="envelope_never_exceeded",
            ),
        ]


class FundingShare(ProgrammeRow):
    """What one contributor brings to the envelope."""

    contributor = models.CharField(max_length=160)
    amount_cents = models.BigIntegerField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "contributor", "document"], name="share_once_per_paper"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="share_positive"),
        ]


class TrainingPeriod(ProgrammeRow):
    """A wave of training on the territory."""

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "number"], name="period_number_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="period_ends_after_start"),
        ]


class Commune(ProgrammeRow):
    """A commune of the programme's territory, with its EPCI, as a named vintage of the INSEE code says."""

    insee_code = models.CharField(max_length=5)
    name = models.CharField(max_length=120)
    postcodes = models.CharField(max_length=120, blank=True)
    population = models.PositiveIntegerField(default=0)
    epci_siren = models.CharField(max_length=9, blank=True)
    epci_name = models.CharField(max_length=160, blank=True)
    former = models.CharField(
        max_length=400, blank=True, help_text="The communes that merged into it: `55164 Douaumont|55537 Vaux…`."
    )
    vintage = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "insee_code"], name="commune_once")]


class Amendment(ProgrammeRow):
    """An amendment to a convention or to a mandate agreement, numbered without gap for each of them.

    `before` and `after` are five dates by name; both empty for an amendment recorded from its paper. It waits for a
    matter of the council, then cites its deliberation; once signed it is a document of the programme.
    """

    kind = kind_field(DocumentKind)
    base = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=80)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    item = models.UUIDField(null=True, help_text="The matter of the council that it waits for.")
    deliberation = models.ForeignKey("council.Deliberation", on_delete=models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in BASE_OF]), name="amendment_kind"),
            models.UniqueConstraint(
                fields=["programme_id", "base", "number"],
                condition=Q(dropped_at__isnull=True),
                name="amendment_number_once",
            ),
            models.UniqueConstraint(fields=["programme_id", "document"], name="amendment_of_a_document"),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(document__isnull=True), name="amendment_signed_or_dropped"
            ),
        ]


class AmendmentStep(ProgrammeRow):
    """One step in the life of an amendment: which, on which day, who signed. Only ever inserted."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="steps")
    rank = models.PositiveIntegerField()
    state = kind_field(AmendmentState)
    day = models.DateField()
    signatories = models.CharField(max_length=240, blank=True)
    by_user = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("state", AmendmentState, "amendment_state"),
            models.UniqueConstraint(fields=["programme_id", "amendment", "rank"], name="amendment_step_in_order"),
            models.UniqueConstraint(fields=["programme_id", "amendment", "state"], name="amendment_step_once"),
        ]


class ExtensionDraft(ProgrammeRow):
    """An extension that the manager prepares: its reason and dates, the matter put before the council, both
    amendments. One at a time; it ends carried out or dropped. `figures` are those of the vote, frozen by it."""

    reason = models.TextField(blank=True)
    dates = models.JSONField(null=True)
    item = models.UUIDField(null=True, help_text="The matter of the council that proposes it.")
    convention_amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, related_name="+")
    mandate_amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, related_name="+")
    figures = models.JSONField(null=True)
    opened_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id"],
                condition=Q(done_at__isnull=True, dropped_at__isnull=True),
                name="extension_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(dropped_at__isnull=True), name="extension_done_or_dropped"
            ),
        ]


class Consultation(ProgrammeRow):
    """A question put to places and structures, answered until a day, that day included."""

    number = models.PositiveIntegerField()
    question = models.CharField(max_length=600)
    deadline = models.DateField()
    asked_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "number"], name="consultation_number_once"),
        ]


class ConsultationRecipient(ProgrammeRow):
    """An organisation that is asked, and as what."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="recipients")
    organisation_id = models.UUIDField()
    kind = kind_field(AccreditationKind)

    class Meta:
        constraints = [
            one_of("kind", AccreditationKind, "recipient_kind"),
            models.UniqueConstraint(
                fields=["programme_id", "consultation", "organisation_id"], name="recipient_asked_once"
            ),
        ]


class ConsultationAnswer(ProgrammeRow):
    """One answer of an organisation; the last one stands. Only ever inserted."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="answers")
    organisation_id = models.UUIDField()
    rank = models.PositiveIntegerField()
    opinion = kind_field(Opinion)
    remark = models.CharField(max_length=1000, blank=True)
    by_user = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("opinion", Opinion, "answer_opinion"),
            models.UniqueConstraint(
                fields=["programme_id", "consultation", "organisation_id", "rank"], name="answer_in_order"
            ),
        ]


class ConsultationReminder(ProgrammeRow):
    """The organisations that had not answered were reminded. Only ever inserted."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="reminders")
    by_user = models.UUIDField(null=True)
    at = models.DateTimeField()
