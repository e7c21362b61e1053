"""Reading the council, each authority its own: members, sittings, deliberations."""

from passnumerique.council.queries.acts import (
    Decision,
    access_deliberation,
    adopted_decision,
    ballot_of,
    deliberations,
)
from passnumerique.council.queries.sittings import (
    access_item,
    access_sitting,
    delegates,
    draft_of,
    roll_of,
    same_place_days,
    sittings,
    titulars_on,
)

__all__ = [
    "Decision",
    "access_deliberation",
    "access_item",
    "access_sitting",
    "adopted_decision",
    "ballot_of",
    "delegates",
    "deliberations",
    "draft_of",
    "roll_of",
    "same_place_days",
    "sittings",
    "titulars_on",
]
