"""What can be changed in a programme, and what each change is supposed to do: the levers of a scenario.

An effect that nobody measured here is an assumption: three values (low, likely, high), its words, and where it
comes from. A scenario may give its own three values; what the programme itself shows is read from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import sqrt
from uuid import UUID

from passnumerique.ground.words import N_
from passnumerique.insight.forecast.model.courses import Course, Effect, Target
from passnumerique.insight.forecast.model.evidence import Evidence
from passnumerique.insight.forecast.model.fitting import Fit
from passnumerique.insight.forecast.model.sharing import expected_handed

Range = tuple[float, float, float]
"""Low, likely, high."""


class Origin(StrEnum):
    """Where a figure comes from."""

    ASSUMPTION = "assumption"
    PROGRAMME = "programme"
    GIVEN = "given"

    @property
    def words(self) -> str:
        return ORIGIN_WORDS[self]


ORIGIN_WORDS = {
    Origin.ASSUMPTION: N_("hypothèse"),
    Origin.PROGRAMME: N_("lu dans le dispositif"),
    Origin.GIVEN: N_("donné par le scénario"),
}


@dataclass(frozen=True)
class Assumption:
    """A figure that an effect rests on."""

    name: str
    words: str
    range: Range
    origin: Origin
    percent: bool = True


POSTPONED: Range = (0.0, 0.1, 0.25)
DISPLACED: Range = (0.2, 0.4, 0.7)
FILLED: Range = (1.0, 4.0, 8.0)
REMINDED: Range = (0.0, 0.1, 0.3)
STARTING_WEEKS = 4
SESSION_CENTS, MESSAGE_CENTS = 20_000, 10
"""Supposed costs, where a scenario gives none: a session held, a message sent."""

POSTPONED_WORDS = N_(
    "Une validité plus longue fait remettre à plus tard\u202f: les pass s’utilisent moins vite, de cette part. Le "
    "sens est celui de l’analyse publiée d’un émetteur\u202f; l’ampleur est supposée."
)
DISPLACED_WORDS = N_("Part des personnes d’un atelier ajouté qui seraient venues à un autre.")
FILLED_WORDS = N_("Pass utilisés à un atelier, en moyenne.")
RECRUITED_WORDS = N_("Pass remis par semaine par une structure recrutée, selon les écarts entre celles du réseau.")
REMINDED_WORDS = N_("Utilisations de plus grâce aux rappels, de cette part.")


@dataclass(frozen=True)
class Extend:
    """Passes handed over and used until later."""

    use_until: date
    distribution_until: date | None = None
    postponed: Range | None = None


@dataclass(frozen=True)
class Sessions:
    """Sessions added from a day to another: a period of training, or places and hours in a commune."""

    name: str
    first: date
    last: date
    sessions: int
    filled: Range | None = None
    displaced: Range | None = None
    session_cents: int | None = None


@dataclass(frozen=True)
class Recruit:
    """Structures that begin to hand passes over, with stock from the authority's."""

    structures: int
    first: date
    stock: int = 20
    cost_cents: int = 0


@dataclass(frozen=True)
class Remind:
    """Reminders sent to whoever holds a pass, from a day to another."""

    first: date
    last: date
    more: Range | None = None
    message_cents: int | None = None


@dataclass(frozen=True)
class Move:
    """Stock moved from one structure to another; from those that have too much to those that lack, where none is
    named."""

    passes: int
    giver: UUID | None = None
    receiver: UUID | None = None
    cost_cents: int = 0


@dataclass(frozen=True)
class Scenario:
    """What is changed, under a name."""

    name: str
    extend: Extend | None = None
    sessions: Sequence[Sessions] = ()
    recruits: Sequence[Recruit] = ()
    reminders: Sequence[Remind] = ()
    moves: Sequence[Move] = ()

    @property
    def last_day(self) -> date | None:
        """The date to which it moves the end, if it does."""
        return self.extend.use_until if self.extend else None


@dataclass
class Laid:
    """A scenario laid upon a course: the course as changed, what it costs, and what it rests on."""

    course: Course
    cost_cents: int = 0
    assumptions: list[Assumption] = field(default_factory=list)

    def add(self, *effects: Effect, handing_times: float = 1.0) -> None:
        """Change the course by these effects."""
        self.course = self.course.with_(
            effects=(*self.course.effects, *effects), handing_times=self.course.handing_times * handing_times
        )

    def rests_on(
        self,
        name: str,
        words: str,
        given: Range | None,
        supposed: Range,
        origin: Origin = Origin.ASSUMPTION,
        percent: bool = True,
    ) -> Range:
        """The range given by the scenario, or the one supposed; said once."""
        one = Assumption(name, words, given or supposed, Origin.GIVEN if given else origin, percent)
        if one not in self.assumptions:
            self.assumptions.append(one)
        return one.range


def lay(scenario: Scenario, course: Course, evidence: Evidence, fit: Fit) -> Laid:
    """The scenario upon a course that already has its dates (see `Extend`)."""
    laid = Laid(course)
    if scenario.extend:
        _extend(laid, scenario.extend, evidence)
    for sessions in scenario.sessions:
        _sessions(laid, sessions, evidence)
    for recruit in scenario.recruits:
        _recruit(laid, recruit, evidence, fit)
    for remind in scenario.reminders:
        _remind(laid, remind, evidence)
    for move in scenario.moves:
        _move(laid, move, evidence)
    return laid


