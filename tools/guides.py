"""Pictures of the user guides: the demonstration is played, served, walked as its people do, and photographed.

`python -m tools.guides` writes docs/guides/pictures: at a desk (1280 pixels), on a telephone (360), on the tablet
of a workshop, so that the guides never lie. It needs what `make setup` leaves, and Chromium.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from passnumerique.ground.codes import derive_code
from tools.picture import ADDRESS, ROOT, SIGN_IN, look_at, passnum, served, signed_in

FOLDER = ROOT / "docs/guides/pictures"
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)
TABLET = ViewportSize(width=820, height=900)
COLOURS, HEAVIEST = 48, 60_000
LETTER_WIDTH = 620
ASK = """
import json
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.queries.history import codes_of
def code(state, rank=0):
    row = Voucher.objects.filter(state=state).exclude(lot__nonce=b"").order_by("-number")[rank]
    return [row.number, codes_of(row.programme_id, [row.id])[row.id]]
found = {state: code(state) for state in ("held", "reimbursed", "replaced", "redeemed")}
print(json.dumps(found | {"later": code("held", 1)}))
"""


@dataclass(frozen=True)
class Walk:
    """One browser, the people of the demonstration with their passwords, and some passes by their state:
    number and code."""

    browser: Browser
    people: Mapping[str, str]
    passes: Mapping[str, tuple[int, str]]

    def at(self, desk: str, size: ViewportSize) -> Page:
        """The page of the person whose address begins so."""
        email = next(one for one in self.people if one.startswith(desk))
        return signed_in(self.browser, size, email, self.people[email])

    def anybody(self, size: ViewportSize) -> Page:
        """A page without sign-in."""
        return self.browser.new_context(viewport=size, locale="fr-FR").new_page()


def photograph(page: Page, name: str) -> None:
    """Write one picture of what the window shows, with few colours, the banner of the demonstration left out."""
    path = FOLDER / f"{name}.png"
    page.evaluate("document.querySelector('.demonstration')?.remove()")
    page.screenshot(path=path, animations="disabled", caret="hide")
    with Image.open(path) as picture:
        _keep(picture, path)


def _keep(picture: Image.Image, path: Path) -> None:
    """Refuses a picture that weighs too much for a guide."""
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}  {path.stat().st_size // 1000} kB")
    if path.stat().st_size > HEAVIEST:
        raise SystemExit(f"{path} is too heavy")


def photograph_paper(content: bytes, name: str) -> None:
    """Write a picture of the first page of a paper."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        _keep(page.render(scale=LETTER_WIDTH / page.get_width()).to_pil(), FOLDER / f"{name}.png")


def counter(walk: Walk) -> None:
    """A structure hands passes over, books a seat and prints the letter."""
    for size, wide, phone in ((DESK, "1280", "06 39 98 00 01"), (PHONE, "360", "06 39 98 00 02")):
        page = walk.at("association-aines", size)
        look_at(page, "/verdun/remettre/")
        photograph(page, f"remettre-{wide}")
        page.get_by_label("Nombre de pass").fill("2")
        for words in ("60 à 69 ans", "Retraité"):
            page.get_by_text(words, exact=True).click()
        page.get_by_label("Commune de résidence").fill("Montmédy")
        for name in ("needs", "autonomy"):
            page.locator(f"#id_{name}_0").check(force=True)
        page.locator("details:has(#id_phone) summary").click()
        page.fill("#id_phone", phone)
        page.locator("#id_consent").check(force=True)
        page.get_by_role("button", name="Remettre ces pass").click()
        page.get_by_role("heading", name="Choisir un atelier").wait_for()
        photograph(page, f"choisir-{wide}")
        page.locator("[name=session]").first.check(force=True)
        page.get_by_role("button", name="Réserver", exact=True).click()
        page.get_by_role("heading", name="Les pass sont remis").wait_for()
        photograph(page, f"remis-{wide}")
    letter = page.get_by_role("link", name="Lettre en PDF").get_attribute("href")
    photograph_paper(page.request.get(f"{ADDRESS}{letter}").body(), "lettre")


def workshops(walk: Walk) -> None:
    """A place: its workshops, a series before it is agreed to, the sheet and a signature on the tablet."""
    for size, wide in ((DESK, "1280"), (PHONE, "360")):
        page = walk.at("atelier-montmedy", size)
        look_at(page, "/verdun/ateliers/")
        photograph(page, f"ateliers-{wide}")
    desk = walk.at("atelier-montmedy", DESK)
    look_at(desk, "/verdun/ateliers/series/programmer/")
    desk.locator("main select").first.select_option(index=1)
    desk.get_by_label("Premier jour").fill("2022-12-14")
    desk.get_by_label("Dernier jour").fill("2022-12-31")
    desk.get_by_label("Début").fill("14:00")
    desk.locator("main form button[type=submit]").first.click()
    desk.get_by_text("Vacances scolaires").or_(desk.get_by_text("vacances scolaires")).first.wait_for()
    photograph(desk, "serie-1280")
    tablet = walk.at("atelier-montmedy", TABLET)
    look_at(tablet, "/verdun/ateliers/")
    today = str(tablet.locator("main a[href$='/utiliser/']").first.get_attribute("href")).replace("utiliser/", "")
    look_at(tablet, f"{today}feuille/")
    photograph(tablet, "feuille-tablette")
    look_at(tablet, str(tablet.locator("main a[href$='/signer/']").nth(1).get_attribute("href")))
    _sign(tablet)
    photograph(tablet, "signer-tablette")


