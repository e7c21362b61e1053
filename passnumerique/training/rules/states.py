"""The states of a training session and of one person's attendance, and their words."""

from enum import StrEnum

from passnumerique.ground.words import N_


class SessionState(StrEnum):
    """Whether a training session takes place. That it is over is read from its hours, never stored."""

    PLANNED = "planned"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        return SESSION_WORDS[self]


SESSION_WORDS = {
    SessionState.PLANNED: N_("prévu"),
    SessionState.CANCELLED: N_("annulé"),
}


class Filling(StrEnum):
    """How full a session is, for who looks for those that ask for something."""

    FULL = "full"
    WAITED = "waited"
    EMPTY = "empty"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        return FILLING_WORDS[self]


FILLING_WORDS = {
    Filling.FULL: N_("complets"),
    Filling.WAITED: N_("avec une liste d’attente"),
    Filling.EMPTY: N_("sans inscription"),
    Filling.CANCELLED: N_("annulés"),
}


class AttendanceStatus(StrEnum):
    """What became of one seat."""

    EXPECTED = "expected"
    PRESENT = "present"
    EXCUSED = "excused"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        return ATTENDANCE_WORDS[self]


ATTENDANCE_WORDS = {
    AttendanceStatus.EXPECTED: N_("attendu"),
    AttendanceStatus.PRESENT: N_("présent"),
    AttendanceStatus.EXCUSED: N_("excusé"),
    AttendanceStatus.NO_SHOW: N_("absent"),
    AttendanceStatus.CANCELLED: N_("atelier annulé par le lieu"),
}

SEATED = frozenset({AttendanceStatus.EXPECTED, AttendanceStatus.PRESENT, AttendanceStatus.NO_SHOW})
"""Statuses that take a seat. Somebody who said they will not come gives it back."""

MARKED_BY_HAND = frozenset(AttendanceStatus) - {AttendanceStatus.CANCELLED}
"""Statuses that a place notes itself; the last one follows from cancelling the session."""

AFTER_THE_DAY_CAME = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.NO_SHOW})
"""Statuses that can be known only once the day of the session has come."""


class WaitingState(StrEnum):
    """Where somebody who wants a seat is: waiting for one, or answered."""

    WAITING = "waiting"
    OFFERED = "offered"
    SEATED = "seated"
    DECLINED = "declined"
    EXPIRED = "expired"
    LEFT = "left"

    @property
    def words(self) -> str:
        return WAITING_WORDS[self]


WAITING_WORDS = {
    WaitingState.WAITING: N_("en attente d’une place"),
    WaitingState.OFFERED: N_("place proposée"),
    WaitingState.SEATED: N_("place prise"),
    WaitingState.DECLINED: N_("place refusée"),
    WaitingState.EXPIRED: N_("proposition échue"),
    WaitingState.LEFT: N_("retiré de l’attente"),
}

STILL_WAITING = frozenset({WaitingState.WAITING, WaitingState.OFFERED})
"""Not answered yet. An offered seat is counted among those taken, so that nobody else can take it."""


class WhyFreed(StrEnum):
    """Why a seat that a pass had booked is free again."""

    GIVEN_BACK = "given_back"
    SESSION_CANCELLED = "session_cancelled"
    REPLACED = "replaced"

    @property
    def words(self) -> str:
        return WHY_FREED_WORDS[self]


WHY_FREED_WORDS = {
    WhyFreed.GIVEN_BACK: N_("place rendue"),
    WhyFreed.SESSION_CANCELLED: N_("atelier annulé par le lieu"),
    WhyFreed.REPLACED: N_("pass remplacé ou annulé"),
}


class DisputeState(StrEnum):
    """Where the quarrel of two uses of one pass is."""

    OPEN = "open"
    KEPT = "kept"
    TRANSFERRED = "transferred"

    @property
    def words(self) -> str:
        return DISPUTE_WORDS[self]


DISPUTE_WORDS = {
    DisputeState.OPEN: N_("à trancher"),
    DisputeState.KEPT: N_("la prise enregistrée est gardée"),
    DisputeState.TRANSFERRED: N_("la prise passe à l’autre lieu"),
}
