"""The authority controls a claim line by line, decides it, and may accept contested lines after all."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.settlement.operations import approve_claim, approve_disputed_lines, control_lines, refuse_lines
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.rules import ClaimState, Verdict, sum_of
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page
from passnumerique.web.pages.settlement.claim import claim_page, reason_name, verdict_name
from passnumerique.web.pages.settlement.forms import CauseForm
from passnumerique.web.pages.settlement.parts import claim_of, crumbs
from passnumerique.web.pages.settlement.words import title_of
from passnumerique.web.templatetags.house import euros


@require_POST
@desk_page(Permission.CONTROL_CLAIM)
def control(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """Note what the control says of lines: only those whose verdict was chosen, all or none."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    lines = list(lines_of(desk.actor, claim.id))
    typed = {
        line.id: (
            request.POST.get(verdict_name(line.id), line.verdict),
            request.POST.get(reason_name(line.id), line.reason),
        )
        for line in lines
    }
    chosen = {
        line.id: (_verdict(typed[line.id][0]), typed[line.id][1])
        for line in lines
        if typed[line.id] != (line.verdict, line.reason) and typed[line.id] != (Verdict.PENDING, "")
    }
    try:
        control_lines(claim_id=claim.id, verdicts=chosen, by=desk.actor, at=desk.at)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return claim_page(request, claim_id, refusal.say(), typed)
    messages.success(request, _controlled(len(chosen)))
    return redirect(desk.url("claim", claim.id))


def _verdict(name: str) -> Verdict:
    """Refuses (NotFound) a name that is no verdict: no page sends one."""
    if name not in set(Verdict):
        raise NotFound
    return Verdict(name)


def _controlled(count: int) -> str:
    if not count:
        return _("Rien n’a changé.")
    said = ngettext(
        "Le contrôle de %(count)s pass est enregistré. Il reste à décider.",
        "Le contrôle de %(count)s pass est enregistré. Il reste à décider.",
        count,
    )
    return said % {"count": count}


@desk_page(Permission.APPROVE_CLAIM)
def decide(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """What the decision will be; by POST, decide. Lines without a verdict are accepted with the rest
    only when the page said so."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    refusal = ""
    if request.method == "POST":
        try:
            approve_claim(claim_id=claim.id, by=desk.actor, at=desk.at, approve_rest="approve_rest" in request.POST)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refused:
            refusal = refused.say()
        else:
            messages.success(request, _decided(claim_of(desk, claim_id)))
            return redirect(desk.url("claim", claim.id))
    context = {
        "desk": desk,
        "claim": claim,
        "title": title_of(claim),
        "refusal": refusal,
        "breadcrumbs": crumbs(desk, claim, _("Décider")),
        **_outcome(claim, list(lines_of(desk.actor, claim.id))),
    }
    return render(request, "web/settlement/decide.html", context, status=409 if refusal else 200)


def _outcome(claim: Any, lines: list[Any]) -> dict[str, Any]:
    kept = [line for line in lines if line.verdict != Verdict.REJECTED]
    amounts = sum_of((line.face_value_cents, line.fee_cents) for line in kept)
    return {
        "accepted": amounts.passes,
        "payable": amounts.net_cents,
        "rejected": [line for line in lines if line.verdict == Verdict.REJECTED],
        "pending": claim.pending_lines,
    }


def _decided(claim: Any) -> str:
    if claim.state == ClaimState.COUNTERSIGN:
        return _(
            "La demande est acceptée. Elle dépasse le seuil\u202f: une seconde personne, d’un autre rôle, la confirme."
        )
    if claim.state == ClaimState.REJECTED:
        return _("Tous les pass sont contestés\u202f: rien n’est à payer. Le lieu lit vos motifs.")
    said = _("La demande est acceptée pour %(amount)s. Il reste à mandater.") % {"amount": euros(claim.payable_cents)}
    if not claim.offset_cents:
        return said
    return said + " " + _("Indu retenu\u202f: %(amount)s.") % {"amount": euros(claim.offset_cents)}


@require_POST
@desk_page(Permission.APPROVE_CLAIM)
def accept_disputed(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """Accept the ticked contested lines after all; once the claim is ordered, in a complementary one."""

    def act(lines: list[UUID], cause: str) -> UUID:
        desk = request.desk
        return approve_disputed_lines(claim_id=claim_id, line_ids=lines, by=desk.actor, at=desk.at, cause=cause)

    asked = {
        "title": _("Accepter des pass contestés"),
        "submit": _("Accepter ces pass"),
        "lead": _("Dites ce que le lieu a apporté\u202f: une feuille signée, une explication."),
    }
    return _end_contested(request, claim_id, act, asked, _("Les pass cochés sont acceptés. Il reste à mandater."))


@require_POST
@desk_page(Permission.APPROVE_CLAIM)
def refuse_disputed(request: DeskRequest, claim_id: UUID) -> HttpResponse:
    """Refuse the ticked contested lines for good: the place reads why, and they are never paid."""

    def act(lines: list[UUID], cause: str) -> UUID:
        desk = request.desk
        refuse_lines(claim_id=claim_id, line_ids=lines, reason=cause, by=desk.actor, at=desk.at)
        return claim_id

    asked = {
        "title": _("Refuser définitivement des pass contestés"),
        "submit": _("Refuser définitivement ces pass"),
        "lead": _("Ils ne seront jamais payés, et leur valeur revient à l’enveloppe. Le lieu lira votre motif."),
        "warning": _("Cela ne se défait pas."),
        "kind": "danger",
    }
    return _end_contested(request, claim_id, act, asked, _("Les pass cochés sont refusés. Le lieu lit pourquoi."))


def _end_contested(
    request: DeskRequest, claim_id: UUID, act: Callable[[list[UUID], str], UUID], asked: dict[str, str], told: str
) -> HttpResponse:
    """One of the two ends of ticked contested lines, with its reason."""
    desk = request.desk
    claim = claim_of(desk, claim_id)
    lines = ticked(request)
    if not lines:
        return claim_page(request, claim_id, _("Cochez au moins un pass contesté, puis recommencez."))
    form = CauseForm(request.POST if "cause" in request.POST else None)
    made: list[UUID] = []
    if done(form, lambda given: made.append(act(lines, given["cause"]))):
        messages.success(request, told)
        return redirect(desk.url("claim", made[0]))
    crumb = crumbs(desk, claim, asked["title"])
    context = {**asked, "cancel": desk.url("claim", claim.id), "lines": lines, "breadcrumbs": crumb}
    return form_page(request, form, context, "web/settlement/lines_form.html")


def ticked(request: DeskRequest) -> list[UUID]:
    """The lines that were ticked on the page of a claim. Refuses (NotFound) what is no id."""
    try:
        return [UUID(one) for one in request.POST.getlist("line")]
    except ValueError:
        raise NotFound from None
