"""Which claims a payment told by the issuer pays: by place, number, month and amount, and why it pays none."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from passnumerique.programmes.rules import Payer
from passnumerique.settlement.rules import ClaimState
from passnumerique.settlement.rules.issuer.paying import Line, Made, Matched, Matching, Owing, PayDoubt

PLACE, OTHER, ME = UUID(int=1), UUID(int=2), UUID(int=9)
OCTOBER, NOVEMBER, DAY = date(2021, 10, 1), date(2021, 11, 1), date(2021, 12, 6)


def line(rank: int = 1, cents: int = 1920, **given: Any) -> Line:
    given = {"id": UUID(int=100 + rank), "place_id": PLACE, "day": DAY, "reference": f"V{rank}"} | given
    return Line(cents=cents, **given)


def owing(number: int = 1, cents: int = 1920, **given: Any) -> Owing:
    given = {"place_id": PLACE, "month": OCTOBER, "state": ClaimState.APPROVED, "fee_cents": 80} | given
    return Owing(UUID(int=200 + number), number, cents=cents, **given)


def made(**given: Any) -> Made:
    given = {"claim_number": 1, "day": DAY, "reference": "V1"} | given
    return Made(place_id=PLACE, month=OCTOBER, cents=1920, **given)


def matched(
    lines: list[Line], claims: list[Owing], before: tuple[Made, ...] = (), payer: Payer = Payer.ISSUER
) -> list[Matched]:
    return Matching(claims, before, lambda _day: payer, ME).match(lines)


def numbers(found: list[Matched]) -> list[list[int]]:
    return [[claim.number for claim in one.claims] if one.doubt is None else [] for one in found]


def test_a_line_pays_the_oldest_claim_of_its_amount() -> None:
    claims = [owing(3), owing(2, month=NOVEMBER), owing(1, cents=960)]
    assert numbers(matched([line(1), line(2)], claims)) == [[3], [2]]


def test_a_number_or_a_month_names_the_claim() -> None:
    claims = [owing(1), owing(2, month=NOVEMBER)]
    assert numbers(matched([line(claim_number=2)], claims)) == [[2]]
    assert numbers(matched([line(month=NOVEMBER)], claims)) == [[2]]
    assert numbers(matched([line(1), line(2, month=OCTOBER)], claims)) == [[1], [2]], "the one that names comes first"


def test_a_line_that_is_the_sum_pays_everything_that_the_place_waits_for() -> None:
    claims = [owing(1), owing(2, cents=960), owing(3, place_id=OTHER)]
    assert numbers(matched([line(cents=2880)], claims)) == [[1, 2]]
    assert numbers(matched([line(cents=2880, month=OCTOBER)], [*claims, owing(4, month=NOVEMBER)])) == [[1, 2]]


DOUBTS: list[tuple[dict[str, Any], list[Owing], PayDoubt]] = [
    ({"place_id": OTHER}, [owing()], PayDoubt.NO_CLAIM),
    ({"claim_number": 7}, [owing()], PayDoubt.NO_CLAIM),
    ({"month": NOVEMBER}, [owing()], PayDoubt.NO_CLAIM),
    ({}, [owing(state=ClaimState.FILED)], PayDoubt.UNDECIDED),
    ({}, [owing(state=ClaimState.COUNTERSIGN)], PayDoubt.UNDECIDED),
    ({}, [owing(state=ClaimState.REJECTED)], PayDoubt.NOTHING_DUE),
    ({}, [owing(state=ClaimState.PAID)], PayDoubt.PAID_ALREADY),
    ({}, [owing(in_run=True)], PayDoubt.IN_RUN),
    ({"cents": 1919}, [owing()], PayDoubt.UNDERPAID),
    ({"cents": 1921}, [owing()], PayDoubt.OVERPAID),
    ({"cents": 1000, "month": OCTOBER}, [owing(), owing(2, cents=960)], PayDoubt.UNDERPAID),
    ({"fee_cents": 79}, [owing()], PayDoubt.OTHER_FEE),
    ({"day": date(2021, 9, 30)}, [owing()], PayDoubt.EARLY),
    ({}, [owing(parties=frozenset({ME}))], PayDoubt.YOURS),
]


@pytest.mark.parametrize(("told", "claims", "doubt"), DOUBTS)
def test_what_does_not_fit_pays_nothing_and_says_why(
    told: dict[str, Any], claims: list[Owing], doubt: PayDoubt
) -> None:
    (one,) = matched([line(**told)], claims)
    assert (one.doubt, numbers([one])) == (doubt, [[]])


def test_every_doubt_is_shown_here() -> None:
    assert {doubt for *_, doubt in DOUBTS} | {PayDoubt.RECORDED, PayDoubt.NOT_PAYER} == set(PayDoubt)


def test_on_a_day_on_which_the_issuer_does_not_pay_nothing_is_paid() -> None:
    (one,) = matched([line()], [owing()], payer=Payer.AUTHORITY)
    assert one.doubt is PayDoubt.NOT_PAYER


def test_two_lines_never_pay_one_claim() -> None:
    found = matched([line(1), line(2)], [owing()])
    assert [one.doubt for one in found] == [None, PayDoubt.PAID_ALREADY]


def test_what_was_recorded_otherwise_is_recorded_once() -> None:
    claims = [owing(1, state=ClaimState.PAID), owing(2, month=NOVEMBER)]
    for before in (made(), made(reference="à la main"), made(day=date(2021, 12, 7))):
        assert [one.doubt for one in matched([line()], claims, (before,))] == [PayDoubt.RECORDED]
    assert numbers(matched([line(1), line(2)], claims, (made(),))) == [[], [2]]
    told_before = made(by_line=True)
    assert [one.doubt for one in matched([line()], claims, (told_before,))] == [PayDoubt.RECORDED]
    assert numbers(matched([line(day=date(2021, 12, 7))], claims, (told_before,))) == [[2]], "another payment"
    assert numbers(matched([line(claim_number=2)], claims, (told_before,))) == [[2]], "it names another claim"


def test_a_line_that_may_be_of_a_claim_still_checked_does_not_slide_to_the_next() -> None:
    checked, later = owing(1, state=ClaimState.FILED), owing(2, month=NOVEMBER)
    assert matched([line()], [checked, later])[0].doubt is PayDoubt.UNDECIDED
    assert numbers(matched([line(claim_number=2)], [checked, later])) == [[2]]
