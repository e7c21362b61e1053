"""The claims: what a place may ask for now and what it has asked; for the authority, all, by state."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.settlement.queries import ClaimRow, claim_rows, claims, creditors, dues, late_claims
from passnumerique.settlement.queries.answers import answers
from passnumerique.settlement.queries.recoveries import undue_sums
from passnumerique.settlement.rules import UNDECIDED, ClaimState
from passnumerique.vouchers.rules import State
from passnumerique.web.actions import Action
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.settlement.filing import offer_of
from passnumerique.web.pages.settlement.forms import ClaimFilter
from passnumerique.web.pages.settlement.parts import at_one_place
from passnumerique.web.pages.settlement.words import contested, late_badge, title_of
from passnumerique.web.pages.training.listing import place_choices
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge_of

PAGE = 50
LATE = "late"


@desk_page(Permission.READ_CLAIMS)
def claims_list(request: DeskRequest) -> HttpResponse:
    """The claims within the reader's sight; the list as a file."""
    return list_page(request)


def list_page(request: DeskRequest, refusal: str = "") -> HttpResponse:
    """The list, with what was refused on top."""
    desk = request.desk
    narrowed = ClaimFilter(request.GET, places=place_choices(desk))
    narrowed.is_valid()
    every = _of_filter(desk, narrowed)
    rows = _of_state(desk, every, request.GET.get("state", ""))
    columns = _columns(desk)
    if request.GET.get("format"):
        whole = [*columns, *_paper_columns()]
        found = claim_rows(desk.programme_id, list(rows), desk.today)
        file = exported(request, f"remboursements-{desk.slug}", whole, found)
        if file:
            return file
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    late = late_claims(desk.actor, desk.programme_id, desk.today).count()
    context = {
        "desk": desk,
        "page": page,
        "refusal": refusal,
        "table": _table(desk, columns, page, rows, narrowed),
        "tabs": _tabs(request, every, late),
        "filter": None if at_one_place(desk) else narrowed,
        "figures": _figures(desk, late),
        "at_place": at_one_place(desk),
        "offer": offer_of(desk) if desk.may(Permission.FILE_CLAIM) else None,
        "creditors": _creditors(desk),
        "answers": _answers_waiting(desk),
        "undue_seen": undue_sums(desk.actor, desk.programme_id).exists(),
        "actions": _actions(desk),
    }
    return render(request, "web/settlement/claims.html", context, status=409 if refusal else 200)


def _of_filter(desk: Desk, narrowed: ClaimFilter) -> QuerySet[Any]:
    given = narrowed.cleaned_data
    place = given.get("place")
    return claims(desk.actor, desk.programme_id, place_id=UUID(place) if place else None, month=given.get("month"))


