"""The pages of the issuer's files and of the reconciliation, walked with the accessibility checker."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from passnumerique.directory.rules import Role
from passnumerique.programmes.models import Programme
from passnumerique.settlement.queries.issuer import issuer_files
from tests.browser import DESK, PHONE
from tests.journeys.office import TODAY, signed_in
from tests.rooms.test_issuer_files import USES, csv, send, uses
from tests.rooms.test_reconciling import DAY, claim
from tests.rooms.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings: Any) -> World:
    """Four passes used and claimed, of which the issuer tells three, one of them twice, and one that is not ours."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world()
    made.spend(4, DAY)
    claim(made)
    send(made, csv(USES, [*uses(made, [1, 2, 3, 999]), *uses(made, [3], "13/10/2021")]))
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_each_page_is_clean(
    world: World,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    live_server: object,
    size: dict[str, int],
) -> None:
    page = new_page(viewport=size)
    browser = signed_in(world, Role.FINANCE)
    page.context.add_cookies(
        [{"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": str(live_server)}]
    )
    file = issuer_files(world.manager, world.programme_id).get()
    for address in (
        "rapprochement/",
        "rapprochement/?view=sources",
        f"rapprochement/{world.places[0]}/2021-10/",
        "rapprochement/ecarts/not_at_issuer:4/",
        "emetteur/",
        f"emetteur/fichiers/{file.id}/",
        "emetteur/importer/",
    ):
        page.goto(f"{live_server}/verdun/{address}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
