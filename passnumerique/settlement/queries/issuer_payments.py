"""What the issuer tells of its payments to the places, and what each line of it would pay."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q, Sum

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.db import in_chunks
from passnumerique.programmes.queries import access_programme, terms_on_days
from passnumerique.settlement.models import Claim, ClaimLine, IssuerRow, Payment
from passnumerique.settlement.queries.runs import live_lines, parties_of
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.settlement.rules.issuer.paying import PAYABLE, Line, Made, Matched, Matching, Owing, PayDoubt


def payments_told(actor: Actor, programme_id: UUID) -> list[Matched]:
    """Every payment that the issuer tells and that no payment here came from, with what it would pay, by day.

    For who reads the accounts. What is recorded here already is left out.
    """
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    return [one for one in match_told(programme_id, by=actor.user_id) if one.doubt is not PayDoubt.RECORDED]


def match_told(programme_id: UUID, *, by: UUID | None = None) -> list[Matched]:
    """The same within the house, what is recorded already among them; `by` is who would record."""
    lines = _lines(programme_id)
    if not lines:
        return []
    terms = terms_on_days(programme_id, {line.day for line in lines})
    claims = _owing(programme_id, {line.place_id for line in lines})
    matching = Matching(claims, _made(programme_id), lambda day: terms[day].payer, by)
    return matching.match(lines)


def _lines(programme_id: UUID) -> list[Line]:
    told = Payment.objects.filter(programme_id=programme_id, issuer_row_id__isnull=False)
    used = set(told.values_list("issuer_row_id", flat=True).order_by())
    rows = IssuerRow.objects.filter(programme_id=programme_id, kind=IssuerKind.PAYMENTS, verdict=RowVerdict.TAKEN)
    return [
        Line(
            row.id,
            row.place_id,
            row.day or date.min,
            row.amount_cents or 0,
            row.reference,
            row.fee_cents,
            row.claim_number,
            row.claim_month,
        )
        for row in rows.defer("raw", "told").order_by("day", "line", "id")
        if row.id not in used
    ]


def _made(programme_id: UUID) -> list[Made]:
    rows = Payment.objects.filter(programme_id=programme_id).select_related("claim").order_by("paid_on", "id")
    return [
        Made(
            row.claim.number,
            row.claim.place_id,
            row.claim.month,
            row.paid_on,
            row.amount_cents,
            row.reference,
            row.issuer_row_id is not None,
        )
        for row in rows
    ]


def _owing(programme_id: UUID, places: Collection[UUID]) -> list[Owing]:
    rows = list(Claim.objects.filter(programme_id=programme_id, place_id__in=list(places)).order_by("number"))
    waiting = [row.id for row in rows if row.state in PAYABLE]
    fees, lines = _fees(programme_id, waiting), live_lines(programme_id, waiting)
    return [
        Owing(
            row.id,
            row.number,
            row.place_id,
            row.month,
            ClaimState(row.state),
            row.payable_cents,
            fees.get(row.id, 0),
            row.id in lines,
            frozenset(parties_of(row)),
        )
        for row in rows
    ]


def _fees(programme_id: UUID, claim_ids: list[UUID]) -> dict[UUID, int]:
    """The issuer's fee on the accepted lines of each of these claims."""
    found: dict[UUID, int] = {}
    accepted = Q(programme_id=programme_id, verdict=Verdict.APPROVED)
    for chunk in in_chunks(claim_ids):
        rows = ClaimLine.objects.filter(accepted, claim_id__in=chunk).order_by()
        found |= dict(rows.values_list("claim_id").annotate(cents=Sum("fee_cents")))
    return found


def places_told(matched: Collection[Matched]) -> dict[UUID, str]:
    """The names of the places that these payments are about."""
    return organisations_named(one.line.place_id for one in matched)
