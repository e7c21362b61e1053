"""The papers that a programme rests on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.words import N_


class DocumentKind(StrEnum):
    """What a paper is. The mandate of a private body rests on CGCT L1611-7 IV and D1611-18."""

    DELIBERATION = "deliberation"
    CONVENTION = "convention"
    CONVENTION_AMENDMENT = "convention_amendment"
    MANDATE = "mandate"
    MANDATE_AMENDMENT = "mandate_amendment"
    DECISION = "decision"

    @property
    def words(self) -> str:
        return DOCUMENT_WORDS[self]


DOCUMENT_WORDS = {
    DocumentKind.DELIBERATION: N_("délibération"),
    DocumentKind.CONVENTION: N_("convention avec le financeur"),
    DocumentKind.CONVENTION_AMENDMENT: N_("avenant à la convention du financeur"),
    DocumentKind.MANDATE: N_("convention de mandat"),
    DocumentKind.MANDATE_AMENDMENT: N_("avenant à la convention de mandat"),
    DocumentKind.DECISION: N_("décision de gestion"),
}

CITING = frozenset({DocumentKind.DELIBERATION, DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT})
"""Kinds that must cite the deliberation they come from."""


@dataclass(frozen=True)
class Paper:
    """One document: its kind, its reference, the day from which it binds, the deliberation it cites."""

    kind: DocumentKind
    reference: str
    title: str = ""
    counterpart: str = ""
    signed_on: date | None = None
    in_force_on: date | None = None
    deliberation_id: UUID | None = None
    id: UUID | None = None
    base_id: UUID | None = None
    """The document that an amendment changes; by default the last one of its kind."""
