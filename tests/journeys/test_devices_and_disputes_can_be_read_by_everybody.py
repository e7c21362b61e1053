"""The pages of devices and disputes, walked with the accessibility checker at a desk and on a telephone."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from passnumerique.directory.operations import note_device_seen, pair_device, revoke_device
from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.programmes.models import Programme
from passnumerique.training.operations.disputing import transfer_use
from passnumerique.training.operations.syncing import Queued, sync_queued
from tests.browser import DESK, PHONE
from tests.journeys.office import TODAY, signed_in
from tests.rooms.scanning import added
from tests.rooms.world import World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("Tablette de la salle 2 (fictif)", "Téléphone de Dominique (fictif)", "Poste d’accueil (fictif)")


@pytest.fixture
def world(settings: Any) -> World:
    """Three devices, one revoked and one not paired yet; a dispute to settle, and one that is settled."""
    settings.REQUIRE_SECOND_FACTOR = False
    made, now = build_world(), timezone.now()
    here, gone, _new = (added(made, place, name, at=now) for place, name in zip((0, 1, 0), NAMES, strict=True))
    actors = [pair_device(pairing=one.pairing, at=now).holder.actor for one in (here, gone)]
    skews = (here, 7), (gone, -60 * 24 * 365)
    for one, minutes in skews:
        note_device_seen(
            programme_id=made.programme_id,
            device_id=one.device.id,
            skew_ms=minutes * 60_000,
            at=now + timedelta(minutes=2),
        )
    revoke_device(programme_id=made.programme_id, device_id=gone.device.id, by=made.manager, at=now)
    sessions = [made.session(TODAY, place, hour=9) for place in (0, 1)]
    for hour, number in enumerate(made.hand_over(2, day=date(2022, 3, 1)), start=9):
        for place in (1, 0):
            _sync(made, actors[place], sessions[place], number, hour, minute=place * 20)
    transfer_use(
        programme_id=made.programme_id,
        number=1,
        reason="La feuille d’émargement du lieu 1 porte la signature de la personne.",
        by=made.manager,
        at=on(TODAY, 13),
    )
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


def _sync(world: World, actor: Any, session: Any, number: int, hour: int, minute: int) -> None:
    at = on(TODAY, hour, 5 + minute)
    sync_queued(
        programme_id=world.programme_id,
        queued=[Queued(new_id(at), session, at, code=world.code(number))],
        ahead=timedelta(0),
        since=on(TODAY, 8),
        by=actor,
        at=on(TODAY, 12),
    )


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize("role", [Role.PLACE, Role.MEDIATOR, Role.MANAGER])
def test_each_page_is_clean(
    world: World,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    live_server: object,
    role: Role,
    size: dict[str, int],
) -> None:
    page = new_page(viewport=size)
    cookie = signed_in(world, role).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": str(live_server)}])
    for address in ("appareils/", "litiges/", "litiges/1/", "litiges/2/"):
        page.goto(f"/verdun/{address}")
        axe(page)
    if role is Role.MEDIATOR:
        return
    page.goto("/verdun/appareils/ajouter/")
    axe(page)
    page.get_by_label("Nom de l’appareil").fill("Tablette neuve (fictif)")
    if role is Role.MANAGER:
        page.get_by_label("Pour quel lieu").select_option(index=1)
    page.keyboard.press("Enter")
    page.wait_for_selector("#pairing")
    axe(page)
    for link in ("Nouveau code", "Révoquer"):
        page.goto("/verdun/appareils/")
        page.get_by_role("link", name=link).first.click()
        page.wait_for_selector("main .button.danger" if link == "Révoquer" else "main form .button.primary")
        axe(page)
