"""The training plan, the dated sessions at the places, and who sat in them.

The place and the period are bare identifiers: a row of training stays in its programme's shard.
"""

from django.db import models
from django.db.models import F, Q

from passnumerique.beneficiaries.rules import Autonomy
from passnumerique.directory.rules import Role
from passnumerique.ground.db import ProgrammeRow, kind_field, one_of
from passnumerique.training.rules import (
    MOST_SEATS,
    STILL_WAITING,
    AttendanceStatus,
    DisputeState,
    SessionState,
    SignatureWay,
    WaitingState,
    WhyFreed,
)


class Theme(ProgrammeRow):
    """A theme of the training plan."""

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "number"], name="theme_number_once")]


class Module(ProgrammeRow):
    """A module of a theme, numbered within it: what a person comes to learn."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="modules")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=160)
    price_passes = models.PositiveIntegerField(default=1, help_text="Passes a person, where modules have prices.")
    minutes = models.PositiveIntegerField(default=120)
    level = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "theme", "number"], name="module_number_once"),
            models.CheckConstraint(condition=Q(price_passes__gte=1), name="module_costs_a_pass"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="module_takes_time"),
        ]


class PlannedSession(ProgrammeRow):
    """A session that the plan foresees for a module in every period, numbered within the module."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="planned_sessions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    minutes = models.PositiveIntegerField(default=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "module", "number"], name="planned_session_number_once")
        ]


class TrainingSession(ProgrammeRow):
    """A workshop at a mediation place, on a day, with seats. `seats_taken` moves by conditional UPDATE."""

    place_id = models.UUIDField()
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="training_sessions")
    planned_session = models.ForeignKey(
        PlannedSession, on_delete=models.PROTECT, null=True, related_name="training_sessions"
    )
    series_id = models.UUIDField(null=True, help_text="What the sessions planned together by one recurrence share.")
    period_id = models.UUIDField(null=True, help_text="The training period of the programme that its day is in.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.CharField(max_length=80, blank=True)
    seats = models.PositiveIntegerField()
    seats_taken = models.PositiveIntegerField(default=0)
    arrivals = models.PositiveIntegerField(default=0, help_text="How many ever came on its list: the last rank given.")
    trainer = models.CharField(max_length=120, blank=True)
    equipment = models.CharField(max_length=240, blank=True)
    accessibility = models.CharField(max_length=240, blank=True)
    state = kind_field(SessionState, default=SessionState.PLANNED.value)
    cancelled_at = models.DateTimeField(null=True)
    cancel_cause = models.CharField(max_length=240, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, help_text="When its day, hours or other words last changed.")
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("state", SessionState, "session_state"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=MOST_SEATS, seats_taken__gte=0, seats_taken__lte=F("seats")),
                name="session_never_overbooked",
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.PLANNED.value, cancelled_at__isnull=True)
                | Q(state=SessionState.CANCELLED.value, cancelled_at__isnull=False, seats_taken=0),
                name="session_cancelled_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "starts_at"], name="session_by_time"),
            models.Index(fields=["programme_id", "place_id", "starts_at"], name="session_by_place"),
            models.Index(
                fields=["programme_id", "series_id"], condition=Q(series_id__isnull=False), name="session_by_series"
            ),
        ]


class Attendance(ProgrammeRow):
    """One seat at a training session. No name is asked: `label` holds what the person gave freely."""

    training_session = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, related_name="attendances", db_constraint=False, db_index=False
    )
    rank = models.PositiveIntegerField(help_text="« Participant 3 »: its order of arrival on the list.")
    label = models.CharField(max_length=40, blank=True, help_text="A first name or initials, or nothing.")
    voucher_number = models.PositiveBigIntegerField(null=True, help_text="The pass that booked or paid the seat.")
    status = kind_field(AttendanceStatus)
    created_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    by_organisation = models.UUIDField(null=True, help_text="The place, or the structure that booked the seat.")
    autonomy_before = kind_field(Autonomy, null=True)
    autonomy_after = kind_field(Autonomy, null=True)
    booked_again_at = models.DateTimeField(null=True, help_text="When a seat given back was last booked again.")
    new_here = models.BooleanField(null=True, help_text="Whether the place had never seen the person; null: not asked.")

    class Meta:
        constraints = [
            one_of("status", AttendanceStatus, "attendance_status"),
            one_of("autonomy_before", Autonomy, "attendance_autonomy_before"),
            one_of("autonomy_after", Autonomy, "attendance_autonomy_after"),
            models.UniqueConstraint(
                fields=["programme_id", "training_session", "voucher_number"], name="attendance_voucher_once"
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "voucher_number", "status"], name="attendance_by_voucher"),
        ]


class SeatFreed(ProgrammeRow):
    """A seat that a pass had booked and that is free again. Never changed, never deleted."""

    training_session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="freed")
    attendance_id = models.UUIDField()
    voucher_number = models.PositiveBigIntegerField()
    why = kind_field(WhyFreed)
    at = models.DateTimeField()
    by_role = kind_field(Role)
    by_organisation = models.UUIDField(null=True)

    class Meta:
        constraints = [one_of("why", WhyFreed, "seat_freed_why"), one_of("by_role", Role, "seat_freed_by_role")]
        indexes = [
            models.Index(fields=["programme_id", "voucher_number"], name="seat_freed_by_voucher"),
            models.Index(fields=["programme_id", "attendance_id"], name="seat_freed_by_seat"),
        ]


