"""The register: lots, vouchers, what happened to them, and the counters of it.

Events, redemptions and reversals are only ever inserted (law 3). The state of a voucher and the
counters are projections of the events, which `passnum audit` recomputes.
"""

from django.db import models
from django.db.models import F, Q

from passnumerique.directory.rules import Role
from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.ground.ids import NOBODY
from passnumerique.vouchers.rules import AT_PLACE, Act, State, every_step


def _steps_of_the_book() -> Q:
    """The check on event rows, derived from the rule book: only a step that it holds can be written."""
    allowed = Q()
    for act, step in every_step():
        allowed |= Q(act=act.value, from_state=step.source.value if step.source else "", to_state=step.target.value)
    return allowed


class Lot(ProgrammeRow):
    """Passes that came together: from the issuer's file, or issued here."""

    reference = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    quantity = models.PositiveIntegerField()
    first_number = models.PositiveBigIntegerField()
    last_number = models.PositiveBigIntegerField()
    booklet_size = models.PositiveIntegerField()
    face_value_cents = models.PositiveIntegerField()
    nonce = models.BinaryField(max_length=16, help_text="Empty when the codes came from the issuer.")
    file_hash = models.BinaryField(max_length=32, help_text="SHA-256 of the issuer's file; empty when issued here.")
    deed_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "reference"], name="lot_reference_once"),
            models.CheckConstraint(
                condition=Q(quantity=F("last_number") - F("first_number") + 1), name="lot_numbers_are_whole"
            ),
            models.CheckConstraint(condition=Q(face_value_cents__gt=0), name="lot_face_value_positive"),
        ]


