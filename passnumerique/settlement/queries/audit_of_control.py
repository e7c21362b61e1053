"""The audit of what leads to a claim and follows it: proposals, signs, samples, answers, undue sums, orders."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Sum

from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.journals import Journal, every_column
from passnumerique.ground.words import N_
from passnumerique.settlement.models import (
    Answer,
    Claim,
    ClaimLine,
    FinalRefusal,
    Payment,
    PaymentOrder,
    PreparedClaim,
    PreparedLine,
    RecoveryOrder,
    RunLine,
    Sample,
    SentBack,
    SignFound,
    Undue,
)
from passnumerique.settlement.rules import Outcome, PreparedLineState, Verdict
from passnumerique.vouchers.models import Event, Voucher
from passnumerique.vouchers.rules import Act, State

PREPARED = Check("prepared_claim", N_("Une demande préparée ne correspond pas à la demande confirmée."))
SIGN = Check("claim_signs", N_("Le risque d’une ligne ne correspond pas aux signes relevés."))
SAMPLE = Check("claim_sample", N_("Un tirage ne correspond pas à sa demande."))
ANSWER = Check("claim_answer", N_("La réponse d’un lieu ne correspond pas à sa ligne ou à son justificatif."))
REFUSAL = Check("final_refusal", N_("Un refus définitif ne correspond pas à l’acte sur son pass."))
UNDUE = Check("undue", N_("Une somme indue ne correspond pas aux actes sur son pass."))
RECOVERY = Check("recovery_order", N_("Un ordre de recouvrement ne correspond pas à ses lignes."))
PERSONS = Check(
    "distinct_persons", N_("Une demande est mandatée ou payée par une autre personne que celle qui est inscrite.")
)

_ANSWERED_LATER = ("outcome", "outcome_reason", "decided_at", "decided_by")
_SETTLED_LATER = ("offset_in_id", "order_id", "settled_at", "settled_by", "settled_for")
_RECEIVED_LATER = ("received_on", "reference", "received_at", "received_by")

JOURNALS = (
    Journal(PreparedClaim, "closed_at", every_column(PreparedClaim)),
    Journal(PreparedLine, "prepared__closed_at", every_column(PreparedLine)),
    Journal(SignFound, "at", every_column(SignFound)),
    Journal(Sample, "drawn_at", every_column(Sample)),
    Journal(SentBack, "at", every_column(SentBack)),
    Journal(Answer, "answered_at", every_column(Answer, "content", *_ANSWERED_LATER)),
    Journal(Answer, "decided_at", _ANSWERED_LATER, part="decision"),
    Journal(FinalRefusal, "at", every_column(FinalRefusal)),
    Journal(Undue, "declared_at", every_column(Undue, *_SETTLED_LATER)),
    Journal(Undue, "settled_at", _SETTLED_LATER, part="settled"),
    Journal(RecoveryOrder, "at", every_column(RecoveryOrder, *_RECEIVED_LATER)),
    Journal(RecoveryOrder, "received_at", _RECEIVED_LATER, part="received"),
)
"""What is written once around claims, for the seal. A run of preparation is its progress only, and not sealed."""


def control_differences(programme_id: UUID) -> Iterator[Difference]:
    """Every proposal, sign, sample, answer, undue sum and order that disagrees with lines or events."""
    yield from _prepared(programme_id)
    yield from _signs(programme_id)
    yield from _samples(programme_id)
    yield from _answers(programme_id)
    yield from _refusals(programme_id)
    yield from _undue(programme_id)
    yield from _orders(programme_id)
    yield from _persons(programme_id)


def _prepared(programme_id: UUID) -> Iterator[Difference]:
    table = PreparedLine._meta.db_table
    claimed = dict(
        ClaimLine.objects.filter(programme_id=programme_id).order_by().values_list("redemption_id", "first_claim_id")
    )
    rows = PreparedLine.objects.filter(programme_id=programme_id).select_related("prepared").order_by("id")
    for row in rows.exclude(state__in=[PreparedLineState.LEFT, PreparedLineState.GONE]):
        stored = {"claim": row.prepared.claim_id if row.state == PreparedLineState.CLAIMED else None}
        yield from unlike(PREPARED, table, row.id, stored, {"claim": claimed.get(row.redemption_id)})
    told = PreparedClaim.objects.filter(programme_id=programme_id, claim__isnull=False).select_related("claim")
    for prepared in told.order_by("id"):
        stored = {name: getattr(prepared, name) for name in ("place_id", "month")}
        made = {name: getattr(prepared.claim, name) for name in stored}
        yield from unlike(PREPARED, PreparedClaim._meta.db_table, prepared.id, stored, made)


def _signs(programme_id: UUID) -> Iterator[Difference]:
    weights = dict(
        SignFound.objects.filter(programme_id=programme_id).order_by().values_list("line_id").annotate(n=Sum("weight"))
    )
    rows = ClaimLine.objects.filter(programme_id=programme_id).order_by("id")
    for line_id, risk, number in rows.values_list("id", "risk", "voucher_number"):
        made = {"risk": weights.get(line_id, 0)}
        yield from unlike(SIGN, ClaimLine._meta.db_table, line_id, {"risk": risk}, made, number)


def _samples(programme_id: UUID) -> Iterator[Difference]:
    rows = Sample.objects.filter(programme_id=programme_id).select_related("claim").order_by("id")
    for row in rows:
        stored = {"size": row.size, "apart": row.drawn_by != row.claim.prepared_by}
        made = {"size": min(row.size, row.claim.passes), "apart": True}
        yield from unlike(SAMPLE, Sample._meta.db_table, row.id, stored, made)


def _answers(programme_id: UUID) -> Iterator[Difference]:
    rejected: dict[UUID, set[str]] = defaultdict(set)
    events = Event.objects.filter(programme_id=programme_id, act=Act.REJECT).order_by()
    for voucher_id, cause in events.values_list("voucher_id", "cause"):
        rejected[voucher_id].add(cause)
    rows = Answer.objects.filter(programme_id=programme_id).select_related("line").order_by("id")
    for row in rows.iterator(chunk_size=50):
        verdict = Verdict.APPROVED if row.outcome == Outcome.ACCEPTED else Verdict.REJECTED
        if row.outcome == Outcome.UPHELD and row.line.verdict == Verdict.REFUSED:
            verdict = Verdict.REFUSED
        stored = {"hash": row.content_hash, "verdict": row.line.verdict, "contested_for": row.contested_for}
        causes = rejected[row.line.voucher_id]
        made = {
            "hash": None if row.content is None else hashlib.sha256(row.content).digest(),
            "verdict": verdict,
            "contested_for": row.contested_for if row.contested_for in causes else "; ".join(sorted(causes)),
        }
        yield from unlike(ANSWER, Answer._meta.db_table, row.id, stored, made, row.line.voucher_number)


def _refusals(programme_id: UUID) -> Iterator[Difference]:
    """Each final refusal against the act that it led to, and the other way round."""
    table = FinalRefusal._meta.db_table
    acts = Event.objects.filter(programme_id=programme_id, act=Act.REFUSE).select_related("voucher").order_by("step")
    events = {row.voucher_id: row for row in acts}
    rows = FinalRefusal.objects.filter(programme_id=programme_id).select_related("line").order_by("id")
    for row in rows:
        event = events.pop(row.line.voucher_id, None)
        stored = {"reason": row.reason, "at": row.at, "by_user": row.by_user, "contested_for": row.contested_for}
        made = event and {
            "reason": event.cause,
            "at": event.at,
            "by_user": event.by_user,
            "contested_for": row.line.reason,
        }
        yield from unlike(REFUSAL, table, row.id, stored, made or None, row.line.voucher_number)
    for event in events.values():
        missing = {"voucher_id": event.voucher_id, "reason": event.cause}
        yield from unlike(REFUSAL, table, None, None, missing, event.voucher.number)


def _undue(programme_id: UUID) -> Iterator[Difference]:
    acts = Event.objects.filter(programme_id=programme_id, act__in=[Act.RECOVER, Act.OFFSET]).order_by("step")
    events = {(row.voucher_id, row.act): row for row in acts}
    table = Undue._meta.db_table
    rows = Undue.objects.filter(programme_id=programme_id).select_related("line").order_by("id")
    known = set()
    for row in rows:
        known.add(row.line.voucher_id)
        declared = events.get((row.line.voucher_id, Act.RECOVER))
        back = events.get((row.line.voucher_id, Act.OFFSET))
        stored = {
            "amount_cents": row.amount_cents,
            "cause": row.cause,
            "declared_at": row.declared_at,
            "settled_at": row.settled_at,
            "by": row.offset_in_id or (row.order_id if row.settled_at else None),
        }
        other = row.settled_at is not None and row.offset_in_id is None and row.order_id is None
        made = declared and {
            "amount_cents": row.line.face_value_cents - row.line.fee_cents,
            "cause": declared.cause,
            "declared_at": declared.at,
            "settled_at": back.at if back else None,
            "by": back.subject_id if back and not other else None,
        }
        yield from unlike(UNDUE, table, row.id, stored, made or None, row.line.voucher_number)
    taken = Voucher.objects.filter(programme_id=programme_id, state__in=[State.TO_RECOVER, State.RECOVERED])
    for voucher in taken.exclude(id__in=known).order_by("number"):
        missing = {"voucher_id": voucher.id, "state": voucher.state}
        yield from unlike(UNDUE, table, None, None, missing, voucher.number)


def _orders(programme_id: UUID) -> Iterator[Difference]:
    rows = RecoveryOrder.objects.filter(programme_id=programme_id).order_by("number")
    asked: dict[UUID | None, list[Undue]] = defaultdict(list)
    for one in Undue.objects.filter(programme_id=programme_id, order__isnull=False).order_by():
        asked[one.order_id].append(one)
    for rank, row in enumerate(rows, start=1):
        lines = asked[row.id]
        stored = {name: getattr(row, name) for name in ("number", "passes", "amount_cents", "received_at")}
        settled = {one.settled_at for one in lines}
        made = {
            "number": rank,
            "passes": len(lines),
            "amount_cents": sum(one.amount_cents for one in lines),
            "received_at": settled.pop() if len(settled) == 1 else "?",
        }
        yield from unlike(RECOVERY, RecoveryOrder._meta.db_table, row.id, stored, made)


def _persons(programme_id: UUID) -> Iterator[Difference]:
    """Who ordered and paid, as the order, the payment and the run it went by say; nobody for what was ordered
    before that was kept, and for a payment that came back."""
    ordered = dict(PaymentOrder.objects.filter(programme_id=programme_id).order_by().values_list("claim_id", "by_user"))
    sent = dict(RunLine.objects.filter(programme_id=programme_id).order_by().values_list("id", "run__sent_by"))
    live = Payment.objects.filter(programme_id=programme_id, live=True).order_by()
    paid = {one.claim_id: sent[one.run_line_id] if one.run_line_id else one.by_user for one in live}
    for row in Claim.objects.filter(programme_id=programme_id).order_by("number"):
        stored = {"ordered_by": row.ordered_by, "paid_by": row.paid_by}
        made = {
            "ordered_by": row.ordered_by and ordered.get(row.id),
            "paid_by": row.paid_by and paid.get(row.id),
        }
        yield from unlike(PERSONS, Claim._meta.db_table, row.id, stored, made)
