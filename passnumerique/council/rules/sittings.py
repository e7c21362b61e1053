"""A sitting of a council: who convenes it when, who sits, who counts, how one votes. Pure.

The articles are those of the Code général des collectivités territoriales (CGCT). They hold for a syndicat
mixte fermé, and so for a PETR, through L5741-1, L5711-1 and L5211-1. Each refusal names its article.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from passnumerique.council.rules.ballots import QuorumNotMet, quorum_of
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class Mode(StrEnum):
    """How the members meet."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    MIXED = "mixed"

    @property
    def words(self) -> str:
        return MODE_WORDS[self]


MODE_WORDS = {
    Mode.IN_PERSON: N_("dans un même lieu"),
    Mode.VIDEO: N_("en visioconférence"),
    Mode.MIXED: N_("en plusieurs lieux, par visioconférence"),
}


class BallotKind(StrEnum):
    """How one votes."""

    ORDINARY = "ordinary"
    PUBLIC = "public"
    SECRET = "secret"  # noqa: S105 — a way of voting

    @property
    def words(self) -> str:
        return BALLOT_KIND_WORDS[self]


BALLOT_KIND_WORDS = {
    BallotKind.ORDINARY: N_("vote ordinaire"),
    BallotKind.PUBLIC: N_("scrutin public"),
    BallotKind.SECRET: N_("scrutin secret"),
}


class Item(StrEnum):
    """What an item of the agenda is about, where the law treats it apart."""

    ORDINARY = "ordinary"
    ELECTION = "election"
    BUDGET = "budget"
    DELEGATES = "delegates"

    @property
    def words(self) -> str:
        return ITEM_WORDS[self]


ITEM_WORDS = {
    Item.ORDINARY: N_("affaire ordinaire"),
    Item.ELECTION: N_("élection du président ou du bureau"),
    Item.BUDGET: N_("budget primitif"),
    Item.DELEGATES: N_("désignation de délégués"),
}
NOT_BY_VIDEO = frozenset({Item.ELECTION, Item.BUDGET, Item.DELEGATES})
"""What is voted in one place only (L5211-11-1)."""


class Outcome(StrEnum):
    """What became of an item of the agenda."""

    PENDING = "pending"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    POSTPONED = "postponed"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        return OUTCOME_WORDS[self]


OUTCOME_WORDS = {
    Outcome.PENDING: N_("à examiner"),
    Outcome.ADOPTED: N_("adoptée"),
    Outcome.REJECTED: N_("rejetée"),
    Outcome.POSTPONED: N_("reportée"),
    Outcome.WITHDRAWN: N_("retirée"),
}


class Move(StrEnum):
    """What changes in who sits, from an item of the agenda on."""

    SITS = "sits"
    LEAVES = "leaves"
    REPLACED = "replaced"
    GIVES_POWER = "gives_power"
    WITHDRAWS = "withdraws"

    @property
    def words(self) -> str:
        return MOVE_WORDS[self]


MOVE_WORDS = {
    Move.SITS: N_("siège"),
    Move.LEAVES: N_("s’en va"),
    Move.REPLACED: N_("est remplacé par son suppléant"),
    Move.GIVES_POWER: N_("donne pouvoir"),
    Move.WITHDRAWS: N_("se retire de cette affaire"),
}


class Voice(StrEnum):
    """How one voice was cast."""

    FOR = "for"
    AGAINST = "against"
    ABSTAINS = "abstains"

    @property
    def words(self) -> str:
        return VOICE_WORDS[self]


VOICE_WORDS = {
    Voice.FOR: N_("pour"),
    Voice.AGAINST: N_("contre"),
    Voice.ABSTAINS: N_("abstention"),
}


class CountedTwice(Refusal):
    sentence = N_("{name} est compté deux fois (CGCT, L2121-17). Gardez une seule présence par délégué.")


class TwoProxies(Refusal):
    sentence = N_("{name} porte déjà un pouvoir\u202f: un délégué n’en porte qu’un seul (CGCT, L2121-20).")


class ProxyAndPresent(Refusal):
    sentence = N_("{name} siège, ou est remplacé par son suppléant\u202f: le pouvoir ne sert à rien (CGCT, L2121-20).")


class ProxyToAbsent(Refusal):
    sentence = N_("{name} n’est pas en séance et ne peut pas porter de pouvoir (CGCT, L2121-20).")


