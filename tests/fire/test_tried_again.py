"""PostgreSQL refuses for a reason that passes, a deadlock or a serialisation failure, provoked for real: the same
set is tried again, and done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from passnumerique.vouchers.operations import Outcome, redeeming
from tests.fire.desk import Desk, open_desk
from tests.fire.running import until
from tests.fire.sending import Shot
from tests.rooms.race import at_once, faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.postgresql]
SERIALISATION_FAILURE, DEADLOCK = "40001", "40P01"


def run(text: str, *given: Any) -> None:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(text, given)


def waits_for_us() -> bool:
    """Whether a statement waits for a row that this transaction holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return bool(cursor.fetchone()[0])


class Beside:
    """A redemption in a thread of its own, beside a transaction of this one."""

    def __init__(self, desk: Desk, shot: Shot) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._told = self._pool.submit(self._redeem, desk, shot)

    @staticmethod
    def _redeem(desk: Desk, shot: Shot) -> list[Outcome]:
        try:
            return desk.redeem(shot)
        finally:
            connections.close_all()

    def answer(self) -> list[Outcome]:
        """What it was told, or the fault that it met."""
        try:
            return self._told.result(20)
        finally:
            self._pool.shutdown()


def deadlocked(desk: Desk, shot: Shot) -> list[Outcome]:
    """The redemption holds its session and wants the passes; we hold a pass and want the session. It is the
    redemption that PostgreSQL ends, since it waited first and we are told to be patient."""
    with transaction.atomic():
        run("SET LOCAL deadlock_timeout = '30s'")
        run("SELECT 1 FROM vouchers_voucher WHERE number = %s FOR UPDATE", shot[-1].number)
        beside = Beside(desk, shot)
        until(waits_for_us, "the redemption never met our lock")
        run("SELECT 1 FROM training_trainingsession WHERE id = %s FOR UPDATE", desk.sessions[shot[0].place])
    return beside.answer()


def overtaken(desk: Desk, shot: Shot) -> list[Outcome]:
    """While the redemption waits for its session, we change it: its snapshot is too old."""
    with transaction.atomic():
        run("UPDATE training_trainingsession SET room = room WHERE id = %s", desk.sessions[shot[0].place])
        beside = Beside(desk, shot)
        until(waits_for_us, "the redemption never met our lock")
    return beside.answer()


def at_level(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    """Every new connection begins its transactions so."""
    options = dict(connections.settings["default"]["OPTIONS"])
    setting = "-c default_transaction_isolation=" + level.replace(" ", "\\ ")
    monkeypatch.setitem(connections.settings["default"], "OPTIONS", options | {"options": setting})


CASES: list[tuple[Callable[[Desk, Shot], list[Outcome]], str, str]] = [
    (deadlocked, DEADLOCK, "read committed"),
    (overtaken, SERIALISATION_FAILURE, "repeatable read"),
    (overtaken, SERIALISATION_FAILURE, "serializable"),
]


@pytest.mark.parametrize("price", [1, 2])
@pytest.mark.parametrize(("provoke", "code", "level"), CASES)
def test_it_is_tried_again_and_done_once(
    price: int,
    provoke: Callable[[Desk, Shot], list[Outcome]],
    code: str,
    level: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = open_desk(10, price)
    at_level(monkeypatch, level)
    retried, met = redeeming.retried, []

    def listening(act: Callable[[], Any]) -> Any:
        def heard() -> Any:
            try:
                return act()
            except OperationalError as error:
                met.append(getattr(error.__cause__, "sqlstate", None))
                raise

        return retried(heard)

    monkeypatch.setattr(redeeming, "retried", listening)
    uses = desk.uses(4, place=0)
    told = provoke(desk, uses)
    assert met == [code], "it was not provoked: the test shows nothing"
    assert [(one.refusal, one.replayed) for one in told] == [(None, False)] * 4
    desk.judge(uses)


@pytest.mark.parametrize(("provoke", "code", "level"), CASES)
def test_it_is_seen_when_nothing_is_tried_again(
    provoke: Callable[[Desk, Shot], list[Outcome]],
    code: str,
    level: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = open_desk(10)
    at_level(monkeypatch, level)
    monkeypatch.setattr(redeeming, "retried", lambda act: act())
    uses = desk.uses(4, place=0)
    with pytest.raises(OperationalError) as met:
        provoke(desk, uses)
    assert getattr(met.value.__cause__, "sqlstate", None) == code
    desk.judge(uses)
    assert desk.rows() == []


def test_many_at_once_where_every_transaction_is_serialisable(monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them than tries: whoever gives up is told so, and does it when asked again."""
    desk = open_desk(40)
    shots = [desk.uses(10, place=0) for _ in range(4)]
    at_level(monkeypatch, "serializable")
    answers = at_once(*(lambda shot=shot: desk.redeem(shot) for shot in shots))  # type: ignore[misc]
    assert {getattr(one.__cause__, "sqlstate", None) for one in faults(answers)} <= {SERIALISATION_FAILURE}
    for shot, answer in zip(shots, answers, strict=True):
        if isinstance(answer, Exception):
            desk.redeem(shot)
    uses = [use for shot in shots for use in shot]
    assert all(use.acknowledged for use in uses)
    desk.judge(uses)