def _sign(page: Page) -> None:
    """Something like a signature, drawn with the mouse."""
    box = page.locator("canvas").bounding_box()
    if box is None:
        raise SystemExit("nothing to sign on")
    points = ((0.2, 0.7), (0.27, 0.25), (0.33, 0.75), (0.4, 0.35), (0.46, 0.65), (0.55, 0.4), (0.68, 0.6), (0.8, 0.35))
    for rank, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=8)
        if rank == 0:
            page.mouse.down()
    page.mouse.up()


def scanner(walk: Walk) -> None:
    """A telephone at the workshop: what it answers to each pass, without network, and what the server says."""
    desk = walk.at("atelier-montmedy", DESK)
    look_at(desk, "/verdun/appareils/ajouter/")
    desk.locator("main input[type=text]").first.fill("Téléphone de l’équipe (fictif)")
    desk.locator("main form button[type=submit]").first.click()
    code = desk.locator("#pairing").inner_text()
    page = walk.anybody(PHONE)
    page.goto(f"{ADDRESS}/scanner/#{code.replace('-', '')}")
    page.wait_for_selector("main form button:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-kept]")
    page.wait_for_selector(".answer")
    page.context.set_offline(True)
    unknown = derive_code(b"guides", b"unknown", 7)
    for name, verdict, given in (
        ("valide", "valid", walk.passes["held"][1]),
        ("deja-utilise", "already_used", walk.passes["reimbursed"][1]),
        ("bloque", "blocked", walk.passes["replaced"][1]),
        ("inconnu", "unknown", unknown),
        ("pas-un-pass", "not_code", "https://exemple.fr/menu-du-jour"),
    ):
        _answered(page, given, verdict)
        photograph(page, f"scanner-{name}")
    page.locator("[data-tab=lines]").click()
    page.locator("[data-state=queued]").first.wait_for()
    photograph(page, "scanner-envois")


def _answered(page: Page, given: str, verdict: str) -> None:
    """Type what is given; the answer must be that verdict."""
    before = page.get_attribute(".answer", "data-turn")
    page.fill("#code", given)
    page.locator("#code").press("Enter")
    page.wait_for_selector(f'.answer[data-verdict={verdict}]:not([data-turn="{before}"])')


def offices(walk: Walk) -> None:
    """The manager, the finance officer and the secretary."""
    desk, phone = walk.at("gestion", DESK), walk.at("gestion", PHONE)
    for name, path in (
        ("etat", "etat/"),
        ("parcours", "parcours/"),
        ("rythme", "rythme/"),
        ("agir", "agir/"),
        ("repartition", "repartition/"),
        ("couverture", "couverture/"),
        ("doubles-prises", "litiges/"),
        ("messages", "messages/"),
        ("pass", f"pass/{walk.passes['redeemed'][0]}/"),
    ):
        look_at(desk, f"/verdun/{path}")
        photograph(desk, f"{name}-1280")
    look_at(phone, "/verdun/litiges/")
    look_at(phone, str(phone.locator("main a[href*='/litiges/']").first.get_attribute("href")))
    photograph(phone, "double-prise-360")
    money = walk.at("finances", DESK)
    look_at(money, "/verdun/remboursements/")
    photograph(money, "remboursements-1280")
    look_at(money, _first(money, r"/remboursements/[0-9a-f-]{36}/$"))
    photograph(money, "demande-1280")
    council = walk.at("secretariat", DESK)
    look_at(council, "/verdun/conseil/")
    photograph(council, "seances-1280")
    look_at(council, _first(council, r"/conseil/seances/[0-9a-f-]{36}/$"))
    photograph(council, "seance-1280")


def _first(page: Page, pattern: str) -> str:
    """The first link of the page that is of that form."""
    links = page.locator("main a").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    return next(str(link) for link in links if re.search(pattern, link or ""))


def public(walk: Walk) -> None:
    """What anybody sees, and whoever holds a pass."""
    for size, wide in ((DESK, "1280"), (PHONE, "360")):
        page = walk.anybody(size)
        look_at(page, "/verdun/ateliers-ouverts/")
        photograph(page, f"ateliers-ouverts-{wide}")
    look_at(page, f"/p/{walk.passes['later'][1]}")
    photograph(page, "mon-pass-360")


def photograph_all(browser: Browser, environment: Mapping[str, str]) -> None:
    """Walk the demonstration that this environment serves, as each of its people, and write every picture."""
    people = dict(SIGN_IN.findall(passnum(environment, "demo", "--verbosity", "0")))
    passes = json.loads(passnum(environment, "shell", "--verbosity", "0", "-c", ASK))
    walk = Walk(browser, people, passes)
    with served(environment):
        counter(walk)
        workshops(walk)
        scanner(walk)
        public(walk)
        passnum(environment, "tick")
        offices(walk)


def environment_of(database: str) -> dict[str, str]:
    """What the commands need to play and serve the demonstration of that database."""
    return os.environ | {
        "DATABASE_URL": database,
        "PASSNUM_DEMONSTRATION": "1",
        "PASSNUM_ADDRESS": ADDRESS,
        "PASSNUM_MAIL": "console",
        "PASSNUM_SMS": "console",
    }


def main() -> None:
    """Play, serve, walk, photograph."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"),
            args=["--no-sandbox", "--lang=fr-FR"],
            env=os.environ | {"LANGUAGE": "fr"},
        )
        photograph_all(browser, environment_of(f"sqlite:///{folder}/guides.sqlite3"))
        browser.close()


if __name__ == "__main__":
    main()