@dataclass(frozen=True)
class Seat:
    """One member in office at one moment: who sits in the seat, or to whom its power is given.

    `sits` is the titular's own name or the substitute's; empty when nobody does. `withdrawn`: the member has
    an interest in the item and left for it (L2131-11).
    """

    titular: str
    sits: str = ""
    proxy_to: str = ""
    withdrawn: bool = False

    @property
    def by_substitute(self) -> bool:
        """Whether somebody else sits for the titular: present all the same, and counted."""
        return bool(self.sits) and self.sits != self.titular


@dataclass(frozen=True)
class Roll:
    """Everybody in office, for one item of the agenda. `reconvened`: the same agenda, after a sitting
    without quorum, needs none (L2121-17)."""

    seats: Sequence[Seat]
    reconvened: bool = False

    @property
    def members_in_office(self) -> int:
        """Whom the quorum is reckoned of: members with an interest are not counted (L2131-11, L1111-6)."""
        return sum(not seat.withdrawn for seat in self.seats)

    @property
    def present(self) -> int:
        """Who sits: titulars and substitutes in their place. Proxies do not count for the quorum."""
        return sum(bool(seat.sits) and not seat.withdrawn for seat in self.seats)

    @property
    def substitutes(self) -> int:
        return sum(seat.by_substitute and not seat.withdrawn for seat in self.seats)

    @property
    def quorum(self) -> int:
        """How many must sit: more than half of the members in office; one after a reconvening."""
        return 1 if self.reconvened else quorum_of(self.members_in_office)

    @property
    def quorum_met(self) -> bool:
        return self.present >= self.quorum

    @property
    def voices(self) -> dict[str, int]:
        """How many voices each person in the sitting has: their own, and that of the power they carry."""
        carried = Counter(seat.proxy_to for seat in self.seats if seat.proxy_to and not seat.withdrawn)
        return {seat.sits: 1 + carried[seat.sits] for seat in self.seats if seat.sits and not seat.withdrawn}

    @property
    def voters(self) -> int:
        """Voices that can be cast, proxies included."""
        return sum(self.voices.values())

    def check(self) -> None:
        """Refuses what `check_seats` does, and a sitting without quorum."""
        self.check_seats()
        if not self.quorum_met:
            raise QuorumNotMet(present=self.present, quorum=self.quorum)

    def check_seats(self) -> None:
        """Refuses somebody counted twice, a power given by somebody who sits or to somebody who does not,
        and two powers for one holder."""
        _once([seat.titular for seat in self.seats])
        _once([seat.sits for seat in self.seats if seat.sits])
        given = [seat for seat in self.seats if seat.proxy_to and not seat.withdrawn]
        for seat in given:
            if seat.sits:
                raise ProxyAndPresent(name=seat.titular)
            if seat.proxy_to not in self.voices:
                raise ProxyToAbsent(name=seat.proxy_to)
        for name, many in Counter(seat.proxy_to for seat in given).items():
            if many > 1:
                raise TwoProxies(name=name)


@dataclass(frozen=True)
class Moved:
    """One movement as it was noted: from which item on, whose seat, and the other person it names."""

    from_item: int
    move: Move
    titular: str
    other: str = ""


def roll_at(item: int, titulars: Sequence[str], moves: Sequence[Moved], *, reconvened: bool = False) -> Roll:
    """Who sits at one item of the agenda: what the movements up to it say, in the order they were noted.

    A withdrawal holds for its own item alone. Whoever never came is absent.
    """
    seats = {name: Seat(name) for name in titulars}
    for one in moves:
        if one.from_item > item or (one.move is Move.WITHDRAWS and one.from_item != item):
            continue
        seats[one.titular] = _moved(seats[one.titular], one)
    return Roll(list(seats.values()), reconvened)


def _moved(seat: Seat, one: Moved) -> Seat:
    changes = {
        Move.SITS: {"sits": seat.titular, "proxy_to": ""},
        Move.LEAVES: {"sits": "", "proxy_to": ""},
        Move.REPLACED: {"sits": one.other, "proxy_to": ""},
        Move.GIVES_POWER: {"sits": "", "proxy_to": one.other},
        Move.WITHDRAWS: {"withdrawn": True},
    }
    return replace(seat, **changes[one.move])  # type: ignore[arg-type]


def _once(names: Sequence[str]) -> None:
    for name, many in Counter(names).items():
        if many > 1:
            raise CountedTwice(name=name)
