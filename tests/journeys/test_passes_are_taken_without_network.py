"""A workshop in a hall without signal: passes are taken, the tab dies, the network returns, each counts once."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import Error

from passnumerique.directory.models import Device
from passnumerique.directory.operations import revoke_device
from passnumerique.scanner import pages
from passnumerique.training.models import Dispute
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.rules import State
from tests.browser import CHROMIUM, FLAGS, PHONE
from tests.journeys.office import TODAY
from tests.journeys.scanner import (
    film,
    kept_lines,
    lines,
    open_scanner,
    plain,
    present,
    printed_cards,
    show,
    sit_down,
    waiting,
    world_of_today,
)
from tests.rooms.race import clean
from tests.rooms.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

pytestmark = pytest.mark.django_db(transaction=True)
MORNING = date(2022, 10, 3)
THIRTY = 30


@pytest.fixture
def world(settings: Any) -> World:
    settings.REQUIRE_SECOND_FACTOR = False
    return world_of_today(quantity=60, booklets=4)


@pytest.fixture
def numbers(world: World) -> list[int]:
    """Four passes in the hands of people since this morning."""
    return world.hand_over(4, day=MORNING)


@pytest.fixture
def scanner(world: World, numbers: list[int], phone: "Page") -> "Page":
    """A telephone before the one workshop of today, its list taken along."""
    world.session(TODAY, seats=60)
    open_scanner(phone, world)
    sit_down(phone)
    return phone


@pytest.fixture
def filmed(chromium: Any, live_server: object) -> Iterator[Callable[[Path], "BrowserContext"]]:
    """`filmed(video)`: a telephone whose camera sees that video, over and over."""
    opened = []

    def make(video: Path) -> "BrowserContext":
        fake = [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={video}",
        ]
        browser = chromium.browser_type.launch(executable_path=CHROMIUM, headless=True, args=[*FLAGS, *fake])
        opened.append(browser)
        options = {"base_url": str(live_server), "locale": "fr-FR", "viewport": PHONE, "reduced_motion": "reduce"}
        context = browser.new_context(**options)
        context.set_default_timeout(30_000)
        return context  # type: ignore[no-any-return]

    yield make
    for browser in opened:
        browser.close()


def kill(page: "Page") -> None:
    """The tab dies at once, as when the system needs its memory: nothing of the page runs any more."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    page.close()


def reopened(page: "Page") -> "Page":
    """The scanner opened again in a new tab, without network: the page comes from the device."""
    fresh = page.context.new_page()
    fresh.goto("/scanner/")
    sit_down(fresh)
    return fresh


