"""What the API says no to, with which status and title (RFC 9457). Pure.

Refusals of the floors below keep their name: `already_redeemed` is the type `/api/problems/already-redeemed`.
Their status depends on where they are said: about one pass presented it is 422, or 409 for an id used twice.
"""

from passnumerique.ground.problems import CONFLICT, OF_EVERY_REQUEST, UNPROCESSABLE, Kind, slug_of
from passnumerique.ground.refusals import Refusal
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


_PASS = Kind(UNPROCESSABLE, N_("Pass refusé"))
_SESSION = Kind(UNPROCESSABLE, N_("Atelier refusé"))

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
    **OF_EVERY_REQUEST,
    BadToken: Kind(401, N_("Jeton refusé")),
    ScopeMissing: Kind(403, N_("Droit manquant")),
    TooManyWrongCodes: Kind(429, N_("Trop de codes erronés")),
}
"""What a whole request can be refused for: nothing of it was done."""

PROBLEMS = OF_REQUESTS | OF_REDEMPTIONS
_OTHER = Kind(UNPROCESSABLE, N_("Demande refusée"))

GUESSES = (UnknownCode, WrongCheckLetter, CodeOfAnotherProgramme)
"""The refusals that whoever guesses codes would collect: they count against the token."""


def kind_of(refusal: Refusal | type[Refusal]) -> Kind:
    """Status and title of a refusal; 422 for one that the tables do not name."""
    return PROBLEMS.get(refusal if isinstance(refusal, type) else type(refusal), _OTHER)


def address_of(refusal: Refusal | type[Refusal]) -> str:
    """The type of the problem that a refusal stands for."""
    return BASE + slug_of(refusal)
