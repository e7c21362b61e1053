"""What may be asked of a person at the counter: brackets, never a name. Pure.

The codes are those of the national « Coop de la médiation numérique », so that reports compare.
"""

from dataclasses import dataclass
from enum import StrEnum

from passnumerique.ground.refusals import Refusal
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


AGE_WORDS = {
    AgeBracket.UNDER_12: N_("moins de 12 ans"),
    AgeBracket.FROM_12: N_("12 à 17 ans"),
    AgeBracket.FROM_18: N_("18 à 24 ans"),
    AgeBracket.FROM_25: N_("25 à 39 ans"),
    AgeBracket.FROM_40: N_("40 à 59 ans"),
    AgeBracket.FROM_60: N_("60 à 69 ans"),
    AgeBracket.FROM_70: N_("70 ans et plus"),
}
STATUS_WORDS = {
    Status.AT_SCHOOL: N_("scolarisé ou en formation"),
    Status.WITHOUT_WORK: N_("sans emploi"),
    Status.IN_WORK: N_("en emploi"),
    Status.RETIRED: N_("retraité"),
    Status.NOT_SAID: N_("ne souhaite pas répondre"),
}


@dataclass(frozen=True)
class Profile:
    """Who received passes, without saying who: enough for the funder's figures and no more.

    `target_public` is the « PIC » flag: a young person out of school without work, or a jobseeker
    below the baccalauréat. `contact`, if given, is hashed to apply the cap per person and not kept.
    """

    age_bracket: AgeBracket
    commune: str
    status: Status = Status.NOT_SAID
    target_public: bool = False
    contact: str = ""


class ContactUnreadable(Refusal):
    sentence = N_(
        "Ce contact n’est ni un numéro de téléphone ni une adresse électronique. "
        "Corrigez-le, ou laissez le champ vide\u202f: il n’est pas obligatoire."
    )
