"""Pictures of the money of a programme and of its end, from the demonstration played to 31 March 2024.

`python -m tools.picture_accounts` writes, in docs/pictures: the page of the accounts and the first page of their
rendering, the exposure on a telephone, the checklist of the end, the contradictory
statement and the credit note. It needs what `make setup` leaves, Chromium, and some minutes.
"""

import os
import tempfile
from collections.abc import Mapping
from shutil import which

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tools.picture import ADDRESS, PHONE, SIGN_IN, first_link, look_at, passnum, photograph, served, signed_in
from tools.picture import photograph_paper as paper

CLOSED = "2024-03-31"
DESK = ViewportSize(width=1100, height=1000)
PERIOD = "first=2023-01-01&last=2023-12-31"
END = "as_of=2024-02-06"


def take(browser: Browser, people: Mapping[str, str]) -> None:
    """What the finance officer and the manager see; the papers of the end."""
    desk = signed_in(browser, DESK, "finances@verdun.example", people["finances@verdun.example"])
    look_at(desk, f"/verdun/comptes/?{PERIOD}")
    photograph(desk, "accounts.png")
    paper(desk, f"/verdun/comptes/reddition.pdf?{PERIOD}", "rendering.png")
    look_at(desk, f"/verdun/cloture/?{END}")
    photograph(desk, "closing.png")
    paper(desk, "/verdun/cloture/etat-contradictoire.pdf", "contradictory-statement.png")
    paper(desk, "/verdun/cloture/avoir.pdf", "credit-note.png")
    look_at(desk, first_link(desk, "/verdun/rapprochement/", r"/verdun/rapprochement/ecarts/credit_apart:note/"))
    photograph(desk, "credit-note-apart.png")
    phone = signed_in(browser, PHONE, "finances@verdun.example", people["finances@verdun.example"])
    look_at(phone, "/verdun/comptes/exposition/?as_of=2023-06-30")
    photograph(phone, "exposure-360.png")


def main() -> None:
    """Play to the closing, serve, photograph."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/picture.sqlite3",
            "PASSNUM_DEMONSTRATION": "1",
            "PASSNUM_ADDRESS": ADDRESS,
        }
        people = dict(SIGN_IN.findall(passnum(environment, "demo", "--until", CLOSED, "--verbosity", "0")))
        with served(environment), sync_playwright() as playwright:
            french = os.environ | {"LANGUAGE": "fr"}
            browser = playwright.chromium.launch(
                executable_path=which("chromium"), args=["--no-sandbox", "--lang=fr-FR"], env=french
            )
            take(browser, people)
            browser.close()


if __name__ == "__main__":
    main()
