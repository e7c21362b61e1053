"""Runs of payments: their states, the references that follow from their ids, what hinders a claim. Pure."""

from enum import StrEnum
from uuid import UUID

from passnumerique.ground.words import N_


class RunState(StrEnum):
    """How far a run has come. Sent once, never again."""

    PREPARED = "prepared"
    APPROVED = "approved"
    SENT = "sent"
    ABANDONED = "abandoned"

    @property
    def words(self) -> str:
        return RUN_WORDS[self]


RUN_WORDS = {
    RunState.PREPARED: N_("préparé, à approuver"),
    RunState.APPROVED: N_("approuvé, à envoyer"),
    RunState.SENT: N_("envoyé"),
    RunState.ABANDONED: N_("abandonné"),
}


class LineState(StrEnum):
    """What became of one transfer of a run."""

    WAITING = "waiting"
    PAID = "paid"
    RETURNED = "returned"
    DROPPED = "dropped"

    @property
    def words(self) -> str:
        return LINE_WORDS[self]


LINE_WORDS = {
    LineState.WAITING: N_("à payer"),
    LineState.PAID: N_("payé"),
    LineState.RETURNED: N_("rejeté par la banque"),
    LineState.DROPPED: N_("retiré"),
}

LIVE = frozenset({LineState.WAITING, LineState.PAID})
"""States in which a line keeps its claim to itself."""


class Hindrance(StrEnum):
    """Why an approved claim cannot simply be paid."""

    NO_ACCOUNT = "no_account"
    CLOSED = "closed"
    IN_RUN = "in_run"
    YOURS = "yours"

    @property
    def words(self) -> str:
        return HINDRANCE_WORDS[self]


HINDRANCE_WORDS = {
    Hindrance.NO_ACCOUNT: N_("pas de compte bancaire confirmé"),
    Hindrance.CLOSED: N_("lieu fermé\u202f: son agrément est terminé"),
    Hindrance.IN_RUN: N_("déjà dans un lot de virements"),
    Hindrance.YOURS: N_("vous l’avez déposée ou acceptée\u202f: un collègue prépare le lot"),
}


def message_id(run_id: UUID) -> str:
    """The message's own reference for the bank, 35 signs: the same run always bears the same one."""
    return f"PN-{run_id.hex}"


def payment_information_id(run_id: UUID) -> str:
    """The reference of the batch of transfers in the message."""
    return f"PI-{run_id.hex}"


def end_to_end_id(line_id: UUID) -> str:
    """The reference that travels with one transfer to the payee and back to the statement."""
    return f"PN-{line_id.hex}"


def line_of_reference(reference: str) -> UUID | None:
    """The line that an end-to-end reference is of; None when it is none of ours."""
    return _id_of(reference, "PN-")


def run_of_reference(reference: str) -> UUID | None:
    """The run whose batch, or message, a statement names; None when it is none of ours."""
    return _id_of(reference, "PI-") or _id_of(reference, "PN-")


def _id_of(reference: str, head: str) -> UUID | None:
    bare = reference.strip()
    try:
        return UUID(hex=bare.removeprefix(head)) if bare.startswith(head) else None
    except ValueError:
        return None
