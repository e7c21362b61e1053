"""A process is killed in the middle of noting a run as paid, at one statement after the other: all of it is paid, or
nothing, and asked again it is paid once."""

import os
import signal
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections

from passnumerique.settlement.models import Payment
from passnumerique.settlement.operations import runs
from tests.rooms.payees import Office, office
from tests.rooms.race import clean
from tests.rooms.test_payment_runs import pay
from tests.simulation.failing import snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MOST, SEPTEMBER = 200, date(2021, 9, 1)


class KillAt:
    """Runs every statement until the n-th, before which the process is killed without a word."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


def killed_at(number: int, act: Callable[[], Any]) -> bool:
    """Do the act in a process of its own that is killed before its n-th statement; whether it got there."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            with connection.execute_wrapper(KillAt(number)):
                act()
        finally:
            connections.close_all()
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def sent(desk: Office) -> Any:
    return desk.sent([desk.claim(0, 2), desk.claim(1, 2), desk.claim(0, 1, SEPTEMBER)])


def killed_at_each(desk: Office, run: Any) -> int:
    """The act with its process killed at one statement after the other; how many it takes until it ends."""
    before = snapshot()
    for number in range(1, MOST):
        if not killed_at(number, lambda: pay(desk, run)):
            return number - 1
        assert snapshot() == before, f"half-paid when killed at statement {number}"
    raise AssertionError("never went through")


def test_a_killed_process_leaves_nothing_half_paid() -> None:
    desk = office()
    assert killed_at_each(desk, sent(desk)) > 10
    assert Payment.objects.count() == 3
    assert clean(desk.world)


def test_the_judge_sees_what_is_half_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = office()
    run = sent(desk)

    class Loose:
        atomic = staticmethod(nullcontext)

    monkeypatch.setattr(runs, "transaction", Loose)
    with pytest.raises(AssertionError, match="half-paid"):
        killed_at_each(desk, run)
