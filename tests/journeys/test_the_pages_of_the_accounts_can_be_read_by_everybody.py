"""Accounts, exposure, default, closing, reconciliation, the issuer's files, a takeover, control and undue sums:
every page, walked with the accessibility checker at a desk and on a telephone, by who works there and who reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client

from passnumerique.directory.rules import Actor, Role
from passnumerique.programmes.models import Programme
from passnumerique.settlement.models import Answer, ClaimLine
from passnumerique.settlement.operations import order_recovery, recover
from passnumerique.settlement.operations.closing import begin_programme_correction
from passnumerique.settlement.queries.issuer import issuer_files
from passnumerique.settlement.queries.reconciling import reconcile
from passnumerique.settlement.rules import Verdict
from tests.browser import DESK, PHONE
from tests.journeys.office import signed_in
from tests.rooms.lived import DAY, LATE, build_lived
from tests.rooms.test_closing import CLOSING, closed
from tests.rooms.test_issuer_default import declare
from tests.rooms.test_issuer_files import USES, csv, send, uses
from tests.rooms.world import World, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
STATED = date(2024, 2, 10)
"""After the statement of the extended calendar is due: every step may be done."""


@dataclass
class Walk:
    """A browser that somebody takes to pages: as narrow as a telephone for the checker, then as wide as a desk."""

    page: "Page"
    axe: Callable[["Page"], None]
    address: str

    def sit(self, client: Client) -> None:
        """The browser wears the hat of the client."""
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.address}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def see(self, *paths: str, press: bool = False) -> None:
        """Every page is clean; so is its answer to an empty form, if it is pressed."""
        for path in paths:
            answer = self.page.goto(f"{self.address}/verdun/{path}")
            assert answer is not None
            assert answer.status == 200, path
            self.look(path)
            if press:
                self.page.locator("main form button.primary, main form button.danger").first.click()
                self.look(path)

    def look(self, path: str) -> None:
        """The checker finds nothing, and neither width has to be scrolled sideways."""
        self.axe(self.page)
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]


@pytest.fixture
def walk(new_page: Callable[..., "Page"], axe: Callable[["Page"], None], live_server: object, settings: Any) -> Walk:
    settings.REQUIRE_SECOND_FACTOR = False
    return Walk(new_page(viewport=PHONE), axe, str(live_server))


def live_on(world: World, day: date) -> None:
    Programme.objects.filter(id=world.programme_id).update(demonstration_day=day)


def ordered_back(world: World, claim_id: UUID, by: Actor) -> UUID:
    """A recovery order that waits, for a pass of that claim that is paid so far."""
    paid = ClaimLine.objects.filter(claim_id=claim_id, verdict=Verdict.APPROVED, undue__isnull=True).first()
    assert paid
    recover(claim_id=claim_id, line_ids=[paid.id], cause="Atelier annulé", by=by, at=on(LATE, 15))
    given = {"programme_id": world.programme_id, "by": by, "at": on(LATE, 16)}
    return order_recovery(place_id=world.places[0], **given)


def test_of_a_programme_to_which_everything_has_happened(walk: Walk) -> None:
    lived = build_lived()
    world = lived.world
    finance = world.actor(Role.FINANCE)
    send(world, csv(USES, [*uses(world, [1, 2, 3, 999]), *uses(world, [3], "13/10/2021")]))
    order = ordered_back(world, lived.claims[0], finance)
    declare(world)
    live_on(world, STATED)
    claims = [f"remboursements/{one}/" for one in lived.claims]
    answer = Answer.objects.get().id
    difference = reconcile(finance, world.programme_id, STATED).differences[0].apart.key

    walk.sit(signed_in(world, Role.MANAGER))
    walk.see("comptes/", "comptes/mouvements/", "comptes/exposition/", "cloture/", "reprise/")
    walk.see("remboursements/degeler/", press=True)
    walk.see("remboursements/geler/", "cloture/etape/statement/", "cloture/etape/acknowledge/", press=True)
    walk.see("cloture/etape/credit_note/", "cloture/clore/", press=True)
    walk.see("cloture/rendre/", *claims, f"remboursements/reponses/{answer}/")
    walk.sit(signed_in(world, Role.FINANCE))
    walk.see("comptes/mouvements/enregistrer/", "emetteur/importer/", press=True)
    walk.see("remboursements/indus/", f"remboursements/indus/ordres/{order}/encaissement/")
    walk.see("emetteur/", f"emetteur/fichiers/{issuer_files(finance, world.programme_id).get().id}/")
    walk.see(f"emetteur/fichiers/{issuer_files(finance, world.programme_id).get().id}/retirer/", press=True)
    walk.see("rapprochement/", "rapprochement/?view=sources", f"rapprochement/{world.places[0]}/{DAY:%Y-%m}/")
    walk.see(f"rapprochement/ecarts/{difference}/", press=True)
    walk.sit(signed_in(world, Role.PRESCRIBER))
    walk.see("cloture/accord/")


def test_of_a_programme_that_is_closed(walk: Walk) -> None:
    world = closed()
    live_on(world, CLOSING)
    walk.sit(signed_in(world, Role.ACCOUNTANT))
    walk.see("comptes/", "comptes/mouvements/", "comptes/exposition/", "cloture/", "rapprochement/")
    walk.sit(signed_in(world, Role.MANAGER))
    walk.see("cloture/correction/", press=True)
    given = {"programme_id": world.programme_id, "by": world.manager}
    begin_programme_correction(reason="Apport oublié", at=on(CLOSING, 17), **given)
    walk.see("cloture/", "cloture/correction/fin/")
