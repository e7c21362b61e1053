"""What the authority's offices do: lots, stock, claims, payments, and the last day."""

from datetime import date, timedelta
from uuid import UUID

from passnumerique.directory.queries import accredited_prescribers
from passnumerique.directory.rules import Actor
from passnumerique.ground.chance import chance
from passnumerique.ground.dates import month_of
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.settlement import operations as settlement
from passnumerique.settlement.queries import claimable, claims, lines_of
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.vouchers.operations import (
    Signatures,
    cancel,
    issue_lot,
    return_stock,
)
from passnumerique.vouchers.operations import (
    allocate as allocate_booklets,
)
from passnumerique.vouchers.queries.reading import ranges_of, vouchers_in_state
from passnumerique.vouchers.queries.stock import counts_by_structure, stock_of, whole_booklets_in_stock
from passnumerique.vouchers.rules import State

PROMPT_DAY, LATE_DAY, CONTROL_DAY, PAYING_DAY = 5, 14, 15, 25
LINES_REJECTED = 0.01
BOOKLETS_AT_ONCE = 2


def receive_lots(stage: Stage, cast: Cast) -> None:
    """Issue the lots of the day."""
    for lot in stage.script.lots:
        if lot.on == stage.day:
            issue_lot(
                programme_id=stage.programme_id,
                reference=lot.reference,
                quantity=lot.quantity,
                by=cast.manager,
                at=stage.at(9),
            )


def allocate(stage: Stage, cast: Cast) -> None:
    """On Mondays and on the day of a lot, give booklets to the structures that run short."""
    lot_came = any(lot.on == stage.day for lot in stage.script.lots)
    if not (lot_came or stage.day.weekday() == 0) or stage.day > stage.calendar.distribution_until:
        return
    stocks = counts_by_structure(stage.programme_id)
    wanted = stage.script.booklets_to_start if lot_came else BOOKLETS_AT_ONCE
    free = whole_booklets_in_stock(stage.programme_id, wanted * len(cast.prescribers))
    for structure_id, actor in _active(stage, cast):
        left = stocks.get(structure_id, {}).get(State.STRUCTURE_STOCK, 0)
        taken, free = free[:wanted], free[wanted:]
        if left > stage.terms.low_stock_alert or not taken:
            free = taken + free
            continue
        allocate_booklets(
            programme_id=stage.programme_id,
            structure_id=structure_id,
            booklets=ranges_of(taken),
            signatures=Signatures(cast.manager.name, actor.name),
            by=cast.manager,
            at=stage.at(10),
        )


def _active(stage: Stage, cast: Cast) -> list[tuple[UUID, Actor]]:
    active = accredited_prescribers(stage.programme_id, stage.day)
    return [(key, actor) for key, actor in cast.prescribers.items() if key in active]


def settle(stage: Stage, cast: Cast) -> None:
    """The month's round: places claim, finance controls, the manager approves, finance pays."""
    if stage.day.day in (PROMPT_DAY, LATE_DAY):
        _file_claims(stage, cast)
    elif stage.day.day == CONTROL_DAY:
        _control(stage, cast)
    elif stage.day.day == PAYING_DAY:
        _pay(stage, cast)


def _file_claims(stage: Stage, cast: Cast) -> None:
    """Half of the places claim early in the month, the others just before the control."""
    month = month_of(month_of(stage.day) - timedelta(days=1))
    if stage.day > stage.calendar.claims_until:
        return
    first = 1 if stage.day.day == PROMPT_DAY else 0
    for place_id, actor in list(cast.places.items())[first::2]:
        if claimable(actor, stage.programme_id, place_id, month).passes:
            settlement.file_claim(
                programme_id=stage.programme_id, place_id=place_id, month=month, by=actor, at=stage.at(9, 30)
            )


def _control(stage: Stage, cast: Cast) -> None:
    for claim in claims(cast.finance, stage.programme_id, state=ClaimState.FILED):
        verdicts = {
            line.id: (Verdict.REJECTED, "Feuille d’émargement manquante")
            if chance().random() < LINES_REJECTED
            else (Verdict.APPROVED, "")
            for line in lines_of(cast.finance, claim.id)
        }
        settlement.control_lines(claim_id=claim.id, verdicts=verdicts, by=cast.finance, at=stage.at(10, 30))
        settlement.approve_claim(claim_id=claim.id, by=cast.manager, at=stage.at(16))


def _pay(stage: Stage, cast: Cast) -> None:
    for claim in claims(cast.finance, stage.programme_id, state=ClaimState.APPROVED):
        reference = f"DEMO-{claim.number:04d}"
        settlement.order_payment(
            claim_id=claim.id,
            reference=f"M-{reference}",
            ordered_on=stage.day,
            by=cast.finance,
            at=stage.at(9),
        )
        settlement.record_payment(
            claim_id=claim.id, reference=f"V-{reference}", paid_on=stage.day, by=cast.finance, at=stage.at(15)
        )


def take_back(stage: Stage, cast: Cast) -> None:
    """Two weeks after the distribution, structures return what they have left; at the closing, what is
    left at the authority is cancelled and its value goes back to the envelope."""
    if stage.day == stage.calendar.distribution_until + timedelta(days=14):
        for structure_id, actor in cast.prescribers.items():
            if numbers := stock_of(stage.programme_id, structure_id, 10_000):
                return_stock(
                    programme_id=stage.programme_id,
                    structure_id=structure_id,
                    numbers=ranges_of(numbers),
                    signatures=Signatures(actor.name, cast.manager.name),
                    by=cast.manager,
                    at=stage.at(14),
                )
    if stage.day == stage.calendar.closing and not _to_be_extended(stage, stage.day):
        left = vouchers_in_state(stage.programme_id, State.AUTHORITY_STOCK)
        if left:
            cancel(
                programme_id=stage.programme_id,
                numbers=ranges_of(seen.number for seen in left),
                cause="Clôture du dispositif",
                by=cast.manager,
                at=stage.at(17),
            )


def _to_be_extended(stage: Stage, day: date) -> bool:
    extension = stage.script.extension
    return extension is not None and extension.deliberation.sat_on > day