def test_thirty_printed_cards_are_taken_by_camera_offline_the_tab_killed_and_each_counts_once(
    world: World, filmed: Callable[[Path], "BrowserContext"], tmp_path: Path
) -> None:
    numbers = [number for _person in range(3) for number in world.hand_over(THIRTY // 3, day=MORNING)]
    here, there = world.session(TODAY, seats=60), world.session(TODAY, place=1)
    cards = printed_cards(world, world.lots[0], "1-3")
    assert len(cards) == THIRTY
    page = filmed(film(tmp_path / "cards.y4m", cards)).new_page()
    open_scanner(page, world)
    sit_down(page)
    page.context.set_offline(True)
    # Meanwhile the other place, which has network, takes one of them.
    assert [one.refusal for one in world.redeem(there, numbers[-1:], TODAY, place=1)] == [None]
    page.get_by_role("button", name="Ouvrir la caméra").click()
    page.get_by_text("12 pass à envoyer").wait_for(timeout=60_000)
    kill(page)
    page = reopened(page)
    assert "Hors ligne" in page.inner_text("#top")
    page.get_by_role("button", name="Ouvrir la caméra").click()
    waiting(page, THIRTY)
    assert world.states()[State.REDEEMED] == 1
    page.get_by_role("button", name="Fermer la caméra").click()
    page.context.set_offline(False)
    waiting(page, 0)
    show(page, "lines")
    lines(page, "disputed").wait_for()
    assert lines(page, "taken").count() == THIRTY - 1
    assert "double prise n° 1" in plain(lines(page, "disputed").inner_text())
    rows = Redemption.objects.filter(programme_id=world.programme_id)
    assert sorted(rows.values_list("voucher_id", flat=True)) == sorted(set(rows.values_list("voucher_id", flat=True)))
    assert world.states()[State.REDEEMED] == THIRTY
    assert rows.filter(training_session_id=here).count() == THIRTY - 1
    dispute = Dispute.objects.get()
    assert (dispute.voucher_number, dispute.contested_place_id) == (numbers[-1], world.places[0])
    assert clean(world)


def test_a_revoked_device_sends_nothing_keeps_its_queue_and_sends_it_once_paired_again(
    world: World, numbers: list[int], scanner: "Page"
) -> None:
    scanner.context.set_offline(True)
    for number in numbers[:3]:
        present(scanner, world.code(number), "valid")
    device = Device.objects.get()
    revoke_device(programme_id=world.programme_id, device_id=device.id, by=world.manager, at=timezone.now())
    scanner.context.set_offline(False)
    scanner.get_by_role("heading", name="Cet appareil ne peut plus prendre de pass").wait_for()
    assert "3 pass pris attendent sur cet appareil" in plain(scanner.inner_text("main"))
    assert not scanner.is_visible("#tabs")
    assert State.REDEEMED not in world.states()
    scanner.reload()
    scanner.get_by_role("heading", name="Cet appareil ne peut plus prendre de pass").wait_for()
    assert len(kept_lines(scanner)) == 3
    open_scanner(scanner, world)
    waiting(scanner, 0)
    assert world.states()[State.REDEEMED] == 3
    assert clean(world)


def test_what_was_taken_for_one_place_never_leaves_for_another(
    world: World, numbers: list[int], scanner: "Page"
) -> None:
    scanner.context.set_offline(True)
    present(scanner, world.code(numbers[0]), "valid")
    revoke_device(
        programme_id=world.programme_id, device_id=Device.objects.get().id, by=world.manager, at=timezone.now()
    )
    scanner.context.set_offline(False)
    scanner.get_by_role("heading", name="Cet appareil ne peut plus prendre de pass").wait_for()
    open_scanner(scanner, world, place=1)
    scanner.get_by_text("1 pass gardé sans être envoyé").wait_for()
    assert State.REDEEMED not in world.states()
    show(scanner, "lines")
    assert "pour un autre lieu" in lines(scanner, "aside").inner_text()


def test_a_lost_answer_and_a_torn_one_are_asked_again_and_count_once(
    world: World, numbers: list[int], scanner: "Page"
) -> None:
    scanner.context.set_offline(True)
    for number in numbers[:3]:
        present(scanner, world.code(number), "valid")
    sent: list[list[str]] = []

    def tear(route: "Route") -> None:
        """The server takes the passes; the first answer is lost, the second is cut in half."""
        sent.append([item["id"] for item in json.loads(route.request.post_data or "")["items"]])
        if len(sent) > 2:
            return route.continue_()
        answer = route.fetch()
        return route.abort() if len(sent) == 1 else route.fulfill(response=answer, body=answer.text()[:40])

    scanner.context.route("**/scanner/api/sync", tear)
    scanner.context.set_offline(False)
    scanner.get_by_text("Le serveur ne répond pas").first.wait_for()
    waiting(scanner, 0)
    assert len(sent) >= 3
    assert sent[0][0] == sent[1][0] == sent[2][0]
    assert len({one for batch in sent for one in batch}) == 3
    assert kept_lines(scanner)[0]["outcome"]["status"] == "replayed"
    assert world.states()[State.REDEEMED] == 3


def test_a_body_cut_in_half_is_refused_whole_and_sent_again(world: World, numbers: list[int], scanner: "Page") -> None:
    scanner.context.set_offline(True)
    for number in numbers[:2]:
        present(scanner, world.code(number), "valid")
    cut: list[int] = []

    def halve(route: "Route") -> None:
        body = route.request.post_data or ""
        cut.append(len(body))
        route.continue_(post_data=body[: len(body) // 2]) if len(cut) == 1 else route.continue_()

    scanner.context.route("**/scanner/api/sync", halve)
    scanner.context.set_offline(False)
    waiting(scanner, 0)
    show(scanner, "lines")
    lines(scanner, "taken").nth(1).wait_for()
    assert len(cut) > 1
    assert world.states()[State.REDEEMED] == 2


def test_a_full_disk_is_said_in_large_letters_and_nothing_is_said_to_be_taken(
    world: World, numbers: list[int], scanner: "Page"
) -> None:
    scanner.evaluate("""() => {
      window.add = IDBObjectStore.prototype.add
      IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError") }
    }""")
    assert "La mémoire de l’appareil est pleine" in present(scanner, world.code(numbers[0]), "full")
    assert kept_lines(scanner) == []
    size = "parseFloat(getComputedStyle(document.querySelector('.answer-word')).fontSize)"
    assert scanner.evaluate(size) > 36
    scanner.evaluate("() => { IDBObjectStore.prototype.add = window.add }")
    present(scanner, world.code(numbers[0]), "valid")
    waiting(scanner, 0)
    assert world.states()[State.REDEEMED] == 1


@pytest.mark.parametrize("days", [365, -365], ids=["ahead", "behind"])
def test_a_clock_a_year_off_is_said_and_the_pass_is_noted_at_its_true_hour(
    world: World, new_page: Callable[..., "Page"], days: int
) -> None:
    (number,) = world.hand_over(day=MORNING)
    world.session(TODAY)
    page = new_page(viewport=PHONE)
    page.add_init_script(f"""
      const true_now = Date.now
      Date.now = () => true_now() + {days} * 86400000
      const TrueDate = Date
      globalThis.Date = class extends TrueDate {{
        constructor(...given) {{ given.length ? super(...given) : super(TrueDate.now()) }}
      }}
    """)
    open_scanner(page, world)
    said = "avance de 365 jours" if days > 0 else "retarde de 365 jours"
    page.get_by_text(said).first.wait_for()
    sit_down(page)
    present(page, world.code(number), "valid")
    waiting(page, 0)
    row = Redemption.objects.get(programme_id=world.programme_id)
    assert row.redeemed_at.date() == TODAY


def test_ten_thousand_waiting_lines_leave_in_batches_and_each_is_answered(
    world: World, numbers: list[int], scanner: "Page"
) -> None:
    scanner.context.set_offline(True)
    present(scanner, world.code(numbers[0]), "valid")
    copy = """async () => {
      const { openDB } = await import("/static/vendor/idb.js")
      const db = await openDB("scanner")
      const [line] = await db.getAll("lines")
      const tx = db.transaction(["lines", "kept"], "readwrite")
      for (let seq = line.seq + 1; seq <= 10000; seq++) {
        const id = line.id.slice(0, 24) + seq.toString(16).padStart(12, "0")
        await tx.objectStore("lines").add({ ...line, id, seq, mark: String(seq) })
      }
      await tx.objectStore("kept").put(10000, "seq")
      await tx.done
      db.close()
    }"""
    scanner.evaluate(copy)
    sizes: list[int] = []

    def count(route: "Route") -> None:
        sizes.append(len(json.loads(route.request.post_data or "")["items"]))
        route.continue_()

    scanner.context.route("**/scanner/api/sync", count)
    scanner.context.set_offline(False)
    waiting(scanner, 0)
    assert sizes == [500] * 20
    show(scanner, "lines")
    scanner.get_by_role("button", name="J’ai tout lu").click()
    scanner.locator(".screen-tabs .count").wait_for(state="detached")
    assert Counter(line["state"] for line in kept_lines(scanner)) == {"taken": 1, "refused": 9_999}
    assert world.states()[State.REDEEMED] == 1


def test_the_page_opens_without_network_and_says_so(
    world: World, numbers: list[int], scanner: "Page", axe: Any
) -> None:
    scanner.context.set_offline(True)
    fresh = reopened(scanner)
    assert "Hors ligne" in fresh.inner_text("#top")
    axe(fresh)
    show(fresh, "device")
    assert "Gardée sur l’appareil" in plain(fresh.inner_text("[data-fact=device_page]"))


def test_two_tabs_send_one_queue_once(world: World, numbers: list[int], scanner: "Page") -> None:
    other = scanner.context.new_page()
    other.goto("/scanner/")
    sit_down(other)
    sent: list[str] = []
    scanner.context.route(
        "**/scanner/api/sync", lambda route: (sent.append(route.request.post_data), route.continue_())
    )
    scanner.context.set_offline(True)
    for page, number in zip([scanner, other] * 2, numbers, strict=True):
        present(page, world.code(number), "valid")
    assert "avec cet appareil" in present(other, world.code(numbers[0]), "already_used")
    scanner.context.set_offline(False)
    waiting(scanner, 0)
    waiting(other, 0)
    ids = [item["id"] for body in sent for item in json.loads(body)["items"]]
    assert len(ids) == len(set(ids)) == 4
    assert world.states()[State.REDEEMED] == 4


def test_a_new_version_of_the_page_waits_until_it_is_asked_for_and_loses_nothing(
    world: World, numbers: list[int], scanner: "Page", monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = pages.told().replace(b'VERSION = "', b'VERSION = "newer-')
    monkeypatch.setattr(pages, "told", lambda: newer)
    scanner.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update()).then(() => null)")
    scanner.get_by_text("Une nouvelle version du scanner est prête").wait_for()
    scanner.context.set_offline(True)
    present(scanner, world.code(numbers[0]), "valid")
    scanner.get_by_role("button", name="Mettre à jour", exact=True).click()
    waiting(scanner, 1)
    show(scanner, "device")
    scanner.get_by_text("Version newer-").wait_for()
    assert [line["state"] for line in kept_lines(scanner)] == ["queued"]
