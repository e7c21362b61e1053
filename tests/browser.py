"""Walking the pages in headless Chromium, at a desk and on a telephone, with the accessibility checker.

A test that asks for `page` or `phone` is marked `browser` and gets the live server with it:

    def test_the_manager_reads_the_stock(page, axe):
        page.goto("/pilotage/")
        axe(page)
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = os.environ.get("PASSNUM_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
REMEDY = f"No Chromium at {CHROMIUM}: run `sudo apt-get install chromium`, or name one in PASSNUM_CHROMIUM."
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
VENDOR = Path(__file__).parent / "vendor"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice", "RGAAv4"]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
BROWSER_FIXTURES = {"page", "phone", "new_page"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever walks the pages is marked `browser`, so that it can be left out."""
    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One Chromium for the worker's whole run."""
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        pytest.skip(REMEDY)
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: "Browser", live_server: object) -> "Iterator[Callable[..., Page]]":
    """`new_page(**options)`: a page in a context of its own, as one more person at one more machine.

    At the end of the test it refuses errors of scripts, refused resources of the content security
    policy, and any request to another host.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(**options: object) -> "Page":
        context = chromium.new_context(
            **{  # type: ignore[arg-type]
                "base_url": str(live_server),
                "locale": "fr-FR",
                "timezone_id": "Europe/Paris",
                "viewport": DESK,
                "reduced_motion": "reduce",
                **options,
            }
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        _watch(context, str(live_server), faults)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


def _watch(context: "BrowserContext", address: str, faults: list[str]) -> None:
    context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    context.on(
        "console",
        # A refused page is a page: Chromium's own line about its status is no fault.
        lambda said: (
            faults.append(f"console: {said.text}")
            if said.type == "error" and not said.text.startswith("Failed to load resource")
            else None
        ),
    )
    context.on(
        "request",
        lambda asked: (
            faults.append(f"elsewhere: {asked.url}")
            if asked.url.startswith("http") and not asked.url.startswith(address)
            else None
        ),
    )


@pytest.fixture
def page(new_page: "Callable[..., Page]") -> "Page":
    """A page at a desk, 1280 pixels wide, in French."""
    return new_page()


@pytest.fixture
def phone(new_page: "Callable[..., Page]") -> "Page":
    """A page on a telephone, 360 pixels wide, with touch, in French."""
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture(scope="session")
def axe() -> "Callable[[Page], None]":
    """`axe(page)`: refuse a page that breaks a rule of WCAG 2.1 AA, of RGAA 4, or good practice; and
    one that must be scrolled sideways."""
    source = (VENDOR / "axe.min.js").read_text()
    french = json.loads((VENDOR / "axe.fr.json").read_text())

    def check(page: "Page") -> None:
        page.evaluate(source)
        page.evaluate("locale => axe.configure({locale})", french)
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
            TAGS,
        )
        lines = [
            f"{rule['id']}: {rule['help']}\n    {node['html'][:300]}"
            for rule in found["violations"]
            for node in rule["nodes"][:5]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} pixels wider than the window"

    return check
