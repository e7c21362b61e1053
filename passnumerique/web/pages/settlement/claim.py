"""One claim on one page: its lines and what the control said, its amounts, what happened; its paper."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.journeys.claim_papers import claim_paper
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.queries import (
    ClaimLineRow,
    claim_line_rows,
    claim_rows,
    lines_carried_from,
    lines_of,
)
from passnumerique.settlement.queries.answers import answer_until, answers_in, final_refusals_in
from passnumerique.settlement.queries.checking import signs_on_lines
from passnumerique.settlement.queries.controlling import drawn_in, progress_in, sample_of
from passnumerique.settlement.queries.recoveries import taken_back_in
from passnumerique.settlement.rules import OPEN, UNDECIDED, ClaimState, Outcome, Verdict
from passnumerique.training.queries import title_of as session_title
from passnumerique.vouchers.queries.history import states_of
from passnumerique.vouchers.rules import State
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.register.parts import pdf
from passnumerique.web.pages.settlement.parts import at_one_place, claim_of, crumbs, may_confirm, may_decide
from passnumerique.web.pages.settlement.signs import sign_cell
from passnumerique.web.pages.settlement.story import history_of
from passnumerique.web.pages.settlement.words import late_badge, title_of, verdict_badge
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge_of

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
    sample = sample_of(claim)
    drawn = frozenset(drawn_in(claim, sample)) if sample else frozenset()
    rows = _riskiest_first(claim_line_rows(desk.programme_id, list(lines_of(desk.actor, claim.id))), drawn)
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
        "waits": ClaimState(claim.state) in OPEN,
        "decided": _is_decided(claim),
        "sample": _sample_told(desk, claim, sample),
        "draws": decides and sample is None and claim.passes > 1,
        "same_payer": _paid_by_another(desk, claim),
        "decides": decides,
        "step": step,
        "own_claim": claim.prepared_by == desk.actor.user_id and desk.may(Permission.APPROVE_CLAIM),
        "lines": _lines_table(desk, rows, typed or {}, controls=decides, drawn=drawn, **_choice(desk, claim, rows)),
        "rejected": claim.rejected_lines,
        "pending": claim.pending_lines,
        "may_accept": _may_accept(desk, claim) and bool(claim.rejected_lines),
        "may_recover": _may_recover(desk, claim),
        "carried": _carried(desk, claim),
        "history": history_of(claim),
        "answers": _answers(desk, claim, rows),
        "back": taken_back_in(claim),
        "at_place": at_one_place(desk),
        "refusal": refusal,
    }
    return render(request, "web/settlement/claim.html", context, status=409 if refusal else 200)


def next_step(desk: Desk, claim: Any) -> dict[str, str]:
    """The one thing that this reader has to do next with a claim, or nothing."""
    if may_decide(desk, claim):
        return {"label": _("Décider"), "url": desk.url("approve_claim", claim.id), "icon": "stamp"}
    if may_confirm(desk, claim):
        return {"label": _("Confirmer"), "url": desk.url("countersign_claim", claim.id), "icon": "stamp"}
    pays = desk.may(Permission.PAY_CLAIM) and not _paid_by_another(desk, claim)
    if pays and claim.state == ClaimState.APPROVED:
        return {"label": _("Mandater"), "url": desk.url("order_payment", claim.id), "icon": "document"}
    if pays and claim.state == ClaimState.ORDERED:
        return {"label": _("Enregistrer le paiement"), "url": desk.url("record_payment", claim.id), "icon": "euro"}
    return {}


def _is_decided(claim: Any) -> bool:
    return ClaimState(claim.state) not in UNDECIDED or claim.complement_of_id is not None


def _paid_by_another(desk: Desk, claim: Any) -> bool:
    """Whether this reader would pay the claim, had they not accepted it."""
    waits = claim.state in {ClaimState.APPROVED, ClaimState.ORDERED} and desk.may(Permission.PAY_CLAIM)
    return waits and desk.actor.user_id in {claim.approved_by, claim.second_approved_by}


def _riskiest_first(rows: Sequence[ClaimLineRow], drawn: Collection[int]) -> list[ClaimLineRow]:
    """What the control looks at first: the highest risk, then what was drawn, then by number."""
    return sorted(rows, key=lambda row: (-row.line.risk, row.line.voucher_number not in drawn, row.line.voucher_number))


def _sample_told(desk: Desk, claim: Any, sample: Any) -> dict[str, Any]:
    """The draw of a claim and how far its control is, or nothing."""
    if sample is None or at_one_place(desk):
        return {}
    progress = progress_in(claim, sample)
    return {
        "seed": sample.seed,
        "size": sample.size,
        "passes": claim.passes,
        "errors": progress.errors,
        "to_look": progress.to_look,
        "too_many": progress.too_many,
        "open": claim.state == ClaimState.FILED,
    }


def _answers(desk: Desk, claim: Any, rows: Sequence[ClaimLineRow]) -> list[dict[str, str]]:
    """For each contested pass: where its place answers, or where its answer is read."""
    known, until = answers_in(claim), answer_until(claim)
    answering = desk.may(Permission.FILE_CLAIM) and until is not None and desk.today <= until
    found = []
    for row in rows:
        told, kept = {"number": f"{row.line.voucher_number}"}, known.get(row.line.id)
        if kept:
            label = _("Pass n°\u202f%(number)s\u202f: lire la réponse du lieu (%(outcome)s)")
            told["outcome"] = say(Outcome(kept.outcome).words)
            found.append({"label": label % told, "url": desk.url("claim_answer", kept.id)})
        elif answering and row.line.verdict == Verdict.REJECTED:
            label = _("Répondre au sujet du pass n°\u202f%(number)s")
            found.append({"label": label % told, "url": desk.url("answer_rejection", row.line.id)})
    return found


def _may_accept(desk: Desk, claim: Any) -> bool:
    """Whether contested lines may be accepted after all by this reader."""
    decided = _is_decided(claim) and claim.prepared_by != desk.actor.user_id
    return decided and desk.may(Permission.APPROVE_CLAIM)


def _may_recover(desk: Desk, claim: Any) -> bool:
    return desk.may(Permission.PAY_CLAIM) and claim.state == ClaimState.PAID


def _choice(desk: Desk, claim: Any, rows: Sequence[ClaimLineRow]) -> dict[str, Any]:
    """Whether lines can be ticked: contested ones to accept after all, paid ones to take back; and the
    state of their passes where it tells more than the verdict."""
    ticked = (_may_accept(desk, claim) and bool(claim.rejected_lines)) or _may_recover(desk, claim)
    states = states_of(desk.programme_id, [row.line.voucher_id for row in rows])
    return {"choose": "line" if ticked else "", "states": states, "refused": reasons_refused(claim)}


def reasons_refused(claim: Any) -> dict[UUID, str]:
    """Why each line that was refused for good is, by line."""
    return {line_id: row.reason for line_id, row in final_refusals_in(claim).items()}


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
    drawn: Collection[int],
    choose: str,
    states: Mapping[UUID, State],
    refused: Mapping[UUID, str],
) -> Table:
    def verdict(row: ClaimLineRow) -> object:
        if not controls:
            return _said(row, states.get(row.line.voucher_id), refused.get(row.line.id, ""))
        chosen, reason = typed.get(row.line.id, (row.line.verdict, row.line.reason))
        return _control(row, chosen, reason)

    def session(row: ClaimLineRow) -> str:
        return session_title(row.session) if row.session else row.module

    def session_url(row: ClaimLineRow) -> str:
        seen = row.session and desk.may(Permission.READ_TRAINING)
        return desk.url("session", row.session.id) if seen and row.session else ""

    signs = {} if at_one_place(desk) else signs_on_lines(row.line for row in rows)

    def flagged(row: ClaimLineRow) -> SafeString:
        line = row.line
        return sign_cell(line.risk, signs.get(line.id, []), drawn=line.voucher_number in drawn)

    columns = [
        Column(lambda row: _("N°\u202f%(number)s") % {"number": row.line.voucher_number}, _("Pass")),
        Column("line.redeemed_at", _("Utilisé le"), "day"),
        Column(session, _("Atelier"), url=session_url),
        Column("line.face_value_cents", _("Valeur"), "money"),
        *([Column("line.fee_cents", _("Frais"), "money")] if any(row.line.fee_cents for row in rows) else []),
        *([Column(flagged, _("Signalements"))] if signs or (drawn and not at_one_place(desk)) else []),
        Column(verdict, _("Contrôle")),
    ]
    return Table(_("Pass demandés"), columns, rows, count=len(rows), choose=choose, choose_by="line.id")


def _said(row: ClaimLineRow, state: State | None, refused: str = "") -> SafeString:
    """The verdict, its reason, and what became of a sum paid unduly."""
    told = verdict_badge(row.line.verdict)
    if state in {State.TO_RECOVER, State.RECOVERED, State.FROZEN}:
        told = badge_of("voucher", state)
    if not row.line.reason:
        return told
    return format_html("<span>{} {}</span>", told, _reasons(row.line.reason, refused))


def _reasons(contested: str, refused: str) -> str:
    """Why a line is contested, then why it is refused for good."""
    return f"{contested}. {refused}" if refused else contested


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


@desk_page(Permission.READ_CLAIMS)
def claim_statement(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """The statement of a claim as PDF, for the place and for who reads claims."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    programme = access_programme(desk.actor, desk.programme_id)
    paper = claim_paper(desk.actor, programme, claim, made_on=desk.today)
    return pdf(paper, f"remboursement-{claim.number}")
