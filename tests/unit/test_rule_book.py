"""Every state × act pair of the rule book, against a table written by hand from the domain.

The table is not derived: whoever changes the book must change it here too, and so see what changes.
"""

from datetime import date, timedelta
from uuid import UUID

import pytest

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.refusals import NotAllowed, Refusal
from passnumerique.ledger.rules import Account
from passnumerique.programmes.rules import Calendar
from passnumerique.vouchers.rules import (
    ACT_WORDS,
    AT_PLACE,
    BOOK,
    MONEY_OF_STATE,
    SPENT,
    STATE_WORDS,
    UNSPENT,
    UNUSED,
    Act,
    Need,
    State,
    every_step,
    last_day_of_use,
    refusal_of,
    require_date,
    require_role,
    steps_allowed,
)

# From each state: what each act leads to. What is not written is refused.
TARGETS: dict[str, dict[str, set[str]]] = {
    "": {"receive": {"authority_stock"}},
    "authority_stock": {
        "allocate": {"structure_stock"},
        "declare_lost": {"blocked"},
        "substitute": {"authority_stock", "structure_stock", "held"},
        "cancel": {"cancelled"},
    },
    "structure_stock": {
        "return": {"authority_stock"},
        "transfer": {"structure_stock"},
        "hand_over": {"held"},
        "declare_lost": {"blocked"},
        "substitute": {"structure_stock", "held"},
        "cancel": {"cancelled"},
    },
    "held": {"reserve": {"held"}, "redeem": {"redeemed"}, "declare_lost": {"blocked"}, "cancel": {"cancelled"}},
    "redeemed": {"undo": {"held"}, "claim": {"claimed"}, "freeze": {"frozen"}},
    "claimed": {"approve": {"approved"}, "reject": {"disputed"}, "freeze": {"frozen"}},
    "approved": {"pay": {"reimbursed"}, "freeze": {"frozen"}},
    "disputed": {"approve": {"approved"}, "refuse": {"refused"}, "freeze": {"frozen"}},
    "refused": {},
    "frozen": {"pay": {"reimbursed"}, "thaw": {"redeemed", "claimed", "approved", "disputed"}},
    "reimbursed": {"recover": {"to_recover"}, "bounce": {"approved"}},
    "to_recover": {"offset": {"recovered"}},
    "recovered": {},
    "blocked": {
        "find": {"authority_stock", "structure_stock", "held"},
        "replace": {"replaced"},
        "cancel": {"cancelled"},
    },
    "replaced": {},
    "cancelled": {},
}

# Who may do each act, and the date of the calendar that it needs.
WHO: dict[str, tuple[str, str]] = {
    "receive": ("manager", ""),
    "allocate": ("manager", "distribution_until"),
    "return": ("manager prescriber", ""),
    "transfer": ("manager prescriber", "distribution_until"),
    "hand_over": ("prescriber", "distribution_until"),
    "reserve": ("prescriber place mediator bearer", "validity_until"),
    "redeem": ("place mediator", "validity_until"),
    "undo": ("place mediator manager system", ""),
    "claim": ("place", "claims_until"),
    "approve": ("manager finance", ""),
    "reject": ("manager finance", ""),
    "refuse": ("manager finance", ""),
    "pay": ("finance", ""),
    "bounce": ("finance", ""),
    "declare_lost": ("manager prescriber", ""),
    "find": ("manager prescriber", ""),
    "replace": ("manager", ""),
    "substitute": ("manager", ""),
    "cancel": ("manager", ""),
    "recover": ("finance", ""),
    "offset": ("manager finance", ""),
    "freeze": ("manager finance", ""),
    "thaw": ("manager finance", ""),
}

# The account that holds the face value in each state.
MONEY = {
    "committed": {"authority_stock", "structure_stock", "held", "blocked"},
    "due": {"redeemed", "claimed", "approved", "disputed", "frozen"},
    "paid": {"reimbursed"},
    "undue": {"to_recover"},
    "envelope": {"replaced", "cancelled", "recovered", "refused"},
}

# What a state answers to an act that it does not allow, and the acts to which it answers otherwise
# because they come too early.
REFUSAL = {
    "authority_stock": "not_allocated",
    "structure_stock": "not_handed_over",
    "held": "already_handed_over",
    "redeemed": "already_redeemed",
    "claimed": "already_claimed",
    "approved": "already_approved",
    "disputed": "under_dispute",
    "refused": "is_refused",
    "reimbursed": "already_reimbursed",
    "blocked": "is_blocked",
    "replaced": "is_replaced",
    "cancelled": "is_cancelled",
    "frozen": "is_frozen",
    "to_recover": "is_to_recover",
    "recovered": "is_recovered",
}
_NEVER_USED = "authority_stock structure_stock held"
_NOT_USED = f"{_NEVER_USED} blocked"
_ON_THE_WAY = "redeemed claimed approved disputed"
TOO_EARLY: dict[str, tuple[str, str]] = {
    "undo": ("not_redeemed_yet", _NOT_USED),
    "claim": ("not_redeemed_yet", _NOT_USED),
    "freeze": ("not_redeemed_yet", _NOT_USED),
    "approve": ("not_claimed_yet", f"{_NEVER_USED} redeemed"),
    "reject": ("not_claimed_yet", f"{_NEVER_USED} redeemed"),
    "refuse": ("not_disputed_yet", f"{_NEVER_USED} redeemed claimed"),
    "thaw": ("not_frozen", f"{_NOT_USED} {_ON_THE_WAY}"),
    "pay": ("not_approved_yet", f"{_NEVER_USED} redeemed claimed"),
    "find": ("not_blocked", _NEVER_USED),
    "replace": ("not_blocked", _NEVER_USED),
    "bounce": ("not_reimbursed_yet", f"{_NEVER_USED} {_ON_THE_WAY}"),
    "recover": ("not_reimbursed_yet", f"{_NEVER_USED} {_ON_THE_WAY}"),
    "offset": ("not_reimbursed_yet", f"{_NEVER_USED} {_ON_THE_WAY} reimbursed"),
}
CALENDAR = Calendar(date(2022, 10, 31), date(2022, 12, 31), date(2022, 12, 31), date(2023, 2, 28), date(2023, 3, 31))