class Voucher(ProgrammeRow):
    """One pass: its number, its place in a booklet, its state, who has it."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="vouchers")
    number = models.PositiveBigIntegerField()
    booklet = models.PositiveBigIntegerField()
    code_hash = models.BinaryField(max_length=16)
    state = kind_field(State)
    structure_id = models.UUIDField(default=NOBODY)
    place_id = models.UUIDField(default=NOBODY)
    handover_id = models.UUIDField(null=True)
    commune = models.CharField(
        max_length=5, blank=True, default="", help_text="INSEE code of the holder's commune, once handed over."
    )
    step = models.PositiveIntegerField(help_text="How many events it has: each act moves it by one.")
    turn = models.PositiveIntegerField(default=0, help_text="How many redemptions of it were undone.")
    deed_id = models.UUIDField(help_text="The last deed that moved it: tells which of two acts won.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "number"], name="voucher_number_once"),
            models.UniqueConstraint(fields=["programme_id", "code_hash"], name="voucher_code_once"),
            one_of("state", State, "voucher_state"),
            models.CheckConstraint(
                condition=Q(place_id=NOBODY) ^ Q(state__in=sorted(state.value for state in AT_PLACE)),
                name="voucher_at_a_place_once_spent",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.STRUCTURE_STOCK.value, structure_id=NOBODY),
                name="voucher_stock_has_structure",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HELD.value, handover_id__isnull=True),
                name="voucher_held_was_handed_over",
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "structure_id", "state", "number"], name="voucher_by_structure"),
            models.Index(fields=["programme_id", "state", "number"], name="voucher_by_state"),
            models.Index(fields=["programme_id", "booklet"], name="voucher_by_booklet"),
            models.Index(
                fields=["programme_id", "handover_id", "number"],
                condition=Q(handover_id__isnull=False),
                name="voucher_by_handover",
            ),
            models.Index(fields=["code_hash"], name="voucher_by_code"),
        ]


class Event(ProgrammeRow):
    """One step of one voucher: act, actor, instant, cause and document. Never changed, never deleted."""

    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, related_name="events", db_constraint=False, db_index=False
    )
    step = models.PositiveIntegerField(help_text="Its rank in the life of the voucher: no hole, no fork.")
    deed_id = models.UUIDField()
    act = kind_field(Act)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = kind_field(State)
    structure_id = models.UUIDField(default=NOBODY)
    place_id = models.UUIDField(default=NOBODY)
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    by_role = kind_field(Role)
    by_organisation = models.UUIDField(null=True)
    document_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True, help_text="What it was about: a redemption, hand-over, claim, note…")
    cause = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_steps_of_the_book(), name="event_is_in_the_rule_book"),
            models.UniqueConstraint(fields=["programme_id", "voucher", "step"], name="event_once_per_step"),
        ]
        indexes = [
            models.Index(fields=["programme_id", "at"], name="event_by_time"),
            models.Index(fields=["programme_id", "deed_id"], name="event_by_deed"),
        ]


class Handover(ProgrammeRow):
    """One hand-over at the counter: how many passes, to which recipient (without a name)."""

    structure_id = models.UUIDField()
    recipient = models.ForeignKey("beneficiaries.Recipient", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="handover_of_something")]
        indexes = [models.Index(fields=["programme_id", "structure_id", "at"], name="handover_by_structure")]


class Redemption(ProgrammeRow):
    """A voucher spent at a training session. Its id is made by the client, before sending (law 6)."""

    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, related_name="redemptions", db_constraint=False, db_index=False
    )
    turn = models.PositiveIntegerField()
    training_session_id = models.UUIDField()
    participant_id = models.UUIDField(null=True)
    module_id = models.UUIDField()
    place_id = models.UUIDField()
    structure_id = models.UUIDField()
    face_value_cents = models.PositiveIntegerField()
    redeemed_at = models.DateTimeField(help_text="When the pass was taken, by the clock of the place.")
    recorded_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    deed_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "voucher", "turn"], name="redemption_once_per_turn"),
        ]
        indexes = [
            models.Index(fields=["programme_id", "place_id", "redeemed_at"], name="redemption_by_place"),
            models.Index(fields=["programme_id", "training_session_id"], name="redemption_by_session"),
        ]


class Reversal(ProgrammeRow):
    """The undoing of one redemption: a row of its own, one at most for each."""

    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="reversals")
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    cause = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "redemption"], name="reversal_once")]


class DeliveryNote(ProgrammeRow):
    """A movement of stock between the authority and structures, signed by both sides."""

    number = models.PositiveIntegerField()
    act = kind_field(Act)
    giver_id = models.UUIDField(default=NOBODY, help_text="NOBODY is the authority.")
    receiver_id = models.UUIDField(default=NOBODY)
    ranges = models.JSONField(help_text="[[first number, last number], …]")
    quantity = models.PositiveIntegerField()
    signed_by_giver = models.CharField(max_length=120)
    signed_by_receiver = models.CharField(max_length=120)
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    deed_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "number"], name="delivery_note_number_once"),
            models.CheckConstraint(
                condition=Q(act__in=[Act.ALLOCATE.value, Act.RETURN.value, Act.TRANSFER.value]),
                name="delivery_note_moves_stock",
            ),
            models.CheckConstraint(
                condition=~Q(signed_by_giver="") & ~Q(signed_by_receiver=""),
                name="delivery_note_signed_by_both",
            ),
        ]


class Stock(ProgrammeRow):
    """How many vouchers of a lot are in a state, by structure and place: moved with every act, never
    below zero. One row for each combination met and each shard of the numbers, so that no busy
    programme has one hot row."""

    lot_id = models.UUIDField()
    structure_id = models.UUIDField(default=NOBODY)
    place_id = models.UUIDField(default=NOBODY)
    state = kind_field(State)
    shard = models.PositiveSmallIntegerField(help_text="The number of the vouchers modulo SHARDS.")
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id", "lot_id", "structure_id", "place_id", "state", "shard"], name="stock_once"
            ),
            models.CheckConstraint(condition=Q(count__gte=0), name="stock_never_below_zero"),
            one_of("state", State, "stock_state"),
        ]
        indexes = [models.Index(fields=["programme_id", "state"], name="stock_by_state")]


class Activity(ProgrammeRow):
    """How many vouchers went through an act in a month, by structure, place, module and commune: only grows."""

    month = models.DateField()
    act = kind_field(Act)
    structure_id = models.UUIDField(default=NOBODY)
    place_id = models.UUIDField(default=NOBODY)
    module_id = models.UUIDField(default=NOBODY)
    commune = models.CharField(max_length=5, blank=True, default="")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "programme_id",
                    "month",
                    "act",
                    "structure_id",
                    "place_id",
                    "module_id",
                    "commune",
                ],
                name="activity_once",
            )
        ]
        indexes = [
            models.Index(fields=["programme_id", "structure_id"], name="activity_by_structure"),
            models.Index(fields=["programme_id", "place_id"], name="activity_by_place"),
        ]


class Flow(ProgrammeRow):
    """How many vouchers took a step on a day, the whole programme together: only grows. The steps up to an
    evening sum to what was in each state by then, and with the face value to what each account held; how
    many people and places there are does not count. Since every use of a day counts here, each connection
    that writes has a row of its own."""

    day = models.DateField()
    act = kind_field(Act)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = kind_field(State)
    face_value_cents = models.PositiveIntegerField()
    writer = models.PositiveSmallIntegerField(default=0, help_text="Of WRITERS. Only their sum means something.")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id", "day", "act", "from_state", "to_state", "face_value_cents", "writer"],
                name="flow_once",
            )
        ]


class Seal(ProgrammeRow):
    """The rows that a table of the journal received up to an instant, sealed: one short digest for each
    row, and a hash that holds them and the seal before. Never changed, never deleted."""

    number = models.PositiveIntegerField(help_text="From 1, without gap: each seal holds the one before.")
    table = models.CharField(max_length=60)
    up_to = models.DateTimeField(help_text="Rows written before this instant, since the last seal of the table.")
    count = models.PositiveIntegerField()
    leaves = models.BinaryField(help_text="For each row, by id: its id and its digest, 16 bytes each.")
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "number"], name="seal_number_once")]


class KeptForecast(ProgrammeRow):
    """A forecast as it was made, kept to be held against what happened. Never changed, never deleted."""

    as_of = models.DateField(help_text="The evening whose knowledge it rests on.")
    until = models.DateField()
    received = models.PositiveIntegerField(help_text="Passes that could be used in all, then.")
    used_so_far = models.PositiveIntegerField()
    levels = models.JSONField(help_text="The chances of the quantiles: [0.05, 0.1, …].")
    weeks = models.JSONField(help_text="For each week its last day, and the quantiles of what is used by then.")
    seed = models.CharField(max_length=80)
    method = models.CharField(max_length=24, help_text="Which model made it: its version.")
    made_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "as_of", "method"], name="forecast_once_a_day"),
            models.CheckConstraint(condition=Q(until__gte=F("as_of")), name="forecast_looks_ahead"),
        ]
