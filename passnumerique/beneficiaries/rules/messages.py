"""What may be written to people and structures, and what becomes of it. Pure.

What a message says is French: no language is kept of anybody who is written to.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from passnumerique.beneficiaries.rules.contacts import Channel
from passnumerique.ground.words import N_


class MessageKind(StrEnum):
    """What a message is about."""

    TWO_DAYS_BEFORE = "two_days_before"
    TWO_HOURS_BEFORE = "two_hours_before"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_MOVED = "session_moved"
    SEAT_OFFERED = "seat_offered"
    SEAT_BOOKED = "seat_booked"
    PASSES_SLEEP = "passes_sleep"
    END_OF_VALIDITY = "end_of_validity"
    ACCOUNT_CHANGES = "account_changes"
    SESSION_ASKED = "session_asked"
    OPINION_ASKED = "opinion_asked"
    MONTHLY_REPORT = "monthly_report"


class MessageState(StrEnum):
    """What became of a message. `POSTPONED`: it surely did not leave, and is tried again while it is due."""

    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    POSTPONED = "postponed"
    FAILED = "failed"


MESSAGE_WORDS = {
    MessageKind.TWO_DAYS_BEFORE: N_("rappel deux jours avant"),
    MessageKind.TWO_HOURS_BEFORE: N_("rappel deux heures avant"),
    MessageKind.SESSION_CANCELLED: N_("atelier annulé"),
    MessageKind.SESSION_MOVED: N_("atelier déplacé"),
    MessageKind.SEAT_OFFERED: N_("place proposée"),
    MessageKind.SEAT_BOOKED: N_("place réservée"),
    MessageKind.PASSES_SLEEP: N_("pass remis qui dorment"),
    MessageKind.END_OF_VALIDITY: N_("fin de validité des pass"),
    MessageKind.ACCOUNT_CHANGES: N_("compte bancaire qui change"),
    MessageKind.SESSION_ASKED: N_("atelier demandé à un lieu"),
    MessageKind.OPINION_ASKED: N_("avis demandé au réseau"),
    MessageKind.MONTHLY_REPORT: N_("lettre du mois"),
}
MESSAGE_STATE_WORDS = {
    MessageState.SENDING: N_("en cours d’envoi"),
    MessageState.SENT: N_("envoyé"),
    MessageState.DELIVERED: N_("reçu"),
    MessageState.POSTPONED: N_("à renvoyer"),
    MessageState.FAILED: N_("échec"),
}

UNKNOWN_AFTER = timedelta(minutes=10)
"""After that, a message still being sent was cut off: whether it left is not known, and it is not sent again."""
GIVEN_UP_AFTER = timedelta(days=2)
"""After that, a message that the carrier did not take is no longer tried."""
FATE_ASKED_FOR = timedelta(days=3)
"""For that long a carrier is asked whether a text message arrived."""

CUT_OFF, GIVEN_UP, GONE_MEANWHILE, NOT_DELIVERED = "cut_off", "given_up", "gone_meanwhile", "not_delivered"
FAULT_WORDS = {
    CUT_OFF: N_("envoi interrompu\u202f: on ne sait pas s’il est parti, il n’est pas renvoyé"),
    GIVEN_UP: N_("abandonné après deux jours d’essais"),
    GONE_MEANWHILE: N_("contact retiré entre-temps\u202f: rien n’est parti"),
    NOT_DELIVERED: N_("non remis par l’opérateur"),
}
"""Faults that the house itself names; any other is the carrier's code."""


@dataclass(frozen=True)
class Words:
    """What a message says, in French: `text` by e-mail, `short` by SMS. `sender` is the name that the letter
    comes from and `answer_to` the address that answers go to. How to end the messages is added to both."""

    subject: str
    text: str = field(repr=False)
    short: str = field(default="", repr=False)
    sender: str = ""
    answer_to: str = field(default="", repr=False)


def with_way_out(text: str, address: str, *, to_a_person: bool) -> str:
    """A letter with the sentence that says why it came and where one click ends such letters."""
    why = (
        "Vous recevez ce message parce que vous avez demandé, en recevant vos pass, à être prévenu."
        if to_a_person
        else "Votre organisme reçoit ce message parce qu’il fait partie du réseau des pass."
    )
    return f"{text.rstrip()}\n\n-- \n{why}\nPour ne plus en recevoir, ouvrez cette adresse\u202f:\n{address}\n"


def warned(text: str) -> str:
    """A letter that protects whoever gets it: it says why it came, and has no way out."""
    why = (
        "Votre structure reçoit ce message parce que le compte sur lequel elle est payée va changer.\n"
        "Il est envoyé à chaque changement, pour sa sécurité, à l’adresse connue avant la demande."
    )
    return f"{text.rstrip()}\n\n-- \n{why}\n"


def way_out_by_sms(address: str) -> str:
    """The end of every text message."""
    return f"STOP: {address}"


def reaches(channel: Channel, mail: bool, sms: bool) -> bool:
    """Whether an installation whose e-mail and SMS are open, or not, reaches somebody by that channel."""
    return mail if channel is Channel.EMAIL else sms
