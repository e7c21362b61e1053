"""A place asks for its money: everything it took up to the end of a month, in one press."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import month_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.programmes.queries import calendar_on
from passnumerique.settlement.operations import file_claim
from passnumerique.settlement.queries import Claimable, claimable, open_prepared
from passnumerique.settlement.rules import check_month
from passnumerique.settlement.rules.refusals import MonthNotOver
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.settlement.parts import crumbs


@dataclass(frozen=True)
class Offer:
    """What a place may ask for today (`ready`, up to the end of `month`), what it may ask for once the
    running month is over (`later`, in passes, from `from_day` on), and until when claims are taken."""

    month: date
    ready: Claimable
    later: int
    from_day: date
    until: date
    over: bool
    prepared: str = ""
    """Where the claim that was prepared for the place is read and confirmed."""

    @property
    def one_day(self) -> bool:
        """Whether everything that is ready was used on one day."""
        return self.ready.first_day == self.ready.last_day


def offer_of(desk: Desk) -> Offer | None:
    """The offer to this reader's place; nothing for who acts for none."""
    place = desk.actor.organisation_id
    if place is None:
        return None
    calendar = calendar_on(desk.programme_id, desk.today)
    month = month_of(desk.today)
    from_day = desk.today
    try:
        check_month(month, desk.today, calendar)
    except MonthNotOver as refusal:
        month = month_of(month - timedelta(days=1))
        from_day = refusal.params["day"]  # type: ignore[assignment]
    ready = claimable(desk.actor, desk.programme_id, place, month)
    whole = claimable(desk.actor, desk.programme_id, place, desk.today)
    return Offer(
        month=month,
        ready=ready,
        later=whole.passes - ready.passes,
        from_day=from_day,
        until=calendar.claims_until,
        over=desk.today > calendar.claims_until,
        prepared=_prepared(desk, place),
    )


def _prepared(desk: Desk, place_id: UUID) -> str:
    prepared = open_prepared(desk.programme_id, place_id)
    return desk.url("prepared_claim", prepared.id) if prepared else ""


@desk_page(Permission.FILE_CLAIM)
def file(request: DeskRequest) -> HttpResponse:
    """What will be asked for; by POST, ask. For the place."""
    desk = request.desk
    offer = offer_of(desk)
    if offer is None or desk.actor.organisation_id is None:
        raise NotAllowed
    if request.method != "POST":
        return _page(request, offer)
    try:
        claim_id = file_claim(
            programme_id=desk.programme_id,
            place_id=desk.actor.organisation_id,
            month=_month(request, offer),
            by=desk.actor,
            at=desk.at,
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, offer, refusal.say())
    messages.success(request, _("La demande est déposée. La collectivité la contrôle, puis la paie."))
    return redirect(desk.url("claim", claim_id))


def _month(request: DeskRequest, offer: Offer) -> date:
    """The month that the form bears, so that a page left open over midnight asks for what it showed."""
    try:
        return date.fromisoformat(request.POST.get("month", ""))
    except ValueError:
        return offer.month


def _page(request: DeskRequest, offer: Offer, refusal: str = "") -> HttpResponse:
    desk = request.desk
    context = {
        "desk": desk,
        "offer": offer,
        "refusal": refusal,
        "breadcrumbs": crumbs(desk, None, _("Demander")),
    }
    return render(request, "web/settlement/file.html", context, status=409 if refusal else 200)
