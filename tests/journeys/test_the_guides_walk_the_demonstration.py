"""Every story of the user guides is walked on the demonstration: at the counter, in the workshop, with the scanner
without network, in the offices and by the public; each picture that a guide shows is made on the way."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.demonstration import Installation, copied
from tools import guides

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GUIDES = guides.FOLDER.parent


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.sqlite  # what the pages say is the same on both
def test_every_picture_of_the_guides_is_one_of_the_demonstration(
    verdun: Installation, chromium: "Browser", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guides, "FOLDER", tmp_path)
    guides.photograph_all(chromium, guides.environment_of(copied(verdun, tmp_path, "guides").url))
    made = {path.name for path in tmp_path.glob("*.png")}
    shown = {
        name for page in GUIDES.glob("*.md") for name in re.findall(r"\(pictures/([^)]+)\)", page.read_text("utf-8"))
    }
    assert shown == made
    assert made == {path.name for path in (GUIDES / "pictures").glob("*.png")}
