"""Pictures of an extension being prepared: its questions, its task list, both amendments as papers.

`python -m tools.picture` calls `take_extension`, which walks the wizard of the demonstration as a manager does.
"""

import io
import re
from collections.abc import Callable
from urllib.parse import urljoin

import pypdfium2
from PIL import Image
from playwright.sync_api import Page

Write = Callable[[str, bytes], None]
REASON = "L’ANCT propose un avenant à la convention pour proroger le dispositif d’un an."
WIDTH = 620
"""Pixels: enough to read an amendment, light enough for a page of documentation."""


def take_extension(manager: Page, write: Write) -> None:
    """The four questions, the task list, both amendments. The demonstration is changed by it."""
    manager.set_viewport_size({"width": 900, "height": 900})
    _plan_a_sitting(manager)
    manager.goto(_address(manager, "prolongation/"))
    _press(manager, "Préparer une prolongation")
    manager.fill("textarea", REASON)
    write("extension-why.png", _page(manager))
    _press(manager, "Continuer")
    manager.get_by_label(re.compile("31 décembre 2023")).check()
    write("extension-length.png", _page(manager))
    _press(manager, "Continuer")
    write("extension-effects.png", _page(manager))
    _press(manager, "Continuer")
    manager.locator("main input[type=radio]").first.check()
    _press(manager, "Rédiger les trois documents")
    write("extension-board.png", _page(manager))
    for name, kind in (("convention", "convention du"), ("mandate", "convention de mandat")):
        manager.goto(_address(manager, "prolongation/"))
        manager.locator("main .tasks a").filter(has_text=kind).first.click()
        manager.wait_for_load_state()
        address = manager.get_by_role("link", name="L’avenant en PDF").get_attribute("href") or ""
        write(f"amendment-{name}.png", _drawn(manager.request.get(urljoin(manager.url, address)).body()))


def _plan_a_sitting(manager: Page) -> None:
    manager.goto(_address(manager, "conseil/seances/ajouter/"))
    manager.fill("[name=on]", "2022-12-27")
    manager.fill("[name=place]", "Salle du conseil (fictif)")
    manager.select_option("[name=mode]", "in_person")
    manager.click("main form button[type=submit]")
    manager.wait_for_load_state()


def _address(page: Page, path: str) -> str:
    return re.sub(r"(/verdun/).*", rf"\g<1>{path}", page.url)


def _press(page: Page, words: str) -> None:
    main = page.locator("main")
    button = main.get_by_role("button", name=words, exact=True)
    button.or_(main.get_by_role("link", name=words, exact=True)).first.click()
    page.wait_for_load_state()


def _page(page: Page) -> bytes:
    """What the page says, without the frame around it, in few colours."""
    page.evaluate("document.activeElement.blur()")
    return _light(Image.open(io.BytesIO(page.locator("main").screenshot())))


def _drawn(pdf: bytes) -> bytes:
    """The first page of a paper, in few colours."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        return _light(page.render(scale=WIDTH / page.get_width()).to_pil())


def _light(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").quantize(48).save(file, "PNG", optimize=True)
    return file.getvalue()
