"""What the scanner's calls say no to, with which status and title (RFC 9457). Pure."""

from passnumerique.directory.rules.refusals import DeviceRevoked, DeviceUnknown, PairingOver
from passnumerique.ground.problems import OF_EVERY_REQUEST, UNPROCESSABLE, Kind
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.training.rules.disputes import CodeUnreadable, SyncInterrupted
from passnumerique.vouchers.rules.refusals import CodeOfAnotherProgramme, UnknownCode, WrongCheckLetter

BASE = "/scanner/problems/"
"""What the types of problems begin with; they are names, and no pages."""


class TooManyPairings(Refusal):
    sentence = N_(
        "Trop de codes d’appareil erronés ont été essayés depuis cette connexion. "
        "Attendez {seconds} secondes, puis recommencez."
    )


class TooManyGuesses(Refusal):
    sentence = N_(
        "Trop de codes inconnus ont été envoyés par cet appareil. Rien n’a été pris cette fois : "
        "l’envoi reprend dans {seconds} secondes."
    )


GUESSES = (UnknownCode, WrongCheckLetter, CodeOfAnotherProgramme, CodeUnreadable)
"""The refusals that whoever guesses codes would collect: they count against the device."""

PROBLEMS: dict[type[Refusal], Kind] = {
    **OF_EVERY_REQUEST,
    DeviceUnknown: Kind(401, N_("Appareil inconnu")),
    DeviceRevoked: Kind(401, N_("Appareil révoqué")),
    PairingOver: Kind(404, N_("Code d’appareil refusé")),
    **dict.fromkeys((TooManyPairings, TooManyGuesses), Kind(429, N_("Trop de codes erronés"))),
    SyncInterrupted: Kind(503, N_("Envoi à reprendre")),
}
"""What a whole call can be refused for: nothing of it was done, unless it is to be sent again."""
_OTHER = Kind(UNPROCESSABLE, N_("Demande refusée"))


def kind_of(refusal: Refusal) -> Kind:
    """Status and title of a refusal; 422 for one that the table does not name."""
    return PROBLEMS.get(type(refusal), _OTHER)
