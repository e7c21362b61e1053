"""Which claims a payment told by the issuer pays: matched by place, by number or month where told, by amount. Pure.

A line pays one claim of its amount, the oldest that waits, or everything that the place waits for (of that
month, where a month is told) when the line is the sum of it. Whatever else it may be, it pays nothing and
says why.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.words import N_
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.rules.states import UNDECIDED, ClaimState


class PayDoubt(StrEnum):
    """Why a payment told by the issuer is not recorded."""

    RECORDED = "recorded"
    NOT_PAYER = "not_payer"
    NO_CLAIM = "no_claim"
    UNDECIDED = "undecided"
    NOTHING_DUE = "nothing_due"
    PAID_ALREADY = "paid_already"
    IN_RUN = "in_run"
    UNDERPAID = "underpaid"
    OVERPAID = "overpaid"
    OTHER_FEE = "other_fee"
    EARLY = "early"
    YOURS = "yours"

    @property
    def words(self) -> str:
        return PAY_DOUBT_WORDS[self]


PAY_DOUBT_WORDS = {
    PayDoubt.RECORDED: N_("déjà enregistré ici"),
    PayDoubt.NOT_PAYER: N_("l’émetteur ne payait pas les lieux ce jour-là, selon les paramètres du dispositif"),
    PayDoubt.NO_CLAIM: N_("aucune demande de ce lieu ne correspond"),
    PayDoubt.UNDECIDED: N_("la demande n’est pas encore acceptée"),
    PayDoubt.NOTHING_DUE: N_("la demande est contestée en entier\u202f: rien n’est à payer"),
    PayDoubt.PAID_ALREADY: N_("la demande est déjà payée, ou une autre ligne la paie"),
    PayDoubt.IN_RUN: N_("la demande est dans un lot de virements de la collectivité"),
    PayDoubt.UNDERPAID: N_("l’émetteur a payé moins que ce qui est accepté"),
    PayDoubt.OVERPAID: N_("l’émetteur a payé plus que ce qui est accepté"),
    PayDoubt.OTHER_FEE: N_("les frais retenus ne sont pas ceux de la demande"),
    PayDoubt.EARLY: N_("payé avant le mois de la demande"),
    PayDoubt.YOURS: N_("vous avez déposé ou accepté la demande\u202f: un collègue enregistre son paiement"),
}

PAYABLE = frozenset({ClaimState.APPROVED, ClaimState.ORDERED})


@dataclass(frozen=True, slots=True)
class Line:
    """One payment as the issuer tells it."""

    id: UUID
    place_id: UUID
    day: date
    cents: int
    reference: str
    fee_cents: int | None = None
    claim_number: int | None = None
    month: date | None = None

    @property
    def told(self) -> tuple[UUID, int, date, str]:
        """What makes it the same payment as another."""
        return self.place_id, self.cents, self.day, self.reference


@dataclass(frozen=True, slots=True)
class Owing:
    """One claim of a place: what it is worth, how far it has come, who asked and accepted it."""

    id: UUID
    number: int
    place_id: UUID
    month: date
    state: ClaimState
    cents: int
    fee_cents: int
    in_run: bool = False
    parties: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Made:
    """A payment recorded here by another way than this line: by hand, by a run, or by another line."""

    claim_number: int
    place_id: UUID
    month: date
    day: date
    cents: int
    reference: str
    by_line: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """A line and the claims that it pays, or why it pays none; `expected_cents` is what the place waits for."""

    line: Line
    claims: tuple[Owing, ...] = ()
    doubt: PayDoubt | None = None
    expected_cents: int = 0


@dataclass
class Matching:
    """What the lines are compared with; each claim is paid once, each payment made here explains one line."""

    claims: Iterable[Owing]
    made: Iterable[Made]
    payer_on: Callable[[date], Payer]
    by: UUID | None = None
    _left: dict[UUID, list[Owing]] = field(default_factory=lambda: defaultdict(list), init=False)
    _made: dict[tuple[UUID, int], list[Made]] = field(default_factory=lambda: defaultdict(list), init=False)
    _taken: Counter[UUID] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        for claim in sorted(self.claims, key=lambda one: (one.month, one.number)):
            self._left[claim.place_id].append(claim)
        for one in self.made:
            self._made[one.place_id, one.cents].append(one)

    def match(self, lines: Iterable[Line]) -> list[Matched]:
        """Every line, in the order of the days; lines that name a claim or a month come before those that do not."""
        ordered = sorted(lines, key=lambda one: (one.day, one.claim_number is None, one.month is None, one.id))
        return [self._one(line) for line in ordered]

    def _one(self, line: Line) -> Matched:
        if self._recorded(line):
            return Matched(line, doubt=PayDoubt.RECORDED)
        named = [claim for claim in self._left[line.place_id] if _named(line, claim)]
        open_ones = [claim for claim in named if claim.state in PAYABLE and not self._taken[claim.id]]
        expected = sum(claim.cents for claim in open_ones)
        if not open_ones:
            return Matched(line, doubt=_why_none(named, self._taken))
        if any(claim.state in UNDECIDED and claim.cents == line.cents and not line.month for claim in named):
            return Matched(line, tuple(open_ones), PayDoubt.UNDECIDED, expected)  # it may be that one's
        chosen = _chosen(line, open_ones)
        doubt = self._doubt(line, chosen) if chosen else _apart(line, expected, open_ones)
        if doubt is not None:
            return Matched(line, tuple(chosen or open_ones), doubt, expected)
        self._taken.update(claim.id for claim in chosen)
        return Matched(line, tuple(chosen), None, expected)

    def _recorded(self, line: Line) -> bool:
        """Whether a payment made here is the one that the line tells; it then explains no other line."""
        for one in self._made[line.place_id, line.cents]:
            same = (one.day, one.reference) == (line.day, line.reference)
            alike = not one.by_line and (one.day == line.day or one.reference == line.reference)
            if (same or alike) and _says(line, one.claim_number, one.month):
                self._made[line.place_id, line.cents].remove(one)
                return True
        return False

    def _doubt(self, line: Line, chosen: Sequence[Owing]) -> PayDoubt | None:
        fees = sum(claim.fee_cents for claim in chosen)
        checks = (
            (PayDoubt.NOT_PAYER, self.payer_on(line.day) is not Payer.ISSUER),
            (PayDoubt.EARLY, any(line.day < claim.month for claim in chosen)),
            (PayDoubt.IN_RUN, any(claim.in_run for claim in chosen)),
            (PayDoubt.OTHER_FEE, line.fee_cents is not None and line.fee_cents != fees),
            (PayDoubt.YOURS, any(self.by in claim.parties for claim in chosen)),
        )
        return next((doubt for doubt, here in checks if here), None)


def _says(line: Line, number: int, month: date) -> bool:
    """Whether a line may be about that claim: it names no other one, and no other month."""
    return line.claim_number in {None, number} and line.month in {None, month}


def _named(line: Line, claim: Owing) -> bool:
    return _says(line, claim.number, claim.month)


def _chosen(line: Line, open_ones: Sequence[Owing]) -> list[Owing]:
    exact = [claim for claim in open_ones if claim.cents == line.cents]
    if exact:
        return exact[:1]
    return list(open_ones) if sum(claim.cents for claim in open_ones) == line.cents else []


def _apart(line: Line, expected: int, open_ones: Sequence[Owing]) -> PayDoubt:
    most = expected if line.claim_number or line.month else max(claim.cents for claim in open_ones)
    return PayDoubt.OVERPAID if line.cents > most else PayDoubt.UNDERPAID


def _why_none(named: Sequence[Owing], taken: Counter[UUID]) -> PayDoubt:
    if any(claim.state in UNDECIDED for claim in named):
        return PayDoubt.UNDECIDED
    if any(claim.state is ClaimState.PAID or taken[claim.id] for claim in named):
        return PayDoubt.PAID_ALREADY
    return PayDoubt.NOTHING_DUE if named else PayDoubt.NO_CLAIM
