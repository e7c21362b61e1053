"""How long the pages of the demonstration take to answer, desk by desk.

For one person of each role: the pages of the menu, and the first page that each of them leads to (one
pass, one session, one claim…). Through Django's whole stack, signed in, as the demonstration stands on
13 December 2022. The floor is the health page, which asks the database one question and renders nothing.
"""

import re
from collections.abc import Iterator
from io import StringIO
from statistics import median
from time import perf_counter

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

import benchmarks.awake  # noqa: F401 — before the models
from benchmarks.telling import Line, say
from benchmarks.telling import tell as tell_line
from passnumerique.journeys.demonstration import sign_ins
from passnumerique.programmes.queries import every_programme

ROUNDS, PROMISED_MS = 9, 150
LINK = re.compile(r'href="(/[^"#?]*)"')
NOT_PAGES = re.compile(r"\.(pdf|csv|xlsx|svg|css|js|png)$|/deconnexion|/logout|/static/")


def milliseconds(browser: Client, address: str) -> float | None:
    """The median time of an answer; None where the page is not for this person or is no page."""
    first = browser.get(address)
    if first.status_code != 200 or not first["Content-Type"].startswith("text/html"):
        return None
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        browser.get(address)
        taken.append((perf_counter() - start) * 1000)
    return median(taken)


def links(browser: Client, address: str, slug: str) -> list[str]:
    """The pages of the programme that a page links to, in order."""
    answer = browser.get(address, follow=True)
    found = LINK.findall(answer.content.decode()) if answer["Content-Type"].startswith("text/html") else []
    return [link for link in dict.fromkeys(found) if link.startswith(f"/{slug}/") and not NOT_PAGES.search(link)]


def main_pages(browser: Client, slug: str) -> Iterator[str]:
    """The pages of the menu, each followed by the first page that only it leads to."""
    menu = links(browser, f"/{slug}/", slug)
    known = set(menu)
    for address in menu:
        yield address
        for link in links(browser, address, slug):
            if link not in known:
                known.add(link)
                yield link
                break


def main() -> None:
    """Every page with its median, the slowest last, and whether the promise is kept."""
    call_command("demo", verbosity=0, stdout=StringIO())
    programme = every_programme().get()
    assert programme.demonstration_day
    measured: dict[str, tuple[float, str]] = {}
    for one in sign_ins(programme.authority_id, programme.id, programme.demonstration_day):
        browser = Client()
        browser.force_login(
            get_user_model().objects.get(email=one.email), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        for address in main_pages(browser, programme.slug):
            if address not in measured and (taken := milliseconds(browser, address)) is not None:
                measured[address] = (taken, one.role)
    tell(measured, milliseconds_of_floor())


def milliseconds_of_floor() -> float:
    """The median time of the health page."""
    taken, browser = [], Client()
    for _ in range(50):
        start = perf_counter()
        assert browser.get("/healthz").status_code == 200
        taken.append((perf_counter() - start) * 1000)
    return median(taken)


def tell(measured: dict[str, tuple[float, str]], floor: float) -> None:
    """The table, and the promise."""
    slowest = sorted(measured.items(), key=lambda item: item[1])
    for address, (taken, role) in slowest:
        say(f"    {short(address):<46} {taken:9.2f} ms   {role}")
    whole = median(taken for taken, _role in measured.values())
    late = [address for address, (taken, _role) in slowest if taken > PROMISED_MS]
    line = Line("pages_median", whole, "ms", floor, whole / floor)
    tell_line(line, f"each < {PROMISED_MS} ms", not late, f"{len(measured)} pages")


def short(address: str) -> str:
    """An address whose long identifiers are left out."""
    return re.sub(r"[0-9a-f-]{36}", "…", address)


if __name__ == "__main__":
    main()
