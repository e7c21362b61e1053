"""The council's acts as papers and as open data."""

from uuid import UUID

from django.http import HttpResponse

from passnumerique.council.queries import access_deliberation
from passnumerique.directory.rules import Permission
from passnumerique.insight.open_data import deliberations_csv
from passnumerique.journeys.deliberating import act_on_paper
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.pages.register.parts import pdf


@desk_page(Permission.READ_COUNCIL)
def act_pdf(request: DeskRequest, deliberation_id: UUID) -> HttpResponse:
    """One act as it is signed, in French. For the offices of the authority."""
    desk = request.desk
    row = access_deliberation(desk.actor, deliberation_id)
    return pdf(act_on_paper(desk.actor, row.id, desk.programme), f"deliberation-{row.number}")


@desk_page(Permission.READ_COUNCIL)
def scdl(request: DeskRequest) -> HttpResponse:
    """The adopted acts as SCDL Délibérations 2.1.5. Refuses, by number and column, a row that may not be published."""
    desk = request.desk
    headers = {"Content-Disposition": f'attachment; filename="deliberations-{desk.slug}.csv"'}
    return HttpResponse(deliberations_csv(desk.actor), content_type="text/csv; charset=utf-8", headers=headers)
