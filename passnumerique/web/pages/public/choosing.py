"""One session, before a seat is kept there: read it, then say yes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from passnumerique.ground.refusals import NotFound
from passnumerique.training.queries.nearby import as_public
from passnumerique.training.queries.published import calendar_line, published_session
from passnumerique.web.pages.public.answers import end_of_number
from passnumerique.web.pages.public.holding import Found, other_language, posted_id
from passnumerique.web.pages.public.lines import line_of, where_words
from passnumerique.web.pages.public.pass_page import Told, pass_page


def choose_page(request: HttpRequest, found: Found) -> HttpResponse:
    """The session posted, with the question whether to keep a seat or to wait for one. What cannot be
    booked any more leads back to the page of the pass."""
    try:
        row = published_session(found.programme_id, posted_id(request, "session"))
    except NotFound:
        return pass_page(request, found, _gone())
    if calendar_line(row).cancelled or row.starts_at <= found.at:
        return pass_page(request, found, _gone())
    (one,) = as_public([row])
    context = {
        "session": one,
        "line": line_of(one),
        "where": where_words(one),
        "code": found.code,
        "number": end_of_number(found.number),
        "invented": found.programme.demonstration_day is not None,
        "other_language": other_language(),
    }
    return render(request, "web/public/choose.html", context)


def _gone() -> Told:
    """What is said of a session that cannot be booked any more."""
    return Told(_("Cet atelier n’est plus proposé"), _("Choisissez un autre atelier dans la liste."), refused=True)
