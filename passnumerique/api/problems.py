"""What the API says no to, with which status and title (RFC 9457). Pure.

Refusals of the floors below keep their name: `already_redeemed` is the type `/api/problems/already-redeemed`.
Their status depends on where they are said: about one pass presented it is 422, or 409 for an id used twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.words import N_
from passnumerique.programmes.rules import NoCalendar
from passnumerique.training.rules.refusals import SessionFull, SessionIsCancelled, SessionNotBegun
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.refusals import (
    REFUSAL_OF_STATE,
    AskedElsewhere,
    ClockAhead,
    CodeOfAnotherProgramme,
    IdAlreadyUsed,
    Lapsed,
    PlaceNotAccredited,
    PlaceOutsideZone,
    SetIncomplete,
    TrainingOver,
    UnknownCode,
    WrongCheckLetter,
    WrongNumberOfPasses,
)

BASE = "/api/problems/"
"""Where the types of problems stand: each address is a page that explains one."""
CONFLICT, UNPROCESSABLE = 409, 422


class BadToken(Refusal):
    sentence = N_(
        "Le jeton d’accès manque, ou n’est plus valable. "
        "Envoyez l’en-tête «\u202fAuthorization\u202f» avec «\u202fBearer\u202f» et un jeton en cours de validité."
    )


class ScopeMissing(Refusal):
    sentence = N_(
        "Ce jeton ne porte pas le droit «\u202f{scope}\u202f». Demandez à la collectivité un jeton qui le porte."
    )


class TooManyWrongCodes(Refusal):
    sentence = N_(
        "Trop de codes erronés ont été présentés avec ce jeton. Attendez {seconds} secondes, puis recommencez."
    )


class BodyTooLarge(Refusal):
    sentence = N_("La demande dépasse 1\u202fMo. Rien n’a été lu\u202f: envoyez les utilisations en plusieurs fois.")


class LengthMissing(Refusal):
    sentence = N_("La longueur de la demande manque. Envoyez l’en-tête «\u202fContent-Length\u202f».")


class UnsupportedMediaType(Refusal):
    sentence = N_(
        "La demande doit être du JSON. "
        "Envoyez l’en-tête «\u202fContent-Type\u202f» avec «\u202fapplication/json\u202f»."
    )


class UnreadableJson(Refusal):
    sentence = N_(
        "La demande n’est pas du JSON lisible. "
        "Vérifiez qu’elle est complète, en UTF-8 et sans marque d’ordre des octets."
    )


class MethodNotAllowed(Refusal):
    sentence = N_("Cette adresse n’accepte pas la méthode employée. Employez plutôt\u202f: {allowed}.")


class TooManyItems(Refusal):
    sentence = N_(
        "Un envoi contient {most} utilisations au plus. Rien n’a été pris\u202f: envoyez-les en plusieurs fois."
    )


class RegisterUnavailable(Refusal):
    sentence = N_(
        "Le registre ne répond pas en ce moment. "
        "Renvoyez la même demande dans quelques secondes, avec les mêmes identifiants."
    )


class UnexpectedError(Refusal):
    sentence = N_(
        "Une erreur inattendue s’est produite\u202f; elle est notée. Renvoyez la même demande avec les mêmes "
        "identifiants. Si cela dure, appelez la collectivité."
    )


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a request: where (JSON pointer) and what to write instead (French, marked)."""

    pointer: str
    sentence: str


class InvalidRequest(Refusal):
    """Fields that cannot be used, one flaw for each; nothing of what they belong to was tried."""

    sentence = N_("Des champs sont à corriger. La liste «\u202ferrors\u202f» dit lesquels et pourquoi.")

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__()
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Kind:
    """How one refusal is told: its status, and the title that all its occurrences share."""

    status: int
    title: str


_PASS = Kind(UNPROCESSABLE, N_("Pass refusé"))
_SESSION = Kind(UNPROCESSABLE, N_("Atelier refusé"))
_REQUEST = Kind(UNPROCESSABLE, N_("Demande incorrecte"))

OF_REDEMPTIONS: dict[type[Refusal], Kind] = {
    IdAlreadyUsed: Kind(CONFLICT, N_("Identifiant déjà employé")),
    **dict.fromkeys((UnknownCode, WrongCheckLetter, CodeOfAnotherProgramme), Kind(UNPROCESSABLE, N_("Code refusé"))),
    **dict.fromkeys((refusal for state, refusal in REFUSAL_OF_STATE.items() if state is not State.HELD), _PASS),
    **dict.fromkeys((AskedElsewhere, Lapsed, SetIncomplete, WrongNumberOfPasses), _PASS),
    **dict.fromkeys((SessionIsCancelled, SessionNotBegun, SessionFull), _SESSION),
    **dict.fromkeys((PlaceNotAccredited, PlaceOutsideZone), Kind(UNPROCESSABLE, N_("Lieu refusé"))),
    **dict.fromkeys((ClockAhead, NoCalendar, TrainingOver), Kind(UNPROCESSABLE, N_("Date refusée"))),
}
"""What one pass presented can be refused for; NotFound too, for a training session that is not the place's."""

OF_REQUESTS: dict[type[Refusal], Kind] = {
    UnreadableJson: Kind(400, N_("Demande illisible")),
    BadToken: Kind(401, N_("Jeton refusé")),
    ScopeMissing: Kind(403, N_("Droit manquant")),
    NotAllowed: Kind(403, N_("Action non permise")),
    NotFound: Kind(404, N_("Introuvable")),
    MethodNotAllowed: Kind(405, N_("Méthode non acceptée")),
    LengthMissing: Kind(411, N_("Longueur manquante")),
    BodyTooLarge: Kind(413, N_("Demande trop longue")),
    UnsupportedMediaType: Kind(415, N_("Format non accepté")),
    InvalidRequest: _REQUEST,
    TooManyItems: _REQUEST,
    TooManyWrongCodes: Kind(429, N_("Trop de codes erronés")),
    UnexpectedError: Kind(500, N_("Erreur inattendue")),
    RegisterUnavailable: Kind(503, N_("Registre indisponible")),
}
"""What a whole request can be refused for: nothing of it was done."""

PROBLEMS = OF_REQUESTS | OF_REDEMPTIONS
_OTHER = Kind(UNPROCESSABLE, N_("Demande refusée"))

GUESSES = (UnknownCode, WrongCheckLetter, CodeOfAnotherProgramme)
"""The refusals that whoever guesses codes would collect: they count against the token."""


def kind_of(refusal: Refusal | type[Refusal]) -> Kind:
    """Status and title of a refusal; 422 for one that the tables do not name."""
    return PROBLEMS.get(refusal if isinstance(refusal, type) else type(refusal), _OTHER)


def slug_of(refusal: Refusal | type[Refusal]) -> str:
    """A refusal's name as addresses write it: `already-redeemed`."""
    kind = refusal if isinstance(refusal, type) else type(refusal)
    return _slug(kind.__name__)


@cache
def _slug(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def address_of(refusal: Refusal | type[Refusal]) -> str:
    """The type of the problem that a refusal stands for."""
    return BASE + slug_of(refusal)
