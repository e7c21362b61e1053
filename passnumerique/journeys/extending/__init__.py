"""An extension from its first reason to its new dates: proposed, drafted, decided, signed, carried out."""

from passnumerique.journeys.extending.carrying import carry_out_extension, effects_shown, effects_to_freeze
from passnumerique.journeys.extending.drafting import (
    abandon_extension,
    propose_extension,
    redate_extension,
    reword_extension,
)
from passnumerique.journeys.extending.effects import Effects, Side, effects_of
from passnumerique.journeys.extending.foreseeing import Foreseen, Outlook, extension_figures, foresee
from passnumerique.journeys.extending.proposing import (
    Proposal,
    Reckoning,
    foreseen_proposal,
    proposal_on,
    waves_until,
)
from passnumerique.journeys.extending.standing import Piece, Stage, pieces_of

__all__ = [
    "Effects",
    "Foreseen",
    "Outlook",
    "Piece",
    "Proposal",
    "Reckoning",
    "Side",
    "Stage",
    "abandon_extension",
    "carry_out_extension",
    "effects_of",
    "effects_shown",
    "effects_to_freeze",
    "extension_figures",
    "foresee",
    "foreseen_proposal",
    "pieces_of",
    "proposal_on",
    "propose_extension",
    "redate_extension",
    "reword_extension",
    "waves_until",
]