def _of_state(desk: Desk, every: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == LATE:
        late = late_claims(desk.actor, desk.programme_id, desk.today).values_list("id", flat=True)
        return every.filter(id__in=list(late))
    return every.filter(state=state) if state in set(ClaimState) else every


def _tabs(request: DeskRequest, every: QuerySet[Any], late: int) -> list[dict[str, object]]:
    counts = Counter(every.order_by().values_list("state", flat=True))
    chosen = request.GET.get("state", "")
    kept = {name: str(value) for name, value in request.GET.items() if value and name not in {"state", "page"}}
    given = [
        ("", _("Toutes"), sum(counts.values())),
        (ClaimState.FILED.value, _("À contrôler"), counts[ClaimState.FILED]),
        (ClaimState.COUNTERSIGN.value, _("À confirmer"), counts[ClaimState.COUNTERSIGN]),
        (ClaimState.APPROVED.value, _("À mandater"), counts[ClaimState.APPROVED]),
        (ClaimState.ORDERED.value, _("À payer"), counts[ClaimState.ORDERED]),
        (ClaimState.PAID.value, _("Payées"), counts[ClaimState.PAID]),
        (ClaimState.REJECTED.value, _("Contestées en entier"), counts[ClaimState.REJECTED]),
        (LATE, _("En retard"), late),
    ]
    address = request.desk.url("claims")
    return [
        {
            "label": label,
            "count": count,
            "current": state == chosen,
            "url": f"{address}?{urlencode(kept | ({'state': state} if state else {}))}".rstrip("?"),
        }
        for state, label, count in given
        if count or state in {"", chosen}
    ]


def _figures(desk: Desk, late: int) -> dict[str, int]:
    found = dues(desk.actor, desk.programme_id)
    return {
        "due_cents": sum(one.due_cents for one in found),
        "paid_cents": sum(one.paid_cents for one in found),
        "undue_cents": sum(one.undue_cents for one in found),
        "late": late,
    }


def _columns(desk: Desk) -> list[Column]:
    place = [] if at_one_place(desk) else [Column("place", _("Lieu"))]
    return [
        Column(lambda row: title_of(row.claim), _("Demande"), url=lambda row: desk.url("claim", row.claim.id)),
        *place,
        Column("claim.passes", _("Pass"), "number"),
        Column("claim.net_cents", _("Demandé"), "money"),
        Column(accepted_cents, _("Accepté"), "money"),
        Column("due_on", _("À payer avant le"), "day"),
        Column(_state, _("État")),
    ]


def _paper_columns() -> list[Column]:
    """What a file tells more than the page."""
    return [
        Column("order.reference", _("Mandat")),
        Column("order.ordered_on", _("Mandaté le"), "day"),
        Column("payment.reference", _("Paiement")),
        Column("payment.paid_on", _("Payé le"), "day"),
    ]


def accepted_cents(row: ClaimRow) -> int | None:
    """What is or was to be paid, once somebody decided."""
    return None if ClaimState(row.claim.state) in UNDECIDED else row.claim.payable_cents


def _state(row: ClaimRow) -> SafeString:
    """The state; that it is late; how many passes are contested."""
    told = [badge_of("claim", row.claim.state)]
    if row.late:
        told.append(late_badge())
    rejected: int = getattr(row.claim, "rejected_lines", 0)
    if rejected and row.claim.state != ClaimState.REJECTED:
        told.append(format_html('<span class="hint">{}</span>', contested(rejected)))
    return format_html_join(" ", "{}", ((one,) for one in told))


def _table(desk: Desk, columns: Iterable[Column], page: Any, rows: QuerySet[Any], narrowed: ClaimFilter) -> Table:
    sums = rows.order_by().aggregate(net=Sum("net_cents"), payable=Sum("payable_cents"), passes=Sum("passes"))
    several = page.paginator.count > 1
    return Table(
        _("Demandes de remboursement"),
        list(columns),
        claim_rows(desk.programme_id, list(page), desk.today),
        count=page.paginator.count,
        empty=_empty(desk, narrowed),
        totals={_("Pass"): sums["passes"], _("Demandé"): sums["net"], _("Accepté"): sums["payable"]} if several else {},
    )


def _empty(desk: Desk, narrowed: ClaimFilter) -> str:
    if any(narrowed.data.get(name) for name in ("place", "month", "state")):
        return _("Aucune demande ne correspond. Changez les filtres, ou affichez tout.")
    if at_one_place(desk):
        return _("Vous n’avez pas encore fait de demande. Utilisez des pass à un atelier, puis revenez.")
    return _("Aucun lieu n’a encore fait de demande. Elles apparaîtront ici, mois par mois.")


def _answers_waiting(desk: Desk) -> list[dict[str, str]]:
    """The answers of places that somebody of the authority examines, oldest first."""
    if not desk.may(Permission.APPROVE_CLAIM):
        return []
    rows = list(answers(desk.actor, desk.programme_id, waiting=True)[:20])
    names = organisations_named(row.line.claim.place_id for row in rows)
    label = _("%(place)s, pass n°\u202f%(number)s")
    return [
        {
            "label": label % {"place": names.get(row.line.claim.place_id, ""), "number": row.line.voucher_number},
            "url": desk.url("claim_answer", row.id),
        }
        for row in rows
    ]


def _creditors(desk: Desk) -> Table | None:
    """The places whose money is frozen because the issuer fails, when there are any."""
    found = creditors(desk.actor, desk.programme_id)
    if not found:
        return None
    columns = [
        Column("place", _("Lieu")),
        Column(lambda row: row.passes.get(State.FROZEN, 0), _("Pass gelés"), "number"),
        Column(lambda row: row.cents.get(State.FROZEN, 0), _("Créance"), "money"),
    ]
    return Table(_("Créances gelées"), columns, found)


def _actions(desk: Desk) -> list[Action]:
    seen = (
        [] if at_one_place(desk) else [Action(_("Mandats et paiements"), desk.url("payments"), "secondary", "wallet")]
    )
    if desk.may(Permission.CONTROL_CLAIM):
        seen.insert(0, Action(_("Préparer un mois"), desk.url("prepare_claims"), "primary", "inbox"))
    if desk.may(Permission.MANAGE_PROGRAMME):
        seen.append(Action(_("Émetteur défaillant"), desk.url("freeze_claims"), "quiet", "snow"))
    return seen
