"""Every page of the council, of an extension, of amendments and consultations, under the accessibility checker, at a
desk and on a telephone."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from time_machine import TimeMachineFixture

from passnumerique.council.operations import (
    Proposed,
    close_sitting,
    convene,
    open_sitting,
    plan_sitting,
    propose_item,
    publish_list,
    settle_minutes,
)
from passnumerique.council.queries import delegates, deliberations, sittings
from passnumerique.council.rules import Mode, Move, Outcome
from passnumerique.directory.rules import Role
from passnumerique.journeys.extending import propose_extension, redate_extension
from passnumerique.programmes.models import Consultation, FundingShare
from passnumerique.programmes.operations import begin_extension, consult, draft_amendment, sign_amendment
from passnumerique.programmes.queries import amendments
from passnumerique.programmes.rules import DocumentKind
from passnumerique.web.pages.consulting.urls import urlpatterns as consulting
from passnumerique.web.pages.council.urls import urlpatterns as council
from passnumerique.web.pages.extending.urls import urlpatterns as extending
from tests.browser import DESK, PHONE
from tests.journeys.office import signed_in
from tests.rooms.extending import LATER, build_council_world, decide, plan, publish, sit
from tests.rooms.world import World, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
BEFORE, TODAY = date(2022, 12, 1), date(2022, 12, 13)
NOT_PAGES = {"import_acts_check", "deliberations_scdl"}
"""One follows a file that was sent; the other is a file."""
EACH = {"sitting": 9, "amendment": 3, "item": 4}
"""Pages that look different at each stage: so many of them are looked at."""


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    """Sittings at every stage, an extension put before one of them, amendments of two states, a consultation."""
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(TODAY, 19))
    world = build_council_world(quantity=40)
    world.spend(4, date(2022, 10, 11))
    for day, papers in ((date(2022, 12, 7), 2), (date(2022, 12, 8), 1), (date(2022, 12, 9), 0)):
        _held(world, day, papers)
    evening = plan(world, TODAY)
    _matters(world, evening, "Ce soir (fictive)", "Ensuite (fictive)")
    sit(world, evening, TODAY)
    _urgent(world)
    _matters(world, plan(world, date(2022, 12, 22)), "Demain (fictive)", "Plus tard (fictive)")
    convened = plan(world, date(2022, 12, 21))
    _matters(world, convened, "Convoquée (fictive)")
    convene(sitting_id=convened, convened_on=TODAY, by=world.manager, at=on(TODAY))
    _extension(world)
    return world


def _matters(world: World, sitting: UUID, *titles: str) -> list[UUID]:
    given: dict[str, Any] = {"sitting_id": sitting, "by": world.manager, "at": on(BEFORE)}
    return [propose_item(item=Proposed(title, "7.5", articles=["DIT"]), **given) for title in titles]


def _held(world: World, day: date, papers: int) -> None:
    """A sitting that was closed on that day, and as many of its papers as are told."""
    sitting = plan(world, day)
    voted, left = _matters(world, sitting, "Votée (fictive)", "Reportée (fictive)")
    sit(world, sitting, day)
    decide(world, voted, day=day)
    decide(world, left, Outcome.POSTPONED, day=day)
    given: dict[str, Any] = {"sitting_id": sitting, "by": world.manager}
    close_sitting(at=on(day, 20), **given)
    if papers:
        publish(world, voted, date(2022, 12, 12))
        publish_list(on=TODAY, at=on(TODAY), **given)
    if papers > 1:
        settle_minutes(on=TODAY, at=on(TODAY), **given)


def _urgent(world: World) -> None:
    """A sitting convened in an emergency, of which the council has not spoken; another, not yet opened."""
    given: dict[str, Any] = {"by": world.manager, "at": on(TODAY, 12)}
    people = [row.id for row in delegates(world.manager)]
    for hour in (14, 20):
        starts = on(TODAY, hour)
        sitting = plan_sitting(starts_at=starts, mode=Mode.MIXED, by=world.manager, at=on(BEFORE))
        _matters(world, sitting, "Urgente (fictive)")
        convene(sitting_id=sitting, convened_on=date(2022, 12, 11), urgent=True, **given)
        if hour == 14:
            moves = [(one, Move.SITS, None) for one in people]
            open_sitting(
                sitting_id=sitting, chair=people[0], secretary=people[1], moves=moves, by=world.manager, at=starts
            )


def _extension(world: World) -> None:
    """An amendment signed that does not bind yet; an extension put before a sitting; the network asked."""
    given: dict[str, Any] = {"programme_id": world.programme_id, "by": world.manager, "at": on(TODAY)}
    act = deliberations(world.manager).exclude(published_on=None).order_by("number")[0]
    kind = DocumentKind.CONVENTION_AMENDMENT
    amendment = draft_amendment(kind=kind, dates=LATER, deliberation_id=act.id, **given)
    sign_amendment(amendment_id=amendment, signed_on=TODAY, **given)
    begin_extension(**given)
    redate_extension(dates=LATER, **given)
    propose_extension(sitting_id=plan(world, date(2022, 12, 27)), **given)
    asked = [*world.places[:1], *world.structures[:1]]
    consult(question="Voulez-vous poursuivre (fictif) ?", deadline=TODAY, organisation_ids=asked, **given)


def pages(world: World, browser: Client) -> Iterator[str]:
    """The addresses that answer with a page: for each kind of page one, or all where stages differ."""
    ids = _known(world)
    for pattern in (*council, *extending, *consulting):
        if str(pattern.name) in NOT_PAGES or ".pdf" in str(pattern.pattern):
            continue
        found = [one for one in _addresses(pattern, ids) if browser.get(one).status_code == 200]
        assert found, f"no page {pattern.name}"
        yield from found[: EACH.get(str(pattern.name), 1)]


def _known(world: World) -> dict[str, list[UUID]]:
    held = list(sittings(world.manager))
    return {
        "sitting_id": [row.id for row in held],
        "item_id": [item.id for row in held for item in row.items.all()],
        "delegate_id": [row.id for row in delegates(world.manager)],
        "deliberation_id": [row.id for row in deliberations(world.manager)],
        "share_id": list(FundingShare.objects.values_list("id", flat=True).order_by("id")),
        "amendment_id": [row.id for row in amendments(world.manager, world.programme_id)],
        "consultation_id": list(Consultation.objects.values_list("id", flat=True)),
    }


def _addresses(pattern: URLPattern, ids: dict[str, list[UUID]]) -> Iterator[str]:
    wanted = list(pattern.pattern.converters)
    for one in ids[wanted[0]] if wanted else [None]:
        yield reverse(str(pattern.name), args=["verdun", *([one] if one else [])])


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_each_page_is_clean(
    world: World,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    live_server: object,
    size: dict[str, int],
) -> None:
    manager, place = signed_in(world, Role.MANAGER), signed_in(world, Role.PLACE)
    asked = [reverse("consultations", args=["verdun"]), *_addresses(consulting[2], _known(world))]
    for browser, addresses in ((manager, list(pages(world, manager))), (place, asked)):
        page = new_page(viewport=size)
        cookie = browser.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": str(live_server)}])
        for address in addresses:
            answer = page.goto(address)
            assert answer
            assert answer.ok, address
            axe(page)
