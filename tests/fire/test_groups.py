"""One poisonous request in a group of the lane does not spoil its neighbours."""

import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from passnumerique.api.gate import Caller
from passnumerique.api.lane import spending
from passnumerique.api.lane.application import Lane
from passnumerique.api.lane.spending import Call, Spending
from passnumerique.vouchers.operations import Outcome
from passnumerique.vouchers.operations.redeeming import Redeeming
from tests.fire.desk import Desk, note, open_desk
from tests.fire.history import DONE, Use
from tests.fire.poison import CODES, ON_POSTGRESQL, poisoned
from tests.fire.running import lane, until
from tests.fire.sending import Client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FAULT = 503


@pytest.fixture
def desk() -> Desk:
    return open_desk(20)


def together(desk: Desk, uses: Sequence[Use], **poison: Any) -> None:
    """One group of the lane, a call for each use; what each was told is noted. `poison`: what the actor of
    the last call is made of instead."""
    now = timezone.now()
    callers = Lane()._callers
    calls = []
    for use in uses:
        secret = desk.tokens[use.place]
        (caller,) = callers.let_in([(secret, desk.world.slug)], now)
        assert isinstance(caller, Caller)
        if use is uses[-1] and poison:
            caller = replace(caller, actor=replace(caller.actor, **poison))
        calls.append(Call(secret, caller, [desk.presented(use)]))
    for use, told in zip(uses, Spending(callers).spend(calls), strict=True):
        if isinstance(told, BaseException):
            use.answers.append(FAULT)
        else:
            note([use], told)


def judge(desk: Desk, uses: Sequence[Use], poison: Use, told: int = FAULT) -> None:
    """Everybody but the poisonous one is served, and that one knows."""
    assert {use.answers[-1] for use in uses if use is not poison} <= DONE
    assert poison.answers[-1] == told
    desk.judge(uses)


def nobody_asked_alone(
    self: Spending, programme_id: UUID, group: Sequence[tuple[int, Call, Caller]]
) -> dict[int, list[Outcome] | BaseException]:
    """The lane without its second look at a group that failed."""
    try:
        sets = [(caller.actor, call.presented) for _place, call, caller in group]
        at = max(caller.at for _place, _call, caller in group)
        outcomes = spending.redeem_together(programme_id=programme_id, sets=sets, at=at)
        return {place: told for (place, _call, _caller), told in zip(group, outcomes, strict=True)}
    except Exception as fault:
        return {place: fault for place, _call, _caller in group}


def test_neighbours_that_are_spoiled_are_seen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    uses = desk.uses(6)
    monkeypatch.setattr(Spending, "_redeem", nobody_asked_alone)
    with poisoned(uses[2].id, CODES[0]):
        together(desk, uses)
    with pytest.raises(AssertionError):
        judge(desk, uses, uses[2])


@pytest.mark.parametrize("code", CODES)
def test_a_use_that_the_database_refuses_spoils_no_other(desk: Desk, code: str) -> None:
    uses = desk.uses(6)
    with poisoned(uses[2].id, code):
        together(desk, uses)
        judge(desk, uses, uses[2])
    together(desk, uses)
    assert [use.answers[-1] for use in uses] == [200, 200, 201, 200, 200, 200]
    desk.judge(uses)


@pytest.mark.parametrize("poison", [{"user_id": object()}, {"role": None}])
def test_a_caller_who_breaks_the_statement_spoils_no_other(desk: Desk, poison: dict[str, Any]) -> None:
    uses = desk.uses(6)
    together(desk, uses, **poison)
    judge(desk, uses, uses[-1], uses[-1].answers[-1])
    assert uses[-1].answers[-1] not in DONE


