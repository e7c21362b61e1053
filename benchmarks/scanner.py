"""How long a device at a workshop thinks: from a pass that was read to the answer on the screen, without network.

The page is opened in Chromium from a server of its own, paired, and given the real list of 50,000 passes; then
the network is cut. Passes come in as from a hand scanner, and the clock runs from the last key to the frame that
shows the answer. For a pass that is taken this includes the write to the disk that must come first, whose floor is
one bare durable write of IndexedDB in the same page. A look of the camera is measured beside it: one picture of a
card read by the vendored reader, as where the browser has none of its own.
"""

import os
from collections.abc import Mapping
from datetime import date
from statistics import median

import segno
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright

import benchmarks.awake  # noqa: F401 — before the models
from benchmarks.driving import server
from benchmarks.telling import Line, say, tell
from passnumerique.directory.operations import add_device
from passnumerique.ground.codes import derive_code
from passnumerique.programmes.models import Programme
from passnumerique.scanner.precache import kept_files
from tests.browser import CHROMIUM, FLAGS, PHONE
from tests.rooms.world import build_world

PASSES, TAKEN, LOOKS = 50_000, 100, 40
DAY = date(2022, 10, 3)
PROMISED_MS, PROMISED_BYTES = 100, 5_000_000
SCANS = """async codes => {
  const answer = document.querySelector(".answer")
  const key = (key, code) => document.dispatchEvent(new KeyboardEvent("keydown", { key, code, cancelable: true }))
  const shown = () => new Promise(done => {
    const seen = new MutationObserver(() => requestAnimationFrame(() => { seen.disconnect(); done(performance.now()) }))
    seen.observe(answer, { childList: true })
  })
  const told = []
  for (const code of codes) {
    for (const letter of code) key(letter, (/\\d/.test(letter) ? "Digit" : "Key") + letter)
    const end = shown()
    const start = performance.now()
    key("Enter", "Enter")
    const took = (await end) - start
    told.push([answer.dataset.verdict, took])
    await new Promise(done => setTimeout(done, 60)) // a person hands over the next card
  }
  return told
}"""
WRITES = """async many => {
  const { openDB } = await import("/static/vendor/idb.js")
  const db = await openDB("bare", 1, { upgrade: fresh => fresh.createObjectStore("lines") })
  const told = []
  for (let rank = 0; rank < many; rank++) {
    const start = performance.now()
    const tx = db.transaction("lines", "readwrite", { durability: "strict" })
    tx.store.put({ sealed: "x".repeat(120) }, rank)
    await tx.done
    told.push(performance.now() - start)
  }
  db.close()
  return told
}"""
LOOKING = """async ([rows, many]) => {
  const { reader } = await import("/scanner/files/camera.js")
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 })
  const drawing = canvas.getContext("2d")
  const draw = () => {
    drawing.fillStyle = "#ddd"
    drawing.fillRect(0, 0, 1280, 720)
    drawing.fillStyle = "#111"
    rows.forEach((row, y) => row.forEach((dark, x) => dark && drawing.fillRect(400 + 12 * x, 120 + 12 * y, 12, 12)))
  }
  const video = Object.assign(document.createElement("video"), { muted: true, srcObject: canvas.captureStream(30) })
  const beat = setInterval(draw, 30)
  await video.play()
  const look = await reader()
  while (!(await look(video))) await new Promise(done => setTimeout(done, 50))
  const told = []
  for (let rank = 0; rank < many; rank++) {
    const start = performance.now()
    if (await look(video)) told.push(performance.now() - start)
  }
  clearInterval(beat)
  return told
}"""


def made() -> tuple[list[str], str]:
    """A programme of 50,000 passes, a hundred of them in people's hands: their codes, and a code that pairs."""
    world = build_world(quantity=PASSES, booklets=TAKEN // 10, envelope_cents=PASSES * 1000)
    world.plan()
    Programme.objects.filter(id=world.programme_id).update(demonstration_day=DAY)
    numbers = [number for _ in range(TAKEN // 10) for number in world.hand_over(10)]
    world.session(DAY, seats=TAKEN * 2)
    given = {"programme_id": world.programme_id, "organisation_id": world.places[0], "by": world.manager}
    device = add_device(label="Mesure (fictif)", at=timezone.now(), **given)
    return [world.code(number) for number in numbers], device.pairing


def opened(page: Page, pairing: str) -> int:
    """Pair the page and take everything along; the bytes that this brought, as they travelled decoded."""
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.url.endswith("/roster") else None)
    page.goto(f"/scanner/#{pairing}")
    page.wait_for_selector("main form button:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    page.wait_for_selector("html[data-kept]")
    return sum(sizes) + sum(path.stat().st_size for _address, path in kept_files())


def measured(page: Page, codes: list[str]) -> dict[str, list[float]]:
    """Milliseconds of each look, write and answer, the network being cut."""
    rows = [[int(dark) for dark in row] for row in segno.make(f"HTTP://LOCALHOST:8000/P/{codes[0]}", error="m").matrix]
    unknown = [derive_code(b"benchmark", b"scanner", number) for number in range(len(codes))]
    page.context.set_offline(True)
    looks = page.evaluate(LOOKING, [rows, LOOKS])
    known = page.evaluate(SCANS, unknown)
    writes = page.evaluate(WRITES, len(codes))
    taken = page.evaluate(SCANS, codes)
    for told, verdict in ((known, "unknown"), (taken, "valid")):
        assert [one for one, _took in told] == [verdict] * len(codes), told
    times = {"unknown": [took for _one, took in known], "taken": [took for _one, took in taken]}
    return times | {"look": looks, "write": writes}


def report(times: Mapping[str, list[float]], taken_along: int) -> None:
    """The lines, and whether what is promised is kept."""
    middle = {name: median(every) for name, every in times.items()}
    write = middle["write"]
    answer = Line("scanner_answer", middle["unknown"], "ms")
    tell(answer, f"< {PROMISED_MS} ms", answer.value < PROMISED_MS, f"{len(times['unknown'])} unknown passes")
    taken = Line("scanner_taken", middle["taken"], "ms", write, middle["taken"] / write)
    tell(taken, f"< {PROMISED_MS} ms", taken.value < PROMISED_MS, "durable; its floor a bare durable write")
    look = Line("scanner_camera_look", middle["look"], "ms")
    whole = look.value + taken.value
    tell(look, f"< {PROMISED_MS} ms with the answer", whole < PROMISED_MS, f"{whole:.1f} ms together")
    bytes_ = Line("scanner_taken_along", float(taken_along), "bytes")
    tell(bytes_, "< 5 MB", taken_along < PROMISED_BYTES, f"page and list of {PASSES:,} passes")


def main() -> None:
    """A server on a database of its own, one page, and what it took."""
    say(f"a programme of {PASSES:,} passes")
    call_command("migrate", verbosity=0)
    codes, pairing = made()
    module = ("passnumerique.console", "serve")
    with server(os.environ, module) as (port, _process), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        options = {"base_url": f"http://localhost:{port}", "locale": "fr-FR", "viewport": PHONE}
        page = browser.new_context(**options).new_page()
        taken_along = opened(page, pairing)
        report(measured(page, codes), taken_along)
        browser.close()


if __name__ == "__main__":
    main()
