"""What programs are told when their request cannot be answered: problems by RFC 9457, for every roof that
speaks JSON. Each roof adds what it alone says no to."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import Error as DatabaseFault

from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.words import N_, say

JSON, PROBLEM_JSON = "application/json", "application/problem+json"
CONFLICT, UNPROCESSABLE = 409, 422
MOST_BYTES = 1_000_000
"""The longest body that is read: what BodyTooLarge tells people."""
RETRY_SECONDS = 2
"""When to come again after the register did not answer."""
MOST_DIGITS = 12
log = logging.getLogger(__name__)


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


REQUEST = Kind(UNPROCESSABLE, N_("Demande incorrecte"))
OF_EVERY_REQUEST: dict[type[Refusal], Kind] = {
    UnreadableJson: Kind(400, N_("Demande illisible")),
    NotAllowed: Kind(403, N_("Action non permise")),
    NotFound: Kind(404, N_("Introuvable")),
    MethodNotAllowed: Kind(405, N_("Méthode non acceptée")),
    LengthMissing: Kind(411, N_("Longueur manquante")),
    BodyTooLarge: Kind(413, N_("Demande trop longue")),
    UnsupportedMediaType: Kind(415, N_("Format non accepté")),
    InvalidRequest: REQUEST,
    TooManyItems: REQUEST,
    UnexpectedError: Kind(500, N_("Erreur inattendue")),
    RegisterUnavailable: Kind(503, N_("Registre indisponible")),
}
"""What a whole request can be refused for, at any roof: nothing of it was done."""


def slug_of(refusal: Refusal | type[Refusal]) -> str:
    """A refusal's name as addresses write it: `already-redeemed`."""
    kind = refusal if isinstance(refusal, type) else type(refusal)
    return _slug(kind.__name__)


@cache
def _slug(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def members_of(refusal: Refusal, kind: Kind, base: str, status: int | None = None) -> dict[str, Any]:
    """The members of the problem for which a refusal stands, in the language in force; `base` is where the
    roof's types of problems stand."""
    members: dict[str, Any] = {
        "type": base + slug_of(refusal),
        "title": say(kind.title),
        "status": status or kind.status,
        "detail": refusal.say(),
    }
    if isinstance(refusal, InvalidRequest):
        members["errors"] = [{"pointer": flaw.pointer, "detail": say(flaw.sentence)} for flaw in refusal.flaws]
    return members


def check_length(length: int) -> None:
    """Refuses a body of so many bytes before it is read."""
    if length > MOST_BYTES:
        raise BodyTooLarge


def check_body(content_type: str, length: str, *, chunked: bool) -> None:
    """Refuses, by its headers alone, a body that is no JSON, too long, or of unknown length."""
    if content_type.partition(";")[0].strip().lower() != JSON:
        raise UnsupportedMediaType
    if not length and chunked:
        raise LengthMissing
    check_length(int(length[:MOST_DIGITS]) if length.isdecimal() else 0)


def refusal_of(error: Exception, roof: str) -> Refusal:
    """What refuses a whole request: the refusal itself, or what stands for a fault of ours, which is noted
    under the name of the roof."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, DatabaseFault):  # also after what is tried again by itself
        log.error("%s_register_unavailable", roof, exc_info=error)
        return RegisterUnavailable()
    log.error("%s_unexpected_error", roof, exc_info=error)
    return UnexpectedError()


def headers_of(refusal: Refusal) -> dict[str, str]:
    """The headers that go with a refusal, at any roof."""
    if isinstance(refusal, RegisterUnavailable):
        return {"Retry-After": str(RETRY_SECONDS)}
    if isinstance(refusal, MethodNotAllowed):
        return {"Allow": str(refusal.params["allowed"])}
    return {}


def language_for(accepted: str | None) -> str:
    """`en` for whoever would rather read English than French (`Accept-Language`), `fr` for everybody else."""
    wished = {"fr": 0.0, "en": 0.0}
    for one in (accepted or "").lower().split(","):
        name, _, weight = one.partition(";")
        language = name.strip()[:2]
        if language in wished:
            wished[language] = max(wished[language], _weight(weight))
    return "en" if wished["en"] > wished["fr"] else "fr"


def _weight(text: str) -> float:
    """The number of `q=0.8`; 1 where there is none."""
    value = text.partition("=")[2].strip()
    return float(value) if re.fullmatch(r"[01](\.\d{0,3})?", value, re.ASCII) else float(not value)
