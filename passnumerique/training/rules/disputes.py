"""What becomes of a pass taken without network, and what the settling of a dispute says no to."""

from enum import StrEnum

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class SyncStatus(StrEnum):
    """What became of one line that a device sent."""

    REDEEMED = "redeemed"
    REPLAYED = "replayed"
    REFUSED = "refused"
    DISPUTED = "disputed"
    POSTPONED = "postponed"


LONGEST_REASON = 240
FIRST_ON_THE_SPOT = N_("Prise la première sur place\u202f: la règle du dispositif l’a fait passer devant.")
"""The reason of a dispute that the programme's own rule settled."""


class CodeUnreadable(Refusal):
    sentence = N_(
        "Le code de cette prise est abîmé et ne peut plus être lu. Rien n’a été pris\u202f: "
        "demandez à la personne de présenter son pass de nouveau."
    )


class TooManyUnknown(Refusal):
    sentence = N_(
        "Trop de codes inconnus dans cet envoi. Rien n’est fait de cette prise\u202f: elle reste sur l’appareil "
        "et repart d’elle-même dans quelques minutes."
    )


class SyncInterrupted(Refusal):
    sentence = N_(
        "D’autres appareils envoient les mêmes pass au même instant. Ce qui est pris le reste\u202f: "
        "renvoyez la même demande dans quelques secondes, avec les mêmes identifiants."
    )


class DisputeReasonMissing(Refusal):
    sentence = N_("Indiquez le motif de la décision\u202f: les deux lieux le liront.")


class DisputeAlreadySettled(Refusal):
    sentence = N_("Cette double prise est déjà tranchée depuis le {day}. Il n’y a rien à faire.")


class DisputeOvertaken(Refusal):
    sentence = N_(
        "Ce pass a été utilisé encore ailleurs depuis. La prise en attente ne peut plus prendre sa place\u202f: "
        "gardez la prise enregistrée."
    )
