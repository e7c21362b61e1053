"""A programme to which everything has happened, once: every act of the rule book, through the operations."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from passnumerique.directory.rules import Actor, Role
from passnumerique.journeys.sealing import seal_programme
from passnumerique.programmes.operations import extend, record_document
from passnumerique.programmes.rules import Calendar, DocumentKind, Paper
from passnumerique.settlement.operations import (
    approve_claim,
    approve_disputed_lines,
    control_lines,
    file_claim,
    freeze_claims,
    offset,
    order_payment,
    record_payment,
    recover,
)
from passnumerique.settlement.operations.runs import record_return
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.rules import Verdict
from passnumerique.training.operations import add_participant, undo_redemption
from passnumerique.vouchers.operations import (
    Printed,
    cancel,
    declare_lost,
    find,
    receive_lot,
    replace,
    return_stock,
    transfer_stock,
)
from passnumerique.vouchers.queries.history import redemptions
from passnumerique.vouchers.queries.stock import stock_of
from tests.rooms.world import SIGNED, World, build_world, deliberate, on

DAY = date(2021, 10, 12)
LATE = date(2022, 12, 20)
EXTENDED = Calendar(date(2023, 10, 31), date(2023, 12, 31), date(2023, 12, 31), date(2024, 2, 29), date(2024, 3, 31))


@dataclass
class Lived:
    """The world, and the claims that were made in it, in order."""

    world: World
    claims: list[UUID] = field(default_factory=list)

    def seal(self, day: date = LATE) -> int:
        """Seal everything written up to the night of that day."""
        return seal_programme(programme_id=self.world.programme_id, by=self.world.manager, at=on(day, 23))


def build_lived(slug: str = "verdun") -> Lived:
    """Forty passes issued, ten received from a file; each act of the rule book done at least once."""
    world = build_world(slug, quantity=50, booklets=3, places=3, issuer_fee_rate=400)
    _receive_a_file(world)
    _move_stock(world)
    lived = Lived(world)
    for place in (0, 1, 2):
        world.spend(4 - place, DAY + timedelta(days=place), place)
    _reserve_and_undo(world)
    _lose_and_replace(world)
    _settle(lived)
    _freeze(world)
    extend_world(world, LATE, world.manager)
    return lived


def _common(world: World, day: date = DAY, hour: int = 17) -> dict[str, Any]:
    return {"programme_id": world.programme_id, "by": world.manager, "at": on(day, hour)}


def _receive_a_file(world: World) -> None:
    passes = [Printed(101 + rank, 11, f"EMETTEUR-{rank}") for rank in range(5)]
    receive_lot(reference="FICHIER-1", passes=passes, file=b"the file", **_common(world))


def _move_stock(world: World) -> None:
    here, there = world.structures
    one, two, *_ = stock_of(world.programme_id, here, 50)[::-1]
    numbers = [(one, one), (two, two)]
    transfer_stock(giver_id=here, receiver_id=there, numbers=numbers, signatures=SIGNED, **_common(world, hour=12))
    return_stock(structure_id=there, numbers=[(one, one)], signatures=SIGNED, **_common(world, hour=13))


def _reserve_and_undo(world: World) -> None:
    day = DAY + timedelta(days=5)
    numbers = world.hand_over(2, day=day, contact="0612345678", target_public=True)
    session = world.session(day)
    place = world.actor(Role.PLACE)
    given = {"programme_id": world.programme_id, "session_id": session, "by": place, "at": on(day, 12)}
    add_participant(label="A.", code=world.code(numbers[0]), **given)
    world.redeem(session, numbers, day)
    row = redemptions(world.manager, world.programme_id).get(voucher__number=numbers[0])
    undo_redemption(
        programme_id=world.programme_id, redemption_id=row.id, cause="Erreur de carte", by=place, at=on(day, 15)
    )
    world.redeem(session, numbers[:1], day + timedelta(days=1))


def _lose_and_replace(world: World) -> None:
    lost, found, held = world.hand_over(3, day=DAY)
    stock = stock_of(world.programme_id, world.structures[0], 3)
    common = _common(world, DAY + timedelta(days=7))
    for number in (lost, found, held, stock[0]):
        declare_lost(numbers=[(number, number)], cause="Perdu dans le bus", **common)
    find(numbers=[(found, found)], cause="Retrouvé", **common)
    replace(number=lost, by_number=stock[1], cause="Perdu", **common)
    replace(number=stock[0], by_number=stock[2], cause="Carte abîmée", **common)
    cancel(numbers=[(held, held)], cause="Détruit", **common)


def _settle(lived: Lived) -> None:
    """Two claims: one contested in part, paid, a line accepted after all, another recovered; one open."""
    world = lived.world
    finance = world.actor(Role.FINANCE)
    first, second = (
        file_claim(
            programme_id=world.programme_id,
            place_id=world.places[place],
            month=DAY,
            by=world.actor(Role.PLACE, place),
            at=on(date(2021, 11, 3), 9 + place),
        )
        for place in (0, 1)
    )
    lines = list(lines_of(world.manager, first))
    verdicts = {line.id: (Verdict.REJECTED, "Feuille d’émargement absente") for line in lines[:2]}
    verdicts[lines[2].id] = (Verdict.APPROVED, "")
    day = date(2021, 11, 10)
    control_lines(claim_id=first, verdicts=verdicts, by=finance, at=on(day, 10))
    approve_claim(claim_id=first, by=world.manager, at=on(day, 11), approve_rest=True)
    order_payment(claim_id=first, reference="M-1", ordered_on=day, by=finance, at=on(day, 12))
    record_payment(claim_id=first, reference="V-1", paid_on=day, by=finance, at=on(day, 13))
    more = approve_disputed_lines(
        claim_id=first, line_ids=[lines[0].id], by=world.manager, at=on(day, 14), cause="Feuille reçue"
    )
    for act, line in ((recover, lines[2]), (recover, lines[3]), (offset, lines[3])):
        act(claim_id=first, line_ids=[line.id], cause="Payé à tort", by=finance, at=on(day, 15))
    order_payment(claim_id=more, reference="M-2", ordered_on=day, by=finance, at=on(day, 16))
    paid = record_payment(claim_id=more, reference="V-2", paid_on=day, by=finance, at=on(day, 17))
    record_return(payment_id=paid, code="AC04", reference="R-2", returned_on=day, by=finance, at=on(day, 18))
    lived.claims += [first, second, more]


def _freeze(world: World) -> None:
    freeze_claims(cause="Émetteur défaillant", place_ids=[world.places[2]], **_common(world, date(2022, 1, 5)))


def extend_world(world: World, day: date, by: Actor) -> None:
    """The extension by a year, its three documents signed and binding on that day."""
    act = deliberate(world, f"{day}", day - timedelta(days=3))
    given: dict[str, Any] = {"programme_id": world.programme_id, "by": by, "at": on(day, 17)}
    papers = []
    for kind in (DocumentKind.DELIBERATION, DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT):
        days = {"signed_on": day, "in_force_on": day}
        paper = Paper(kind, f"{kind.value}-{day}", deliberation_id=act, **days)
        papers.append(record_document(paper=paper, **given))
    names = ("deliberation_id", "convention_amendment_id", "mandate_amendment_id")
    extend(calendar=EXTENDED, **dict(zip(names, papers, strict=True)), **given)