class SessionMove(ProgrammeRow):
    """A session that was given another day, hour or room, and where and when it was before. Never changed,
    never deleted."""

    training_session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="moves")
    starts_at = models.DateTimeField(help_text="When it began before.")
    ends_at = models.DateTimeField(help_text="When it ended before.")
    room = models.CharField(max_length=80, blank=True, help_text="Its room before.")
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["programme_id", "training_session", "at"], name="session_move_by_session"),
            models.Index(fields=["programme_id", "at"], name="session_move_by_time"),
        ]


class Waiting(ProgrammeRow):
    """Somebody with a pass who wants a seat of a full session, or is offered one instead of a cancelled one."""

    training_session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="waiting")
    voucher_number = models.PositiveBigIntegerField()
    state = kind_field(WaitingState)
    instead_of = models.UUIDField(null=True, help_text="The cancelled session whose seat this one replaces.")
    created_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    offer_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    by_user = models.UUIDField(null=True)
    by_organisation = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("state", WaitingState, "waiting_state"),
            models.UniqueConstraint(
                fields=["programme_id", "training_session", "voucher_number"],
                condition=Q(state__in=sorted(state.value for state in STILL_WAITING)),
                name="waiting_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=WaitingState.OFFERED.value) | Q(offered_at__isnull=False, offer_until__isnull=False),
                name="waiting_offer_is_bounded",
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "training_session", "created_at"], name="waiting_in_order"),
            models.Index(fields=["programme_id", "voucher_number"], name="waiting_by_voucher"),
            models.Index(
                fields=["programme_id", "offer_until"], condition=Q(state="offered"), name="waiting_offers_open"
            ),
        ]


class Signature(ProgrammeRow):
    """What one person drew or typed to sign the sheet of a session, or who attested the presence of somebody
    who cannot sign. Never changed, never deleted."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="signatures")
    way = kind_field(SignatureWay, default=SignatureWay.DRAWN.value)
    strokes = models.JSONField(help_text="Lines of points, [[x, y, x, y, …], …], each from 0 to 1000.")
    words = models.CharField(max_length=120, blank=True, help_text="What was typed, or the name of who attests.")
    signed_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("way", SignatureWay, "signature_way"),
            models.CheckConstraint(
                condition=Q(way=SignatureWay.DRAWN.value, words="") | (~Q(way=SignatureWay.DRAWN.value) & ~Q(words="")),
                name="signature_says_something",
            ),
            models.UniqueConstraint(fields=["programme_id", "attendance"], name="signature_once"),
        ]


class SheetClosing(ProgrammeRow):
    """A sheet signed as a whole by who held the session: what it said then, and whether it was reopened."""

    training_session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="closings")
    closed_at = models.DateTimeField()
    trainer = models.CharField(max_length=120)
    way = kind_field(SignatureWay)
    strokes = models.JSONField(help_text="As in a signature.")
    present = models.PositiveIntegerField(help_text="People present when it was closed.")
    passes = models.PositiveIntegerField(help_text="Passes used when it was closed.")
    remark = models.CharField(max_length=240, blank=True)
    by_user = models.UUIDField(null=True)
    reopened_at = models.DateTimeField(null=True)
    reopen_cause = models.CharField(max_length=240, blank=True)
    reopened_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("way", SignatureWay, "sheet_closing_way"),
            models.UniqueConstraint(
                fields=["programme_id", "training_session"],
                condition=Q(reopened_at__isnull=True),
                name="sheet_closed_once",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopen_cause="")
                | (Q(reopened_at__isnull=False) & ~Q(reopen_cause="")),
                name="sheet_reopened_with_cause",
            ),
        ]


class SheetEvidence(ProgrammeRow):
    """A paper sheet that was signed and scanned, kept as it came. Never changed, never deleted."""

    training_session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    content_hash = models.BinaryField(max_length=32, help_text="SHA-256 of the content.")
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id", "training_session", "content_hash"], name="sheet_evidence_once"
            )
        ]


class Dispute(ProgrammeRow):
    """A pass that two places took without network: one use stands, the other is contested until the
    authority decides. Both places see it."""

    number = models.PositiveIntegerField()
    voucher_number = models.PositiveBigIntegerField()
    standing_redemption_id = models.UUIDField(help_text="The use that was recorded when the other one came.")
    standing_place_id = models.UUIDField()
    contested_id = models.UUIDField(help_text="The id that the device had given to the other use.")
    contested_place_id = models.UUIDField()
    contested_session_id = models.UUIDField()
    contested_participant_id = models.UUIDField(null=True, help_text="Whose pass it was there, if somebody was named.")
    contested_at = models.DateTimeField(help_text="When it was taken, by the device's clock set right.")
    device_id = models.UUIDField()
    received_at = models.DateTimeField()
    state = kind_field(DisputeState, default=DisputeState.OPEN.value)
    reason = models.CharField(max_length=240, blank=True)
    decided_at = models.DateTimeField(null=True)
    by_user = models.UUIDField(null=True)

    class Meta:
        constraints = [
            one_of("state", DisputeState, "dispute_state"),
            models.UniqueConstraint(fields=["programme_id", "number"], name="dispute_number_once"),
            models.UniqueConstraint(fields=["programme_id", "contested_id"], name="dispute_once"),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN.value, decided_at__isnull=True)
                | (~Q(state=DisputeState.OPEN.value) & Q(decided_at__isnull=False) & ~Q(reason="")),
                name="dispute_decided_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["programme_id", "standing_place_id"], name="dispute_by_standing_place"),
            models.Index(fields=["programme_id", "contested_place_id"], name="dispute_by_contested_place"),
        ]
