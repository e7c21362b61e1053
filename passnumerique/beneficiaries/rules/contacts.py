"""How a person may be written to: only if asked for, with the words of the consent. Pure."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import phonenumbers

from passnumerique.beneficiaries.rules.refusals import ContactOfOtherKind, ContactUnreadable
from passnumerique.ground.words import N_


class Channel(StrEnum):
    """By which way a person asked to be written to."""

    EMAIL = "email"
    SMS = "sms"


CHANNEL_WORDS = {
    Channel.EMAIL: N_("courrier électronique"),
    Channel.SMS: N_("SMS"),
}


class Gone(StrEnum):
    """Why a contact is kept no more."""

    WITHDRAWN = "withdrawn"
    UNSUBSCRIBED = "unsubscribed"
    TIME_OVER = "time_over"
    CLOSED = "closed"


GONE_WORDS = {
    Gone.WITHDRAWN: N_("effacé à la demande de la personne"),
    Gone.UNSUBSCRIBED: N_("la personne ne veut plus de messages"),
    Gone.TIME_OVER: N_("effacé au terme de la durée de conservation"),
    Gone.CLOSED: N_("effacé à la clôture du dispositif"),
}

CONSENT_WORDS = N_(
    "J’accepte de recevoir des messages sur mes pass et mes ateliers. Mon contact est effacé un an après son "
    "dernier usage, ou quand je le demande."
)
"""What the person agrees to; kept beside the contact in the language in which it was read."""

LONGEST_ADDRESS = 120
_EMAIL = re.compile(r"[^@\s<>,;:\"()]+@[^@\s<>,;:\"()]+\.[^@\s<>,;:\"().]{2,}")


@dataclass(frozen=True)
class Wanted:
    """A contact that the person asks to be written to, and the sentence agreed to. Its text never shows the
    address, so that no trace of a fault holds one."""

    channel: Channel
    address: str = field(repr=False)
    words: str = CONSENT_WORDS


@dataclass(frozen=True)
class OpenContact:
    """A contact deciphered, for the moment in which a message is sent. Its text never shows the address."""

    id: UUID
    channel: Channel
    address: str = field(repr=False)


def channel_of(address: str) -> Channel:
    """By which way an address is written to. Refuses what is neither a telephone nor an e-mail."""
    return Channel.EMAIL if "@" in same_way(address) else Channel.SMS


def same_way(contact: str) -> str:
    """A contact written in one way: an e-mail in small letters, a telephone as +33… Refuses anything else."""
    bare = contact.strip()
    if len(bare) <= LONGEST_ADDRESS and _EMAIL.fullmatch(bare):
        return bare.lower()
    try:
        number = phonenumbers.parse(bare, "FR")
    except phonenumbers.NumberParseException:
        raise ContactUnreadable from None
    if not phonenumbers.is_possible_number(number):
        raise ContactUnreadable
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def address_for(channel: Channel, address: str) -> str:
    """The address in one way, as that channel needs it. Refuses what it cannot reach."""
    same = same_way(address)
    if ("@" in same) is not (channel is Channel.EMAIL):
        raise ContactOfOtherKind
    return same
