"""Pictures of the running product: the demonstration is played, served and photographed in Chromium.

`python -m tools.picture` writes docs/pictures/state.png, at a desk, docs/pictures/redeem-360.png, on a telephone,
the first page of each paper of the council and of its report, a poster, and the steps of an extension, so that the
pictures never lie. It needs what `make setup` leaves, and Chromium.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pypdfium2
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tools.picture_extension import take_extension

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pictures"
PORT = int(os.environ.get("PORT", "8731"))
ADDRESS = f"http://localhost:{PORT}"
SIGN_IN = re.compile(r"(\S+@verdun\.example)\s+(\S+)")
DESK, PHONE = ViewportSize(width=1280, height=1345), ViewportSize(width=360, height=800)
HEAVIEST = 250_000


def passnum(environment: Mapping[str, str], *words: str) -> str:
    """What a command says."""
    command = [sys.executable, "-m", "passnumerique.console", *words]
    return subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[None]:
    """The pages, until the block ends."""
    command = [sys.executable, "-m", "passnumerique.console", "serve", "--port", str(PORT)]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            _wait()
            yield
        finally:
            server.terminate()


def _wait() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{ADDRESS}/healthz").close()  # noqa: S310 — our own address
            return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise SystemExit("the pages do not answer")


def signed_in(browser: Browser, size: ViewportSize, email: str, password: str) -> Page:
    """A page at the desk of that person."""
    page = browser.new_context(viewport=size, locale="fr-FR").new_page()
    page.goto(f"{ADDRESS}/verdun/")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{ADDRESS}/verdun/**")
    return page


def look_at(page: Page, path: str) -> None:
    """Open a page. Refuses an answer that is not the page asked for: an error is not photographed."""
    answer = page.goto(ADDRESS + path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{path}: {answer and answer.status}")


def photograph(page: Page, name: str) -> None:
    """Write one picture. Refuses one that weighs too much for a page of documentation."""
    path = PICTURES / name
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")
    if path.stat().st_size > HEAVIEST:
        raise SystemExit(f"{path} is too heavy")


def written(name: str, picture: bytes) -> None:
    """Keep a picture made elsewhere than on a page."""
    (PICTURES / name).write_bytes(picture)
    print(f"docs/pictures/{name}  {len(picture) // 1000} kB")


def take(browser: Browser, people: Mapping[str, str]) -> None:
    """The state of the programme for its manager; a workshop's passes for a place, on a telephone; an extension."""
    desk = signed_in(browser, DESK, "gestion@verdun.example", people["gestion@verdun.example"])
    look_at(desk, "/verdun/etat/")
    photograph(desk, "state.png")
    take_papers(desk)
    take_reports(desk)
    take_extension(desk, written)
    place = next(email for email in people if email.startswith("atelier"))
    phone = signed_in(browser, PHONE, place, people[place])
    look_at(phone, "/verdun/ateliers/")
    look_at(phone, str(phone.locator("main a[href$='/utiliser/']").first.get_attribute("href")))
    photograph(phone, "redeem-360.png")


def photograph_paper(page: Page, path: str, name: str, leaf: int = 0) -> None:
    """Write one page of a PDF, the first by default, as a picture of a few grey tones. Refuses what is no PDF."""
    answer = page.request.get(ADDRESS + path)
    if not answer.ok or not answer.body().startswith(b"%PDF-"):
        raise SystemExit(f"{path}: {answer.status}")
    with pypdfium2.PdfDocument(answer.body()) as paper:
        picture = paper[leaf].render(scale=1.25).to_pil().convert("P", palette=1, colors=24)
        picture.save(PICTURES / name, optimize=True)
    print(f"docs/pictures/{name}  {(PICTURES / name).stat().st_size // 1000} kB")


def first_link(page: Page, path: str, shape: str) -> str:
    """The first address on a page that is of a shape. Refuses a page without one."""
    look_at(page, path)
    links = page.locator("main a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    found = [link for link in links if re.fullmatch(shape, link or "")]
    if not found:
        raise SystemExit(f"{path}: no link like {shape}")
    return str(found[0])


def take_papers(desk: Page) -> None:
    """The council's papers: the convocation with its note, minutes and list of its last sitting, and its last act."""
    sitting = first_link(desk, "/verdun/conseil/", r"/verdun/conseil/seances/[0-9a-f-]{36}/")
    for paper, name in (("convocation", "convocation"), ("proces-verbal", "minutes"), ("liste", "list")):
        photograph_paper(desk, f"{sitting}{paper}.pdf", f"{name}.png")
    photograph_paper(desk, f"{sitting}convocation.pdf", "notice.png", leaf=1)
    act = first_link(desk, "/verdun/deliberations/", r"/verdun/deliberations/[0-9a-f-]{36}/")
    photograph_paper(desk, f"{act}acte.pdf", "act.png")


def take_reports(desk: Page) -> None:
    """The report to the council, and a poster of the whole programme."""
    photograph_paper(desk, "/verdun/rapports/conseil/tous/rapport.pdf", "report-council.png")
    photograph_paper(desk, "/verdun/affiches/a4.pdf", "poster.png")


def main() -> None:
    """Play, serve, photograph."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/picture.sqlite3",
            "PASSNUM_DEMONSTRATION": "1",
            "PASSNUM_ADDRESS": ADDRESS,
        }
        people = dict(SIGN_IN.findall(passnum(environment, "demo", "--verbosity", "0")))
        with served(environment), sync_playwright() as playwright:
            french = os.environ | {"LANGUAGE": "fr"}
            browser = playwright.chromium.launch(
                executable_path=which("chromium"), args=["--no-sandbox", "--lang=fr-FR"], env=french
            )
            take(browser, people)
            browser.close()


if __name__ == "__main__":
    main()
