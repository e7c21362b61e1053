"""What may be written to people, and what becomes of it. Pure."""

from enum import StrEnum

from passnumerique.ground.words import N_


class MessageKind(StrEnum):
    """What a message is about."""

    TWO_DAYS_BEFORE = "two_days_before"
    TWO_HOURS_BEFORE = "two_hours_before"
    SESSION_CANCELLED = "session_cancelled"
    SEAT_OFFERED = "seat_offered"
    SEAT_BOOKED = "seat_booked"
    PASSES_SLEEP = "passes_sleep"


class MessageState(StrEnum):
    """What became of a message."""

    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


MESSAGE_WORDS = {
    MessageKind.TWO_DAYS_BEFORE: N_("rappel deux jours avant"),
    MessageKind.TWO_HOURS_BEFORE: N_("rappel deux heures avant"),
    MessageKind.SESSION_CANCELLED: N_("atelier annulé"),
    MessageKind.SEAT_OFFERED: N_("place proposée"),
    MessageKind.SEAT_BOOKED: N_("place réservée"),
    MessageKind.PASSES_SLEEP: N_("pass remis qui dorment"),
}
MESSAGE_STATE_WORDS = {
    MessageState.SENDING: N_("en cours d’envoi"),
    MessageState.SENT: N_("envoyé"),
    MessageState.DELIVERED: N_("reçu"),
    MessageState.FAILED: N_("échec"),
}
