"""The network: its list, one organisation, and the forms that write one."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from passnumerique.directory.operations import change_organisation, register_organisation
from passnumerique.directory.queries import (
    NetworkCounts,
    access_accreditations,
    access_organisations,
    awaiting_accreditation,
    network_counts,
    one_organisation,
    people_of,
    with_counts,
)
from passnumerique.directory.rules import (
    ACCREDITATION_LABELS,
    EVERY_FIELD,
    ROLE_LABELS,
    AccreditationKind,
    Permission,
    Role,
    may,
    standard_headings,
    standard_line,
    unpublishable,
    written,
)
from passnumerique.directory.rules.refusals import BadOrganisation
from passnumerique.ground.words import say
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import file_of
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.network.forms import NetworkFilter, OrganisationForm, initial_of
from passnumerique.web.pages.network.words import period_words
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day, phone

PAGE = 50
_SORTS = {"name": ("name", "id"), "commune": ("commune", "name", "id")}
_WAITING = "waiting"


@desk_page(Permission.READ_EVERYTHING)
def network(request: DeskRequest) -> HttpResponse:
    """Structures and places, each with what it is accredited for today; the list as a file."""
    desk = request.desk
    search, role = request.GET.get("q", ""), request.GET.get("role", "")
    every = access_organisations(desk.actor, search=search)
    rows = _of_tab(desk, every, search, role)
    if request.GET.get("format") in {"csv", "xlsx"}:
        lines = (standard_line(row) for row in rows)
        comma = {"delimiter": ",", "bom": False} if request.GET["format"] == "csv" else {}
        return file_of(request.GET["format"], f"reseau-{desk.slug}", standard_headings(), lines, **comma)
    sort = request.GET.get("sort", "name")
    ordered = rows.order_by(*_order(sort))
    counted = with_counts(ordered, day=desk.today, programme_id=desk.programme_id)
    page = Paginator(counted, PAGE).get_page(request.GET.get("page"))
    counts = network_counts(every, day=desk.today, programme_id=desk.programme_id)
    context = {
        "desk": desk,
        "page": page,
        "table": _table(desk, page, sort, bool(search)),
        "tabs": _tabs(desk, counts, role, search),
        "filter": NetworkFilter(request.GET),
        "actions": offered(
            desk,
            Permission.MANAGE_NETWORK,
            Action(_("Importer un fichier"), desk.url("import_network"), "secondary", "upload"),
            Action(_("Ajouter"), desk.url("add_organisation"), icon="plus"),
        ),
    }
    return render(request, "web/network/network.html", context)


def _of_tab(desk: Desk, every: Any, search: str, role: str) -> Any:
    if role == _WAITING:
        return awaiting_accreditation(every, day=desk.today, programme_id=desk.programme_id)
    if role not in set(AccreditationKind):
        return every
    kind = AccreditationKind(role)
    return access_organisations(desk.actor, search=search, kind=kind, programme_id=desk.programme_id, day=desk.today)


def _order(sort: str) -> list[str]:
    names = _SORTS.get(sort.removeprefix("-"), _SORTS["name"])
    return [f"-{name}" if sort.startswith("-") else name for name in names]


def _tabs(desk: Desk, counts: NetworkCounts, role: str, search: str) -> list[dict[str, object]]:
    given = (
        ("", _("Tout le réseau"), counts.every),
        (AccreditationKind.PRESCRIBER.value, _("Structures de diffusion"), counts.prescribers),
        (AccreditationKind.PLACE.value, _("Lieux de médiation"), counts.places),
        (_WAITING, _("Sans agrément"), counts.waiting),
    )
    address = desk.url("network")
    return [
        {"label": label, "url": _asked(address, role=name, q=search), "current": name == role, "count": count}
        for name, label, count in given
    ]


def _asked(address: str, **query: str) -> str:
    kept = {name: value for name, value in query.items() if value}
    return f"{address}?{urlencode(kept)}" if kept else address


def _table(desk: Desk, page: Any, sort: str, searched: bool) -> Table:
    periods = _periods(desk, [row.id for row in page])
    columns = [
        Column("name", _("Nom"), sort=True, url=lambda row: desk.url("organisation", row.id)),
        Column("commune", _("Commune"), sort=True),
        *(_period_column(periods, kind) for kind in AccreditationKind),
        Column("people", _("Personnes"), "number"),
        Column("phone", _("Téléphone"), "phone"),
    ]
    may_write = desk.may(Permission.MANAGE_NETWORK)
    return Table(
        _("Structures et lieux"),
        columns,
        page,
        sort=sort,
        count=page.paginator.count,
        choose="organisation" if may_write else "",
        empty=_("Aucune structure ne correspond à cette recherche.")
        if searched
        else _("Il n’y a pas encore de structure ici."),
        empty_url=desk.url("import_network") if may_write and not searched else "",
        empty_action=_("Importer un fichier"),
    )


def _period_column(periods: dict[tuple[UUID, str], str], kind: AccreditationKind) -> Column:
    return Column(lambda row: periods.get((row.id, kind.value), ""), say(ACCREDITATION_LABELS[kind]))


def _periods(desk: Desk, organisation_ids: list[UUID]) -> dict[tuple[UUID, str], str]:
    """What each organisation is accredited for, in words; the latest period of each kind wins."""
    rows = access_accreditations(desk.actor, programme_id=desk.programme_id, organisation_ids=organisation_ids)
    return {(row.organisation_id, row.kind): period_words(row.from_day, row.until_day, desk.today) for row in rows}


@desk_page(Permission.READ_NETWORK)
def organisation(request: DeskRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation: how to reach it, what it is accredited for, who acts for it. Its own desk may
    read it too."""
    desk = request.desk
    row = one_organisation(desk.actor, organisation_id)
    values = {name: getattr(row, name) for name in EVERY_FIELD}
    people = people_of(desk.actor, day=desk.today, organisation_id=row.id)
    labels = {field.standard: field.label for field in EVERY_FIELD.values() if field.standard}
    context = {
        "desk": desk,
        "organisation": row,
        "breadcrumbs": _crumbs(desk, row.name),
        "facts": [
            (
                title,
                [(say(EVERY_FIELD[name].label), _shown(name, values[name])) for name in names if values[name]],
            )
            for title, names in OrganisationForm().asked
            if any(values[name] for name in names)
        ],
        "accreditations": _accreditations(desk, row.id),
        "people": _people(people) if may(desk.actor, Permission.READ_PEOPLE) else None,
        "missing": [say(labels[name]) for name in unpublishable(values)],
        "actions": _actions(desk, row.id),
    }
    return render(request, "web/network/organisation.html", context)


