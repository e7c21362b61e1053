"""The pages of claims and payments, walked with the accessibility checker at a desk and on a telephone."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from passnumerique.directory.rules import Role
from passnumerique.programmes.models import Programme
from passnumerique.settlement.operations import approve_claim, control_lines, file_claim
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.rules import Verdict
from tests.browser import DESK, PHONE
from tests.journeys.office import TODAY, signed_in
from tests.rooms.world import CALENDAR, World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
NOVEMBER = TODAY.replace(month=11, day=8)
LONG = replace(CALENDAR, distribution_until=CALENDAR.validity_until)


@pytest.fixture
def world(settings: Any) -> World:
    """Two claims: one decided with a contested pass, one to control; and passes to claim."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world(issuer_fee_rate=400, calendar=LONG)
    for rank in (0, 1):
        made.spend(3, NOVEMBER, place=rank)
        claim_id = file_claim(
            programme_id=made.programme_id,
            place_id=made.places[rank],
            month=NOVEMBER,
            by=made.actor(Role.PLACE, rank),
            at=on(TODAY, 9),
        )
        if rank == 0:
            line = lines_of(made.manager, claim_id)[0]
            contest = {line.id: (Verdict.REJECTED, "Feuille d’émargement absente")}
            control_lines(claim_id=claim_id, verdicts=contest, by=made.manager, at=on(TODAY, 10))
            approve_claim(claim_id=claim_id, by=made.manager, at=on(TODAY, 11), approve_rest=True)
    made.spend(2, NOVEMBER.replace(day=9))
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize("role", [Role.PLACE, Role.FINANCE, Role.AUDITOR])
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
    page.goto("/verdun/remboursements/")
    axe(page)
    addresses = {link.get_attribute("href") for link in page.locator("main a:has-text('Demande n°')").all()}
    assert len(addresses) == (1 if role is Role.PLACE else 2)
    for address in sorted(filter(None, addresses)):
        page.goto(address)
        axe(page)
        if page.locator(".heading .button.primary").count():
            page.locator(".heading .button.primary").click()
            axe(page)
    page.goto("/verdun/paiements/")
    axe(page)
