"""The only writers of a programme: papers, dates, parameters, envelope, periods, territory, consultations."""

from passnumerique.programmes.operations.agreements import (
    CommuneGiven,
    add_training_period,
    authorise_envelope,
    commit_value,
    create_programme,
    move_demonstration_day,
    release_value,
    set_parameters,
    set_territory,
    take_turn,
)
from passnumerique.programmes.operations.amendments import (
    await_item,
    bring_into_force,
    draft_amendment,
    drop_amendment,
    redate_amendment,
    sign_amendment,
)
from passnumerique.programmes.operations.consulting import (
    answer_consultation,
    consult,
    remind,
)
from passnumerique.programmes.operations.documents import (
    extend,
    open_calendar,
    record_document,
    sign_document,
)
from passnumerique.programmes.operations.extending import (
    begin_extension,
    choose_dates,
    close_extension,
    drop_extension,
    freeze_extension,
    give_reason,
    put_before_council,
    reopen_extension,
)

__all__ = [
    "CommuneGiven",
    "add_training_period",
    "answer_consultation",
    "authorise_envelope",
    "await_item",
    "begin_extension",
    "bring_into_force",
    "choose_dates",
    "close_extension",
    "commit_value",
    "consult",
    "create_programme",
    "draft_amendment",
    "drop_amendment",
    "drop_extension",
    "extend",
    "freeze_extension",
    "give_reason",
    "move_demonstration_day",
    "open_calendar",
    "put_before_council",
    "record_document",
    "redate_amendment",
    "release_value",
    "remind",
    "reopen_extension",
    "set_parameters",
    "set_territory",
    "sign_amendment",
    "sign_document",
    "take_turn",
]
