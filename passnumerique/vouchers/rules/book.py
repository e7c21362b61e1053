"""THE RULE BOOK: every act on a voucher, as a table.

For each act: which roles may do it, from which state to which state, and which date of the calendar
it needs. From this table, and never retyped, come the decision, the database check on event rows,
the documentation page `docs/rules.md`, the money that moves, and a test of every state × act pair.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.refusals import NotAllowed, Refusal
from passnumerique.ground.words import N_
from passnumerique.ledger.rules import Account
from passnumerique.programmes.rules import Calendar
from passnumerique.vouchers.rules import refusals as no
from passnumerique.vouchers.rules.states import MONEY_OF_STATE, UNSPENT, State


class Act(StrEnum):
    """What can be done to a voucher."""

    RECEIVE = "receive"
    ALLOCATE = "allocate"
    RETURN = "return"
    TRANSFER = "transfer"
    HAND_OVER = "hand_over"
    RESERVE = "reserve"
    REDEEM = "redeem"
    UNDO = "undo"
    CLAIM = "claim"
    APPROVE = "approve"
    REJECT = "reject"
    REFUSE = "refuse"
    PAY = "pay"
    BOUNCE = "bounce"
    DECLARE_LOST = "declare_lost"
    FIND = "find"
    REPLACE = "replace"
    SUBSTITUTE = "substitute"
    CANCEL = "cancel"
    RECOVER = "recover"
    OFFSET = "offset"
    FREEZE = "freeze"
    THAW = "thaw"

    @property
    def words(self) -> str:
        return ACT_WORDS[self]


ACT_WORDS = {
    Act.RECEIVE: N_("recevoir un lot"),
    Act.ALLOCATE: N_("confier à une structure"),
    Act.RETURN: N_("rendre à la collectivité"),
    Act.TRANSFER: N_("transférer à une autre structure"),
    Act.HAND_OVER: N_("remettre à une personne"),
    Act.RESERVE: N_("réserver une place"),
    Act.REDEEM: N_("utiliser"),
    Act.UNDO: N_("corriger une utilisation"),
    Act.CLAIM: N_("demander le remboursement"),
    Act.APPROVE: N_("accepter"),
    Act.REJECT: N_("contester"),
    Act.REFUSE: N_("refuser définitivement"),
    Act.PAY: N_("payer"),
    Act.BOUNCE: N_("noter un paiement rejeté"),
    Act.DECLARE_LOST: N_("déclarer perdu ou volé"),
    Act.FIND: N_("retrouver"),
    Act.REPLACE: N_("remplacer"),
    Act.SUBSTITUTE: N_("donner en remplacement"),
    Act.CANCEL: N_("annuler"),
    Act.RECOVER: N_("déclarer indu"),
    Act.OFFSET: N_("récupérer l’indu"),
    Act.FREEZE: N_("geler"),
    Act.THAW: N_("dégeler"),
}


class Need(StrEnum):
    """The date of the calendar that an act needs."""

    NOTHING = "nothing"
    DISTRIBUTION = "distribution_until"
    VALIDITY = "validity_until"
    CLAIMS = "claims_until"


@dataclass(frozen=True)
class Step:
    """From one state (None: not yet received) to another."""

    source: State | None
    target: State

    @property
    def debit(self) -> Account:
        """The account that the voucher's face value leaves."""
        return MONEY_OF_STATE[self.source] if self.source else Account.ENVELOPE

    @property
    def credit(self) -> Account:
        """The account that the voucher's face value enters; the same as `debit` when no money moves."""
        return MONEY_OF_STATE[self.target]


@dataclass(frozen=True)
class Rule:
    """One act: who, from where to where, until when, and what to say when the state is not right yet."""

    act: Act
    roles: frozenset[Role]
    steps: tuple[Step, ...]
    need: Need = Need.NOTHING
    too_early: type[Refusal] | None = None

    @property
    def sources(self) -> frozenset[State | None]:
        return frozenset(step.source for step in self.steps)

    def steps_from(self, source: State | None) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.source == source)


def _rule(
    act: Act,
    roles: str,
    sources: Set[State | None] | Set[State] | Set[None],
    target: State | None,
    need: Need = Need.NOTHING,
    too_early: type[Refusal] | None = None,
) -> Rule:
    """`target` None: every source back to itself."""
    ordered = sorted(sources, key=lambda state: list(State).index(state) if state else -1)
    steps = tuple(Step(source, target or State(source or "")) for source in ordered)
    return Rule(act, frozenset(Role(role) for role in roles.split()), steps, need, too_early)


_DUE = {State.REDEEMED, State.CLAIMED, State.APPROVED, State.DISPUTED}
_FOUND = tuple(Step(State.BLOCKED, state) for state in State if state in UNSPENT)
_THAWED = tuple(Step(State.FROZEN, state) for state in State if state in _DUE)
_GIVEN = (
    Step(State.AUTHORITY_STOCK, State.AUTHORITY_STOCK),
    Step(State.AUTHORITY_STOCK, State.STRUCTURE_STOCK),
    Step(State.AUTHORITY_STOCK, State.HELD),
    Step(State.STRUCTURE_STOCK, State.STRUCTURE_STOCK),
    Step(State.STRUCTURE_STOCK, State.HELD),
)

