"""The tests are as strict as they say: what they should refuse is refused."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.template import Origin, Template
from django.template.context import Context

from tests.house.code import HOUSE, ROOT
from tests.templates import UnknownVariableError

if TYPE_CHECKING:
    from playwright.sync_api import Page

NARROW = """<!doctype html><html lang="fr"><title>Bonjour</title><main><h1>Bonjour</h1>"""


def test_an_unknown_variable_in_our_templates_is_an_error() -> None:
    ours = Origin(str(HOUSE / "web/templates/web/some.html"))
    with pytest.raises(UnknownVariableError, match="nobody"):
        Template("{{ nobody }}", origin=ours).render(Context())


def test_an_unknown_variable_in_templates_of_others_is_empty() -> None:
    theirs = Origin(str(ROOT / "elsewhere/account/login.html"))
    assert Template("{{ nobody }}", origin=theirs).render(Context()) == ""


@pytest.mark.django_db
def test_the_database_of_the_tests_is_the_one_people_use() -> None:
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert cursor.execute("PRAGMA reverse_unordered_selects").fetchone() == (1,)
    assert connection.settings_dict["NAME"].endswith(".sqlite3")


@pytest.mark.django_db
def test_a_list_that_asks_once_a_row_is_refused(
    queries_do_not_grow: Callable[[Callable[[], object], Callable[[], object]], int],
) -> None:
    def once_a_row() -> None:
        for kind in ContentType.objects.all():
            ContentType.objects.filter(pk=kind.pk).exists()

    def grow() -> None:
        ContentType.objects.create(app_label="grown", model="grown")

    with pytest.raises(AssertionError, match="queries became"):
        queries_do_not_grow(once_a_row, grow)
    assert queries_do_not_grow(lambda: list(ContentType.objects.all()), lambda: None) == 1


def test_a_page_that_shuts_people_out_is_refused(page: "Page", axe: "Callable[[Page], None]") -> None:
    page.set_content(f"{NARROW}<p>Un pass.</p></main></html>")
    axe(page)
    page.set_content(f"{NARROW}<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='></main></html>")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_a_page_wider_than_a_telephone_is_refused(phone: "Page", axe: "Callable[[Page], None]") -> None:
    head = "<meta name='viewport' content='width=device-width, initial-scale=1'>"
    wide = NARROW.replace("<main>", f"{head}<main>") + "<p style='width: 500px'>Un pass.</p></main></html>"
    phone.set_content(wide)
    with pytest.raises(AssertionError, match="pixels wider"):
        axe(phone)
