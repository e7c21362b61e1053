"""Amendments: of what, numbered how, signed when. Pure.

A contract may be signed in a council's name once the deliberation that authorises it is enforceable: published and
transmitted (CGCT, L2131-1; Conseil d'État, avis du 10 juin 1996, préfet de la Côte-d'Or). Decision 16 says why.
"""

from datetime import date
from enum import StrEnum

from passnumerique.ground.words import N_
from passnumerique.programmes.rules.documents import DocumentKind
from passnumerique.programmes.rules.refusals import DeliberationNotBinding, InForceTooEarly, SignedTooEarly

BASE_OF = {
    DocumentKind.CONVENTION_AMENDMENT: DocumentKind.CONVENTION,
    DocumentKind.MANDATE_AMENDMENT: DocumentKind.MANDATE,
}
"""The kind of document that each kind of amendment changes."""


class AmendmentState(StrEnum):
    """The life of an amendment, step by step."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    DROPPED = "dropped"

    @property
    def words(self) -> str:
        return AMENDMENT_STATE_WORDS[self]


AMENDMENT_STATE_WORDS = {
    AmendmentState.DRAFTED: N_("rédigé"),
    AmendmentState.SIGNED: N_("signé"),
    AmendmentState.IN_FORCE: N_("en vigueur"),
    AmendmentState.DROPPED: N_("abandonné"),
}


def reference_of(base: str, number: int) -> str:
    """How an amendment is called unless told otherwise: `CONV-2021-AV1`."""
    ending = f"-AV{number}"
    return base[: 80 - len(ending)] + ending


def check_signature(reference: str, signed_on: date, number: str, binds_from: date | None) -> None:
    """Refuses a signature before the deliberation `number` is enforceable; its very day will do."""
    if binds_from is None:
        raise DeliberationNotBinding(reference=reference, number=number)
    if signed_on < binds_from:
        raise SignedTooEarly(reference=reference, signed_on=signed_on, number=number, binds_from=binds_from)


def check_force(reference: str, signed_on: date, in_force_on: date) -> None:
    """Refuses a day of effect before that of the signature."""
    if in_force_on < signed_on:
        raise InForceTooEarly(reference=reference, signed_on=signed_on, in_force_on=in_force_on)