BOOK: dict[Act, Rule] = {
    rule.act: rule
    for rule in (
        _rule(Act.RECEIVE, "manager", {None}, State.AUTHORITY_STOCK),
        _rule(Act.ALLOCATE, "manager", {State.AUTHORITY_STOCK}, State.STRUCTURE_STOCK, Need.DISTRIBUTION),
        _rule(Act.RETURN, "manager prescriber", {State.STRUCTURE_STOCK}, State.AUTHORITY_STOCK),
        _rule(Act.TRANSFER, "manager prescriber", {State.STRUCTURE_STOCK}, None, Need.DISTRIBUTION),
        _rule(Act.HAND_OVER, "prescriber", {State.STRUCTURE_STOCK}, State.HELD, Need.DISTRIBUTION),
        _rule(Act.RESERVE, "prescriber place mediator bearer", {State.HELD}, State.HELD, Need.VALIDITY),
        _rule(Act.REDEEM, "place mediator", {State.HELD}, State.REDEEMED, Need.VALIDITY),
        _rule(Act.UNDO, "place mediator manager system", {State.REDEEMED}, State.HELD, too_early=no.NotRedeemedYet),
        _rule(Act.CLAIM, "place", {State.REDEEMED}, State.CLAIMED, Need.CLAIMS, no.NotRedeemedYet),
        _rule(
            Act.APPROVE,
            "manager finance",
            {State.CLAIMED, State.DISPUTED},
            State.APPROVED,
            too_early=no.NotClaimedYet,
        ),
        _rule(Act.REJECT, "manager finance", {State.CLAIMED}, State.DISPUTED, too_early=no.NotClaimedYet),
        _rule(Act.REFUSE, "manager finance", {State.DISPUTED}, State.REFUSED, too_early=no.NotDisputedYet),
        _rule(Act.PAY, "finance", {State.APPROVED, State.FROZEN}, State.REIMBURSED, too_early=no.NotApprovedYet),
        _rule(Act.BOUNCE, "finance", {State.REIMBURSED}, State.APPROVED, too_early=no.NotReimbursedYet),
        _rule(Act.DECLARE_LOST, "manager prescriber", UNSPENT, State.BLOCKED),
        Rule(Act.FIND, frozenset({Role.MANAGER, Role.PRESCRIBER}), _FOUND, too_early=no.NotBlocked),
        _rule(Act.REPLACE, "manager", {State.BLOCKED}, State.REPLACED, too_early=no.NotBlocked),
        Rule(Act.SUBSTITUTE, frozenset({Role.MANAGER}), _GIVEN),
        _rule(Act.CANCEL, "manager", UNSPENT | {State.BLOCKED}, State.CANCELLED),
        _rule(Act.RECOVER, "finance", {State.REIMBURSED}, State.TO_RECOVER, too_early=no.NotReimbursedYet),
        _rule(Act.OFFSET, "manager finance", {State.TO_RECOVER}, State.RECOVERED, too_early=no.NotReimbursedYet),
        _rule(Act.FREEZE, "manager finance", _DUE, State.FROZEN, too_early=no.NotRedeemedYet),
        Rule(Act.THAW, frozenset({Role.MANAGER, Role.FINANCE}), _THAWED, too_early=no.NotFrozen),
    )
}

_EARLIER = {
    Act.UNDO: UNSPENT | {State.BLOCKED},
    Act.CLAIM: UNSPENT | {State.BLOCKED},
    Act.FREEZE: UNSPENT | {State.BLOCKED},
    Act.APPROVE: UNSPENT | {State.REDEEMED},
    Act.REJECT: UNSPENT | {State.REDEEMED},
    Act.REFUSE: UNSPENT | {State.REDEEMED, State.CLAIMED},
    Act.THAW: UNSPENT | {State.BLOCKED} | _DUE,
    Act.PAY: UNSPENT | {State.REDEEMED, State.CLAIMED},
    Act.FIND: UNSPENT,
    Act.REPLACE: UNSPENT,
    Act.BOUNCE: UNSPENT | _DUE,
    Act.RECOVER: UNSPENT | _DUE,
    Act.OFFSET: UNSPENT | _DUE | {State.REIMBURSED},
}
"""States that come before an act's turn: there the refusal says what is still to be done."""


def every_step() -> Iterator[tuple[Act, Step]]:
    """Each act with each of its steps, in the order of the book."""
    return ((rule.act, step) for rule in BOOK.values() for step in rule.steps)


def steps_allowed(act: Act, state: State | None) -> tuple[Step, ...]:
    """The steps of an act from a state. Refuses, by name, an act that the book does not allow there."""
    rule = BOOK[act]
    steps = rule.steps_from(state)
    if not steps:
        raise refusal_of(act, state)
    return steps


def refusal_of(act: Act, state: State | None) -> Refusal:
    """Why the book does not allow this act from this state, as a sentence that says what to do next."""
    early = BOOK[act].too_early
    if state is None:
        return no.UnknownNumbers(numbers="")
    if early and state in _EARLIER[act]:
        return early()
    refusal = no.REFUSAL_OF_STATE[state]
    return refusal(where="") if refusal is no.AlreadyRedeemed else refusal()


def require_role(act: Act, actor: Actor) -> None:
    """Refuses (NotAllowed) a role that the book does not name for the act."""
    if actor.role not in BOOK[act].roles:
        raise NotAllowed


def require_date(need: Need, calendar: Calendar, tolerance_days: int, day: date) -> None:
    """Refuses an act done after the date it needs. Each date is the last good day; validity has its tolerance."""
    if need is Need.DISTRIBUTION and day > calendar.distribution_until:
        raise no.DistributionOver(until=calendar.distribution_until)
    if need is Need.VALIDITY and day > last_day_of_use(calendar, tolerance_days):
        raise no.Lapsed(until=calendar.validity_until)
    if need is Need.CLAIMS and day > calendar.claims_until:
        raise no.ClaimsClosed(until=calendar.claims_until)


def last_day_of_use(calendar: Calendar, tolerance_days: int) -> date:
    """The last day on which a pass is taken: validity, and the tolerance that follows it."""
    return calendar.validity_until + timedelta(days=tolerance_days)
