"""What a council owes after a sitting, and by when. Pure.

Sources: CGCT L2121-25 (the list of the deliberations examined is posted and put online within a week),
L2121-15 (the minutes are settled at the beginning of the next sitting, and published within the week that
follows it), L2131-1 (an act is enforceable once published and transmitted); by L5211-1 and L5211-3 for an EPCI.
"""

from datetime import date, timedelta
from enum import StrEnum

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_

A_WEEK = timedelta(days=7)


class Owed(StrEnum):
    """What is owed of a sitting or of an act."""

    LIST = "list"
    MINUTES = "minutes"
    MINUTES_OUT = "minutes_out"
    TRANSMISSION = "transmission"
    PUBLICATION = "publication"

    @property
    def words(self) -> str:
        return OWED_WORDS[self]

    @property
    def source(self) -> str:
        """The article that asks for it."""
        return SOURCES[self]


OWED_WORDS = {
    Owed.LIST: N_("Publier la liste des délibérations"),
    Owed.MINUTES: N_("Faire arrêter le procès-verbal"),
    Owed.MINUTES_OUT: N_("Publier le procès-verbal"),
    Owed.TRANSMISSION: N_("Transmettre l’acte à la préfecture"),
    Owed.PUBLICATION: N_("Publier l’acte"),
}
SOURCES = {
    Owed.LIST: "CGCT, L2121-25",
    Owed.MINUTES: "CGCT, L2121-15",
    Owed.MINUTES_OUT: "CGCT, L2121-15",
    Owed.TRANSMISSION: "CGCT, L2131-1",
    Owed.PUBLICATION: "CGCT, L2131-1",
}
"""The article that asks for it."""


class TransmittedBeforeVote(Refusal):
    sentence = N_(
        "L’acte est voté le {sat_on}\u202f: il n’est ni transmis ni publié avant (CGCT, L2131-1). Corrigez la date."
    )


class NotTransmitted(Refusal):
    sentence = N_("Un acte rejeté n’est pas transmis à la préfecture (CGCT, L2131-1).")


class DayToCome(Refusal):
    sentence = N_("Le {day} n’est pas encore venu. Notez ce qui est fait, le jour où c’est fait.")


class BeforeSitting(Refusal):
    sentence = N_("La séance a lieu le {sat_on}\u202f: cette date vient avant ({article}). Corrigez-la.")


class MinutesSettled(Refusal):
    sentence = N_("Le procès-verbal est arrêté\u202f: il ne change plus (CGCT, L2121-15).")


class MinutesNotSettled(Refusal):
    sentence = N_(
        "Le procès-verbal n’est pas encore arrêté\u202f: le conseil l’arrête au début de la séance suivante "
        "(CGCT, L2121-15). Notez d’abord ce jour."
    )


def list_due(sat_on: date) -> date:
    """The last day to publish the list of the deliberations that a sitting examined (L2121-25)."""
    return sat_on + A_WEEK


def minutes_due(settled_on: date) -> date:
    """The last day to publish the minutes, once a sitting settled them (L2121-15)."""
    return settled_on + A_WEEK


def check_done(day: date, *, sat_on: date, today: date, article: str) -> None:
    """Refuses a day before the sitting, and one that has not come."""
    if day < sat_on:
        raise BeforeSitting(sat_on=sat_on, article=f"CGCT, {article}")
    if day > today:
        raise DayToCome(day=day)


def check_sent(day: date, *, sat_on: date, today: date) -> None:
    """Refuses an act transmitted or published before its vote, and a day that has not come."""
    if day < sat_on:
        raise TransmittedBeforeVote(sat_on=sat_on)
    if day > today:
        raise DayToCome(day=day)