def _actions(desk: Desk, organisation_id: UUID) -> list[Action]:
    """What may be done here: everything by the authority, one's own card by a prescriber or a place."""
    chosen = {"organisation": str(organisation_id)}
    manage = offered(
        desk,
        Permission.MANAGE_NETWORK,
        Action(_("Agréer"), _asked(desk.url("accredit"), **chosen), "secondary", "stamp"),
        Action(_("Inviter une personne"), _asked(desk.url("invite"), **chosen), "secondary", "mail"),
    )
    tokens = Action(_("Jetons d’accès"), _asked(desk.url("tokens"), **chosen), "secondary", "key")
    change = Action(_("Modifier la fiche"), desk.url("change_organisation", organisation_id), icon="edit")
    own = offered(desk, Permission.CHANGE_OWN_ORGANISATION, change)
    return [*manage, *offered(desk, Permission.READ_TOKENS, tokens), *own]


def _shown(name: str, value: object) -> list[str]:
    if isinstance(value, date):
        return [day(value)]
    texts = list(map(str, value)) if isinstance(value, list) else [written(value)]
    return [phone(text) for text in texts] if name in {"phone", "contact_phone"} else texts


def _crumbs(desk: Desk, *labels: str) -> list[Crumb]:
    first = [Crumb(_("Structures et lieux"), desk.url("network"))] if desk.may("read_everything") else []
    return [*first, *(Crumb(label) for label in labels)]


