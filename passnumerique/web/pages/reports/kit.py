"""Posters and flyers with the coming sessions, for each place and structure to print."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries import access_authorities, access_organisations, accredited_names, one_organisation
from passnumerique.directory.rules import Permission
from passnumerique.documents.kit import FORMAT_WORDS, Coming, Format, Leaflet, leaflet
from passnumerique.documents.papers import Brand
from passnumerique.ground.dates import clock_time, day_of, long_day
from passnumerique.ground.money import NNBSP
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.programmes.queries import held_on
from passnumerique.training.queries import PublicSession
from passnumerique.training.queries.nearby import point_of_commune, sessions_near
from passnumerique.vouchers.rules import last_day_of_use
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.register.papers import buys_words
from passnumerique.web.templatetags.house import phone

WEEKS, MOST = 8, 9


class ForWhom(forms.Form):
    """Whose walls they are for: an organisation of the network, or the whole programme."""

    pour = forms.ChoiceField(label=gettext_lazy("Autour de"), required=False)

    def __init__(self, data: Any, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["pour"].choices = choices  # type: ignore[attr-defined]


@desk_page(Permission.READ_OWN_REPORT)
def kit(request: DeskRequest) -> HttpResponse:
    """The formats to choose from. A desk prints for itself; who manages, for anybody or for the whole programme."""
    desk = request.desk
    form = ForWhom(request.GET, choices=_choices(desk)) if desk.actor.organisation_id is None else None
    chosen = form.cleaned_data["pour"] if form is not None and form.is_valid() else ""
    query = f"?pour={chosen}" if chosen else ""
    context = {
        "desk": desk,
        "filter": form,
        "formats": [(say(words), desk.url("kit_pdf", one.value) + query) for one, words in FORMAT_WORDS.items()],
        "count": len(_sessions(desk, _organisation(desk, chosen))),
    }
    return render(request, "web/reports/kit.html", context)


def _choices(desk: Desk) -> list[tuple[str, str]]:
    names = accredited_names(desk.programme_id, desk.today)
    known = {one: name for kind in names.values() for one, name in kind.items()}
    rows = access_organisations(desk.actor).filter(id__in=list(known)).values_list("id", "name")
    return [("", _("Tout le dispositif")), *((str(one), name) for one, name in rows)]


def _organisation(desk: Desk, chosen: str) -> Any:
    """The one asked for, or the reader's own; None for the whole programme. Refuses (NotFound) another's."""
    own = desk.actor.organisation_id
    try:
        wanted = UUID(chosen) if chosen else own
    except ValueError:
        raise NotFound from None
    if own is not None and wanted != own:
        raise NotFound
    return one_organisation(desk.actor, wanted) if wanted else None


def _sessions(desk: Desk, organisation: Any) -> list[PublicSession]:
    """The nearest sessions with a free seat in the coming weeks, in order of time."""
    near = _point(desk, organisation)
    until = desk.today + timedelta(weeks=WEEKS)
    found = sessions_near(
        desk.programme_id, desk.at, near=near, until_day=until, limit=MOST, each_place=MOST // 3 if near else None
    )
    return sorted(found, key=lambda one: (one.starts_at, one.id))


def _point(desk: Desk, organisation: Any) -> tuple[float, float] | None:
    if organisation is None:
        return None
    if organisation.latitude is not None and organisation.longitude is not None:
        return organisation.latitude, organisation.longitude
    return point_of_commune(desk.programme_id, organisation.insee_code)


@desk_page(Permission.READ_OWN_REPORT)
def kit_pdf(request: DeskRequest, form: str) -> HttpResponse:
    """One format as a PDF to print, in French. Refuses (NotFound) a format that is none, and another's walls."""
    desk = request.desk
    if form not in set(Format):
        raise NotFound
    organisation = _organisation(desk, request.GET.get("pour", ""))
    content = leaflet(_leaflet(desk, organisation), Format(form))
    headers = {
        "Content-Disposition": f'inline; filename="ateliers-{desk.slug}-{form}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _leaflet(desk: Desk, organisation: Any) -> Leaflet:
    held = held_on(desk.programme_id, desk.today)
    authority = access_authorities(desk.actor).get(id=desk.authority_id)
    last = last_day_of_use(held.calendar, held.terms.tolerance_days)
    number = organisation.phone if organisation is not None else ""
    return Leaflet(
        brand=Brand(desk.programme, authority.name, authority.colour, bytes(authority.logo) or None),
        made_on=desk.today,
        near=organisation.commune if organisation is not None else "",
        buys=buys_words(held.terms, "Un pass paie"),
        valid=f"Pass utilisables jusqu’au {long_day(last)}.",
        sessions=tuple(_coming(one) for one in _sessions(desk, organisation)),
        address=_address(desk, organisation),
        ask=f"Questions{NNBSP}: {organisation.name}, {phone(number)}." if number else "",
        fiction="Une partie de ces informations est inventée." if desk.invented else "",
    )


def _coming(one: PublicSession) -> Coming:
    hours = f"de {clock_time(one.starts_at)} à {clock_time(one.ends_at)}"
    return Coming(day_of(one.starts_at), hours, one.title, one.place, one.commune)


def _address(desk: Desk, organisation: Any) -> str:
    """The public list of sessions, around the commune where there is one."""
    base = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{reverse('open_sessions', args=[desk.slug])}"
    insee = organisation.insee_code if organisation is not None else ""
    return f"{base}?commune={insee}" if insee else base
