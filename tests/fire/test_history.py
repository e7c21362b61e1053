"""The judge of what clients were told, against made-up registers: each contradiction is seen, and no other."""

from uuid import UUID

import pytest

from tests.fire.history import Use, contradictions

ONE, TWO, PERSON = UUID(int=1), UUID(int=2), UUID(int=9)


@pytest.mark.parametrize(
    ("answers", "rows"),
    [
        ([], []),
        ([201], [(ONE, 7)]),
        ([0], []),
        ([0], [(ONE, 7)]),
        ([503, 0, 201], [(ONE, 7)]),
        ([0, 200], [(ONE, 7)]),
        ([201, 200, 200], [(ONE, 7)]),
        ([0, 422], []),
        ([409], []),
    ],
)
def test_what_may_be_is_not_blamed(answers: list[int], rows: list[tuple[UUID, int]]) -> None:
    assert contradictions([Use(ONE, 7, answers=answers)], rows) == []


@pytest.mark.parametrize(
    ("answers", "rows", "blame"),
    [
        ([201], [], "lost"),
        ([0, 200], [], "lost"),
        ([422], [(ONE, 7)], "refused and is there"),
        ([0, 422], [(ONE, 7)], "refused and is there"),
        ([201], [(ONE, 8)], "another pass"),
        ([201], [(ONE, 7), (TWO, 7)], "never asked for"),
        ([201], [(ONE, 7), (TWO, 7)], "spent 2 times"),
        ([201], [(ONE, 7), (ONE, 7)], "is there 2 times"),
        ([201, 201], [(ONE, 7)], "told taken 2 times"),
    ],
)
def test_what_may_not_be_is_named(answers: list[int], rows: list[tuple[UUID, int]], blame: str) -> None:
    assert any(blame in one for one in contradictions([Use(ONE, 7, answers=answers)], rows))


def test_a_client_that_counts_what_was_never_answered_as_done_is_caught() -> None:
    honest = [Use(ONE, 7, answers=[201]), Use(TWO, 8, answers=[0])]
    assert contradictions(honest, [(ONE, 7)]) == []
    boastful = [Use(one.id, one.number, answers=[one.answers[-1] or 201]) for one in honest]
    assert contradictions(boastful, [(ONE, 7)]) == [f"{TWO} was acknowledged and is lost"]


def test_passes_of_one_person_are_all_there_or_none() -> None:
    pair = [Use(ONE, 7, participant=PERSON, answers=[0]), Use(TWO, 8, participant=PERSON, answers=[0])]
    assert contradictions(pair, []) == contradictions(pair, [(ONE, 7), (TWO, 8)]) == []
    assert contradictions(pair, [(ONE, 7)]) == [f"{PERSON} is half paid"]
