"""The API keeps its description: what the framework refuses, what OpenAPI says, and what people read of it."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from time_machine import TimeMachineFixture

from passnumerique.api import gate, views
from passnumerique.api.problems import PROBLEMS
from passnumerique.ground.problems import slug_of
from tests.journeys.office import NOON, french
from tests.journeys.program import Program, token
from tests.rooms.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
AUTUMN = date(2022, 10, 11)
CALLS = [("POST", "redemptions"), ("POST", "redemptions/batch"), ("GET", "vouchers/0000-0000")]


@pytest.fixture(autouse=True)
def _the_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def program(world: World) -> Program:
    return Program(world, token(world))


@pytest.mark.parametrize(("right", "path"), CALLS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_refused_with_the_right_one(program: Program, path: str, right: str, method: str) -> None:
    if method != right:
        told = program.send(path, {}, method=method)
        assert (told.status, told.type, told.headers["Allow"]) == (405, "method-not-allowed", right)
        assert right in told.body["detail"]


@pytest.mark.parametrize(
    "path", ["", "redemption", "redemptions/", "redemptions/batch/7", "vouchers", "vouchers/", "vouchers/a/b", "../.."]
)
def test_another_address_is_a_problem_too(program: Program, path: str) -> None:
    told = program.send(path, {})
    assert (told.status, told.type) == (404, "not-found")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_format_is_refused(program: Program, kind: str) -> None:
    for path in ("redemptions", "redemptions/batch"):
        told = program.send(path, {"redemptions": []}, content_type=kind)
        assert (told.status, told.type) == (415, "unsupported-media-type")
    assert program.send("redemptions", {}, content_type="Application/JSON; charset=utf-8").status == 422


def test_a_body_of_unknown_length_is_refused(program: Program) -> None:
    headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    told = program.send("redemptions", b"", headers=headers)
    assert (told.status, told.type) == (411, "length-missing")
    told = program.send("redemptions", b"{}", headers={"Content-Length": "9" * 5000})
    assert (told.status, told.type) == (413, "body-too-large")


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_database_that_does_not_answer_is_told_as_such(
    program: Program, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(views, "redeem_presented", _raising(error))
    for told in (program.redeem(1), program.batch(program.item(1))):
        assert (told.status, told.type) == (503, "register-unavailable")
        assert int(told.headers["Retry-After"]) > 0


def _raising(error: Exception) -> Callable[..., Any]:
    def fail(**_: object) -> Any:
        raise error

    return fail


def test_a_fault_of_ours_shows_nothing_of_itself(
    program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(views, "redeem_presented", _raising(RuntimeError("the secret of the house")))
    told = program.redeem(1)
    assert (told.status, told.type) == (500, "unexpected-error")
    assert "secret" not in str(told.body)
    assert "the secret of the house" in caplog.text


def test_answers_are_in_the_language_asked_for(program: Program) -> None:
    asked = {"fr": "fr", "en": "en", "de, en;q=0.7, fr;q=0.3": "en", "pt": "fr"}
    told = {wish: program.send("redemptions", {}, headers={"Accept-Language": wish}) for wish in asked}
    assert {wish: one.headers["Content-Language"] for wish, one in told.items()} == asked
    assert all("Accept-Language" in one.headers["Vary"] for one in told.values())


def test_the_headers_of_safety_stay_and_nobody_has_a_session(program: Program) -> None:
    number = program.world.hand_over(1, day=AUTUMN)[0]
    with CaptureQueriesContext(connection) as captured:
        told = [program.redeem(number), program.redeem("0000-0000"), program.send("nowhere", {})]
    for one in told:
        assert "default-src 'none'" in one.headers["Content-Security-Policy"]
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["X-Frame-Options"] == "DENY"
        assert "Cookie" not in one.headers.get("Vary", "")
    assert not [one["sql"] for one in captured if "session" in one["sql"] and "django_session" in one["sql"]]


def test_no_log_holds_a_code_or_a_token(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    program.read("ABCD-EFGH-JKMN")
    program.redeem("ABCD-EFGH-JKMN")
    program.send("vouchers/ABCD-EFGH-JKMN", {})
    Program(program.world, "pn_nothing", session_id=program.session_id).read("ABCD-EFGH-JKMN")
    said = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert "ABCD" not in said
    assert program.secret not in said


@pytest.fixture
def description() -> Iterator[Any]:
    """The OpenAPI description as it is served, with the application behind it. Requests leave the
    transaction of the test open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_description_is_openapi_and_whole(description: Any) -> None:
    description.validate()
    raw = description.raw_schema
    assert raw["openapi"] == "3.1.0"
    assert set(raw["components"]["securitySchemes"]) == {"Bearer"}
    assert {(method, path.partition("{programme}/")[2]) for path, one in raw["paths"].items() for method in one} == {
        ("post", "redemptions"),
        ("post", "redemptions/batch"),
        ("get", "vouchers/{code}"),
    }
    named = {name for call in _operations(raw) for answer in call["responses"].values() for name in _types(answer)}
    unsaid = {"unexpected-error"}
    assert named | unsaid == {slug_of(refusal) for refusal in PROBLEMS}


def _operations(raw: Any) -> list[Any]:
    return [call for one in raw["paths"].values() for call in one.values()]


def _types(answer: Any) -> list[str]:
    return re.findall(r"/api/problems/([a-z-]+)", answer["description"])


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation_id", ["redeem", "redeem_batch", "read_voucher"])
@pytest.mark.filterwarnings("default")
def test_answers_are_as_described_whatever_is_sent(
    program: Program, description: Any, operation_id: str, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "waiting_after_failed_codes", lambda subjects, *, at: {})
    world = program.world
    codes = [world.code(number) for number in world.hand_over(5, day=AUTUMN)]
    real = {"training_session": str(program.session_id), "redeemed_at": NOON.isoformat()}
    operation = description.find_operation_by_id(operation_id)
    seen: set[int] = set()

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(mode), st.sampled_from(codes), st.booleans())
    def sent(case: Any, code: str, true: bool) -> None:
        case.path_parameters["programme"] = world.slug
        if true and "code" in case.path_parameters:
            case.path_parameters["code"] = code
        for item in _items(case.body) if true else ():
            item.update(real, code=code)
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {program.secret}"}, checks=CHECKS)
        seen.add(answer.status_code)

    sent()
    assert mode is not GenerationMode.POSITIVE or seen & {200, 201}


def _items(body: Any) -> list[dict[str, Any]]:
    """What looks like a redemption in what is sent."""
    items = body.get("redemptions", [body]) if isinstance(body, dict) else []
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def test_people_can_read_of_every_call_and_every_problem(description: Any) -> None:
    page = french(Client().get("/api/"))
    for path in description.raw_schema["paths"]:
        assert re.sub(r"\{\w+\}", "…", path) in page
    for refusal in PROBLEMS:
        name = slug_of(refusal)
        assert f'href="/api/problems/{name}"' in page
        told = french(Client().get(f"/api/problems/{name}"))
        assert str(PROBLEMS[refusal].status) in told
        assert PROBLEMS[refusal].title in told
        assert "{" not in told.partition("<main")[2]
    assert Client().get("/api/problems/none").status_code == 404


def test_the_pages_can_be_read_by_everybody(
    page: "Page", axe: "Callable[[Page], None]", live_server: Any, transactional_db: None
) -> None:
    for path in ("/api/", "/api/problems/already-redeemed"):
        page.goto(live_server.url + path)
        axe(page)
