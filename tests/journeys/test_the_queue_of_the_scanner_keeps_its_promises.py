"""The queue of a device by itself, against a server that answers whatever it likes: what leaves, with whom, when."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from passnumerique.directory.rules import Role
from passnumerique.training.operations import add_participant
from tests.browser import PHONE
from tests.journeys.office import NOON, TODAY
from tests.journeys.scanner import kept_lines, open_scanner, present, sit_down, waiting, world_of_today
from tests.rooms.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

pytestmark = pytest.mark.django_db(transaction=True)
LINE = """{
  id: crypto.randomUUID(), mark: String(seq), sealed: "x", session: "s", title: "", place: "p", set: null,
  participant: null, scanned_at: "2022-12-13T12:00:00Z", told_at: 0, ready_at: 0, ...given
}"""


@pytest.fixture
def scripts(page: "Page") -> "Page":
    """A page that knows no device, whose scripts are asked by name."""
    page.goto("/scanner/")
    page.wait_for_selector("#pairing")
    return page


def sent(page: "Page", sets: list[list[dict[str, Any]]], answer: str) -> dict[str, Any]:
    """What is sent of these sets of lines, and where the lines then stand. `answer`: what the server answers to
    `items`, in JavaScript; it may throw `new Lost()` or `new Refused(422, {})`."""
    told: dict[str, Any] = page.evaluate(
        f"""async sets => {{
          const load = name => import(`/scanner/files/${{name}}.js`)
          const [{{ openStore }}, {{ sendAll }}, {{ Lost, Refused }}, {{ stepper, rulesOfPage }}, {{ Clock }}] =
            await Promise.all(["store", "sync", "wire", "rules", "clock"].map(load))
          const store = await openStore({{ step: stepper(await rulesOfPage()), name: crypto.randomUUID() }})
          let seq = 0
          for (const set of sets) await store.add(set.map(given => (++seq, {LINE})))
          const batches = []
          const wire = {{ send: async (_secret, items) => {{
            batches.push(items.map(item => item.seq))
            return {{ outcomes: {answer} }}
          }} }}
          const device = {{ secret: "", place: {{ id: "p" }} }}
          let fault = ""
          try {{
            await sendAll({{ store, wire, clock: new Clock(), device }})
          }} catch (caught) {{
            fault = caught.constructor.name
          }}
          const lines = (await store.latest(5000)).reverse()
          store.close()
          return {{ batches, lines, fault }}
        }}""",
        sets,
    )
    return told


ALL_TAKEN = "items.map(({ id }) => ({ id, status: 'redeemed', number: 1 }))"


def test_the_passes_of_one_person_are_never_cut_apart(scripts: "Page") -> None:
    single: list[dict[str, Any]] = [{}]
    together = [{"set": "A"}, {"set": "A"}, {"set": "A"}]
    told = sent(scripts, [[{}] * 499, together, single], ALL_TAKEN)
    assert [len(batch) for batch in told["batches"]] == [499, 4]
    assert {line["state"] for line in told["lines"]} == {"taken"}


def test_what_the_server_cannot_read_stands_aside_and_holds_nobody_back(scripts: "Page") -> None:
    refuse_the_third = (
        f"items.some(({{ seq }}) => seq === 3) ? (() => {{ throw new Refused(422, {{}}) }})() : {ALL_TAKEN}"
    )
    told = sent(scripts, [[{}] * 8], refuse_the_third)
    assert [line["seq"] for line in told["lines"] if line["lane"] == "aside"] == [3]
    assert [line["state"] for line in told["lines"]].count("taken") == 7
    assert told["fault"] == ""


def test_lines_without_an_answer_of_their_own_wait_again(scripts: "Page") -> None:
    all_but_one = f"batches.length > 1 ? {ALL_TAKEN} : {ALL_TAKEN}.slice(1)"
    told = sent(scripts, [[{}] * 3], all_but_one)
    assert told["batches"] == [[1, 2, 3], [1]]
    strangers = "items.map(() => ({ id: crypto.randomUUID(), status: 'redeemed' }))"
    told = sent(scripts, [[{}] * 3], strangers)
    assert (told["fault"], {line["state"] for line in told["lines"]}) == ("Lost", {"queued"})
    told = sent(scripts, [[{}] * 3], "items.map(({ id }) => ({ id, status: 'something new' }))")
    assert (told["fault"], {line["state"] for line in told["lines"]}) == ("Lost", {"queued"})


def test_a_code_leaves_the_device_with_its_answer(scripts: "Page") -> None:
    told = sent(scripts, [[{}]], ALL_TAKEN)
    assert "sealed" not in told["lines"][0]


def test_a_line_that_may_still_be_cancelled_and_one_of_another_place_are_not_sent(scripts: "Page") -> None:
    soon = scripts.evaluate("Date.now() + 4000")
    far = scripts.evaluate("Date.now() + 400 * 86400000")
    told = sent(scripts, [[{"ready_at": soon}], [{"place": "q"}], [{"ready_at": far}]], ALL_TAKEN)
    assert told["batches"] == [[3]], "a clock set back must not hold a line for a year"
    assert [line["lane"] for line in told["lines"]] == ["queued", "aside", "settled"]


@pytest.fixture
def world() -> World:
    return world_of_today()


def test_the_queue_leaves_though_the_page_is_closed(world: World, new_page: Callable[..., "Page"]) -> None:
    (number,) = world.hand_over()
    world.session(TODAY)
    page = new_page(viewport=PHONE)
    open_scanner(page, world)
    sit_down(page)
    page.context.set_offline(True)
    present(page, world.code(number), "valid")
    blank = page.context.new_page()
    blank.goto("about:blank")
    page.close()
    answers: list[dict[str, Any]] = []
    _note_answers(blank.context, answers)
    blank.context.set_offline(False)
    _network_is_back(blank)
    _until(blank, lambda: bool(answers))
    assert [one["status"] for one in answers] == ["redeemed"]
    page = blank.context.new_page()
    page.goto("/scanner/")
    waiting(page, 0)
    assert [line["state"] for line in kept_lines(page)] == ["taken"]


@pytest.mark.parametrize("status", [401, 403, 404], ids=str)
def test_a_network_in_between_that_says_no_revokes_nothing(
    world: World, new_page: Callable[..., "Page"], status: int
) -> None:
    (number,) = world.hand_over()
    world.session(TODAY)
    page = new_page(viewport=PHONE)
    open_scanner(page, world)
    sit_down(page)
    page.context.route("**/scanner/api/**", lambda route: route.fulfill(status=status, body="<h1>Portail</h1>"))
    present(page, world.code(number), "valid")
    page.get_by_text("Le serveur ne répond pas").first.wait_for()
    assert page.is_visible("#tabs")
    page.context.unroute("**/scanner/api/**")
    waiting(page, 0)
    assert [line["state"] for line in kept_lines(page)] == ["taken"]


def test_who_was_expected_is_forgotten_with_the_list(world: World, new_page: Callable[..., "Page"]) -> None:
    session = world.session(TODAY)
    common = {"programme_id": world.programme_id, "by": world.actor(Role.PLACE), "at": NOON}
    add_participant(session_id=session, label="Noé (fictif)", **common)
    page = new_page(viewport=PHONE)
    open_scanner(page, world)
    kept = """async () => {
      const { openDB } = await import("/static/vendor/idb.js")
      const db = await openDB("scanner")
      const roster = await db.get("kept", "roster")
      db.close()
      return JSON.stringify(roster.sessions)
    }"""
    assert "Noé (fictif)" in page.evaluate(kept)
    page.context.set_offline(True)
    page.add_init_script("const now = Date.now; Date.now = () => now() + 3 * 86400000")
    page.reload()
    page.get_by_text("Aucun atelier prévu aujourd’hui").wait_for()
    assert page.evaluate(kept) == "[]"


def _note_answers(context: "BrowserContext", answers: list[dict[str, Any]]) -> None:
    def note(route: "Route") -> None:
        told = route.fetch()
        answers.extend(json.loads(told.text())["outcomes"])
        route.fulfill(response=told)

    context.route("**/scanner/api/sync", note)


def _network_is_back(page: "Page") -> None:
    """What the browser tells the service worker by itself, some time after the network returned."""
    session = page.context.new_cdp_session(page)
    known: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    _until(page, lambda: bool(known))
    origin = known[0]["scopeURL"].removesuffix("/scanner/")
    event = {"origin": origin, "registrationId": known[0]["registrationId"], "tag": "lines", "lastChance": False}
    session.send("ServiceWorker.dispatchSyncEvent", event)


def _until(page: "Page", happened: Callable[[], bool]) -> None:
    for _ in range(300):
        if happened():
            return
        page.wait_for_timeout(50)  # lets the events of the browser come in
    raise AssertionError("it did not happen within fifteen seconds")
