"""The n-th statement of a set of redemptions fails, before it is done or after, for each n, and so does the commit:
the set is done or it is not, and asked again with the same ids it is done once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from passnumerique.training.operations import redeem_together
from passnumerique.vouchers.operations import Outcome
from passnumerique.vouchers.operations.redeeming import Asked, Redeeming
from tests.fire.desk import Desk, note, open_desk
from tests.fire.history import Use
from tests.simulation.failing import DatabaseGoneError, snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class FailAt:
    """Runs every statement until the n-th (counted from 1): that one fails before it is run, or after."""

    def __init__(self, number: int, after: bool) -> None:
        self.left, self.after, self.reached = number, after, False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(CONTROL):
            return execute(sql, params, many, context)
        self.left -= 1
        done = execute(sql, params, many, context) if self.left or self.after else None
        if not self.left:
            self.reached = True
            raise DatabaseGoneError
        return done


def present(desk: Desk, uses: Sequence[Use]) -> None:
    """These uses in one set, each place as a caller of its own."""
    sets = [[use for use in uses if use.place == place] for place in (0, 1)]
    told = redeem_together(
        programme_id=desk.world.programme_id,
        sets=[(desk.actor(place), [desk.presented(use) for use in one]) for place, one in enumerate(sets)],
        at=desk.at,
    )
    for one, outcomes in zip(sets, told, strict=True):
        note(one, outcomes)


CASES: dict[str, Callable[[], tuple[Desk, list[Use], int]]] = {
    "a set that costs one": lambda: _case(1, lambda desk: desk.uses(4, place=0), 4),
    "a set that costs two": lambda: _case(2, lambda desk: desk.uses(4, place=0), 4),
    "a full session": lambda: _case(1, lambda desk: desk.uses(4, place=0), 3, seats=3),
    "a full session that costs two": lambda: _case(2, lambda desk: desk.uses(6, place=0), 4, seats=2),
    "several callers": lambda: _case(1, lambda desk: desk.uses(5), 5),
    "several callers who pay two": lambda: _case(2, lambda desk: desk.uses(8), 8),
}
"""A desk, what is presented at it, and how many of these are taken."""


def _case(price: int, take: Callable[[Desk], list[Use]], taken: int, **details: int) -> tuple[Desk, list[Use], int]:
    desk = open_desk(10, price, **details)
    return desk, take(desk), taken


def break_each(desk: Desk, uses: list[Use], taken: int, after: bool) -> int:
    """Break the n-th statement until the set goes through; returns how many it takes. Each time it is done as
    a whole or not at all; once it is done, it must be told so when it is asked again."""
    before = snapshot()
    done = ""
    for number in range(1, 60):
        fail = FailAt(number, after)
        try:
            with connection.execute_wrapper(fail):
                present(desk, uses)
        except DatabaseGoneError:
            held = len(list(desk.rows()))
            assert held in {0, taken}, f"half-written when statement {number} fails"
            if held:
                done = done or f"statement {number}"
            else:
                assert snapshot() == before, f"traces of it when statement {number} fails"
            continue
        assert not fail.reached, f"statement {number} failed and nobody was told"
        answers = [use.answers[-1] for use in uses]
        assert answers.count(200 if done else 201) == taken, (done, answers)
        assert answers.count(422) == len(uses) - taken
        desk.judge(uses)
        return number - 1
    raise AssertionError("never went through")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_a_set_is_done_or_not_whatever_statement_fails(case: str, after: bool) -> None:
    assert break_each(*CASES[case](), after) > 5


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("price", [1, 2])
def test_a_set_is_done_or_not_when_the_commit_fails(price: int, after: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk(10, price)
    uses = desk.uses(4, place=0)
    before = snapshot()
    if price == 1 and connection.vendor == "postgresql":
        present(desk, uses)  # the statement is the transaction: there is no commit of its own to fail
    else:
        with commit_failing(monkeypatch, after), pytest.raises(DatabaseGoneError):
            present(desk, uses)
        assert (len(list(desk.rows())) == 4) is after
        assert after or snapshot() == before
    present(desk, uses)
    assert {use.answers[-1] for use in uses} <= {200, 201}
    desk.judge(uses)


@contextmanager
def commit_failing(monkeypatch: pytest.MonkeyPatch, after: bool) -> Iterator[None]:
    """The next commit fails, before it is done or after."""
    commit = connection._commit

    def fail() -> None:
        if after:
            commit()
        raise DatabaseGoneError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_commit", fail)
        yield


def one_by_one(self: Redeeming, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> dict[UUID, Outcome]:
    """A set without what makes it one: each pass in a transaction of its own."""
    done: dict[UUID, Outcome] = {}
    for one in asked:
        done |= _RUN(self, programme_id, [one], at)
    return done


_RUN = Redeeming._run


@pytest.mark.parametrize("case", ["a set that costs one", "several callers"])
def test_a_set_that_is_half_written_is_seen(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Redeeming, "_run", one_by_one)
    with pytest.raises(AssertionError, match="half-written"):
        break_each(*CASES[case](), after=False)
