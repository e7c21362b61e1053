"""One claim on one page: its lines and what the control said, its amounts, what happened; its paper."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.queries import organisations_named, people_named
from passnumerique.directory.rules import Permission
from passnumerique.documents import papers, printing
from passnumerique.ground.dates import day_of
from passnumerique.settlement.queries import (
    ClaimLineRow,
    claim_line_rows,
    claim_rows,
    lines_carried_from,
    lines_of,
    order_of,
    payment_of,
)
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.training.queries import title_of as session_title
from passnumerique.vouchers.queries.history import codes_of, states_of
from passnumerique.vouchers.rules import State
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.register.papers import brand_of, party
from passnumerique.web.pages.register.parts import pdf
from passnumerique.web.pages.settlement.parts import at_one_place, claim_of, crumbs, may_decide
from passnumerique.web.pages.settlement.words import late_badge, title_of, verdict_badge
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge_of, day, euros

_CONTROL = {
    Verdict.PENDING: papers.Control.PENDING,
    Verdict.APPROVED: papers.Control.APPROVED,
    Verdict.REJECTED: papers.Control.DISPUTED,
}
Typed = Mapping[UUID, tuple[str, str]]
"""What was chosen for lines, as it was typed: a verdict and a reason."""


@desk_page(Permission.READ_CLAIMS)
def one_claim(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """The page of one claim; acts only for who may do them now."""
    return claim_page(request, claim_id)


def claim_page(request: DeskRequest, claim_id: UUID, refusal: str = "", typed: Typed | None = None) -> HttpResponse:
    """The page, with what was refused on top and the control as it was typed."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    rows = claim_line_rows(desk.programme_id, list(lines_of(desk.actor, claim.id)))
    (told,) = claim_rows(desk.programme_id, [claim], desk.today)
    decides = may_decide(desk, claim)
    step = next_step(desk, claim)
    context = {
        "desk": desk,
        "breadcrumbs": crumbs(desk, claim),
        "claim": claim,
        "title": title_of(claim),
        "place": organisations_named([claim.place_id]).get(claim.place_id, ""),
        "state": SafeString(badge_of("claim", claim.state) + (late_badge() if told.late else "")),
        "due_on": told.due_on,
        "waits": claim.state in {ClaimState.FILED, ClaimState.APPROVED, ClaimState.ORDERED},
        "decided": claim.state != ClaimState.FILED,
        "decides": decides,
        "step": step,
        "own_claim": claim.prepared_by == desk.actor.user_id and desk.may(Permission.APPROVE_CLAIM),
        "lines": _lines_table(desk, rows, typed or {}, controls=decides, **_choice(desk, claim, rows)),
        "rejected": claim.rejected_lines,
        "pending": claim.pending_lines,
        "may_accept": _may_accept(desk, claim) and bool(claim.rejected_lines),
        "may_recover": _may_recover(desk, claim),
        "carried": _carried(desk, claim),
        "history": _history(desk, claim),
        "at_place": at_one_place(desk),
        "refusal": refusal,
    }
    return render(request, "web/settlement/claim.html", context, status=409 if refusal else 200)


def next_step(desk: Desk, claim: Any) -> dict[str, str]:
    """The one thing that this reader has to do next with a claim, or nothing."""
    if may_decide(desk, claim):
        return {"label": _("Décider"), "url": desk.url("approve_claim", claim.id), "icon": "stamp"}
    pays = desk.may(Permission.PAY_CLAIM)
    if pays and claim.state == ClaimState.APPROVED:
        return {"label": _("Mandater"), "url": desk.url("order_payment", claim.id), "icon": "document"}
    if pays and claim.state == ClaimState.ORDERED:
        return {"label": _("Enregistrer le paiement"), "url": desk.url("record_payment", claim.id), "icon": "euro"}
    return {}


def _may_accept(desk: Desk, claim: Any) -> bool:
    """Whether contested lines may be accepted after all by this reader."""
    decided = claim.state != ClaimState.FILED and claim.prepared_by != desk.actor.user_id
    return decided and desk.may(Permission.APPROVE_CLAIM)


