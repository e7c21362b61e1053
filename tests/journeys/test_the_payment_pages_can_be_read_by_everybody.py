"""The pages of accounts, runs and statements, walked with the accessibility checker at a desk and on a telephone."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from passnumerique.directory.operations.banking import propose_bank_account
from passnumerique.directory.rules import Role
from passnumerique.programmes.models import Programme
from passnumerique.settlement.models import Payment
from passnumerique.settlement.operations.runs import record_return
from passnumerique.settlement.operations.statements import import_statement
from tests.browser import DESK, PHONE
from tests.journeys.office import signed_in
from tests.rooms.camt import Entry, statement
from tests.rooms.payees import IBANS, RUN_DAY, Office, bank, payee
from tests.rooms.test_bank_statements import LATER, PAID_ON
from tests.rooms.test_issuer_payments import told
from tests.rooms.test_payment_runs import pay
from tests.rooms.world import build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def tell_of_two_payments(desk: Office) -> None:
    """The issuer tells of a payment that would fit, and of one that is too small."""
    desk.world.set(payer="issuer", day=PAID_ON)
    told(desk, ("VIR-1", 2, "9,60", "0,40", "", ""), ("VIR-2", 0, "12,00", "", "", ""))


@pytest.fixture
def addresses(settings: Any) -> tuple[Any, list[str]]:
    """A world with a run to approve, a run sent, a movement to attribute and an account to confirm."""
    settings.REQUIRE_SECOND_FACTOR = False
    world = build_world(issuer_fee_rate=400, places=3)
    for rank in (0, 1, None):
        bank(world, rank)
    desk = Office(world)
    sent, waiting = desk.sent([desk.claim(0, 2)]), desk.prepare([desk.claim(1, 1)])
    pay(desk, sent)
    payment = Payment.objects.get()
    back: dict[str, Any] = {"reference": "RET-1", "returned_on": PAID_ON, "by": desk.sender, "at": on(PAID_ON, 15)}
    record_return(payment_id=payment.id, code="AC04", **back)
    desk.claim(2, 1)
    tell_of_two_payments(desk)
    content = statement([Entry(-700, RUN_DAY, words="Frais de tenue de compte")])
    import_statement(
        programme_id=world.programme_id, filename="r.xml", content=content, by=desk.sender, at=on(RUN_DAY, 14)
    )
    place = world.places[2]
    by = world.actor(Role.PLACE, 2)
    change = propose_bank_account(organisation_id=place, texts=payee(IBANS[0]), by=by, at=on(RUN_DAY, 9))
    Programme.objects.filter(id=world.programme_id).update(demonstration_day=LATER)
    return world, [
        "virements/",
        "virements/preparer/",
        f"virements/{sent}/",
        f"virements/{waiting}/",
        f"virements/{sent}/paiements/",
        "virements/emetteur/",
        "paiements/recus/",
        f"paiements/recus/{payment.id}/retour/",
        f"remboursements/{payment.claim_id}/",
        "releves/",
        "releves/mouvements/",
        "comptes-bancaires/",
        f"comptes-bancaires/{world.places[0]}/",
        f"comptes-bancaires/{world.places[0]}/proposer/",
        f"comptes-bancaires/changements/{change.id}/",
    ]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_each_page_is_clean(
    addresses: tuple[Any, list[str]],
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    live_server: object,
    size: dict[str, int],
) -> None:
    world, paths = addresses
    page = new_page(viewport=size)
    cookie = signed_in(world, Role.FINANCE).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": str(live_server)}])
    for path in paths:
        answer = page.goto(f"/verdun/{path}")
        assert answer
        assert answer.ok, path
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