def test_a_wrong_code_that_cannot_be_counted_spoils_no_other(desk: Desk) -> None:
    """The others are done by then: they must be told so."""
    uses = desk.uses(5)
    wrong = uses[1]
    desk.codes[wrong.number], right = "00000000", desk.codes[wrong.number]
    with poisoned(1, CODES[0], table="directory_failedtries", column="count"):
        together(desk, uses)
    judge(desk, uses, wrong)
    desk.codes[wrong.number] = right
    assert {one for one, _ in desk.rows()} == {use.id for use in uses if use is not wrong}


def test_of_two_callers_with_one_id_one_is_told_that_it_was_done_before(desk: Desk) -> None:
    [use] = desk.uses(1)
    twice = [use, replace(use, answers=[])]
    together(desk, twice)
    assert [one.answers for one in twice] == [[201], [200]]


class _Elsewhere:
    """Another programme that is writing redemptions at this instant, and commits when it is told."""

    def __init__(self, desk: Desk, uses: Sequence[Use]) -> None:
        self._desk, self._uses = desk, uses
        self._written, self._commit = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(2)
        self._done = self._pool.submit(self._write)
        assert self._written.wait(10)

    def _write(self) -> None:
        try:
            with transaction.atomic():
                self._desk.redeem(self._uses)
                self._written.set()
                self._commit.wait(10)
        finally:
            connections.close_all()

    def while_it_waits(self, act: Any) -> None:
        """Begin an act, let it meet what is not committed yet, commit, and wait for it."""

        def run() -> None:
            try:
                act()
            finally:
                connections.close_all()

        acting = self._pool.submit(run)
        if ON_POSTGRESQL:
            until(somebody_waits, "nobody waits for the other programme")
        else:
            sleep(0.3)  # SQLite's lock is not seen from outside
        self._commit.set()
        self._done.result(20)
        acting.result(20)
        self._pool.shutdown()


def somebody_waits() -> bool:
    """Whether a statement waits for a row of another transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture
def other() -> Desk:
    return open_desk(10)


def at_the_same_instant(desk: Desk, other: Desk) -> tuple[list[Use], Use]:
    """Five uses, one of which has the id of a use that another programme is writing."""
    uses = desk.uses(5)
    theirs = other.uses(1)
    uses[2].id = theirs[0].id
    elsewhere = _Elsewhere(other, theirs)
    elsewhere.while_it_waits(lambda: together(desk, uses))
    other.judge(theirs)
    return uses, uses[2]


def test_an_id_used_in_another_programme_at_the_same_instant_spoils_no_other(desk: Desk, other: Desk) -> None:
    uses, twice = at_the_same_instant(desk, other)
    assert [use.answers for use in uses if use is not twice] == [[201]] * 4
    judge(desk, uses, twice, 409)


@pytest.mark.postgresql  # on SQLite the other programme is seen before the statement runs
def test_such_an_id_spoils_the_others_when_nobody_is_asked_alone(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Redeeming, "_won", Redeeming._run)
    monkeypatch.setattr(Spending, "_redeem", nobody_asked_alone)
    uses, twice = at_the_same_instant(desk, other)
    with pytest.raises(AssertionError):
        judge(desk, uses, twice, 409)


def test_over_http_a_group_that_came_while_the_lane_was_halted(desk: Desk) -> None:
    """Ten callers at once, one of them poisonous, another one gone before the answer."""
    uses = desk.uses(10)
    with lane() as there, poisoned(uses[4].id, CODES[0]):
        os.kill(there.id, signal.SIGSTOP)
        with ThreadPoolExecutor(10) as pool:

            def send(use: Use) -> None:
                with Client(there.port, desk, timeout=0.5 if use is uses[7] else 15) as client:
                    client.send([use])

            sent = [pool.submit(send, use) for use in uses]
            sleep(1)
            os.kill(there.id, signal.SIGCONT)
            for one in sent:
                one.result(20)
        assert "lane_group_alone" in there.log.read_text()
        assert uses[7].answers == [0]
        assert set(uses[4].answers) <= {500, 503}
        with Client(there.port, desk) as client:
            assert set(client.send([uses[7]])) <= DONE
    judge(desk, uses, uses[4], uses[4].answers[-1])
