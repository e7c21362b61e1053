"""The council's acts as papers and as open data."""

from uuid import UUID

from django.http import HttpResponse

from passnumerique.council.queries import access_deliberation, access_sitting
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import day_of
from passnumerique.insight.open_data import deliberations_csv
from passnumerique.journeys.deliberating import act_on_paper
from passnumerique.journeys.sitting_papers import convocation_paper, list_paper, minutes_paper
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.register.parts import pdf


@desk_page(Permission.READ_COUNCIL)
def act_pdf(request: DeskRequest, deliberation_id: UUID) -> HttpResponse:
    """One act as it is signed, in French. For the offices of the authority."""
    desk = request.desk
    row = access_deliberation(desk.actor, deliberation_id)
    return pdf(act_on_paper(desk.actor, row.id, desk.programme), f"deliberation-{row.number}")


@desk_page(Permission.READ_COUNCIL)
def convocation_pdf(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """The convocation of a sitting, a draft until it went out. For the offices of the authority."""
    desk = request.desk
    return pdf(
        convocation_paper(desk.actor, sitting_id, desk.programme, desk.at), f"convocation-{_day(desk, sitting_id)}"
    )


@desk_page(Permission.READ_COUNCIL)
def minutes_pdf(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """The minutes of a sitting, a draft until the council settled them. For the offices of the authority."""
    desk = request.desk
    return pdf(minutes_paper(desk.actor, sitting_id, desk.programme), f"proces-verbal-{_day(desk, sitting_id)}")


@desk_page(Permission.READ_COUNCIL)
def list_pdf(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """The list of the deliberations that a sitting examined. For the offices of the authority."""
    desk = request.desk
    content = list_paper(desk.actor, sitting_id, desk.programme, desk.today)
    return pdf(content, f"liste-des-deliberations-{_day(desk, sitting_id)}")


def _day(desk: Desk, sitting_id: UUID) -> str:
    return day_of(access_sitting(desk.actor, sitting_id).starts_at).isoformat()


@desk_page(Permission.READ_COUNCIL)
def scdl(request: DeskRequest) -> HttpResponse:
    """The adopted acts as SCDL Délibérations 2.1.5. Refuses, by number and column, a row that may not be published."""
    desk = request.desk
    headers = {"Content-Disposition": f'attachment; filename="deliberations-{desk.slug}.csv"'}
    return HttpResponse(deliberations_csv(desk.actor), content_type="text/csv; charset=utf-8", headers=headers)
