"""The user guides: one for each desk, in French, with pictures that exist, are shown, and are small."""

import re

import pytest

from tests.house.code import ROOT

FOLDER = ROOT / "docs/guides"
GUIDES = sorted(FOLDER.glob("*.md"))
DESKS = {"structure", "lieu", "gestionnaire", "finances", "secretariat", "usager"}
PICTURE = re.compile(r"!\[([^\]]+)\]\(pictures/([\w-]+)\.png\)")
HEAVIEST = 60_000


def test_each_desk_has_its_guide() -> None:
    assert {path.stem for path in GUIDES} == DESKS


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_is_short_and_shows_pictures_with_words(guide: object) -> None:
    text = (FOLDER / str(guide)).read_text("utf-8")
    assert len(text.splitlines()) <= 100
    assert PICTURE.findall(text)
    assert text.count("](pictures/") == len(PICTURE.findall(text)), "each picture has words of its own"


def test_the_pictures_are_those_of_the_guides_and_small() -> None:
    shown = {name for path in GUIDES for _words, name in PICTURE.findall(path.read_text("utf-8"))}
    kept = {path.stem: path.stat().st_size for path in (FOLDER / "pictures").glob("*.png")}
    assert shown == set(kept)
    assert max(kept.values()) <= HEAVIEST
