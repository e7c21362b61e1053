"""Every piece of the pages, walked with the accessibility checker on a desk and on a telephone."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

TARGETS = ".button, .menu-toggle, select, input:not([type=hidden], [type=checkbox], [type=radio])"

pytestmark = pytest.mark.urls("tests.gallery")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_gallery_is_clean(
    new_page: Callable[..., "Page"], axe: Callable[["Page"], None], width: int, scheme: str
) -> None:
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto("/planche/")
    axe(page)


def test_what_must_be_corrected_takes_the_focus_and_leads_to_its_field(page: "Page") -> None:
    page.goto("/planche/")
    assert page.title().startswith("Erreur")
    page.wait_for_selector("[data-focus]:focus")
    page.get_by_role("link", name="Nombre de pass").click()
    page.wait_for_selector("#id_count:focus")


def test_the_menu_is_folded_on_a_telephone_and_opens_by_keyboard(phone: "Page") -> None:
    phone.goto("/planche/")
    link = phone.get_by_role("link", name="État du dispositif", exact=True).first
    assert not link.is_visible()
    phone.get_by_role("button", name="Menu").press("Enter")
    assert link.is_visible()


def test_the_longest_menu_fits_a_small_screen_and_one_group_is_open(page: "Page") -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/planche/")
    groups = page.locator(".menu-group")
    assert groups.evaluate_all("all => all.map(one => one.open)") == [True, False, False, False, False, False]
    for place in range(6):
        if place:
            groups.nth(place).locator("summary").press("Enter")
        assert page.locator(".menu-group[open]").count() == 1
        assert page.locator("#menu-list").evaluate("list => list.getBoundingClientRect().bottom") <= 800


def test_a_filter_sends_itself_and_leaves_empty_fields_out_of_the_address(page: "Page") -> None:
    page.goto("/planche/?sort=name")
    page.get_by_label("Stock", exact=True).select_option("low")
    page.wait_for_url("**/planche/?sort=name&state=low")


def test_every_target_is_large_enough_for_a_tired_thumb(phone: "Page") -> None:
    phone.goto("/planche/")
    sizes = phone.locator(TARGETS).evaluate_all(
        "all => all.filter(e => e.checkVisibility())"
        ".map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect().height])"
    )
    assert sizes
    assert not [(what, height) for what, height in sizes if height < 44]


def test_the_style_sheet_stays_small(root: Path) -> None:
    sheet = root / "passnumerique" / "web" / "static" / "web" / "house.css"
    assert len(gzip.compress(sheet.read_bytes())) <= 12_000
