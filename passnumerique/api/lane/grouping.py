"""Group commit: what was asked while the database was busy is one set."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

TURNS = 60
"""Turns of the loop, at most, between one group and the next: in them whoever was just answered, and comes again
at once, is heard. Without them two groups take turns for ever, and everybody waits for both. A turn in which
nothing comes takes microseconds."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    asked: Any
    weight: int
    answer: "asyncio.Future[Any]"


class Groups:
    """Takes what is asked one by one, does it by groups in that one thread, and hands each its answer.

    `act` does a group and returns what to tell each of it, in order; an exception among them refuses that
    one alone. A group weighs `most` at most, unless one alone weighs more.
    """

    def __init__(self, act: Callable[[Sequence[Any]], Sequence[Any]], most: int, thread: ThreadPoolExecutor) -> None:
        self._act, self._most = act, most
        self._waiting: deque[_Waiting] = deque()
        self._busy = False
        self._thread = thread

    def ask(self, asked: Any, weight: int = 1) -> "asyncio.Future[Any]":
        """The answer to one, once its group is done."""
        loop = asyncio.get_running_loop()
        one = _Waiting(asked, weight, loop.create_future())
        self._waiting.append(one)
        if not self._busy:
            self._busy = True
            loop.call_soon(self._begin, loop)  # what else came in this turn of the loop comes along
        return one.answer

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        group = self._next()
        self._busy = bool(group)
        if group:
            done = loop.run_in_executor(self._thread, self._act, [one.asked for one in group])
            done.add_done_callback(lambda told: self._tell(loop, group, told))

    def _next(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        left = self._most
        while self._waiting and (not group or self._waiting[0].weight <= left):
            one = self._waiting.popleft()
            left -= one.weight
            group.append(one)
        return group

    def _tell(self, loop: asyncio.AbstractEventLoop, group: list[_Waiting], told: "asyncio.Future[Any]") -> None:
        fault = told.exception()
        answers = [fault] * len(group) if fault else told.result()
        for one, answer in zip(group, answers, strict=True):
            if one.answer.done():
                continue  # whoever asked is gone
            if isinstance(answer, BaseException):
                one.answer.set_exception(answer)
            else:
                one.answer.set_result(answer)
        self._begin_after(TURNS, len(self._waiting) + len(group), loop)

    def _begin_after(self, turns: int, expected: int, loop: asyncio.AbstractEventLoop) -> None:
        """The next group, once as many wait as may be expected, or so many turns have passed. No timer."""
        full = sum(one.weight for one in self._waiting) >= self._most
        if full or len(self._waiting) >= expected or not turns:
            self._begin(loop)
        else:
            loop.call_soon(self._begin_after, turns - 1, expected, loop)
