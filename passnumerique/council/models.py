"""The council of an authority: who sits in it, its sittings, their items and votes, its deliberations.

A council decides on several programmes of its authority: nothing here belongs to one of them.
"""

from django.db import models
from django.db.models import F, Q

from passnumerique.council.rules import BallotKind, Item, Mode, Move, Outcome, Restart, Voice
from passnumerique.ground.db import ProgrammeRow, Row, kind_field, one_of


class Delegate(Row):
    """A member of the council for a time, or the substitute of one."""

    authority = models.ForeignKey("directory.Authority", on_delete=models.PROTECT, related_name="+")
    civility = models.CharField(max_length=12, blank=True, help_text="Monsieur, Madame, or nothing.")
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    college = models.CharField(max_length=120, blank=True, help_text="Whom the member represents, if that matters.")
    office = models.CharField(max_length=80, blank=True, help_text="Such as « Président ».")
    substitute_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="substitutes")
    from_day = models.DateField()
    until_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(last_name=""), name="delegate_named"),
            models.CheckConstraint(
                condition=Q(until_day__isnull=True) | Q(until_day__gte=F("from_day")), name="delegate_days_ordered"
            ),
        ]
        indexes = [models.Index(fields=["authority", "last_name"], name="delegate_by_name")]

    @property
    def name(self) -> str:
        """As the act names the person: « Madame Jocelyne ANTOINE », the last name as it was typed."""
        return " ".join(part for part in (self.civility, self.first_name, self.last_name) if part)


class Numbering(Row):
    """How an authority numbers its acts: without gap, from 1 again each month, each year, or never."""

    authority = models.OneToOneField("directory.Authority", on_delete=models.PROTECT, related_name="+")
    pattern = models.CharField(max_length=60, help_text="Such as DE_{year}_{month}_{rank}.")
    restarts = kind_field(Restart)

    class Meta:
        constraints = [one_of("restarts", Restart, "numbering_restart")]


class Sitting(Row):
    """A meeting of the council: convened, opened, closed."""

    authority = models.ForeignKey("directory.Authority", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    mode = kind_field(Mode)
    place = models.CharField(max_length=200, blank=True)
    broadcast_url = models.URLField(max_length=300, blank=True, help_text="Where the public follows by video.")
    urgent = models.BooleanField(default=False)
    after = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    convened_on = models.DateField(null=True)
    chair = models.ForeignKey(Delegate, on_delete=models.PROTECT, null=True, related_name="+")
    secretary = models.ForeignKey(Delegate, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    urgency_approved = models.BooleanField(null=True, help_text="What the council said of the urgency; null: nothing.")
    list_published_on = models.DateField(null=True, help_text="When the list of its deliberations was published.")
    minutes_settled_on = models.DateField(null=True)
    minutes_published_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("mode", Mode, "sitting_mode"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(convened_on__isnull=False, chair__isnull=False, secretary__isnull=False),
                name="sitting_opened_once_convened",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False), name="sitting_closed_once_opened"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(opened_at__isnull=True), name="sitting_cancelled_or_opened"
            ),
            models.CheckConstraint(
                condition=Q(list_published_on__isnull=True, minutes_settled_on__isnull=True)
                | Q(closed_at__isnull=False),
                name="sitting_papers_once_closed",
            ),
            models.CheckConstraint(
                condition=Q(minutes_published_on__isnull=True)
                | Q(minutes_published_on__gte=F("minutes_settled_on"), minutes_settled_on__isnull=False),
                name="sitting_minutes_settled_then_out",
            ),
        ]
        indexes = [models.Index(fields=["authority", "starts_at"], name="sitting_by_time")]


class AgendaItem(Row):
    """One matter of a sitting: what is proposed, and what became of it.

    Figures of the texts stay linked to a programme and a day until the vote, which freezes them.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="items")
    rank = models.PositiveIntegerField()
    kind = kind_field(Item)
    matter = models.CharField(max_length=5)
    title = models.CharField(max_length=300)
    programme = models.UUIDField(null=True, help_text="Whose figures the texts hold.")
    figures_on = models.DateField(null=True)
    visas = models.JSONField(default=list)
    expose = models.TextField(blank=True)
    articles = models.JSONField(default=list)
    note = models.TextField(blank=True, help_text="The explanatory note, as it went out with the convocation.")
    debate = models.TextField(blank=True, help_text="What was said, for the minutes.")
    outcome = kind_field(Outcome, default=Outcome.PENDING.value)
    reason = models.CharField(max_length=600, blank=True, help_text="Why it was postponed or withdrawn.")

    class Meta:
        constraints = [
            one_of("kind", Item, "item_kind"),
            one_of("outcome", Outcome, "item_outcome"),
            models.UniqueConstraint(fields=["sitting", "rank"], name="item_rank_once"),
        ]


class Movement(Row):
    """Somebody comes, goes, is replaced, gives a power or withdraws, from one item of the agenda on. Only
    ever inserted: the roll at an item is what the movements up to it say."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="movements")
    rank = models.PositiveIntegerField()
    from_item = models.PositiveIntegerField(help_text="The rank of the item from which it holds; 1 at the opening.")
    move = kind_field(Move)
    delegate = models.ForeignKey(Delegate, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(
        Delegate,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Substitute, or carrier of the power.",
    )
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("move", Move, "movement_kind"),
            models.UniqueConstraint(fields=["sitting", "rank"], name="movement_in_order"),
            models.CheckConstraint(
                condition=Q(move__in=[Move.REPLACED.value, Move.GIVES_POWER.value]) ^ Q(other__isnull=True),
                name="movement_names_the_other",
            ),
        ]


