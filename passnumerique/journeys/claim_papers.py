"""The statement of a claim (*bordereau*) as a paper: read by settlement, printed by documents."""

from datetime import date
from typing import Any
from uuid import UUID

from passnumerique.directory.queries import organisations_by_id, people_named
from passnumerique.directory.rules import Actor
from passnumerique.documents import papers, printing
from passnumerique.ground.dates import day_of
from passnumerique.journeys.rendering import brand_of
from passnumerique.settlement.queries import ClaimLineRow, claim_line_rows, lines_of, payment_of
from passnumerique.settlement.queries.answers import final_refusals_in
from passnumerique.settlement.queries.recoveries import taken_back_in
from passnumerique.settlement.rules import Verdict
from passnumerique.training.queries import title_of
from passnumerique.vouchers.queries.history import codes_of

_CONTROL = {
    Verdict.PENDING: papers.Control.PENDING,
    Verdict.APPROVED: papers.Control.APPROVED,
    Verdict.REJECTED: papers.Control.DISPUTED,
    Verdict.REFUSED: papers.Control.REFUSED,
}
_SIRET = 14
"""Signs of a SIRET; an RNA is shorter."""


def claim_paper(actor: Actor, programme: Any, claim: Any, *, made_on: date, with_payment: bool = True) -> bytes:
    """The statement of a claim that the actor may see, as a PDF; `with_payment` tells its payment, if there is one."""
    rows = claim_line_rows(programme.id, list(lines_of(actor, claim.id)))
    codes = codes_of(programme.id, [row.line.voucher_id for row in rows])
    names = people_named(one for one in (claim.prepared_by, claim.approved_by, claim.second_approved_by) if one)
    payment = payment_of(claim) if with_payment else None
    refused = {line_id: one.reason for line_id, one in final_refusals_in(claim).items()}
    paper = papers.ClaimStatement(
        brand=brand_of(actor, programme),
        made_on=made_on,
        number=str(claim.number),
        month=claim.month,
        place=party_of(claim.place_id),
        lines=tuple(_line(row, codes.get(row.line.voucher_id, ""), refused.get(row.line.id, "")) for row in rows),
        prepared_by=names.get(claim.prepared_by, ""),
        approved_by=names.get(claim.approved_by, ""),
        approved_on=day_of(claim.approved_at) if claim.approved_at else None,
        payment=papers.PaymentRecord(payment.reference, payment.paid_on, payment.amount_cents) if payment else None,
        confirmed_by=names.get(claim.second_approved_by, ""),
        offsets=tuple(undue_line(one) for one in taken_back_in(claim)),
    )
    return printing.claim_statement(paper)


def party_of(organisation_id: UUID) -> papers.Party:
    """An organisation as it signs."""
    one = organisations_by_id([organisation_id])[organisation_id]
    town = f"{one.postcode} {one.commune}".strip()
    address = "\n".join(line for line in (one.address, one.address_extra, town) if line)
    return papers.Party(one.name, address, one.pivot if len(one.pivot) == _SIRET else "")


def _line(row: ClaimLineRow, code: str, refused: str) -> papers.ClaimLine:
    line = row.line
    return papers.ClaimLine(
        day=day_of(line.redeemed_at),
        session=title_of(row.session) if row.session else row.module,
        module=row.module,
        code_end=code[-4:] or str(line.voucher_number),
        face_cents=line.face_value_cents,
        fee_cents=line.fee_cents,
        control=_CONTROL[Verdict(line.verdict)],
        reason=f"{line.reason}. {refused}" if refused else line.reason,
    )


def undue_line(one: Any) -> papers.UndueLine:
    """An undue sum on papers: the statement that takes it back, the order that asks for it."""
    return papers.UndueLine(
        number=one.line.voucher_number,
        claim=str(one.line.claim.number),
        day=day_of(one.line.redeemed_at),
        cause=one.cause,
        amount_cents=one.amount_cents,
    )
