"""The end of the demonstration: a range lost, the end of validity step by step, the closing."""

from datetime import timedelta
from typing import Any

from passnumerique.journeys.closing import close_after_audit
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.gestures.treasury import extended, give_funds_back
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.settlement.operations.closing import note_step, return_unspent
from passnumerique.settlement.queries.closing import checklist, what_does_not_balance
from passnumerique.settlement.queries.credit import unspent_face_cents
from passnumerique.settlement.rules.closing import NOTED, ClosingTask
from passnumerique.vouchers.operations import declare_lost, replace_range
from passnumerique.vouchers.queries.history import state_before
from passnumerique.vouchers.queries.reading import ranges_of, vouchers_in_state
from passnumerique.vouchers.queries.stock import counts_by_structure, stock_of
from passnumerique.vouchers.rules import Act, State

LOST_BEFORE_END, REPLACED_AFTER = timedelta(days=230), timedelta(days=9)
LOST = 5
LOSS = "Carnet volé dans une voiture, plainte déposée (fictif)"


def lose_range(stage: Stage, cast: Cast) -> None:
    """Once, a structure is robbed of passes of its stock; nine days later others take their place."""
    if stage.script.extension is None or not extended(stage):
        return
    day = stage.calendar.validity_until - LOST_BEFORE_END
    if stage.day == day:
        _lose(stage, cast)
    elif stage.day == day + REPLACED_AFTER:
        _reissue(stage, cast)


def _lose(stage: Stage, cast: Cast) -> None:
    stocks = {
        structure: counts[State.STRUCTURE_STOCK]
        for structure, counts in counts_by_structure(stage.programme_id).items()
    }
    robbed = max((one for one in stocks if one in cast.prescribers), key=lambda one: (stocks[one], one))
    numbers = stock_of(stage.programme_id, robbed, LOST)
    if numbers:
        declare_lost(
            programme_id=stage.programme_id,
            numbers=ranges_of(numbers),
            cause=LOSS,
            by=cast.prescribers[robbed],
            at=stage.at(17, 10),
        )


def _reissue(stage: Stage, cast: Cast) -> None:
    blocked = vouchers_in_state(stage.programme_id, State.BLOCKED)
    known = state_before(Act.DECLARE_LOST, stage.programme_id, blocked)
    robbed = [one for one in blocked if known[one.id] is State.STRUCTURE_STOCK]
    stock = stock_of(stage.programme_id, robbed[0].structure_id, len(robbed)) if robbed else []
    if robbed and len(stock) == len(robbed):
        replace_range(
            programme_id=stage.programme_id,
            numbers=ranges_of(one.number for one in robbed),
            by_numbers=ranges_of(stock),
            cause="Remplacement d’une plage volée",
            by=cast.manager,
            at=stage.at(17, 10),
        )


def wind_up(stage: Stage, cast: Cast) -> None:
    """The steps of the end of validity on their days; then the value returned, and the closing."""
    if not extended(stage):
        return
    listed = checklist(cast.manager, stage.programme_id, stage.day)
    for line in listed.lines:
        if line.day != stage.day:
            continue
        if line.task is ClosingTask.ACKNOWLEDGE:
            for structure_id in listed.waiting:
                _note(stage, cast, line.task, structure_id=structure_id)
        elif line.task in NOTED:
            # the issuer's credit note forgets what was refused: a week later somebody explains the difference
            stated = unspent_face_cents(stage.programme_id) if line.task is ClosingTask.CREDIT_NOTE else None
            _note(stage, cast, line.task, reference=_REFERENCES.get(line.task, ""), stated_cents=stated)
        elif line.task is ClosingTask.RETURN_VALUE:
            return_unspent(
                programme_id=stage.programme_id, cause="Fin de validité", by=cast.manager, at=stage.at(17, 30)
            )
        elif line.task is ClosingTask.CLOSE:
            _close(stage, cast)


_REFERENCES = {ClosingTask.STATEMENT: "EC-DEMO-2024 (fictif)", ClosingTask.CREDIT_NOTE: "AVOIR-DEMO-2024 (fictif)"}


def _note(stage: Stage, cast: Cast, task: ClosingTask, **given: Any) -> None:
    note_step(
        programme_id=stage.programme_id, task=task, done_on=stage.day, by=cast.manager, at=stage.at(17, 25), **given
    )


def _close(stage: Stage, cast: Cast) -> None:
    """What is left of the money goes back, and the programme closes if nothing else is open: a demonstration
    that people touched may keep it open, and the page says why."""
    give_funds_back(stage, cast.finance)
    if not what_does_not_balance(stage.programme_id, stage.day):
        close_after_audit(programme_id=stage.programme_id, by=cast.manager, at=stage.at(17, 40))
