"""The rules of the register. `book` is the rule book; `states` and `refusals` are its words. Pure."""

from passnumerique.vouchers.rules.book import (
    ACT_WORDS,
    BOOK,
    Act,
    Need,
    Rule,
    Step,
    every_step,
    last_day_of_use,
    refusal_of,
    require_date,
    require_role,
    steps_allowed,
)
from passnumerique.vouchers.rules.states import (
    AT_PLACE,
    MONEY_OF_STATE,
    SPENT,
    STATE_WORDS,
    UNSPENT,
    UNUSED,
    State,
)

__all__ = [
    "ACT_WORDS",
    "AT_PLACE",
    "BOOK",
    "MONEY_OF_STATE",
    "SPENT",
    "STATE_WORDS",
    "UNSPENT",
    "UNUSED",
    "Act",
    "Need",
    "Rule",
    "State",
    "Step",
    "every_step",
    "last_day_of_use",
    "refusal_of",
    "require_date",
    "require_role",
    "steps_allowed",
]
