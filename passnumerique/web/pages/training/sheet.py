"""The attendance sheet on screen and on paper."""

from uuid import UUID

from django.http import HttpResponse

from passnumerique.ground.dates import day_of
from passnumerique.training.queries.attending import access_sheet
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.pages.register.parts import pdf
from passnumerique.web.pages.training.sheet_paper import sheet_pdf


@desk_page()
def attendance_sheet(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """The attendance sheet as PDF, for the place, who manages and who controls claims. Refuses structures and
    funders."""
    desk = request.desk
    session = access_sheet(desk.actor, desk.programme_id, session_id)
    return pdf(sheet_pdf(desk, session_id), f"emargement-{day_of(session.starts_at).isoformat()}")