def _accreditations(desk: Desk, organisation_id: UUID) -> Table:
    rows = access_accreditations(desk.actor, programme_id=desk.programme_id, organisation_id=organisation_id)
    columns = [
        Column(lambda row: say(ACCREDITATION_LABELS[AccreditationKind(row.kind)]), _("Agréé comme")),
        Column(lambda row: period_words(row.from_day, row.until_day, desk.today), _("Quand")),
        Column("document_reference", _("Document")),
    ]
    if desk.may(Permission.MANAGE_NETWORK):
        columns.append(_end_column(desk))
    may_write = desk.may(Permission.MANAGE_NETWORK)
    return Table(
        _("Agréments dans ce dispositif"),
        columns,
        rows,
        empty=_("Pas encore d’agrément dans ce dispositif."),
        empty_url=f"{desk.url('accredit')}?organisation={organisation_id}" if may_write else "",
        empty_action=_("Agréer"),
    )


def _end_column(desk: Desk) -> Column:
    def open_ended(row: Any) -> bool:
        return row.until_day is None or row.until_day > desk.today

    def words(row: Any) -> object:
        kind = say(ACCREDITATION_LABELS[AccreditationKind(row.kind)])
        said = format_html('{}<span class="unseen"> {}</span>', _("Mettre fin"), kind)
        return said if open_ended(row) else ""

    def address(row: Any) -> str:
        return desk.url("end_accreditation", row.id) if open_ended(row) else ""

    return Column(words, _("Action"), url=address)


def _people(rows: Iterable[Any]) -> Table:
    columns = [
        Column("user.name", _("Nom")),
        Column(lambda row: say(ROLE_LABELS[Role(row.role)]), _("Rôle")),
        Column("user.email", _("E-mail")),
        Column("from_day", _("Depuis"), "day"),
    ]
    return Table(
        _("Personnes qui agissent pour elle"),
        columns,
        rows,
        empty=_("Personne n’agit encore pour cette structure."),
    )


@desk_page(Permission.MANAGE_NETWORK)
def add_organisation(request: DeskRequest) -> HttpResponse:
    """A new organisation, typed by hand."""
    desk = request.desk
    form = OrganisationForm(**sent(request))
    made: list[Any] = []
    if done(form, lambda _given: made.append(_save(form, desk))):
        messages.success(request, _("La structure est enregistrée. Agréez-la pour qu’elle puisse agir."))
        return redirect(desk.url("organisation", made[0].id))
    return _form(request, form, _("Ajouter une structure ou un lieu"), desk.url("network"))


@desk_page(Permission.CHANGE_OWN_ORGANISATION)
def change_one_organisation(request: DeskRequest, organisation_id: UUID) -> HttpResponse:
    """The fields of an organisation; a prescriber or a place changes its own."""
    desk = request.desk
    row = one_organisation(desk.actor, organisation_id)
    own = not desk.may(Permission.MANAGE_NETWORK)
    form = OrganisationForm(own=own, initial=initial_of(row), **sent(request))
    if done(form, lambda _given: _save(form, desk, row.id)):
        messages.success(request, _("Les changements sont enregistrés."))
        return redirect(desk.url("organisation", row.id))
    return _form(request, form, row.name, desk.url("organisation", row.id))


def _save(form: OrganisationForm, desk: Desk, organisation_id: UUID | None = None) -> Any:
    """Register or change; what is wrong with a field is told beside that field."""
    try:
        if organisation_id is None:
            return register_organisation(by=desk.actor, at=desk.at, texts=form.texts())
        return change_organisation(by=desk.actor, at=desk.at, organisation_id=organisation_id, texts=form.texts())
    except BadOrganisation as bad:
        problems = list(bad.params["problems"])  # type: ignore[call-overload]
        beside = [one for one in problems if one.field in form.fields]
        for problem in beside:
            form.add_error(problem.field, say(problem.reason, problem.params))
        if len(beside) < len(problems):
            form.add_error(None, bad.say())
        return None


def _form(request: HttpRequest, form: OrganisationForm, title: str, cancel: str) -> HttpResponse:
    context = {"title": title, "cancel": cancel}
    return form_page(request, form, context, "web/network/organisation_form.html")