def week_at(evidence: Evidence, day: date) -> int:
    """The week of the course that a day is in; below zero before it."""
    return ((day - evidence.as_of).days - 1) // 7


def _extend(laid: Laid, extend: Extend, evidence: Evidence) -> None:
    low, likely, high = laid.rests_on("postponed", POSTPONED_WORDS, extend.postponed, POSTPONED)
    laid.add(Effect(Target.USING, 0, laid.course.weeks, 1 - high, 1 - likely, 1 - low))


def _sessions(laid: Laid, sessions: Sessions, evidence: Evidence) -> None:
    filled = filled_by(evidence)
    fill = laid.rests_on(
        "filled",
        FILLED_WORDS,
        sessions.filled,
        filled or FILLED,
        Origin.PROGRAMME if filled else Origin.ASSUMPTION,
        percent=False,
    )
    gone = laid.rests_on("displaced", DISPLACED_WORDS, sessions.displaced, DISPLACED)
    first, last = week_at(evidence, sessions.first), week_at(evidence, sessions.last) + 1
    low, likely, high = (one * (1 - other) for one, other in zip(fill, reversed(gone), strict=True))
    laid.add(Effect(Target.ADDED, first, last, low, likely, high, sessions.sessions / max(last - first, 1)))
    each = SESSION_CENTS if sessions.session_cents is None else sessions.session_cents
    laid.cost_cents += each * sessions.sessions


def filled_by(evidence: Evidence) -> Range | None:
    """Passes used at a session of late, and how far that may be from the truth; None where few were held."""
    used, held = evidence.passes_per_session
    if held < 5:  # noqa: PLR2004
        return None
    mean, error = used / held, sqrt(max(used, 1)) / held
    return (max(mean - 2 * error, 0.0), mean, mean + 2 * error)


def _recruit(laid: Laid, recruit: Recruit, evidence: Evidence, fit: Fit) -> None:
    rates = fit.rates
    apart = 1 / sqrt(rates.shape)
    values = (
        rates.mean * max(1 - 1.3 * apart, 0.1),
        rates.mean * max(1 - apart * apart / 2, 0.3),
        rates.mean * (1 + 1.6 * apart),
    )
    given = laid.rests_on("recruited", RECRUITED_WORDS, None, values, Origin.PROGRAMME, percent=False)
    stock = min(recruit.stock * recruit.structures, laid.course.reserve)
    first = week_at(evidence, recruit.first) + STARTING_WEEKS
    share = [one * recruit.structures / max(rates.total, 1e-9) for one in given]
    laid.add(Effect(Target.HANDING, first, laid.course.weeks, *(1 + one for one in share)))
    new = UUID(int=1 + len(laid.course.effects))
    laid.course = laid.course.with_(
        rates={**laid.course.rates, new: given[1] * recruit.structures},
        stock={**laid.course.stock, new: stock},
        reserve=laid.course.reserve - stock,
    )
    laid.cost_cents += recruit.cost_cents


def _remind(laid: Laid, remind: Remind, evidence: Evidence) -> None:
    more = laid.rests_on("reminded", REMINDED_WORDS, remind.more, REMINDED)
    first, last = week_at(evidence, remind.first), week_at(evidence, remind.last) + 1
    laid.add(Effect(Target.USING, first, last, *(1 + one for one in more)))
    each = MESSAGE_CENTS if remind.message_cents is None else remind.message_cents
    laid.cost_cents += each * evidence.held


def _move(laid: Laid, move: Move, evidence: Evidence) -> None:
    stock = dict(laid.course.stock)
    if move.giver and move.receiver:
        taken = min(move.passes, stock.get(move.giver, 0))
        stock[move.giver] = stock.get(move.giver, 0) - taken
        stock[move.receiver] = stock.get(move.receiver, 0) + taken
    else:
        stock = evened(stock, laid.course.rates, sum(laid.course.handing), move.passes)
    laid.course = laid.course.with_(stock=stock)
    laid.cost_cents += move.cost_cents


def evened(stock: Mapping[UUID, int], rates: Mapping[UUID, float], weeks: float, passes: int) -> dict[UUID, int]:
    """The same stock, at most so many passes moved from where the last pass counts least to where the next
    counts most, by tens."""
    found, step = dict(stock), max(min(10, passes), 1)

    def worth(one: UUID, count: int) -> float:
        return expected_handed(count, rates.get(one, 0) * weeks)

    for _ in range(passes // step):
        adds = {one: worth(one, count + step) - worth(one, count) for one, count in found.items()}
        costs = {one: worth(one, n) - worth(one, n - step) for one, n in found.items() if n >= step}
        if not costs:
            break
        giver, receiver = min(costs, key=lambda one: (costs[one], one)), max(adds, key=lambda one: (adds[one], one))
        if giver == receiver or adds[receiver] <= costs[giver]:
            break
        found[giver] -= step
        found[receiver] += step
    return found
