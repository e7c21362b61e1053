"""Quorum, majority, powers, convening, mode and ballot, as a table of cases; each refusal names its article."""

from datetime import date

import pytest

from passnumerique.council.rules import (
    Ballot,
    BallotKind,
    Item,
    Mode,
    NotAdopted,
    Roll,
    Seat,
    SittingDatesOutOfOrder,
    VotesDoNotAgree,
    Warned,
    check_ballot_kind,
    check_convening,
    check_mode,
    check_planned,
    check_sent,
    clear_days,
    latest_convening,
    list_due,
    quorum_of,
    warnings_of,
)
from passnumerique.council.rules.convening import ConvenedTooLate
from passnumerique.council.rules.deadlines import NotTransmitted, TransmittedBeforeVote
from passnumerique.council.rules.numbering import USUAL, rank_in
from passnumerique.council.rules.refusals import SittingNotYet
from passnumerique.council.rules.sittings import CountedTwice, TwoProxies
from passnumerique.ground.dates import at_time
from passnumerique.ground.refusals import Refusal
from passnumerique.programmes.rules import DecisionPutOff, DecisionRefused

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


MAJORITIES = {
    "all for": (Ballot(24, 14, 14, 0, 0), True, True),
    "one abstains": (Ballot(24, 14, 13, 0, 1), True, False),
    "abstentions are not cast": (Ballot(24, 14, 2, 1, 11), True, False),
    "tie, the chair for": (Ballot(24, 14, 7, 7, 0, chair_votes_for=True), True, False),
    "tie, the chair against": (Ballot(24, 14, 7, 7, 0), False, False),
    "odd, one voice more": (Ballot(25, 13, 7, 6, 0), True, False),
    "odd, one voice less": (Ballot(25, 13, 6, 7, 0, chair_votes_for=True), False, False),
    "everybody abstains": (Ballot(24, 14, 0, 0, 14, chair_votes_for=True), False, False),
    "secret, tie": (Ballot(24, 14, 7, 7, 0), False, False),
}


@pytest.mark.parametrize("case", MAJORITIES)
def test_the_majority_is_that_of_the_votes_cast(case: str) -> None:
    ballot, adopted, unanimous = MAJORITIES[case]
    ballot.check_counts()
    assert (ballot.adopted, ballot.unanimous) == (adopted, unanimous)


@pytest.mark.parametrize("counts", [(13, 0, 0), (14, 1, 0), (15, -1, 0), (0, 0, 0)])
def test_votes_that_do_not_add_up_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(Refusal, match="CGCT, L2121-20") as refused:
        Ballot(24, 14, *counts).check()
    assert refused.value.name == "votes_do_not_agree"


def test_a_missing_quorum_names_its_article() -> None:
    with pytest.raises(Refusal, match="CGCT, L2121-17, par L5211-1"):
        Ballot(24, 12, 12, 0, 0).check()


@pytest.mark.parametrize("mode", [Mode.VIDEO, Mode.MIXED])
@pytest.mark.parametrize("item", [Item.ELECTION, Item.BUDGET, Item.DELEGATES])
def test_what_is_not_voted_by_video(item: Item, mode: Mode) -> None:
    check_mode(Mode.IN_PERSON, [item])
    check_mode(mode, [Item.ORDINARY])
    with pytest.raises(Refusal, match="L5211-11-1"):
        check_mode(mode, [Item.ORDINARY, item])


def test_one_sitting_in_one_place_each_half_year_is_warned_of() -> None:
    told = {"place": "Verdun", "broadcast": "https://exemple.fr/direct"}
    assert warnings_of(Mode.VIDEO, SAT, [date(2022, 7, 1)], **told) == []
    assert warnings_of(Mode.IN_PERSON, SAT, [], **told) == []
    for days in ([], [date(2022, 6, 30)], [date(2021, 12, 1)]):
        assert warnings_of(Mode.MIXED, SAT, days, **told) == [Warned.SAME_PLACE]


