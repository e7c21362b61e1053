"""Open data of a programme, for anybody: its places (national standard 1.0.2), its council's acts and its grants
(SCDL Délibérations 2.1.5, Subventions 2.1.1), the published acts themselves, and the use of passes with small
figures hidden."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from passnumerique.directory.queries import public_places
from passnumerique.directory.rules import published_lines, standard_headings
from passnumerique.ground.sheets import write_csv
from passnumerique.insight.open_data import public_grants_csv, published_deliberations_csv
from passnumerique.insight.published import described, table_schema, usage_csv, usage_lines
from passnumerique.journeys.sitting_papers import published_act
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
    return _open_csv(request, content, f"lieux-pass-numerique-{programme}")


def _open_csv(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    """A table that anybody may fetch, also from another site's page."""
    answer = tagged(request, content, CSV, cache=AN_HOUR)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@require_safe
def acts_csv(request: HttpRequest, programme: str) -> HttpResponse:
    """The published acts of the council, at an address that stays, each with the address of its paper."""
    opened = open_programme(request, programme)

    def address(number: str) -> str:
        return request.build_absolute_uri(opened.url("published_act", number))

    content = published_deliberations_csv(opened.programme.authority, opened.today, addresses=address)
    return _open_csv(request, content, f"deliberations-{programme}")


@require_safe
def grants_csv(request: HttpRequest, programme: str) -> HttpResponse:
    """The grants that the authority's programmes were given, as their conventions say, at an address that stays."""
    opened = open_programme(request, programme)
    return _open_csv(request, public_grants_csv(opened.programme.authority), f"subventions-{programme}")


@require_safe
def act_pdf(request: HttpRequest, programme: str, number: str) -> HttpResponse:
    """The paper of one published act. Refuses (not found) an act that is not published yet, as one that is none."""
    opened = open_programme(request, programme)
    authority = opened.programme.authority
    content = published_act(authority.id, number, opened.programme.name, opened.today)
    answer = tagged(request, content, "application/pdf", cache=AN_HOUR)
    answer.headers["Content-Disposition"] = f'inline; filename="{slugify(number)}.pdf"'
    return answer


@require_safe
def usage(request: HttpRequest, programme: str) -> HttpResponse:
    """The use of passes by period, territory, place, module and public, small figures hidden; an address that stays."""
    opened = open_programme(request, programme)
    lines, _figures = usage_lines(opened.programme.id, opened.today)
    return _open_csv(request, usage_csv(lines), f"usage-pass-numerique-{programme}")


@require_safe
def usage_schema(request: HttpRequest, programme: str) -> HttpResponse:
    """The columns of that file, as a Table Schema."""
    opened = open_programme(request, programme)
    return _open_json(request, table_schema(request.build_absolute_uri(opened.url("usage_schema"))))


@require_safe
def usage_package(request: HttpRequest, programme: str) -> HttpResponse:
    """What that file is, as a Data Package: whose, since when, under which licence, how it is made."""
    opened = open_programme(request, programme)
    _lines, figures = usage_lines(opened.programme.id, opened.today)
    csv, schema = (request.build_absolute_uri(opened.url(name)) for name in ("usage_csv", "usage_schema"))
    invented = bool(opened.programme.invented)
    names = (opened.programme.name, opened.programme.authority.name)
    return _open_json(request, described(*names, figures, csv=csv, schema=schema, invented=invented))


def _open_json(request: HttpRequest, told: object) -> HttpResponse:
    content = json.dumps(told, ensure_ascii=False, indent=2).encode()
    answer = tagged(request, content, "application/json", cache=AN_HOUR)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
