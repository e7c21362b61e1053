"""One file of questions, asked of the page's scripts in a browser: they answer what the server's rules answer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from passnumerique.ground.sealing import opened, sealing_key
from passnumerique.vouchers.rules.offline import scanner_rules

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    """The questions, with what the server's rules answer."""
    path = Path(__file__).parents[2] / "frontend/scanner/vectors.json"
    return dict(json.loads(path.read_text("utf-8")))


@pytest.fixture
def scripts(page: "Page") -> Iterator["Page"]:
    """The page, whose scripts can be asked by name."""
    page.goto("/scanner/")
    page.wait_for_selector("#pairing")
    return page


def ask(page: "Page", module: str, call: str, given: Any) -> Any:
    """What a script answers to each thing given: `call` is an expression of `m`, `rules` and `one`."""
    return page.evaluate(
        f"""async ([given, rules]) => {{
          const m = await import("/scanner/files/{module}.js")
          return Promise.all(given.map(async one => {call}))
        }}""",
        [given, scanner_rules()],
    )


def test_every_text_is_read_alike(scripts: "Page", vectors: dict[str, Any]) -> None:
    told = ask(scripts, "codes", "m.read(rules, one.text)", vectors["codes"])
    assert told == [{"found": one["read"], "code": one["code"]} for one in vectors["codes"]]


def test_every_verdict_is_the_same(scripts: "Page", vectors: dict[str, Any]) -> None:
    told = ask(scripts, "rules", "m.verdict(rules, one.facts)", vectors["verdicts"])
    wanted = [{name: one[name] for name in ("verdict", "refusal", "takes")} for one in vectors["verdicts"]]
    assert [{name: one[name] for name in ("verdict", "refusal", "takes")} for one in told] == wanted
    assert {one["verdict"] for one in told} == set(scanner_rules()["verdicts"]) - {"other_programme"}


def test_the_page_brings_the_rules_of_the_server(scripts: "Page", vectors: dict[str, Any]) -> None:
    (brought,) = ask(scripts, "rules", "m.rulesOfPage()", [None])
    assert brought == scanner_rules()
    assert brought["version"] == vectors["rules_version"]


def test_every_line_goes_the_same_way(scripts: "Page", vectors: dict[str, Any]) -> None:
    told = ask(scripts, "rules", "m.stepper(rules)(one.state, one.event)", vectors["lines"])
    assert told == [one["then"] for one in vectors["lines"]]


def test_every_pass_is_found_by_its_tag(scripts: "Page", vectors: dict[str, Any]) -> None:
    found = scripts.evaluate(
        """async ([vectors, rules]) => {
          const { Roster, kept } = await import("/scanner/files/roster.js")
          const { toHex } = await import("/scanner/files/bytes.js")
          const places = [{ name: "A" }, { name: "B" }]
          const roster = new Roster(await kept({ rules, places, tag_key: vectors.tag_key, passes: vectors.passes }))
          const tags = await Promise.all(vectors.tags.map(one => roster.tag(one.code).then(toHex)))
          const found = await Promise.all(vectors.found.map(async one => roster.find(await roster.tag(one.code))))
          return [tags, found]
        }""",
        [vectors, scanner_rules()],
    )
    assert found[0] == [one["tag"] for one in vectors["tags"]]
    names = {None: None, 0: "A", 1: "B"}
    wanted = [one["found"] and one["found"] | {"place": names[one["found"]["place"]]} for one in vectors["found"]]
    assert found[1] == wanted


def test_a_code_sealed_by_the_page_is_opened_by_the_server_alone(scripts: "Page", vectors: dict[str, Any]) -> None:
    codes = [one["code"] for one in vectors["tags"]]
    key = vectors["sealing"]["public"]
    told = ask(scripts, "seal", "m.seal(one.key, one.code)", [{"key": key, "code": code} for code in codes])
    private = sealing_key(vectors["sealing"]["key_from"].encode())
    assert [opened(private, sealed) for sealed in told] == codes
    assert len(set(told)) == len(codes)
