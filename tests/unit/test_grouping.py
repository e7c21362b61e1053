"""The groups of the lane: who is taken together, and what each is told."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from passnumerique.api.lane import grouping
from passnumerique.api.lane.grouping import Groups

CALLERS, TIMES = 8, 3


class Register:
    """Notes the groups that it is given, and answers the first once it may."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.go = Event()

    def act(self, group: Sequence[int]) -> list[int | BaseException]:
        """Each its own number; thirteen is refused."""
        self.go.wait(5)
        self.seen.append(list(group))
        return [ValueError(one) if one == 13 else one for one in group]

    @property
    def sizes(self) -> list[int]:
        """How many were taken together, time after time."""
        return [len(group) for group in self.seen]


def done(act: Coroutine[Any, Any, list[object]]) -> list[object]:
    """What the act gives, in a loop of a thread of its own: where a browser is driven, this one has a loop
    that runs already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, act).result(30)


async def several(register: Register, most: int, times: int) -> list[object]:
    """Callers each of whom asks again as soon as it is answered: the first begins, the others come while it
    is served."""
    with ThreadPoolExecutor(1) as thread:
        groups = Groups(register.act, most, thread)

        async def caller(number: int) -> object:
            return [await groups.ask(number) for _ in range(times)][-1]

        tasks = [asyncio.create_task(caller(0))]
        await asyncio.sleep(0.05)
        tasks += [asyncio.create_task(caller(number)) for number in range(1, CALLERS)]
        await asyncio.sleep(0.05)
        register.go.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))


def test_who_comes_again_at_once_is_taken_with_the_others() -> None:
    register = Register()
    assert done(several(register, 64, TIMES)) == [*range(CALLERS)]
    assert register.sizes == [1, CALLERS, CALLERS, CALLERS - 1]


def test_without_a_moment_between_groups_two_of_them_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "TURNS", 0)
    register = Register()
    done(several(register, 64, TIMES))
    assert register.sizes == [1, CALLERS - 1] * TIMES


def test_a_full_group_waits_for_nobody_and_nobody_is_passed_over() -> None:
    register = Register()
    done(several(register, 4, 1))
    assert register.seen == [[0], [1, 2, 3, 4], [5, 6, 7]]


def test_a_fault_among_the_answers_is_told_to_its_own_caller() -> None:
    register = Register()
    register.go.set()

    async def two() -> list[object]:
        with ThreadPoolExecutor(1) as thread:
            groups = Groups(register.act, 64, thread)
            return list(await asyncio.gather(groups.ask(13), groups.ask(14), return_exceptions=True))

    refused, answered = done(two())
    assert isinstance(refused, ValueError)
    assert answered == 14