def _may_recover(desk: Desk, claim: Any) -> bool:
    return desk.may(Permission.PAY_CLAIM) and claim.state == ClaimState.PAID


def _choice(desk: Desk, claim: Any, rows: Sequence[ClaimLineRow]) -> dict[str, Any]:
    """Whether lines can be ticked: contested ones to accept after all, paid ones to take back; and the
    state of their passes where it tells more than the verdict."""
    ticked = (_may_accept(desk, claim) and bool(claim.rejected_lines)) or _may_recover(desk, claim)
    states = states_of(desk.programme_id, [row.line.voucher_id for row in rows])
    return {"choose": "line" if ticked else "", "states": states}


def verdict_name(line_id: UUID) -> str:
    """The name of the control of a line's verdict."""
    return f"verdict-{line_id}"


def reason_name(line_id: UUID) -> str:
    """The name of the control of a line's reason."""
    return f"reason-{line_id}"


def _lines_table(
    desk: Desk,
    rows: Sequence[ClaimLineRow],
    typed: Typed,
    *,
    controls: bool,
    choose: str,
    states: Mapping[UUID, State],
) -> Table:
    def verdict(row: ClaimLineRow) -> object:
        if not controls:
            return _said(row, states.get(row.line.voucher_id))
        chosen, reason = typed.get(row.line.id, (row.line.verdict, row.line.reason))
        return _control(row, chosen, reason)

    def session(row: ClaimLineRow) -> str:
        return session_title(row.session) if row.session else row.module

    def session_url(row: ClaimLineRow) -> str:
        seen = row.session and desk.may(Permission.READ_TRAINING)
        return desk.url("session", row.session.id) if seen and row.session else ""

    columns = [
        Column(lambda row: _("N°\u202f%(number)s") % {"number": row.line.voucher_number}, _("Pass")),
        Column("line.redeemed_at", _("Utilisé le"), "day"),
        Column(session, _("Atelier"), url=session_url),
        Column("line.face_value_cents", _("Valeur"), "money"),
        *([Column("line.fee_cents", _("Frais"), "money")] if any(row.line.fee_cents for row in rows) else []),
        Column(verdict, _("Contrôle")),
    ]
    return Table(_("Pass demandés"), columns, rows, count=len(rows), choose=choose, choose_by="line.id")


def _said(row: ClaimLineRow, state: State | None) -> SafeString:
    """The verdict, its reason, and what became of a sum paid unduly."""
    told = verdict_badge(row.line.verdict)
    if state in {State.TO_RECOVER, State.RECOVERED, State.FROZEN}:
        told = badge_of("voucher", state)
    if not row.line.reason:
        return told
    return format_html("<span>{} {}</span>", told, row.line.reason)


def _control(row: ClaimLineRow, chosen: str, reason: str) -> SafeString:
    """The verdict and its reason, to be chosen and typed."""
    number = row.line.voucher_number
    offered = [(Verdict.APPROVED.value, _("Accepter")), (Verdict.REJECTED.value, _("Contester"))]
    if row.line.verdict == Verdict.PENDING:
        offered.insert(0, (Verdict.PENDING.value, _("À contrôler")))
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if value == chosen else "", words) for value, words in offered),
    )
    return format_html(
        '<select name="{}" aria-label="{}">{}</select>'
        '<input type="text" name="{}" value="{}" maxlength="240" list="reasons" aria-label="{}" placeholder="{}">',
        verdict_name(row.line.id),
        _("Contrôle du pass n°\u202f%(number)s") % {"number": number},
        options,
        reason_name(row.line.id),
        reason,
        _("Motif si le pass n°\u202f%(number)s est contesté") % {"number": number},
        _("Motif si contesté"),
    )