def test_a_sitting_says_where_it_is_and_how_the_public_follows() -> None:
    days = [date(2022, 7, 1)]
    assert warnings_of(Mode.VIDEO, SAT, days, place="", broadcast="") == [Warned.BROADCAST]
    assert warnings_of(Mode.MIXED, SAT, days, place="", broadcast="") == [Warned.BROADCAST, Warned.PLACE]
    assert warnings_of(Mode.IN_PERSON, SAT, days, place="", broadcast="") == [Warned.PLACE]


def test_a_sitting_is_planned_ahead() -> None:
    noon = at_time(SAT, 12)
    check_planned(at_time(SAT, 17, 30), noon)
    for hour in (11, 12):
        with pytest.raises(Refusal, match="L2121-10") as refused:
            check_planned(at_time(SAT, hour), noon)
        assert refused.value.name == "sitting_in_past"
    check_planned(at_time(date(2022, 12, 17), 18), noon, after=SAT)
    with pytest.raises(Refusal, match="L2121-17, par L5211-1"):
        check_planned(at_time(date(2022, 12, 16), 18), noon, after=SAT)


def test_the_last_day_to_convene_is_known() -> None:
    assert latest_convening(SAT) == date(2022, 12, 7)
    assert latest_convening(SAT, urgent=True) == date(2022, 12, 11)
    for options in ({}, {"urgent": True}):
        check_convening(latest_convening(SAT, **options), SAT, **options)
        with pytest.raises(Refusal):
            check_convening(date.fromordinal(latest_convening(SAT, **options).toordinal() + 1), SAT, **options)


@pytest.mark.parametrize(
    ("day", "name"), [(date(2022, 12, 12), "transmitted_before_vote"), (date(2022, 12, 21), "day_to_come")], ids=str
)
def test_an_act_is_sent_after_its_vote_and_not_tomorrow(day: date, name: str) -> None:
    check_sent(SAT, sat_on=SAT, today=date(2022, 12, 20))
    with pytest.raises(Refusal) as refused:
        check_sent(day, sat_on=SAT, today=date(2022, 12, 20))
    assert refused.value.name == name


def test_the_list_is_due_within_a_week() -> None:
    assert list_due(SAT) == date(2022, 12, 20)


@pytest.mark.parametrize(
    ("pattern", "number", "rank"),
    [
        (USUAL, "DE_2022_12_003", 3),
        (USUAL, "DE2020017", 0),
        ("{year}-{rank}", "2022-1001", 1001),
        ("D.{rank}", "Dx1", 0),
        ("{year}{rank}", "2022007", 7),
    ],
)
def test_the_rank_is_read_from_a_number_of_the_pattern(pattern: str, number: str, rank: int) -> None:
    assert rank_in(pattern, number) == rank


def test_a_secret_ballot_waits_for_one_place() -> None:
    check_ballot_kind(BallotKind.SECRET, Mode.IN_PERSON)
    for mode in (Mode.VIDEO, Mode.MIXED):
        check_ballot_kind(BallotKind.PUBLIC, mode)
        with pytest.raises(Refusal, match="L5211-11-1"):
            check_ballot_kind(BallotKind.SECRET, mode)


def test_whatever_is_typed_wrongly_is_refused_with_its_source() -> None:
    """Votes, people, powers, a convocation, an act, a transmission, an amendment: each names the article it breaks."""
    wrong = [
        VotesDoNotAgree(counted=15, voters=14),
        CountedTwice(name="A"),
        TwoProxies(name="A"),
        ConvenedTooLate(given=3, least=5, article="L2121-12"),
        SittingNotYet(day=date(2022, 12, 13)),
        SittingDatesOutOfOrder(),
        TransmittedBeforeVote(sat_on=date(2022, 12, 13)),
        NotTransmitted(),
        NotAdopted(number="DE_2022_12_003"),
        DecisionRefused(title="Prolongation"),
        DecisionPutOff(title="Prolongation", outcome="reportée"),
    ]
    assert [one.name for one in wrong if "CGCT, L" not in one.say()] == []
