"""In a real browser: a place cancels a session, reads before what happens to each person and after who is to be
called; a structure notes the answer of its own; the last offer ends by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from passnumerique.directory.rules import Role
from passnumerique.programmes.models import Programme
from passnumerique.training.models import TrainingSession, Waiting
from passnumerique.training.operations import add_participant, book_seats, expire_offers
from passnumerique.training.rules import SessionState, WaitingState
from tests.browser import DESK, PHONE
from tests.journeys.office import NOON, TODAY, signed_in
from tests.journeys.test_redeem_in_browser import sit_down
from tests.rooms.race import clean
from tests.rooms.world import World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
TOMORROW, NEXT_WEEK = TODAY + timedelta(days=1), TODAY + timedelta(days=7)


@pytest.fixture
def world(settings: Any) -> World:
    """A world that lives on the 13th of December 2022."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world()
    made.plan()
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def book(world: World, session: UUID, number: int) -> None:
    book_seats(
        programme_id=world.programme_id,
        session_id=session,
        codes=[world.code(number)],
        by=world.actor(Role.PRESCRIBER),
        at=NOON,
    )


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_each_person_has_another_date_or_a_call(
    world: World,
    new_page: Callable[..., "Page"],
    live_server: object,
    axe: Callable[["Page"], None],
    size: dict[str, int],
) -> None:
    session, later, elsewhere = world.session(TOMORROW), world.session(NEXT_WEEK, seats=1), world.session(NEXT_WEEK, 1)
    one, other = world.hand_over(2)
    book(world, session, one)
    book(world, session, other)
    add_participant(
        programme_id=world.programme_id,
        session_id=session,
        by=world.actor(Role.PLACE),
        at=NOON,
        label="Jeanne (fictif)",
    )
    page = new_page(viewport=size)
    sit_down(page.context, signed_in(world, Role.PLACE), str(live_server))
    page.goto(f"/verdun/ateliers/{session}/")
    page.get_by_role("link", name="Annuler l’atelier").click()
    page.wait_for_selector("h1:text('Annuler l’atelier')")
    axe(page)
    before = plain(page.inner_text("main"))
    assert "Ce qui se passe pour chaque personne" in before
    assert before.index("mardi 20 décembre 2022, 14 h 00 – 16 h 00, Lieu 1") < before.index("Lieu 2")
    assert "À appeler : aucune autre date" in before
    page.get_by_role("button", name="Annuler cet atelier").click()
    page.wait_for_selector(".error-summary:focus")
    assert TrainingSession.objects.get(id=session).state == SessionState.PLANNED, "a reason is needed"
    page.get_by_label("Motif").fill("Panne de chauffage")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Cet atelier est annulé")
    axe(page)
    after = plain(page.inner_text("main"))
    assert "Une autre date est proposée à 2 personnes. 3 personnes sont à appeler" in after
    assert "Motif : Panne de chauffage." in after
    assert after.count("proposée jusqu’au") == 2

    counter = new_page(viewport=size)
    sit_down(counter.context, signed_in(world, Role.PRESCRIBER), str(live_server))
    counter.goto(f"/verdun/ateliers/{later}/")
    counter.get_by_role("link", name="Noter la réponse").click()
    counter.wait_for_selector("text=Que répond la personne")
    axe(counter)
    counter.get_by_role("button", name="Elle prend la place").click()
    counter.wait_for_selector("text=La place est réservée.")
    assert Waiting.objects.get(training_session=later).state == WaitingState.SEATED

    assert expire_offers(programme_id=world.programme_id, at=on(TODAY + timedelta(days=3))) == 1
    page.reload()
    told = plain(page.inner_text("main"))
    assert "2 personnes à appeler" in told
    assert "Place prise" in told
    assert "Sans réponse" in told
    taken = dict(TrainingSession.objects.values_list("id", "seats_taken"))
    assert taken == {session: 0, later: 1, elsewhere: 0}
    assert clean(world)