def actor(role: Role) -> Actor:
    return Actor(UUID(int=1), "Quelqu’un (fictif)", role, UUID(int=2))


def test_the_table_names_every_state_and_every_act() -> None:
    assert set(TARGETS) == {""} | {state.value for state in State}
    assert set(WHO) == {act.value for act in Act} == {act.value for act in BOOK}
    assert set(REFUSAL) == {state.value for state in State}


@pytest.mark.parametrize("state", [None, *State], ids=str)
@pytest.mark.parametrize("act", Act)
def test_each_act_from_each_state(act: Act, state: State | None) -> None:
    expected = TARGETS[state or ""].get(act, set())
    if expected:
        assert {step.target.value for step in steps_allowed(act, state)} == expected
        assert {step.source for step in steps_allowed(act, state)} == {state}
    else:
        with pytest.raises(Refusal) as refused:
            steps_allowed(act, state)
        assert refused.value.name == expected_refusal(act, state)


def expected_refusal(act: Act, state: State | None) -> str:
    if state is None:
        return "unknown_numbers"
    early, states = TOO_EARLY.get(act, ("", ""))
    return early if state in states.split() else REFUSAL[state]


@pytest.mark.parametrize("act", Act)
def test_each_act_by_each_role(act: Act) -> None:
    allowed = set(WHO[act][0].split())
    for role in Role:
        if role in allowed:
            require_role(act, actor(role))
        else:
            with pytest.raises(NotAllowed):
                require_role(act, actor(role))


@pytest.mark.parametrize("act", Act)
def test_each_act_needs_its_date(act: Act) -> None:
    name = WHO[act][1]
    need = BOOK[act].need
    assert need == (name or Need.NOTHING)
    last = getattr(CALENDAR, name) if name else date(2099, 1, 1)
    require_date(need, CALENDAR, 0, last)
    if name:
        with pytest.raises(Refusal) as refused:
            require_date(need, CALENDAR, 0, last + timedelta(days=1))
        assert refused.value.name in {"distribution_over", "lapsed", "claims_closed"}


def test_only_validity_has_a_tolerance() -> None:
    late = CALENDAR.validity_until + timedelta(days=30)
    assert last_day_of_use(CALENDAR, 30) == late
    require_date(Need.VALIDITY, CALENDAR, 30, late)
    for need, last in ((Need.VALIDITY, late), (Need.DISTRIBUTION, CALENDAR.distribution_until)):
        with pytest.raises(Refusal):
            require_date(need, CALENDAR, 30, last + timedelta(days=1))


def test_each_state_feeds_one_account() -> None:
    assert {state.value: account.value for state, account in MONEY_OF_STATE.items()} == {
        state: account for account, states in MONEY.items() for state in states
    }


def test_money_moves_when_and_only_when_the_accounts_differ() -> None:
    for act, step in every_step():
        if act is Act.RECEIVE:
            assert (step.debit, step.credit) == (Account.ENVELOPE, Account.COMMITTED)
        else:
            assert step.source
            assert (step.debit, step.credit) == (MONEY_OF_STATE[step.source], MONEY_OF_STATE[step.target])


def test_money_only_flows_forward_or_back_to_where_it_came_from() -> None:
    flows = {(step.debit.value, step.credit.value) for _, step in every_step() if step.debit is not step.credit}
    assert flows == {
        ("envelope", "committed"),
        ("committed", "envelope"),
        ("committed", "due"),
        ("due", "committed"),
        ("due", "paid"),
        ("paid", "due"),
        ("due", "envelope"),
        ("paid", "undue"),
        ("undue", "envelope"),
    }


def test_a_pass_is_paid_once_and_only_after_approval_or_in_a_default() -> None:
    into_paid = {(act.value, step.source) for act, step in every_step() if step.target is State.REIMBURSED}
    assert into_paid == {("pay", State.APPROVED), ("pay", State.FROZEN)}
    into_spent = {(act, step.source) for act, step in every_step() if step.target is State.REDEEMED}
    assert into_spent == {(Act.REDEEM, State.HELD), (Act.THAW, State.FROZEN)}


def test_the_families_of_states() -> None:
    assert {"authority_stock", "structure_stock", "held"} == UNSPENT
    assert UNSPENT | {"blocked"} == UNUSED
    assert {"redeemed", "claimed", "approved", "disputed", "reimbursed", "frozen", "to_recover"} == SPENT
    assert SPENT | {"recovered", "refused"} == AT_PLACE
    assert set(State) - UNUSED - AT_PLACE == {"replaced", "cancelled"}


def test_only_final_states_have_no_way_out() -> None:
    left = {state for state in State if not TARGETS[state]}
    assert left == {State.RECOVERED, State.REFUSED, State.REPLACED, State.CANCELLED}
    reached = {step.target for _, step in every_step()}
    assert reached == set(State)


def test_every_state_and_act_has_its_words() -> None:
    assert set(STATE_WORDS) == set(State)
    assert set(ACT_WORDS) == set(Act)
    assert len(set(STATE_WORDS.values())) == len(State)
    assert len(set(ACT_WORDS.values())) == len(Act)


def test_what_refuses_says_so_in_a_sentence() -> None:
    for act in Act:
        for state in State:
            if act not in TARGETS[state]:
                assert len(str(refusal_of(act, state)).split()) > 4
