"""The words of the page: acts, states, refusals, dates and parameters as tables of Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import Refusal
from passnumerique.ledger.rules import ACCOUNT_WORDS
from passnumerique.programmes.rules import MILESTONE_WORDS, PARAMETERS, Milestone, Parameter, Terms
from passnumerique.vouchers.rules import (
    BOOK,
    MONEY_OF_STATE,
    STATE_WORDS,
    Act,
    Need,
    Rule,
    State,
    Step,
    refusal_of,
)
from passnumerique.vouchers.rules.refusals import REFUSAL_OF_STATE

_HEAD = """\
# The rule book

<!-- Written by `passnum rulebook --out docs/rules.md` from the code. Do not edit: change
     `passnumerique/vouchers/rules/book.py` and write it again. A test refuses a page that is not current. -->

Every act upon a pass is one line of a table, `BOOK` in
[`passnumerique/vouchers/rules/book.py`](../passnumerique/vouchers/rules/book.py). From that table come the
decision, the check that the database makes on each event row, the money that moves, a test of every state
with every act, and this page. The French words are those of the screens.

![The states of a pass and the acts that lead from one to another](pictures/states.svg)
"""

_ACTS = """\
## Acts

A step reads *from → to*; “–” is a pass not yet received. Money is the face value of the pass, in the
accounts of the [ledger](#states-and-money); “stays” means that no money moves. The date is the last good
day. Whoever is not among the roles is refused by `not_allowed`.
"""

_STATES = """\
## States and money

The account holds the face value of the passes in that state. Any act but those that the state allows is
refused by the name beside it, unless the act's turn has not come yet (next table). *Échu*, lapsed, is not a
state: it is computed from the calendar in force, so that an extension writes dates and no pass.
"""

_EARLY = """\
## Before an act's turn

Where an act comes too early, the refusal says what is still to be done first. A number that was never
received is refused by `unknown_numbers`.
"""

_DATES = """\
## Dates

Five days belong to the programme, each set by a document. An act that needs one is refused from the day
after; a pass may still be used during the tolerance that follows its validity.
"""

_PARAMETERS = """\
## Parameters of a programme

Always data, never code: each value is a row with the document that sets it and the day from which it holds.
Without a row the default stands. Rates are basis points: 400 is 4 %.
"""


def page() -> str:
    """The whole page, as it should stand in `docs/rules.md`."""
    parts = [
        _HEAD,
        _ACTS,
        _table(("act", "French", "by", "steps", "money", "date needed"), map(_act_row, BOOK.values())),
        _STATES,
        _table(("state", "French", "account", "acts allowed", "refusal of the others"), map(_state_row, State)),
        _table(("account", "French"), ((f"`{one.value}`", words) for one, words in ACCOUNT_WORDS.items())),
        _table(("refusal", "what it says"), map(_refusal_row, State)),
        _EARLY,
        _table(("act", "refusal", "from", "what it says"), (row for act in Act for row in _early_rows(act))),
        _DATES,
        _table(("date", "French", "acts that need it", "refusal after it"), map(_date_row, Milestone)),
        _PARAMETERS,
        _table(("parameter", "French", "accepts", "default"), map(_parameter_row, PARAMETERS.values())),
    ]
    return "\n".join(parts)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def _act_row(rule: Rule) -> list[str]:
    roles = ", ".join(role.value for role in Role if role in rule.roles)
    steps = "<br>".join(f"{_name(step.source)} → {_name(step.target)}" for step in rule.steps)
    money = "<br>".join(dict.fromkeys(_money(step) for step in rule.steps))
    date = "–" if rule.need is Need.NOTHING else f"`{rule.need.value}`"
    return [f"`{rule.act.value}`", rule.act.words, roles, steps, money, date]


def _name(state: State | None) -> str:
    return f"`{state.value}`" if state else "–"


def _money(step: Step) -> str:
    return "stays" if step.debit is step.credit else f"{step.debit.value} → {step.credit.value}"


def _state_row(state: State) -> list[str]:
    acts = ", ".join(f"`{rule.act.value}`" for rule in BOOK.values() if state in rule.sources)
    refusal = f"`{_code(REFUSAL_OF_STATE[state])}`"
    return [f"`{state.value}`", STATE_WORDS[state], MONEY_OF_STATE[state].value, acts or "–", refusal]


def _code(refusal: type[Refusal]) -> str:
    return refusal().name


def _refusal_row(state: State) -> list[str]:
    refusal = REFUSAL_OF_STATE[state]
    return [f"`{_code(refusal)}`", refusal.sentence.replace("{where}", "")]


def _early_rows(act: Act) -> Iterable[list[str]]:
    early = BOOK[act].too_early
    states = [_name(state) for state in State if early and _refused_as(act, state) is early]
    return [[f"`{act.value}`", f"`{_code(early)}`", ", ".join(states), early.sentence]] if early else []


def _refused_as(act: Act, state: State) -> type[Refusal] | None:
    return None if state in BOOK[act].sources else type(refusal_of(act, state))


_REFUSAL_AFTER = {
    Milestone.DISTRIBUTION_UNTIL: "`distribution_over`",
    Milestone.VALIDITY_UNTIL: "`lapsed`",
    Milestone.END_OF_TRAINING: "`training_over`, for a training session",
    Milestone.CLAIMS_UNTIL: "`claims_closed`",
    Milestone.CLOSING: "–",
}


def _date_row(milestone: Milestone) -> list[str]:
    acts = [f"`{rule.act.value}`" for rule in BOOK.values() if rule.need.value == milestone.value]
    words, refusal = MILESTONE_WORDS[milestone], _REFUSAL_AFTER[milestone]
    return [f"`{milestone.value}`", words, ", ".join(acts) or "–", refusal]


def _parameter_row(parameter: Parameter) -> list[str]:
    return [f"`{parameter.name}`", parameter.label, _accepts(parameter), _default(parameter)]


def _accepts(parameter: Parameter) -> str:
    if parameter.choices:
        both = zip(parameter.choices, parameter.choice_words, strict=True)
        return "<br>".join(f"`{choice.value}`: {words}" for choice, words in both)
    return f"{parameter.low} to {parameter.high} {parameter.unit}" if parameter.high else "un texte"


def _default(parameter: Parameter) -> str:
    value = {field.name: field.default for field in fields(Terms)}[parameter.name]
    return f"`{value}`" if value != "" else "–"
