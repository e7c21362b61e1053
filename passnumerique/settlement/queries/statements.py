"""Statements of the bank within an actor's sight, and what is known of the transfers that they tell."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ciphers import deciphered
from passnumerique.ground.db import in_chunks
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme, programmes
from passnumerique.settlement.models import BankFile, BankLine, BankStatement, ClaimLine, Payment, RunLine
from passnumerique.settlement.rules import Verdict
from passnumerique.settlement.rules.matching import MAY_CLEAR, Fate, Known
from passnumerique.settlement.rules.refusals import StatementUnread
from passnumerique.settlement.rules.runs import LineState
from passnumerique.vouchers.queries.history import states_of
from passnumerique.vouchers.rules import State

TELLS = (Fate.PAID.value, Fate.RETURNED.value, Fate.CONFIRMED.value, Fate.SETTLED.value)


def statements(actor: Actor, programme_id: UUID) -> QuerySet[BankStatement]:
    """The statements imported, latest day first, each with `open` movements. For who reads the accounts."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    rows = BankStatement.objects.filter(programme_id=programme_id).select_related("file")
    unknown = Count("lines", filter=Q(lines__fate=Fate.UNKNOWN))
    return rows.annotate(open=unknown).order_by("-closed_on", "-file__at", "rank")


def access_statement(actor: Actor, statement_id: UUID) -> BankStatement:
    """One statement that the actor may see. Refuses (NotFound) any other."""
    require(actor, Permission.READ_ACCOUNTS)
    within = list(programmes(actor).order_by().values_list("id", flat=True))
    row = BankStatement.objects.filter(id=statement_id, programme_id__in=within).select_related("file").first()
    if row is None:
        raise NotFound
    return row


def bank_lines(actor: Actor, programme_id: UUID, *, fate: Fate | None = None) -> QuerySet[BankLine]:
    """The movements of a programme's account, latest first. For who reads the accounts."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    rows = BankLine.objects.filter(programme_id=programme_id)
    if fate is not None:
        rows = rows.filter(fate=fate)
    return rows.order_by("-booked_on", "-id")


def access_bank_line(actor: Actor, line_id: UUID) -> BankLine:
    """One movement that the actor may see. Refuses (NotFound) any other."""
    require(actor, Permission.READ_ACCOUNTS)
    within = list(programmes(actor).order_by().values_list("id", flat=True))
    row = BankLine.objects.filter(id=line_id, programme_id__in=within).first()
    if row is None:
        raise NotFound
    return row


def content_of(file: BankFile) -> bytes | None:
    """The file as it came, for who may see it; None when no key of the installation reads it."""
    text = deciphered(settings.CONTACT_KEYS, bytes(file.sealed))
    return zlib.decompress(bytes.fromhex(text)) if text is not None else None


def original_of(actor: Actor, statement_id: UUID) -> tuple[str, bytes]:
    """The file of a statement as the bank sent it, and its name. For who pays claims, who brought it: it bears
    accounts and names of third parties. Refuses one that no key of the installation reads."""
    require(actor, Permission.PAY_CLAIM)
    file = access_statement(actor, statement_id).file
    content = content_of(file)
    if content is None:
        raise StatementUnread
    return file.filename, content


def keys_known(programme_id: UUID, keys: Sequence[str]) -> set[str]:
    """Which movements, by their keys, a statement told before."""
    found: set[str] = set()
    for chunk in in_chunks(keys, 5000):
        found |= set(
            BankLine.objects.filter(programme_id=programme_id, key__in=chunk).order_by().values_list("key", flat=True)
        )
    return found


def doubtful_lines(programme_id: UUID) -> list[BankLine]:
    """The movements that are not known yet and that another statement may explain."""
    rows = BankLine.objects.filter(
        programme_id=programme_id, fate=Fate.UNKNOWN, doubt__in=sorted(doubt.value for doubt in MAY_CLEAR)
    )
    return list(rows.order_by("booked_on", "id"))


def transfers_known(programme_id: UUID, line_ids: Iterable[UUID]) -> dict[UUID, tuple[Known, RunLine]]:
    """What is known of each of these transfers."""
    found: dict[UUID, tuple[Known, RunLine]] = {}
    for chunk in in_chunks(sorted(set(line_ids)), 5000):
        rows = RunLine.objects.filter(programme_id=programme_id, id__in=chunk).select_related("run").order_by()
        for row in rows.defer("sealed", "run__debtor_sealed"):
            found[row.id] = (Known(row.id, row.run_id, row.amount_cents, row.state, row.run.state), row)
    for line_id, (out, back) in _told(programme_id, found).items():
        known, row = found[line_id]
        found[line_id] = (replace(known, told_out=out, told_back=back), row)
    return found


def _told(programme_id: UUID, found: dict[UUID, tuple[Known, RunLine]]) -> dict[UUID, tuple[bool, bool]]:
    """Of which transfers a statement told the payment, and the return. Those that wait were never told."""
    rows = BankLine.objects.filter(programme_id=programme_id, fate__in=TELLS).order_by()
    moved = [line_id for line_id, (known, _) in found.items() if known.state in {LineState.PAID, LineState.RETURNED}]
    told: dict[UUID, tuple[bool, bool]] = {}
    for chunk in in_chunks(moved, 5000):
        for line_id, cents in rows.filter(run_line_id__in=chunk).values_list("run_line_id", "cents"):
            if line_id is None:
                continue
            out, back = told.get(line_id, (False, False))
            told[line_id] = (out or cents < 0, back or cents > 0)
    runs = {found[line_id][0].run_id for line_id in moved}
    whole = set(rows.filter(run_id__in=list(runs), cents__lt=0).values_list("run_id", flat=True)) if runs else set()
    for line_id in moved:
        if found[line_id][0].run_id in whole:
            told[line_id] = (True, told.get(line_id, (False, False))[1])
    return told


def lines_of_runs(programme_id: UUID, run_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The lines that wait in each of these runs."""
    found: dict[UUID, list[UUID]] = {}
    rows = RunLine.objects.filter(programme_id=programme_id, run_id__in=list(run_ids), state=LineState.WAITING)
    for run_id, line_id in rows.order_by("rank").values_list("run_id", "id"):
        found.setdefault(run_id, []).append(line_id)
    return found


def undue_lines(programme_id: UUID, lines: Sequence[RunLine]) -> set[UUID]:
    """Which of these paid transfers have a pass that is no longer simply reimbursed."""
    claims = {line.claim_id: line.id for line in lines}
    rows = ClaimLine.objects.filter(programme_id=programme_id, claim_id__in=list(claims), verdict=Verdict.APPROVED)
    vouchers = dict(rows.order_by().values_list("voucher_id", "claim_id"))
    states = states_of(programme_id, list(vouchers))
    return {claims[vouchers[one]] for one, state in states.items() if state is not State.REIMBURSED}


def live_payments(programme_id: UUID, line_ids: Iterable[UUID]) -> dict[UUID, Payment]:
    """The live payment of each of these transfers."""
    found: dict[UUID, Payment] = {}
    for chunk in in_chunks(list(line_ids)):
        rows = Payment.objects.filter(programme_id=programme_id, run_line_id__in=chunk, live=True).order_by()
        found |= {row.run_line_id: row for row in rows if row.run_line_id}
    return found
