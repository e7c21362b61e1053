"""Who is who: people, authorities, organisations of the network, and what each is allowed for a time.

Periods run from `from_day` to `until_day`, both days included; no `until_day` means "until further notice".
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from passnumerique.directory.rules import LONGEST_LABEL, AccreditationKind, AuthorityKind, Role
from passnumerique.directory.rules.jobs import JobName
from passnumerique.ground.db import ProgrammeRow, Row, kind_field, one_of


class Users(BaseUserManager["User"]):
    """Finds people for the sign-in. People are made by operations only: there is no `create_user`."""


class User(Row, AbstractBaseUser):
    """A person who signs in. What the person may do stands in memberships, never here."""

    email = models.EmailField(unique=True)
    """The login, kept in lower case."""
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=5, default="fr")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = Users()
    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="user_language_known"),
            models.CheckConstraint(condition=~Q(email="") & ~Q(name=""), name="user_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name shown on screens and in journals."""
        return self.name


class Authority(Row):
    """A public body that runs programmes: the tenant. Nothing of one is ever seen from another."""

    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=60, unique=True)
    kind = kind_field(AuthorityKind)
    siret = models.CharField(max_length=14, blank=True)
    colour = models.CharField(max_length=7, default="#1f4e79")
    """The brand colour, `#rrggbb`: at least 4.5:1 against white."""
    radius = models.PositiveSmallIntegerField(default=6)
    """Roundness of corners on screen, in pixels, 0 to 24."""
    logo = models.BinaryField(blank=True, default=b"")
    logo_type = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=240, blank=True)
    accessibility_contact = models.CharField(max_length=240, blank=True)
    fictional = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", AuthorityKind, "authority_kind_known"),
            models.CheckConstraint(condition=Q(radius__lte=24), name="authority_radius_bounded"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="authority_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(Row):
    """A structure of the network of one authority, with the 32 fields of the national standard of
    mediation places 1.0.2 (`rules.standard.FIELDS` gives the standard's own names).

    Whether it hands passes over or takes them in is said by its accreditations, programme by programme.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="organisations")
    external_id = models.CharField(max_length=80)
    pivot = models.CharField(max_length=14, blank=True)
    name = models.CharField(max_length=200)
    commune = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    insee_code = models.CharField(max_length=5, blank=True)
    address = models.CharField(max_length=240, blank=True)
    address_extra = models.CharField(max_length=240, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    types = models.JSONField(default=list, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    emails = models.JSONField(default=list, blank=True)
    websites = models.JSONField(default=list, blank=True)
    opening_hours = models.CharField(max_length=400, blank=True)
    summary = models.CharField(max_length=280, blank=True)
    description = models.TextField(blank=True)
    source = models.CharField(max_length=120, blank=True)
    mobility = models.JSONField(default=list, blank=True)
    parent_structure = models.CharField(max_length=200, blank=True)
    updated_on = models.DateField()
    services = models.JSONField(default=list, blank=True)
    audiences = models.JSONField(default=list, blank=True)
    special_care = models.JSONField(default=list, blank=True)
    fees = models.JSONField(default=list, blank=True)
    national_programmes = models.JSONField(default=list, blank=True)
    labels = models.JSONField(default=list, blank=True)
    other_labels = models.JSONField(default=list, blank=True)
    access_modes = models.JSONField(default=list, blank=True)
    support_modes = models.JSONField(default=list, blank=True)
    accessibility_url = models.URLField(max_length=400, blank=True)
    booking_url = models.URLField(max_length=400, blank=True)

    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    fictional = models.BooleanField(default=False)
    search_text = models.CharField(max_length=360, editable=False)
    """Name, commune and numbers without accents or case, so that both engines search alike."""
    calendar_version = models.PositiveIntegerField(default=0)
    """How often the private address of its calendar was renewed: an older address opens nothing."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("authority", "external_id", name="organisation_external_id_unique"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(external_id=""), name="organisation_named"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(latitude__gte=-90, latitude__lte=90),
                name="organisation_latitude_bounded",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True) | Q(longitude__gte=-180, longitude__lte=180),
                name="organisation_longitude_bounded",
            ),
        ]
        indexes = [models.Index("authority", "name", name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name


class Membership(Row):
    """One hat of one person in one authority, for a time. Ended, never deleted.

    A hat taken off on its first day ends the day before it began: it never was in force.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="memberships")
    role = kind_field(Role)
    programme_ids = models.JSONField(null=True, blank=True)
    """The programmes that the hat is limited to, as text; null means every programme of the authority."""
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("role", Role, "membership_role_known"),
            models.CheckConstraint(
                condition=Q(role__in=["prescriber", "place", "mediator"], organisation__isnull=False)
                | (~Q(role__in=["prescriber", "place", "mediator"]) & Q(organisation__isnull=True)),
                name="membership_desk_has_organisation",
            ),
            models.CheckConstraint(condition=~Q(role__in=["bearer", "system"]), name="membership_has_account"),
            models.UniqueConstraint(
                fields=["user", "authority", "role"],
                condition=Q(until_day__isnull=True, organisation__isnull=True),
                name="membership_one_open_office",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(until_day__isnull=True, organisation__isnull=False),
                name="membership_one_open_desk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Invitation(Row):
    """A letter that lets one person in once. Only the hash of its token is kept."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="invitations")
    email = models.EmailField()
    role = kind_field(Role)
    programme_ids = models.JSONField(null=True, blank=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.UUIDField(null=True, blank=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("role", Role, "invitation_role_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_has_time"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_one_end",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Accreditation(ProgrammeRow):
    """What an organisation is accredited for in one programme, for a time, and by which document."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="accreditations")
    kind = kind_field(AccreditationKind)
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)
    document_reference = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            one_of("kind", AccreditationKind, "accreditation_kind_known"),
            models.CheckConstraint(
                condition=Q(until_day__isnull=True) | Q(until_day__gte=F("from_day")),
                name="accreditation_days_ordered",
            ),
            models.UniqueConstraint(
                fields=["programme_id", "organisation", "kind", "from_day"], name="accreditation_one_start"
            ),
            models.UniqueConstraint(
                fields=["programme_id", "organisation", "kind"],
                condition=Q(until_day__isnull=True),
                name="accreditation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id}"


class SavedMapping(Row):
    """Which column of a partner's file holds which field, kept for the next file of the same kind."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="mappings")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    columns = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("authority", "kind", "name", name="mapping_name_unique")]

    def __str__(self) -> str:
        return self.name


class ApiToken(Row):
    """What lets a program act for one organisation until a day. Only the hash of its secret is kept.

    Revoked, never deleted: a redemption made with it names it for ever.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="tokens")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="tokens")
    programme_ids = models.JSONField(null=True, blank=True)
    """The programmes that the token is limited to, as text; null means every programme of the authority."""
    label = models.CharField(max_length=LONGEST_LABEL)
    scopes = models.JSONField()
    """Members of `Scope`, as text, in alphabetical order; never empty."""
    secret_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="token_named"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_has_time"),
            models.CheckConstraint(
                condition=Q(revoked_by__isnull=True) | Q(revoked_at__isnull=False), name="token_revoked_by_whom_when"
            ),
        ]
        indexes = [models.Index("authority", "organisation", name="token_by_organisation")]

    def __str__(self) -> str:
        return self.label


class FailedTries(models.Model):
    """How many codes of one subject failed since the first of them: one row for each subject, begun anew
    when its window is over. A count for a few minutes and no journal: old rows are removed."""

    subject = models.CharField(max_length=32, primary_key=True)
    """A keyed hash of whoever tried: an address or a token."""
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="tries_counted")]
        indexes = [models.Index("since", name="tries_by_age")]

    def __str__(self) -> str:
        return self.subject


class Device(ProgrammeRow):
    """A telephone or tablet with which one organisation takes passes without network. Only hashes of its
    pairing code and of its secret are kept. Revoked, never deleted: what it took names it for ever."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="devices")
    label = models.CharField(max_length=LONGEST_LABEL)
    pairing_hash = models.BinaryField(max_length=32, null=True)
    """Of the code that pairs the device once, until `pairing_until`; empty once it is paired."""
    pairing_until = models.DateTimeField()
    secret_hash = models.BinaryField(max_length=32, null=True)
    paired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    seen_at = models.DateTimeField(null=True)
    """When it last spoke to the server, to the minute."""
    skew_ms = models.BigIntegerField(null=True)
    """How far its clock was ahead of the server's then, in milliseconds; negative when it was behind."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="device_named"),
            models.CheckConstraint(
                condition=Q(secret_hash__isnull=True) ^ Q(paired_at__isnull=False), name="device_paired_with_secret"
            ),
            models.UniqueConstraint(fields=["programme_id", "secret_hash"], name="device_secret_once"),
            models.UniqueConstraint(fields=["programme_id", "pairing_hash"], name="device_pairing_once"),
        ]
        indexes = [models.Index(fields=["programme_id", "organisation"], name="device_by_organisation")]

    def __str__(self) -> str:
        return self.label


class JobRun(ProgrammeRow):
    """The last run of one kind of work that the installation does by itself for a programme, and when it is
    due again. One row for each kind, changed by conditional UPDATE: two runs at once never both have it."""

    name = kind_field(JobName)
    due_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    """While it runs: until when it has the job for itself."""
    ended_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    """What the last run that ended counted, by name."""
    fault = models.CharField(max_length=120, blank=True)
    """Where the last run that ended failed, without any value; empty when it did not."""

    class Meta:
        constraints = [
            one_of("name", JobName, "job_name_known"),
            models.UniqueConstraint(fields=["programme_id", "name"], name="job_once"),
        ]

    def __str__(self) -> str:
        return self.name
