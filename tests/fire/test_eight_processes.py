"""Eight processes write to one database at once: each pass is taken once, nobody is told "locked"."""

import json
import os
import random
import subprocess
import sys
from typing import Any

import pytest

from passnumerique.ground.ids import new_id
from tests.fire.desk import Desk, open_desk
from tests.fire.history import Use
from tests.fire.running import test_database_url
from tests.fire.sending import by_people
from tests.house.code import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PROCESSES = 8


def hands_of(desk: Desk, own: int, shared: int) -> list[list[Use]]:
    """For each process passes of its own, and some that all present: under one id, or each under another."""
    common = desk.uses(shared)
    hands = []
    for rank in range(PROCESSES):
        people = {use.participant: new_id(desk.at) if use.participant else None for use in common}
        theirs = [Use(use.id, use.number, use.place, use.participant) for use in common[: shared // 2]]
        rivals = [desk.use(use.number, use.place, participant=people[use.participant]) for use in common[shared // 2 :]]
        hands.append([*theirs, *rivals, *desk.uses(own)])
        random.Random(rank).shuffle(hands[-1])
    return hands


def work(desk: Desk, hands: list[list[Use]], unguarded: bool = False) -> list[str]:
    """Let the processes go; every answer is noted. Returns the faults that they met."""
    given = [_given(desk, hand, unguarded) for hand in hands]
    command = [sys.executable, "-m", "tests.fire.workers"]
    environment = os.environ | {"DATABASE_URL": test_database_url()}
    asked = json.dumps(given).encode()
    done = subprocess.run(command, input=asked, capture_output=True, env=environment, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    faults = []
    for hand, told in zip(hands, json.loads(done.stdout), strict=True):
        for shot, answers in zip(by_people(hand), told, strict=True):
            for use, answer in zip(shot, answers, strict=True):
                refused = answer in {"already_redeemed", "set_incomplete"}
                use.answers.append(answer if isinstance(answer, int) else 422 if refused else 0)
                faults += [] if refused or isinstance(answer, int) else [answer]
    return faults


def _given(desk: Desk, hand: list[Use], unguarded: bool) -> dict[str, Any]:
    shots = [
        {
            "user": str(new_id(desk.at)),
            "place": str(desk.world.places[shot[0].place]),
            "uses": [
                {
                    "id": str(use.id),
                    "code": desk.codes[use.number],
                    "session": str(desk.sessions[use.place]),
                    "person": str(use.participant) if use.participant else None,
                }
                for use in shot
            ],
        }
        for shot in by_people(hand)
    ]
    return {
        "programme": str(desk.world.programme_id),
        "authority": str(desk.world.authority_id),
        "at": desk.at.isoformat(),
        "unguarded": unguarded,
        "shots": shots,
    }


def judge(desk: Desk, hands: list[list[Use]], faults: list[str]) -> None:
    """Nobody met a fault; each pass is taken once, and told so once."""
    assert faults == []
    found: dict[Any, Use] = {}
    for use in (use for hand in hands for use in hand):
        found.setdefault(use.id, Use(use.id, use.number, use.place, use.participant)).answers.extend(use.answers)
    for use in found.values():
        use.answers.sort(reverse=True)
    passes = {use.number for use in found.values()}
    assert sum(use.answers.count(201) for use in found.values()) == len(passes)
    assert {number for _, number in desk.rows()} == passes
    desk.judge(list(found.values()))


@pytest.mark.parametrize("price", [1, 2])
def test_eight_processes_take_each_pass_once(price: int) -> None:
    desk = open_desk(200, price)
    hands = hands_of(desk, own=20, shared=16)
    judge(desk, hands, work(desk, hands))


@pytest.mark.sqlite
def test_writers_that_do_not_take_turns_are_told_locked() -> None:
    """Without the lock taken when a transaction begins."""
    desk = open_desk(200)
    hands = hands_of(desk, own=20, shared=16)
    faults = work(desk, hands, unguarded=True)
    assert set(faults) == {"database is locked"}
    with pytest.raises(AssertionError):
        judge(desk, hands, faults)
