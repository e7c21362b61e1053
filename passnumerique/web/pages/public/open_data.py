"""The places that take the passes of a programme, as open data: the national standard 1.0.2, for anybody."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passnumerique.directory.queries import public_places
from passnumerique.directory.rules import published_lines, standard_headings
from passnumerique.ground.sheets import write_csv
from passnumerique.web.pages.public.faces import open_programme
from passnumerique.web.pages.public.sharing import tagged

CSV = "text/csv; charset=utf-8"
AN_HOUR = "public, max-age=3600"


@require_safe
def places_csv(request: HttpRequest, programme: str) -> HttpResponse:
    """The file, at an address that stays. Places without what the standard requires are not in it."""
    opened = open_programme(request, programme)
    places = public_places(opened.programme.id, opened.today)
    lines = published_lines(places, opened.programme.name)
    content = write_csv(standard_headings(), lines, delimiter=",", bom=False)
    answer = tagged(request, content, CSV, cache=AN_HOUR)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Content-Disposition"] = f'attachment; filename="lieux-pass-numerique-{programme}.csv"'
    return answer
