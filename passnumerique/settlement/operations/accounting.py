"""What the authority's finance software paid of a run comes back as a file: all of it, or nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.sheets.cells import BadCell
from passnumerique.ground.sheets.mapping import Mapping
from passnumerique.ground.sheets.reports import Report
from passnumerique.ground.sheets.tables import Line, Sheet
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import PaymentRun, RunLine
from passnumerique.settlement.operations.paid import Paid, pay_all
from passnumerique.settlement.operations.runs import not_ready
from passnumerique.settlement.queries.runs import access_run, payments_in_run, run_lines
from passnumerique.settlement.rules.accounting import FIELDS, LABELS, Said, Waiting, is_left_out, judge, read
from passnumerique.settlement.rules.issuer import Told
from passnumerique.settlement.rules.refusals import RunNotForSoftware
from passnumerique.settlement.rules.runs import LineState, RunState


def record_accounting_file(
    *, run_id: UUID, sheet: Sheet, mapping: Mapping, by: Actor, at: datetime, dry_run: bool = False
) -> Report:
    """Record what a file of the finance software says was paid of a sent run: `created` payments, `unchanged` lines
    that are known or not paid yet, and every cell that is wrong by line, column and reason.

    For who pays claims. One wrong cell keeps the whole file out; the same file again changes nothing; `dry_run`
    writes nothing. Refuses columns that are missing, a run that was not sent, and one that a bank pays.
    """
    require(by, Permission.PAY_CLAIM)
    run = access_run(by, run_id)
    mapping.check(sheet, [field.name for field in FIELDS if field.required])
    if run.payer != Payer.ACCOUNTING:
        raise RunNotForSoftware(number=run.number)
    if run.state != RunState.SENT:
        raise not_ready(run)
    with transaction.atomic():
        take_turn(run.programme_id)
        lines = {line.claim.number: line for line in run_lines(run)}
        said = _said(run, lines, sheet, mapping, at)
        bad = tuple(_cell(mapping, line, told) for line, one in said for told in one.told)
        fresh = [one for _, one in said if not one.known and not one.told]
        if bad or dry_run:
            return Report(created=len(fresh), unchanged=len(sheet.rows) - len(fresh), bad=bad)
        _pay(run, [(one, lines[one.claim]) for one in fresh], by, at)
    return Report(created=len(fresh), unchanged=len(sheet.rows) - len(fresh), written=True)


def _said(
    run: PaymentRun, lines: dict[int, RunLine], sheet: Sheet, mapping: Mapping, at: datetime
) -> list[tuple[Line, Said]]:
    """Every row that says something, with what is wrong of it."""
    payments, today = payments_in_run(run), day_of(at)
    approved_on = day_of(run.approved_at) if run.approved_at else today
    waiting = {
        number: Waiting(line.amount_cents, LineState(line.state), *payments.get(line.id, (None, "")))
        for number, line in lines.items()
    }
    found: list[tuple[Line, Said]] = []
    seen: dict[int, int] = {}
    for line in sheet.rows:
        cells = mapping.read(line)
        if is_left_out(cells):
            continue
        row = read(cells)
        number = row.values.get("claim", 0)
        found.append((line, judge(row, waiting.get(number), seen.get(number), approved_on, today)))
        seen.setdefault(number, line.number)
    return found


def _cell(mapping: Mapping, line: Line, told: Told) -> BadCell:
    column = mapping.columns.get(told.name) or LABELS[told.name]
    return BadCell(line.number, column, told.value, told.reason, told.params)


def _pay(run: PaymentRun, fresh: list[tuple[Said, RunLine]], by: Actor, at: datetime) -> None:
    paid = [
        Paid(line.claim_id, line.place_id, line.amount_cents, one.values["day"], one.values["reference"], line.id)
        for one, line in fresh
    ]
    pay_all(programme_id=run.programme_id, paid=paid, payer=Payer(run.payer), paid_by=run.sent_by, by=by, at=at)