class Deliberation(Row):
    """One act voted by a council: what was decided, by how many, and when it binds.

    `imported`: taken from the authority's own list of acts, which names neither the convocation nor the chair,
    and may leave the votes out. What is not known is null or empty, never guessed.
    """

    authority = models.ForeignKey("directory.Authority", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    matter = models.CharField(max_length=10, help_text="Code in the prefecture's nomenclature, such as 7.5.")
    subject = models.CharField(max_length=300)
    decisions = models.JSONField(default=list, help_text="The articles, one sentence each.")
    convened_on = models.DateField(null=True)
    sat_on = models.DateField()
    chaired_by = models.CharField(max_length=120, blank=True)
    secretary = models.CharField(max_length=120, blank=True)
    members_in_office = models.PositiveIntegerField(null=True)
    voters = models.PositiveIntegerField(null=True)
    substitutes = models.PositiveIntegerField(default=0)
    votes_for = models.PositiveIntegerField(null=True)
    votes_against = models.PositiveIntegerField(null=True)
    abstentions = models.PositiveIntegerField(null=True)
    chair_votes_for = models.BooleanField(default=False, help_text="The chair's own vote: it decides a tie.")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, null=True, related_name="deliberation")
    ballot_kind = kind_field(BallotKind, default=BallotKind.ORDINARY.value)
    text = models.JSONField(default=dict, help_text="What was voted, word for word, with its sitting.")
    prefect_reference = models.CharField(max_length=80, blank=True, help_text="The identifier of the transmission.")
    transmitted_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    url = models.URLField(max_length=300, blank=True, help_text="Where the act is published.")
    budget_year = models.CharField(max_length=9, blank=True, help_text="2023, or 2023/2024.")
    budget_name = models.CharField(max_length=160, blank=True)
    imported = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("ballot_kind", BallotKind, "deliberation_ballot"),
            models.UniqueConstraint(fields=["authority", "number"], name="deliberation_number_once"),
            models.CheckConstraint(
                condition=Q(voters=F("votes_for") + F("votes_against") + F("abstentions")),
                name="deliberation_votes_sum_to_voters",
            ),
            models.CheckConstraint(
                condition=Q(convened_on__isnull=True) | Q(sat_on__gte=F("convened_on")),
                name="deliberation_convened_before",
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | Q(
                    convened_on__isnull=False,
                    members_in_office__isnull=False,
                    voters__isnull=False,
                    votes_for__isnull=False,
                    votes_against__isnull=False,
                    abstentions__isnull=False,
                ),
                name="deliberation_known_unless_imported",
            ),
        ]


class Vote(Row):
    """One voice of a public ballot: whose seat, who cast it, and how. Never changed, never deleted."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="voices")
    seat = models.ForeignKey(Delegate, on_delete=models.PROTECT, related_name="+")
    cast_by = models.ForeignKey(Delegate, on_delete=models.PROTECT, related_name="+")
    voice = kind_field(Voice)

    class Meta:
        constraints = [
            one_of("voice", Voice, "vote_voice"),
            models.UniqueConstraint(fields=["deliberation", "seat"], name="vote_once_a_seat"),
        ]


class Grant(ProgrammeRow):
    """A grant that one of the authority's programmes was given, as its convention says it: a row of the
    open-data list of grants. `share` is the programme's part of the envelope that it tells of."""

    authority = models.ForeignKey("directory.Authority", on_delete=models.PROTECT, related_name="+")
    share = models.UUIDField()
    giver = models.CharField(max_length=160)
    giver_siret = models.CharField(max_length=14)
    agreed_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    beneficiary = models.CharField(max_length=160)
    beneficiary_siret = models.CharField(max_length=14, blank=True)
    beneficiary_rna = models.CharField(max_length=10, blank=True)
    purpose = models.CharField(max_length=256)
    amount_cents = models.BigIntegerField()
    nature = models.CharField(max_length=40)
    terms = models.CharField(max_length=256, help_text="unique, échelonné, or in words.")
    paid = models.CharField(max_length=21, help_text="A day, or two joined by a slash.")
    business_aid = models.CharField(max_length=5, blank=True, help_text="The number in the list of aids to firms.")
    notified = models.BooleanField(default=False, help_text="Notified to the European Commission as de minimis.")
    scheme = models.CharField(max_length=80, blank=True, help_text="The identifier of the giver's scheme of aid.")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "share"], name="grant_once_a_share"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="grant_positive"),
        ]
