"""Quorum, powers, convening, mode and ballot, as a table of cases; each refusal names its article."""

from datetime import date

import pytest

from passnumerique.council.rules import (
    Ballot,
    BallotKind,
    Item,
    Mode,
    Roll,
    Seat,
    check_ballot_kind,
    check_convening,
    check_mode,
    quorum_of,
)
from passnumerique.council.rules.sittings import clear_days
from passnumerique.ground.refusals import Refusal

SAT = date(2022, 12, 13)


def roll(size: int, sitting: int, *more: Seat, reconvened: bool = False) -> Roll:
    """A council of so many seats, of which the first ones sit and `more` are as given."""
    named = [Seat(f"D{rank}", f"D{rank}" if rank <= sitting else "") for rank in range(1, size - len(more) + 1)]
    return Roll([*named, *more], reconvened)


@pytest.mark.parametrize(("members", "quorum"), [(24, 13), (25, 13), (1, 1), (2, 2), (3, 2), (23, 12)], ids=str)
def test_the_quorum_is_more_than_half(members: int, quorum: int) -> None:
    assert quorum_of(members) == quorum
    assert roll(members, quorum).quorum_met
    assert not roll(members, quorum - 1).quorum_met


def test_the_sitting_of_13_december_2022() -> None:
    """24 delegates, quorum 13, 14 voters of whom one is a substitute: the golden case."""
    sitting = roll(24, 13, Seat("D24", "S24"))
    sitting.check()
    assert (sitting.members_in_office, sitting.quorum, sitting.present) == (24, 13, 14)
    assert (sitting.substitutes, sitting.voters) == (1, 14)
    assert Ballot(24, sitting.voters, 14, 0, 0).unanimous
    check_convening(date(2022, 12, 7), SAT)
    assert clear_days(date(2022, 12, 7), SAT) == 5


def test_powers_vote_and_do_not_make_the_quorum() -> None:
    sitting = roll(24, 12, Seat("A", proxy_to="D1"), Seat("B", proxy_to="D2"))
    assert (sitting.present, sitting.voters) == (12, 14)
    assert sitting.voices["D1"] == 2
    with pytest.raises(Refusal) as refused:
        sitting.check()
    assert refused.value.name == "quorum_not_met"


def test_a_substitute_makes_the_quorum() -> None:
    roll(24, 12, Seat("A", "Suppléante de A")).check()


def test_a_member_with_an_interest_is_not_counted() -> None:
    """L1111-6: neither among those who sit, nor among those of whom the quorum is reckoned."""
    sitting = roll(24, 12, Seat("A", "A", withdrawn=True))
    assert (sitting.members_in_office, sitting.quorum, sitting.present) == (23, 12, 12)
    sitting.check()
    assert "A" not in sitting.voices


def test_a_sitting_reconvened_needs_no_quorum() -> None:
    roll(24, 3, reconvened=True).check()
    with pytest.raises(Refusal):
        roll(24, 0, reconvened=True).check()


@pytest.mark.parametrize(
    ("seats", "name"),
    [
        ([Seat("A", "A"), Seat("A", "")], "counted_twice"),
        ([Seat("A", "S"), Seat("B", "S")], "counted_twice"),
        ([Seat("A", "A", proxy_to="B"), Seat("B", "B")], "proxy_and_present"),
        ([Seat("A", proxy_to="C"), Seat("B", "B"), Seat("C")], "proxy_to_absent"),
        ([Seat("A", proxy_to="C"), Seat("B", proxy_to="C"), Seat("C", "C"), Seat("D", "D")], "two_proxies"),
        ([Seat("A", proxy_to="B"), Seat("B", "B", withdrawn=True), Seat("C", "C")], "proxy_to_absent"),
    ],
    ids=["titular", "substitute", "present", "absent", "two", "withdrawn"],
)
def test_what_a_roll_refuses(seats: list[Seat], name: str) -> None:
    with pytest.raises(Refusal) as refused:
        Roll(seats).check()
    assert refused.value.name == name
    assert "CGCT, L21" in str(refused.value)


@pytest.mark.parametrize(
    ("convened", "options", "name"),
    [
        (date(2022, 12, 7), {}, ""),
        (date(2022, 12, 8), {}, "convened_too_late"),
        (date(2022, 12, 11), {"urgent": True}, ""),
        (date(2022, 12, 12), {"urgent": True}, "convened_too_late"),
        (date(2022, 12, 10), {"after": date(2022, 12, 9)}, ""),
        (date(2022, 12, 10), {"after": date(2022, 12, 10)}, "reconvened_too_soon"),
    ],
    ids=["five days", "four days", "urgent", "the eve", "reconvened", "reconvened too soon"],
)
def test_when_a_council_may_be_convened(convened: date, options: dict[str, object], name: str) -> None:
    if not name:
        check_convening(convened, SAT, **options)  # type: ignore[arg-type]
        return
    with pytest.raises(Refusal, match="CGCT, L2121") as refused:
        check_convening(convened, SAT, **options)  # type: ignore[arg-type]
    assert refused.value.name == name


@pytest.mark.parametrize("item", [Item.ELECTION, Item.BUDGET, Item.DELEGATES])
def test_what_is_not_voted_by_video(item: Item) -> None:
    check_mode(Mode.IN_PERSON, SAT, [], [item])
    with pytest.raises(Refusal, match="L5211-11-1"):
        check_mode(Mode.VIDEO, SAT, [date(2022, 9, 1)], [item])


def test_one_sitting_in_one_place_each_half_year() -> None:
    check_mode(Mode.VIDEO, SAT, [date(2022, 7, 1)])
    for days in ([], [date(2022, 6, 30)], [date(2021, 12, 1)]):
        with pytest.raises(Refusal, match="semestre"):
            check_mode(Mode.MIXED, SAT, days)


def test_a_secret_ballot_waits_for_one_place() -> None:
    check_ballot_kind(BallotKind.SECRET, Mode.IN_PERSON)
    check_ballot_kind(BallotKind.PUBLIC, Mode.VIDEO)
    with pytest.raises(Refusal, match="L5211-11-1"):
        check_ballot_kind(BallotKind.SECRET, Mode.VIDEO)
