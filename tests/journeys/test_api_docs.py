"""The page for integrators is true: its examples answer as shown, and its problems are those of the API."""

import json
import re
import shlex
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.api.problems import OF_REDEMPTIONS, OF_REQUESTS
from passnumerique.api.wire import MOST_ITEMS
from passnumerique.directory.rules import FAILED_CODES_WINDOW, MOST_FAILED_CODES, MOST_TOKEN_DAYS, Scope
from passnumerique.ground.problems import MOST_BYTES, slug_of
from tests.house.code import ROOT
from tests.journeys.office import NOON
from tests.journeys.program import Program, token
from tests.rooms.world import build_world

PAGE = (ROOT / "docs/api.md").read_text("utf-8")
EXAMPLE = re.compile(r"^```sh\n(curl .*?)^```\n\n```json\n(\d+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([a-z-]+)` \| (\d+) \|", re.MULTILINE)
CODES = ("7K3M-9QXA-C2VF", "q4zt hw8n d6rj")
SESSION = "0192f3c4-0000-7000-8000-00000000a701"


@dataclass
class Call:
    """One command as it stands on the page."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


def read(command: str) -> Call:
    """What curl would send."""
    call, words = Call("", "", {}, ""), iter(shlex.split(command.replace("\\\n", " "))[1:])
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            call.headers[name] = value
        elif word == "-X":
            call.method = next(words)
        elif word == "-d":
            call.body = next(words)
        else:
            call.path = word
    call.method = call.method or ("POST" if call.body else "GET")
    return call


@pytest.mark.django_db
def test_the_examples_answer_as_shown_in_their_order(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON)
    world = build_world()
    program = Program(world, token(world))
    held = world.hand_over(2, day=date(2022, 10, 11))
    real = {"$PN": "", "$PROGRAMME": world.slug, "$TOKEN": program.secret, SESSION: str(program.session_id)}
    real |= {code: world.code(number) for code, number in zip(CODES, held, strict=True)}
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("curl ") == 5
    for command, status, shown in examples:
        call = read(command)
        for name, value in real.items():
            call.path, call.body = call.path.replace(name, value), call.body.replace(name, value)
        headers = {name: value.replace("$TOKEN", program.secret) for name, value in call.headers.items()}
        kind = headers.pop("Content-Type", "")
        told = Client().generic(call.method, call.path, call.body, content_type=kind, headers=headers)
        assert told.status_code == int(status)
        assert alike(json.loads(shown), told.json()), told.content.decode()


ANY = {"number", "training_session", "detail"}
"""What an example cannot know."""


def alike(shown: Any, told: Any) -> bool:
    """Whether two answers have the same shape, and the same values where an example can know them."""
    if isinstance(shown, dict):
        same = {name: name in ANY or alike(value, told.get(name)) for name, value in shown.items()}
        return list(shown) == list(told) and all(same.values())
    if isinstance(shown, list):
        return len(shown) == len(told) and all(map(alike, shown, told))
    return bool(shown == told)


def test_the_problems_of_the_page_are_those_of_the_api() -> None:
    _, requests, passes = re.split(r"^Refusals of .*$", PAGE, flags=re.MULTILINE)
    for part, kinds in ((requests, OF_REQUESTS), (passes, OF_REDEMPTIONS)):
        told = {name: int(status) for name, status in ROW.findall(part)}
        assert told == {slug_of(refusal): kind.status for refusal, kind in kinds.items()}


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    assert f"{MOST_BYTES:,} bytes and {MOST_ITEMS} items" in PAGE
    minutes = FAILED_CODES_WINDOW.seconds // 60
    assert f"{MOST_FAILED_CODES} failed codes in {minutes} minutes" in PAGE
    assert f"at most {MOST_TOKEN_DAYS} days" in PAGE
    assert set(re.findall(r"^\| `(\w+:\w+)` \|", PAGE, re.MULTILINE)) == {scope.value for scope in Scope}
