"""The only writers of the council: who sits in it, its sittings, what it votes."""

from passnumerique.council.operations.acts import Act, record_deliberation, record_publication
from passnumerique.council.operations.members import end_delegate, record_delegate
from passnumerique.council.operations.sittings import (
    Noted,
    Proposed,
    change_item,
    close_sitting,
    convene,
    drop_item,
    note_movements,
    open_sitting,
    plan_sitting,
    propose_item,
)
from passnumerique.council.operations.voting import Cast, Secret, put_off, set_numbering, vote_item

__all__ = [
    "Act",
    "Cast",
    "Noted",
    "Proposed",
    "Secret",
    "change_item",
    "close_sitting",
    "convene",
    "drop_item",
    "end_delegate",
    "note_movements",
    "open_sitting",
    "plan_sitting",
    "propose_item",
    "put_off",
    "record_delegate",
    "record_deliberation",
    "record_publication",
    "set_numbering",
    "vote_item",
]
