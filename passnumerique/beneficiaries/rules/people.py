"""What may be asked of a person at the counter: brackets, never a name. Pure.

The codes are those of the national « Coop de la médiation numérique », so that reports compare.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from passnumerique.beneficiaries.rules.contacts import Wanted
from passnumerique.ground.words import N_


class AgeBracket(StrEnum):
    """Age brackets, in years."""

    UNDER_12 = "under_12"
    FROM_12 = "12_17"
    FROM_18 = "18_24"
    FROM_25 = "25_39"
    FROM_40 = "40_59"
    FROM_60 = "60_69"
    FROM_70 = "70_plus"


class Status(StrEnum):
    """What the person does."""

    AT_SCHOOL = "at_school"
    WITHOUT_WORK = "without_work"
    IN_WORK = "in_work"
    RETIRED = "retired"
    NOT_SAID = "not_said"


class Autonomy(StrEnum):
    """How much a person does alone with digital tools, in the three levels of the « Coop »."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    AUTONOMOUS = "autonomous"


class WhyNot(StrEnum):
    """Why nothing was asked of the needs and the autonomy of a person."""

    IN_A_HURRY = "in_a_hurry"
    DECLINED = "declined"
    DONE_ELSEWHERE = "done_elsewhere"
    KNOWN_ALREADY = "known_already"


class KeyKind(StrEnum):
    """By what two hand-overs may be known to be of one person, without keeping who it is."""

    CONTACT = "contact"
    IDENTITY = "identity"
    LIKENESS = "likeness"


AGE_WORDS = {
    AgeBracket.UNDER_12: N_("moins de 12 ans"),
    AgeBracket.FROM_12: N_("12 à 17 ans"),
    AgeBracket.FROM_18: N_("18 à 24 ans"),
    AgeBracket.FROM_25: N_("25 à 39 ans"),
    AgeBracket.FROM_40: N_("40 à 59 ans"),
    AgeBracket.FROM_60: N_("60 à 69 ans"),
    AgeBracket.FROM_70: N_("70 ans et plus"),
}
AUTONOMY_WORDS = {
    Autonomy.SUPPORTED: N_("a besoin d’être accompagné"),
    Autonomy.PARTLY: N_("se débrouille en partie"),
    Autonomy.AUTONOMOUS: N_("autonome"),
}
WHY_NOT_WORDS = {
    WhyNot.IN_A_HURRY: N_("la personne est pressée"),
    WhyNot.DECLINED: N_("la personne ne souhaite pas répondre"),
    WhyNot.DONE_ELSEWHERE: N_("le point a été fait ailleurs"),
    WhyNot.KNOWN_ALREADY: N_("la personne sait déjà quel atelier elle veut"),
}
STATUS_WORDS = {
    Status.AT_SCHOOL: N_("scolarisé ou en formation"),
    Status.WITHOUT_WORK: N_("sans emploi"),
    Status.IN_WORK: N_("en emploi"),
    Status.RETIRED: N_("retraité"),
    Status.NOT_SAID: N_("ne souhaite pas répondre"),
}


@dataclass(frozen=True)
class Identity:
    """Who somebody is, from the mouth of the person: hashed to be known again, and never kept. Its text shows
    nothing."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    born_on: date = field(repr=False)


@dataclass(frozen=True)
class Profile:
    """Who received passes, without saying who: enough for the funder's figures and no more.

    `target_public` is the « PIC » flag: a young person out of school without work, or a jobseeker
    below the baccalauréat. `contact` (one a line) and `identity`, if given, are hashed to apply the cap per
    person and not kept; `wants` are the contacts kept, enciphered, because the person asked for reminders.
    `needs` are themes of the training plan; `not_diagnosed` says why nothing was asked (a `WhyNot`, or words).
    """

    age_bracket: AgeBracket
    commune: str
    status: Status = Status.NOT_SAID
    target_public: bool = False
    contact: str = field(default="", repr=False)
    needs: tuple[UUID, ...] = ()
    autonomy: Autonomy | None = None
    not_diagnosed: str = ""
    identity: Identity | None = None
    wants: tuple[Wanted, ...] = ()
