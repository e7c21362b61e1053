"""A sitting of a council: who convenes it when, who sits, who counts, how one votes. Pure.

The articles are those of the Code général des collectivités territoriales (CGCT). They hold for a syndicat
mixte fermé, and so for a PETR, through L5741-1, L5711-1 and L5211-1. Each refusal names its article.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from passnumerique.council.rules.ballots import QuorumNotMet, quorum_of
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_

CLEAR_DAYS, URGENT_CLEAR_DAYS, RECONVENING_CLEAR_DAYS = 5, 1, 3


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


class ConvenedTooLate(Refusal):
    sentence = N_(
        "La convocation est trop tardive\u202f: {given} jours francs avant la séance, il en faut {least} "
        "(CGCT, {article}). Reportez la séance, ou convoquez en urgence si elle le justifie."
    )


class ReconvenedTooSoon(Refusal):
    sentence = N_(
        "Après une séance sans quorum, le conseil se réunit de nouveau à {least} jours francs au moins "
        "(CGCT, L2121-17). Choisissez une date plus éloignée."
    )


class NotByVideo(Refusal):
    sentence = N_(
        "Cette affaire ne peut pas être votée en visioconférence\u202f: {item} (CGCT, L5211-11-1). "
        "Inscrivez-la à une séance tenue dans un même lieu."
    )


class SamePlaceMissing(Refusal):
    sentence = N_(
        "Le conseil doit se réunir au moins une fois par semestre dans un même lieu (CGCT, L5211-11-1). "
        "Tenez cette séance dans un même lieu."
    )


class SecretBallotByVideo(Refusal):
    sentence = N_(
        "En visioconférence, on vote au scrutin public seulement (CGCT, L5211-11-1). "
        "Reportez cette affaire à une séance tenue dans un même lieu."
    )


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


def clear_days(first: date, last: date) -> int:
    """Whole days between two days, neither counted: from 7 to 13 December there are five."""
    return max((last - first).days - 1, 0)


def check_convening(convened_on: date, sat_on: date, *, urgent: bool = False, after: date | None = None) -> None:
    """Refuses a convocation sent too late: five clear days, one in an emergency that the council approves at
    the opening (L2121-12). `after` is the sitting that lacked its quorum: three days lie between (L2121-17)."""
    if after is not None and clear_days(after, sat_on) < RECONVENING_CLEAR_DAYS:
        raise ReconvenedTooSoon(least=RECONVENING_CLEAR_DAYS)
    least = URGENT_CLEAR_DAYS if urgent or after is not None else CLEAR_DAYS
    given = clear_days(convened_on, sat_on)
    if given < least:
        raise ConvenedTooLate(given=given, least=least, article="L2121-12")


def check_mode(mode: Mode, sat_on: date, same_place: Sequence[date], items: Sequence[Item] = ()) -> None:
    """Refuses by video what the law keeps for one place, and a half-year that ends without a sitting in one
    place: `same_place` are the days of those held or planned in the year (L5211-11-1)."""
    if mode is Mode.IN_PERSON:
        return
    for item in items:
        if item in NOT_BY_VIDEO:
            raise NotByVideo(item=item.words)
    half = (sat_on.year, sat_on.month > 6)  # noqa: PLR2004 — June ends the first half-year
    if half not in {(day.year, day.month > 6) for day in same_place}:  # noqa: PLR2004
        raise SamePlaceMissing


def check_ballot_kind(kind: BallotKind, mode: Mode) -> None:
    """Refuses a secret ballot by video: the item waits for a sitting in one place (L5211-11-1)."""
    if kind is BallotKind.SECRET and mode is not Mode.IN_PERSON:
        raise SecretBallotByVideo
