"""On the demonstration, by links and buttons alone: the manager prepares an extension, the council votes it, the act is
published, both amendments are signed, and a pass that had lapsed is taken again."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.demonstration import Installation, copied, served
from tests.papers import text_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SIGN_IN = re.compile(r"(\S+@verdun\.example)\s+(\S+)")
EVENTS = "SELECT state, count(*), (SELECT count(*) FROM vouchers_event) FROM vouchers_voucher GROUP BY state ORDER BY 1"
"""What is said of every pass: an extension that wrote one would move these."""
AMENDMENTS = ("Avenant n° 1 à la convention du", "Avenant n° 1 à la convention de mandat")
CODE = """
import json
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.queries.history import codes_of
row = Voucher.objects.filter(state="held").exclude(lot__nonce=b"").order_by("number")[0]
print(json.dumps([row.number, codes_of(row.programme_id, [row.id])[row.id]]))
"""


@pytest.fixture
def installation(verdun: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Verdun on the evening of 13 December 2022, to be changed."""
    return copied(verdun, tmp_path_factory.mktemp("prolonged"), "prolonged")


@pytest.fixture
def desk(installation: Installation, chromium: "Browser") -> Iterator[Callable[..., "Page"]]:
    """`desk("gestion")`: somebody of the demonstration, signed in; `desk()`: anybody, who is no one there."""
    people = dict(SIGN_IN.findall(installation.passnum("demo", "--until", "2022-12-13")))
    with served(installation) as address:
        contexts = []

        def sit(name: str = "") -> "Page":
            context = chromium.new_context(base_url=address, locale="fr-FR", reduced_motion="reduce")
            context.set_default_timeout(60_000)
            contexts.append(context)
            page = context.new_page()
            if name:
                page.goto("/verdun/")
                page.fill("input[type=email]", f"{name}@verdun.example")
                page.fill("input[type=password]", people[f"{name}@verdun.example"])
                page.keyboard.press("Enter")
                expect(page.get_by_role("navigation").first).to_be_visible()
                page.wait_for_url(f"{address}/verdun/**")
            return page

        yield sit
        for context in contexts:
            context.close()


def says(page: "Page", *words: str) -> None:
    """The page says these words, its spaces of any width."""
    for one in words:
        expect(page.locator("main")).to_contain_text(re.compile(re.escape(one).replace(r"\ ", r"\s+")))


def go(page: "Page", *names: str) -> None:
    """Follow the links, or press the buttons, that are called so, one after the other."""
    for name in names:
        words = re.compile("^" + re.escape(name).replace(r"\ ", r"\s+"))
        main = page.locator("main")
        main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words)).first.click()


def menu(page: "Page", name: str) -> None:
    """Open a page by the menu, whose groups are folded when there are many pages."""
    link = page.locator("nav.menu a", has_text=name).first
    expect(link).to_be_attached()
    if not link.is_visible():
        link.locator("xpath=ancestor::details/summary").click()
    link.click()


def paper(page: "Page", name: str) -> str:
    """What the PDF behind a link says."""
    address = page.locator("main").get_by_role("link", name=name).first.get_attribute("href")
    return text_of(page.request.get(str(address)).body())


def move_to(page: "Page", day: str) -> None:
    """Let the demonstration go on to that evening, by the bar at the top: seconds, and more where others work."""
    page.locator("#demonstration-until").fill(day)
    page.get_by_role("button", name="Y aller").click(timeout=180_000)
    says(page, "Le temps a passé.")


def plan_a_sitting(secretary: "Page") -> None:
    menu(secretary, "Séances du conseil")
    go(secretary, "Prévoir une séance")
    secretary.get_by_label("Jour de la séance").fill("2022-12-20")
    secretary.get_by_label("Lieu").fill("Salle du conseil (fictif)")
    secretary.get_by_label("Comment").select_option("in_person")
    go(secretary, "Prévoir la séance")


def draft(manager: "Page") -> None:
    """Four questions, one page each; then the three documents stand as drafts."""
    menu(manager, "Calendrier")
    go(manager, "Prolonger le dispositif", "Préparer une prolongation")
    manager.locator("main textarea").fill("L’ANCT propose un avenant pour proroger le dispositif d’un an.")
    go(manager, "Continuer")
    manager.get_by_label(re.compile("31 décembre 2023")).check()
    go(manager, "Continuer")
    expect(
        manager.get_by_role("row", name=re.compile(r"valables après le 31 décembre 2022\s0\s1\s157"))
    ).to_be_visible()
    says(manager, "18 000,00 €", "Aucun euro ne bouge")
    go(manager, "Continuer")
    manager.get_by_label(re.compile("20 décembre 2022")).check()
    go(manager, "Rédiger les trois documents")
    says(manager, "à l’ordre du jour du 20 décembre 2022")
    for name in AMENDMENTS:
        menu(manager, "Calendrier")
        go(manager, "Prolonger le dispositif", name)
        told = paper(manager, "L’avenant en PDF")
        assert "PROJET" in told
        assert "31 mars 2024" in told


