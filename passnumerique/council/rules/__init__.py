"""What the law says of a council: its sittings, its votes, its acts in the open. Pure."""

from passnumerique.council.rules.ballots import (
    Ballot,
    DeliberationNumberTaken,
    NotAdopted,
    QuorumNotMet,
    SittingDatesOutOfOrder,
    VotesDoNotAgree,
    enforceable_on,
    quorum_of,
)
from passnumerique.council.rules.matters import MATTERS, matter_name
from passnumerique.council.rules.numbering import Restart
from passnumerique.council.rules.scdl import DELIBERATION_COLUMNS, faults_of_a_deliberation
from passnumerique.council.rules.sittings import (
    BallotKind,
    Item,
    Mode,
    Move,
    Moved,
    Outcome,
    Roll,
    Seat,
    Voice,
    check_ballot_kind,
    check_convening,
    check_mode,
    roll_at,
)
from passnumerique.council.rules.texts import Draft, Text

__all__ = [
    "DELIBERATION_COLUMNS",
    "MATTERS",
    "Ballot",
    "BallotKind",
    "DeliberationNumberTaken",
    "Draft",
    "Item",
    "Mode",
    "Move",
    "Moved",
    "NotAdopted",
    "Outcome",
    "QuorumNotMet",
    "Restart",
    "Roll",
    "Seat",
    "SittingDatesOutOfOrder",
    "Text",
    "Voice",
    "VotesDoNotAgree",
    "check_ballot_kind",
    "check_convening",
    "check_mode",
    "enforceable_on",
    "faults_of_a_deliberation",
    "matter_name",
    "quorum_of",
    "roll_at",
]
