"""A telephone at a mediation place, with the scanner open: paired by its code, and what it sees and says."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pypdfium2
import zxingcpp
from django.test import Client
from django.utils import timezone
from PIL import Image

from passnumerique.directory.rules import Role
from passnumerique.programmes.models import Programme
from tests.journeys.office import TODAY, signed_in
from tests.rooms.scanning import added
from tests.rooms.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

ANSWER = ".answer[data-verdict={}]"
FRAME = (640, 480)
SHOWN_FOR = 5
"""Frames for which each card is held before the camera."""
PRINTED_AT = 200 / 72


def world_of_today(**given: Any) -> World:
    """A world that lives on the 13th of December 2022, whatever the clock of this machine says."""
    made = build_world(**given)
    made.plan()
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


def open_scanner(page: "Page", world: World, place: int = 0) -> None:
    """Pair the page as a new device of a place, by the link of its QR, and wait until it needs no network."""
    device = added(world, place, at=timezone.now())
    page.goto(f"/scanner/#{device.pairing}")
    page.wait_for_selector("main form button:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#tabs:not([hidden])")
    wait_until_kept(page)


def wait_until_kept(page: "Page") -> None:
    """The service worker holds every file and answers for this page."""
    page.wait_for_selector("html[data-kept]")


def sit_down(page: "Page", title: str = "") -> None:
    """Choose the workshop, where there is more than one today."""
    chooser = page.locator(".cards li", has_text=title).get_by_role("button", name="Choisir")
    chooser.or_(page.locator(".answer")).first.wait_for()
    if chooser.count():
        chooser.first.click()
    page.wait_for_selector(".answer")


def present(page: "Page", code: str, verdict: str) -> str:
    """Type a code and send it; what the page answers, which must be that verdict."""
    before = page.get_attribute(".answer", "data-turn")
    page.fill("#code", code)
    page.locator("#code").press("Enter")
    return told(page, verdict, f':not([data-turn="{before}"])')


def told(page: "Page", verdict: str, fresh: str = "") -> str:
    """The words of the answer, once it is that verdict."""
    return plain(page.wait_for_selector(ANSWER.format(verdict) + fresh).inner_text())  # type: ignore[union-attr]


def plain(text: str) -> str:
    """A text with its blanks made plain."""
    return " ".join(text.split())


def show(page: "Page", tab: str) -> None:
    """Open one of the four screens."""
    page.locator(f"[data-tab={tab}]").click()
    page.wait_for_selector(f"[data-tab={tab}][aria-current]")


def lines(page: "Page", state: str) -> "Locator":
    """The lines in a state, on the screen of the passes taken."""
    return page.locator(f"[data-state={state}]")


def waiting(page: "Page", count: int) -> None:
    """The page says how many passes it has still to send."""
    said = "Rien à envoyer" if count == 0 else f"{count} pass à envoyer"
    page.locator(".standing", has_text=said).wait_for(timeout=60_000)


def kept_lines(page: "Page") -> list[dict[str, Any]]:
    """The lines as they stand on the disk of the device."""
    ask = """async () => {
      const { openDB } = await import("/static/vendor/idb.js")
      const db = await openDB("scanner")
      const lines = await db.getAllFromIndex("lines", "seq")
      db.close()
      return lines
    }"""
    found: list[dict[str, Any]] = page.evaluate(ask)
    return found


def printed_cards(world: World, lot: UUID, booklets: str, day: date = TODAY) -> list[Image.Image]:
    """The pictures of the cards that the desk prints for these booklets, cut out around their QR codes."""
    desk: Client = signed_in(world, Role.MANAGER)
    answer = desk.get(f"/{world.slug}/lots/{lot}/cartes.pdf", {"carnets": booklets})
    assert answer["Content-Type"] == "application/pdf", answer.content[:500]
    with pypdfium2.PdfDocument(answer.content) as document:
        pages = [page.render(scale=PRINTED_AT, grayscale=True).to_pil() for page in document]
    return [cut for page in pages for cut in _cards_on(page)]


def _cards_on(page: Image.Image) -> Iterable[Image.Image]:
    for found in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode):
        corners = [getattr(found.position, name) for name in ("top_left", "top_right", "bottom_right", "bottom_left")]
        xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
        margin = (max(xs) - min(xs)) // 6
        yield page.crop((min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin))


def film(path: Path, cards: Iterable[Image.Image]) -> Path:
    """A video in which each card is held before the camera in turn, half a second each (raw Y4M, grey)."""
    width, height = FRAME
    colourless = b"\x80" * (width * height // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420\n".encode())
        for card in cards:
            side = height - 80
            frame = Image.new("L", FRAME, 170)
            frame.paste(card.convert("L").resize((side, side)), ((width - side) // 2, 40))
            file.write((b"FRAME\n" + frame.tobytes() + colourless) * SHOWN_FOR)
    return path