def _carried(desk: Desk, claim: Any) -> list[dict[str, str]]:
    """The complementary claims in which contested lines were accepted since."""
    found: dict[UUID, list[Any]] = {}
    for line in lines_carried_from(claim):
        found.setdefault(line.claim_id, []).append(line)
    return [
        {
            "label": ngettext(
                "%(count)s pass contesté ici a été accepté depuis\u202f: demande n°\u202f%(number)s",
                "%(count)s pass contestés ici ont été acceptés depuis\u202f: demande n°\u202f%(number)s",
                len(lines),
            )
            % {"count": len(lines), "number": lines[0].claim.number},
            "url": desk.url("claim", claim_id),
        }
        for claim_id, lines in found.items()
    ]


def _history(desk: Desk, claim: Any) -> list[dict[str, Any]]:
    """What happened, oldest first, as sentences."""
    order, payment = order_of(claim), payment_of(claim)
    who = [claim.prepared_by, claim.controlled_by, claim.approved_by, *(row.by_user for row in (order, payment) if row)]
    names = people_named(one for one in who if one)
    told = [
        _filing(claim),
        (claim.controlled_at, _("Les lignes sont contrôlées."), claim.controlled_by, "search"),
        (claim.approved_at, _decision(claim), claim.approved_by, "stamp"),
    ]
    if order:
        told.append((order.at, _paper(_("Mandat"), order), order.by_user, "document"))
    if payment:
        told.append((payment.at, _paper(_("Paiement"), payment), payment.by_user, "euro"))
    return [
        {"at": at, "sentence": sentence, "by": names.get(by, ""), "icon": icon} for at, sentence, by, icon in told if at
    ]


def _filing(claim: Any) -> tuple[Any, str, Any, str]:
    if claim.complement_of_id:
        return claim.filed_at, _("Une demande complémentaire reprend des pass contestés."), None, "plus"
    return claim.filed_at, _("La demande est déposée."), claim.prepared_by, "inbox"


def _paper(what: str, paper: Any) -> str:
    """`Mandat de 38,40 €, référence M-1, du 13 décembre 2022.`"""
    day_of_paper = getattr(paper, "ordered_on", None) or paper.paid_on
    told = {"what": what, "amount": euros(paper.amount_cents), "reference": paper.reference, "day": day(day_of_paper)}
    return _("%(what)s de %(amount)s, référence %(reference)s, du %(day)s.") % told


def _decision(claim: Any) -> str:
    if claim.state == ClaimState.REJECTED:
        return _("Tous les pass sont contestés\u202f: rien n’est à payer.")
    if claim.rejected_lines:
        return _("La demande est acceptée en partie.")
    return _("La demande est acceptée.")


@desk_page(Permission.READ_CLAIMS)
def claim_statement(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """The statement of a claim as PDF, for the place and for who reads claims."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    rows = claim_line_rows(desk.programme_id, list(lines_of(desk.actor, claim.id)))
    codes = codes_of(desk.programme_id, [row.line.voucher_id for row in rows])
    names = people_named(one for one in (claim.prepared_by, claim.approved_by) if one)
    payment = payment_of(claim)
    paper = papers.ClaimStatement(
        brand=brand_of(desk),
        made_on=desk.today,
        number=str(claim.number),
        month=claim.month,
        place=party(claim.place_id, desk),
        lines=tuple(_paper_line(row, codes.get(row.line.voucher_id, "")) for row in rows),
        prepared_by=names.get(claim.prepared_by, ""),
        approved_by=names.get(claim.approved_by, ""),
        approved_on=day_of(claim.approved_at) if claim.approved_at else None,
        payment=papers.PaymentRecord(payment.reference, payment.paid_on, payment.amount_cents) if payment else None,
    )
    return pdf(printing.claim_statement(paper), f"remboursement-{claim.number}")


def _paper_line(row: ClaimLineRow, code: str) -> papers.ClaimLine:
    line = row.line
    return papers.ClaimLine(
        day=day_of(line.redeemed_at),
        session=session_title(row.session) if row.session else row.module,
        module=row.module,
        code_end=code[-4:] or str(line.voucher_number),
        face_cents=line.face_value_cents,
        fee_cents=line.fee_cents,
        control=_CONTROL[Verdict(line.verdict)],
        reason=line.reason,
    )
