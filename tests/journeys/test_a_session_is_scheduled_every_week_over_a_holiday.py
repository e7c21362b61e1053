"""In a real browser: a place plans a session every Monday of the winter, sees which days fall on holidays and
why, takes one out, and has its sessions at the same hour before and after the clocks change."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from passnumerique.directory.rules import Role
from passnumerique.ground.dates import clock_time, day_of
from passnumerique.programmes.models import Programme
from passnumerique.programmes.rules import Calendar
from passnumerique.training.models import TrainingSession
from tests.browser import DESK, PHONE
from tests.journeys.office import TODAY, signed_in
from tests.journeys.test_redeem_in_browser import sit_down
from tests.rooms.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
END = date(2023, 12, 31)
MONDAYS = [date(2023, 1, day) for day in (9, 16, 23, 30)] + [date(2023, 2, 6), date(2023, 2, 27)]
MONDAYS += [date(2023, 3, day) for day in (6, 13, 20, 27)] + [date(2023, 4, 3)]


@pytest.fixture
def world(settings: Any) -> World:
    """A world that lives on the 13th of December 2022 and trains until the end of 2023."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world(calendar=Calendar(END, END, END, date(2024, 2, 29), date(2024, 3, 31)))
    made.plan()
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


@pytest.fixture
def place(world: World) -> Client:
    return signed_in(world, Role.PLACE)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_a_session_every_monday_of_the_winter(
    world: World,
    place: Client,
    new_page: Callable[..., "Page"],
    live_server: object,
    axe: Callable[["Page"], None],
    size: dict[str, int],
) -> None:
    busy = world.session(date(2023, 1, 23), room="Salle 1")
    page = new_page(viewport=size)
    sit_down(page.context, place, str(live_server))
    page.goto("/verdun/ateliers/")
    page.get_by_role("link", name="Programmer une série").click()
    page.wait_for_selector("h1:text('Programmer une série')")
    axe(page)
    page.select_option("#id_what", label="1.1 – La souris")
    page.fill("#id_day", "2022-12-19")
    page.fill("#id_until", "2023-04-30")
    page.get_by_label("Lundi").focus()
    page.keyboard.press("Space")
    page.fill("#id_starts", "14:00")
    page.fill("#id_room", "Salle 1")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:text('Les dates de la série')")
    axe(page)
    told = plain(page.inner_text(".dates"))
    assert plain(page.inner_text(".lead")).startswith("10 ateliers peuvent avoir lieu.")
    assert "lundi 19 décembre 2022 – vacances scolaires : Vacances de Noël" in told
    assert "lundi 10 avril 2023 – jour férié : Lundi de Pâques" in told
    assert "lundi 23 janvier 2023 – un autre atelier a lieu dans cette salle" in told
    assert not TrainingSession.objects.exclude(id=busy).exists(), "nothing before the dates were seen"
    page.get_by_label("lundi 6 février 2023").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Programmer ces ateliers").click()
    page.wait_for_selector("text=9 ateliers sont programmés.")
    axe(page)
    rows = TrainingSession.objects.exclude(id=busy).order_by("starts_at")
    kept = [day for day in MONDAYS if day not in {date(2023, 1, 23), date(2023, 2, 6)}]
    assert [day_of(row.starts_at) for row in rows] == kept
    assert {(clock_time(row.starts_at), clock_time(row.ends_at)) for row in rows} == {
        ("14\u202fh\u202f00", "16\u202fh\u202f00")
    }
    assert {row.starts_at.hour for row in rows} == {13, 12}, "in UTC the hour moves with the season"
    page.get_by_role("link", name="lundi 3 avril 2023").click()
    page.wait_for_selector("text=lundi 3 avril 2023")
    page.get_by_role("link", name="Voir toutes les dates").click()
    page.wait_for_selector("text=Ateliers de la série")


def test_a_series_to_change_comes_back_as_it_was_typed(
    world: World, place: Client, new_page: Callable[..., "Page"], live_server: object
) -> None:
    page = new_page()
    sit_down(page.context, place, str(live_server))
    page.goto("/verdun/ateliers/series/programmer/")
    page.select_option("#id_what", label="1.1 – La souris")
    page.fill("#id_until", "2022-12-31")
    page.fill("#id_starts", "10:00")
    page.fill("#id_trainer", "Alix (fictif)")
    page.uncheck("#id_skip_holidays")
    page.get_by_role("button", name="Voir les dates").click()
    page.wait_for_selector("h1:text('Les dates de la série')")
    page.get_by_role("button", name="Changer la série").click()
    page.wait_for_selector("h1:text('Programmer une série')")
    assert page.input_value("#id_trainer") == "Alix (fictif)"
    assert page.input_value("#id_starts") == "10:00"
    assert not page.is_checked("#id_skip_holidays")
    page.fill("#id_until", "2022-12-01")
    page.get_by_role("button", name="Voir les dates").click()
    page.wait_for_selector(".error-summary:focus")
    assert "La série finit avant de commencer" in page.inner_text(".error-summary")
    assert world.programme_id
