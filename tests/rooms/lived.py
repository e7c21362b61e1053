"""A programme to which everything has happened, once: every act of the rule book, through the operations."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from passnumerique.directory.rules import Actor, Role
from passnumerique.journeys.sealing import seal_programme
from passnumerique.programmes.operations import extend, record_document
from passnumerique.programmes.rules import Calendar, DocumentKind, Paper
from passnumerique.settlement.models import ClaimLine
from passnumerique.settlement.operations import (
    answer_rejection,
    approve_claim,
    approve_disputed_lines,
    confirm_claim,
    control_lines,
    countersign_claim,
    decide_answer,
    draw_sample,
    file_claim,
    freeze_claims,
    leave_lines,
    offset,
    order_payment,
    order_recovery,
    prepare_claims,
    record_payment,
    record_recovery,
    recover,
    refuse_lines,
    send_back,
    take_lines_back,
    thaw_claims,
)
from passnumerique.settlement.operations.runs import record_return
from passnumerique.settlement.queries import lines_of, prepared_claims
from passnumerique.settlement.queries.preparing import lines_prepared
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
LATER, CLAIMED = date(2021, 11, 15), date(2021, 12, 2)
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
    verdicts |= {line.id: (Verdict.APPROVED, "") for line in lines[2:] if line.risk}
    day = date(2021, 11, 10)
    draw_sample(claim_id=first, seed="0b1e55ed", by=finance, at=on(day, 9))
    control_lines(claim_id=first, verdicts=verdicts, by=finance, at=on(day, 10))
    world.set(day, second_approval_cents=1000)
    approve_claim(claim_id=first, by=world.manager, at=on(day, 10, 30), approve_rest=True)
    send_back(claim_id=first, reason="Relire la ligne 1", by=world.actor(Role.FINANCE), at=on(day, 10, 40))
    approve_claim(claim_id=first, by=world.manager, at=on(day, 10, 50), approve_rest=True)
    countersign_claim(claim_id=first, by=world.actor(Role.FINANCE), at=on(day, 11))
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
    _answer(world, lines[1].id)
    _take_back(lived)


def _answer(world: World, line_id: UUID) -> None:
    """The place answers about the line that stays contested, with a paper; a second person upholds it, then
    refuses the line for good."""
    place, at = world.actor(Role.PLACE), on(date(2021, 11, 12))
    paper = {"file_name": "feuille.pdf", "content": b"%PDF-1.7 feuille"}
    answer = answer_rejection(line_id=line_id, text="La feuille est jointe.", by=place, at=at, **paper)  # type: ignore[arg-type]
    judge = world.actor(Role.FINANCE)
    decide_answer(answer_id=answer, accept=False, reason="La feuille n’est pas signée", by=judge, at=on(LATER))
    final = {"reason": "Aucune feuille signée", "by": judge, "at": on(LATER, 9, 30)}
    refuse_lines(claim_id=ClaimLine.objects.get(id=line_id).claim_id, line_ids=[line_id], **final)  # type: ignore[arg-type]


def _take_back(lived: Lived) -> None:
    """One undue sum by an order that came in, one from the next claim of the place, one that waits."""
    world, [first, *_] = lived.world, lived.claims
    finance, payer = world.actor(Role.FINANCE), world.actor(Role.FINANCE)
    given = {"programme_id": world.programme_id, "by": finance}
    order = order_recovery(place_id=world.places[0], at=on(LATER), **given)
    record_recovery(order_id=order, reference="TR-1", received_on=LATER, by=payer, at=on(LATER, 10))
    undue = [line.id for line in lines_of(world.manager, first) if line.risk >= 60]
    recover(claim_id=first, line_ids=undue[:1], cause="Hors des heures", by=finance, at=on(LATER, 11))
    world.spend(3, LATER, 0)
    prepare_claims(month=LATER, at=on(CLAIMED), **given)
    lived.claims.append(_confirm(world))
    approve_claim(claim_id=lived.claims[-1], by=world.manager, at=on(CLAIMED, 11), approve_rest=True)
    countersign_claim(claim_id=lived.claims[-1], by=finance, at=on(CLAIMED, 12))


def _confirm(world: World) -> UUID:
    """The place leaves two passes for later, takes one of them back, and confirms."""
    place = world.actor(Role.PLACE)
    prepared = prepared_claims(place, world.programme_id).get()
    left = [line.redemption_id for line in lines_prepared(prepared).order_by("id")][:2]
    reasons = dict.fromkeys(left, "Feuille pas encore signée")
    leave_lines(prepared_id=prepared.id, reasons=reasons, by=place, at=on(CLAIMED, 9))
    take_lines_back(prepared_id=prepared.id, redemption_ids=left[1:], by=place)
    return confirm_claim(prepared_id=prepared.id, by=place, at=on(CLAIMED, 10))


def _freeze(world: World) -> None:
    """Frozen, let go, and frozen again."""
    place = [world.places[2]]
    freeze_claims(cause="Émetteur défaillant", place_ids=place, **_common(world, date(2022, 1, 5)))
    thaw_claims(cause="Repris par la collectivité", place_ids=place, **_common(world, date(2022, 1, 6)))
    freeze_claims(cause="Émetteur défaillant", place_ids=place, **_common(world, date(2022, 1, 7)))


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