def convene(secretary: "Page") -> None:
    menu(secretary, "Séances du conseil")
    go(secretary, "Séance du 20 décembre 2022", "Convoquer le conseil", "Noter la convocation")
    told = paper(secretary, "La convocation en PDF")
    assert "Prolongation du dispositif" in told
    assert "moins de 1 200 pass sur 1 800" in told


def sit(secretary: "Page") -> None:
    """One is away, one is replaced, one gives a power; one abstains, the others are in favour, by name."""
    menu(secretary, "Séances du conseil")
    go(secretary, "Séance du 20 décembre 2022", "Ouvrir la séance")
    chosen = {"ADDENET": "Absent ou excusé", "n° 14": "Jean-Paul COLIN", "GRIGGIO": "Julien DIDRY"}
    for name, how in chosen.items():
        box = secretary.get_by_label(re.compile(name)).last
        value = box.locator("option").filter(has_text=how).last.get_attribute("value")
        box.select_option(value)
    secretary.get_by_label("Secrétaire de séance").select_option(label="Madame Jocelyne ANTOINE MALICK")
    go(secretary, "Ouvrir la séance")
    says(secretary, "22 présents pour 13 : atteint")
    go(secretary, "1. Prolongation du dispositif", "Passer au vote")
    secretary.get_by_label("Monsieur Philippe HENRY", exact=True).select_option(label="Abstention")
    go(secretary, "Enregistrer le vote")
    go(secretary, "Séance du 20 décembre 2022", "Clore la séance", "Clore la séance")
    told = paper(secretary, "Le procès-verbal en PDF")
    for words in ("Abstentions : Monsieur Philippe HENRY.", "Monsieur Antoni GRIGGIO à Monsieur Julien DIDRY"):
        assert words in told
    assert "DE_2022_12_004" in paper(secretary, "La liste des délibérations")


def refused(manager: "Page", why: str) -> None:
    """The board offers no way to apply it, and the address of that page is refused by the name of what is missing."""
    menu(manager, "Calendrier")
    go(manager, "Prolonger le dispositif")
    expect(manager.locator("main").get_by_role("link", name="Appliquer la prolongation")).to_have_count(0)
    manager.goto(f"{manager.url}appliquer/")
    go(manager, "Appliquer la prolongation")
    says(manager, why)


def publish(secretary: "Page") -> None:
    menu(secretary, "Séances du conseil")
    go(secretary, "Transmettre l’acte")
    secretary.get_by_label("Identifiant de la transmission").fill("055-ESSAI (fictif)")
    go(secretary, "Noter ces dates")
    says(secretary, "La délibération est exécutoire le 2 janvier 2023.")
    told = paper(secretary, "PDF")
    for words in ("Votants 23", "Pour 22", "Abstentions 1", "Exécutoire le 2 janvier 2023"):
        assert words in told


def sign_both(manager: "Page") -> None:
    for name in AMENDMENTS:
        menu(manager, "Calendrier")
        go(manager, "Prolonger le dispositif", name, "Noter la signature")
        manager.get_by_label("Signé par").fill("Julien DIDRY et le cocontractant (fictif)")
        go(manager, "Noter la signature")
        says(manager, "Les deux parties ont signé.")


def take(place: "Page", number: int, code: str) -> None:
    """A workshop of this evening, and the pass typed there."""
    menu(place, "Ateliers")
    go(place, "Programmer un atelier")
    place.get_by_label("Atelier ou module du plan").select_option(index=1)
    place.get_by_label("Début").fill("20:00")
    place.get_by_label("Fin").fill("22:00")
    go(place, "Programmer cet atelier")
    go(place, "Utiliser")
    place.get_by_label("Code du pass").fill(code)
    place.keyboard.press("Enter")
    says(place, f"Le pass n° {number} est pris.")


def test_the_extension_goes_from_draft_to_valid_passes(installation: Installation, desk: Callable[..., "Page"]) -> None:
    manager, secretary, anybody = desk("gestion"), desk("secretariat"), desk()
    plan_a_sitting(secretary)
    draft(manager)
    convene(secretary)
    refused(manager, "Le conseil ne s’est pas encore prononcé")
    move_to(secretary, "2022-12-20")
    sit(secretary)
    refused(manager, "ne produit pas encore d’effet")
    move_to(secretary, "2023-01-02")
    number, code = json.loads(installation.passnum("shell", "--verbosity", "0", "-c", CODE))
    anybody.goto(f"/p/{code}")
    says(anybody, "Ce pass n’est plus valable")
    publish(secretary)
    sign_both(manager)
    before = installation.rows(EVENTS)
    menu(manager, "Calendrier")
    go(manager, "Prolonger le dispositif", "Appliquer la prolongation", "Appliquer la prolongation")
    says(manager, "Le dispositif est prolongé à partir du 2 janvier 2023.")
    assert installation.rows(EVENTS) == before
    for day, closing in ((date(2023, 1, 1), "2022-12-31"), (date(2023, 1, 2), "2024-03-31")):
        assert installation.status(day)["dates"]["closing"] == closing
    anybody.reload()
    says(anybody, "Ce pass est valable", "jusqu’au 31 décembre 2023")
    take(desk("atelier-montmedy"), number, code)
    assert installation.differences() == []
