"""The scanner's page is whole: small scripts that find each other, kept files that exist, words in two languages."""

import json
import re
import struct
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from passnumerique.scanner.precache import FOLDER, NOT_KEPT, SHARED, kept_files
from tests.house.code import HOUSE
from tests.house.test_sentences import PLAIN_SPACE
from tests.house.test_sizes import FILE_LIMIT

LONGEST_LINE = 140
SCRIPTS = sorted(FOLDER.glob("*.js"))
IMPORT = re.compile(r'(?:from|import|importScripts\(|new URL\() ?"([^"]+)"')
STATIC = re.compile(r"\.\./static/([\w./-]+\.\w+)")
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
BARE_KEY = re.compile(r"(?m)(^\s*|\{ )(\w+):(?=\s)|(?<=, )(other):(?=\s)")
TRAILING = re.compile(r",(\s*[\]}])")
UNSAFE = re.compile(r"(?:inner|outer|insertAdjacent)HTML|document\.write|\beval\(|new Function|\.style\b|https?:")
SPACE_OF_SVG = "http://www.w3.org/2000/svg"
PHRASES = ("one", "other")


def text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


@cache
def sentences() -> dict[str, list[Any]]:
    """Each sentence of the page: French and English."""
    source = COMMENT.sub("", text("sentences.js"))
    body = source[source.index("{") :]
    quoted = BARE_KEY.sub(lambda found: f'{found[1] or ""}"{found[2] or found[3]}":', body)
    return dict(json.loads(TRAILING.sub(r"\1", quoted)))


def variants(sentence: Any) -> list[str]:
    return [sentence] if isinstance(sentence, str) else [sentence[name] for name in PHRASES]


def fields(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _kind in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_each_script_is_small_and_says_what_it_is_for(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= FILE_LIMIT
    assert lines[0].startswith("// ")
    assert path.name == "sentences.js" or max(map(len, lines)) <= LONGEST_LINE


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_of_a_text_or_asks_another_host(path: Path) -> None:
    code = path.read_text("utf-8").replace(SPACE_OF_SVG, "")
    found = [line for line in code.splitlines() if UNSAFE.search(line)]
    assert not found


def test_each_script_finds_what_it_imports() -> None:
    missing = [
        f"{path.name}: {target}"
        for path in SCRIPTS
        for target in IMPORT.findall(path.read_text("utf-8"))
        if not target.endswith("/") and not _found(target)
    ]
    assert not missing


def _found(target: str) -> bool:
    """In the page's own folder, or among the static files; zxing's are named from the folder they stand in."""
    name = target.removeprefix("./").removeprefix("files/").removeprefix("../../static/")
    places = (FOLDER, HOUSE / "web/static", HOUSE / "web/static/vendor")
    return any((place / name).is_file() for place in places)


def test_the_device_keeps_every_file_that_the_page_uses() -> None:
    kept = {address for address, _path in kept_files()}
    assert {"./", "manifest.webmanifest"} <= kept
    assert {f"files/{path.name}" for path in SCRIPTS if path.name not in NOT_KEPT} <= kept
    pages = [path.read_text("utf-8") for path in FOLDER.iterdir() if path.suffix in {".js", ".html", ".css"}]
    used = {name for page in pages for name in STATIC.findall(page)}
    used |= {name for name in SHARED if name.startswith("vendor/zxing")}  # named by the worker, from a folder
    assert used <= set(SHARED)
    assert used >= {name for name in SHARED if "fonts" not in name}
    assert all(path.is_file() for _address, path in kept_files())


def test_the_page_has_no_script_and_no_style_of_its_own() -> None:
    page = text("index.html")
    assert not re.search(r"<style|style=|<script(?![^>]*\bsrc=)|\bon\w+=", page)


def test_the_manifest_names_icons_of_the_size_they_have() -> None:
    manifest = json.loads(text("manifest.webmanifest"))
    for icon in manifest["icons"]:
        content = (FOLDER / icon["src"].removeprefix("files/")).read_bytes()
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", content[16:24])
            assert icon["sizes"] == f"{width}x{height}"
    assert (manifest["start_url"], manifest["scope"]) == ("./", "./")


def test_every_sentence_is_in_french_and_in_english_with_the_same_fields() -> None:
    assert len(sentences()) > 150
    for key, (french, english) in sentences().items():
        assert type(french) is type(english), key
        pairs = zip(variants(french), variants(english), strict=True)
        assert all(fields(one) == fields(other) or "{n}" not in french for one, other in pairs), key
        assert set().union(*map(fields, variants(french))) == set().union(*map(fields, variants(english))), key


def test_the_french_of_the_page_is_set_as_french() -> None:
    wrong = [
        one
        for french, _english in sentences().values()
        for one in variants(french)
        if PLAIN_SPACE.search(re.sub(r"\{\w+\}", "", one))
    ]
    assert not wrong


def test_every_sentence_is_said_somewhere() -> None:
    """By its whole key, or by the beginning of one that a script completes."""
    code = "\n".join(path.read_text("utf-8") for path in SCRIPTS if path.name != "sentences.js")
    beginnings = set(re.findall(r"`([a-z_]+_)\$\{", code))
    endings = set(re.findall(r"\}(_[a-z_]+)`", code))
    verdicts = set(re.findall(r"verdict: \"(\w+)\"", code)) | set(json.loads(text("rules.json"))["verdicts"])
    unsaid = [
        key
        for key in sentences()
        if f'"{key}"' not in code
        and key not in verdicts
        and not any(key.startswith(one) for one in beginnings)
        and not any(key.endswith(one) for one in endings)
        and not any(key.startswith(f"{one}_") for one in verdicts)
    ]
    assert not unsaid


def test_every_verdict_of_the_rules_has_its_words() -> None:
    judging = json.loads(text("rules.json"))["judging"]
    cells = [*judging["read"].values(), judging["queued"], *judging["states"].values(), *judging["unlisted"].values()]
    cells += [*judging["expired"].values(), *judging["late"].values()]
    for verdict, refusal in cells:
        assert verdict in sentences()
        assert {f"{verdict}_{refusal}", f"{verdict}_sentence"} & sentences().keys()
    for verdict in json.loads(text("rules.json"))["verdicts"]:
        assert f"{verdict}_sentence" in sentences()


def test_every_verdict_has_a_shape_of_its_own() -> None:
    drawn = set(re.findall(r"(?m)^  (\w+): (?:\[[A-Z]+, |\")", text("dom.js")))
    missing = set(json.loads(text("rules.json"))["verdicts"]) - drawn
    assert not missing
