"""The only writers of the council: who sits in it, its sittings, what it votes, what becomes of its acts."""

from passnumerique.council.operations.acts import (
    Act,
    record_deliberation,
    record_posting,
    record_publication,
    record_sending,
    record_transmission,
)
from passnumerique.council.operations.grants import GrantGiven, record_grant
from passnumerique.council.operations.importing import import_acts
from passnumerique.council.operations.members import end_delegate, record_delegate
from passnumerique.council.operations.papers import publish_list, publish_minutes, settle_minutes, write_debate
from passnumerique.council.operations.planning import (
    Proposed,
    cancel_sitting,
    change_item,
    change_sitting,
    convene,
    drop_item,
    order_agenda,
    plan_sitting,
    propose_item,
    say_broadcast,
    take_up,
)
from passnumerique.council.operations.sittings import (
    Noted,
    close_sitting,
    note_movements,
    open_sitting,
    settle_urgency,
)
from passnumerique.council.operations.voting import Cast, Secret, put_off, set_numbering, vote_item

__all__ = [
    "Act",
    "Cast",
    "GrantGiven",
    "Noted",
    "Proposed",
    "Secret",
    "cancel_sitting",
    "change_item",
    "change_sitting",
    "close_sitting",
    "convene",
    "drop_item",
    "end_delegate",
    "import_acts",
    "note_movements",
    "open_sitting",
    "order_agenda",
    "plan_sitting",
    "propose_item",
    "publish_list",
    "publish_minutes",
    "put_off",
    "record_delegate",
    "record_deliberation",
    "record_grant",
    "record_posting",
    "record_publication",
    "record_sending",
    "record_transmission",
    "say_broadcast",
    "set_numbering",
    "settle_minutes",
    "settle_urgency",
    "take_up",
    "vote_item",
    "write_debate",
]
