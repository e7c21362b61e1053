"""The reconciliation: four sources side by side by month and place, and every difference between them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import month_of
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.settlement.queries.reconciling import MOST, Cell, Standing, passes_of, reconcile
from passnumerique.settlement.rules.reconciling import FollowUp
from passnumerique.web import charts
from passnumerique.web.actions import Action, offered
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.issuer.forms import GapFilter
from passnumerique.web.pages.issuer.parts import follow_up_badge, gap_crumbs, voucher_url
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge, month, number

PAGE, MONTHS = 50, 24
SOURCES = "sources"


@desk_page(Permission.READ_ACCOUNTS)
def page(request: DeskRequest) -> HttpResponse:
    """Every difference with its owner, reason and age; or the sources month by month. Both as files."""
    desk = request.desk
    found = reconcile(desk.actor, desk.programme_id, desk.today)
    places = sorted(((str(key), name) for key, name in found.places.items()), key=lambda one: one[1])
    narrowed = GapFilter(request.GET, places=places)
    narrowed.is_valid()
    view = request.GET.get("view", "")
    cells = [one for one in found.cells if _within(narrowed, one.place_id, one.month)]
    every = [one for one in found.differences if _kept(narrowed, one)]
    rows = _of_state(every, request.GET.get("state", ""))
    sources = view == SOURCES
    columns = _cell_columns(desk, found.places) if sources else _columns(desk)
    listed: Sequence[Any] = cells if sources else rows
    more = [*columns, *(_cell_values() if sources else _columns_of_the_file())]
    if file := exported(request, f"rapprochement-{desk.slug}", more, listed):
        return file
    shown = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "found": found,
        "filter": narrowed,
        "page": shown,
        "table": _table(desk, view, columns, shown, cells, narrowed),
        "tabs": _tabs(request, every, cells),
        "figures": _figures(cells, every),
        "chart": _picture(cells) if cells else None,
        "cut": [say(gap.words) for gap in found.cut],
        "most": MOST,
        "actions": _actions(desk),
        "breadcrumbs": gap_crumbs(desk),
    }
    return render(request, "web/issuer/reconciliation.html", context)


def _within(narrowed: GapFilter, place_id: UUID, month_of_it: date | None) -> bool:
    given = narrowed.cleaned_data
    return (given.get("month") in {None, month_of_it}) and (given.get("place") or "") in {"", str(place_id)}


def _kept(narrowed: GapFilter, one: Standing) -> bool:
    given = narrowed.cleaned_data
    named = (given.get("gap") or "") in {"", one.apart.gap.value} and (given.get("owner") or "") in {
        "",
        one.owner.value,
    }
    return named and _within(narrowed, one.apart.place_id, one.apart.month)


def _of_state(every: list[Standing], state: str) -> list[Standing]:
    return [one for one in every if one.state == state] if state in set(FollowUp) else every


def _tabs(request: DeskRequest, every: list[Standing], cells: list[Cell]) -> list[dict[str, object]]:
    chosen = request.GET.get("view", "") or request.GET.get("state", "")
    kept = {name: str(value) for name, value in request.GET.items() if value and name not in {"state", "view", "page"}}
    counts = {state: sum(one.state is state for one in every) for state in FollowUp}
    given = [
        ("", {}, _("Tous les écarts"), len(every)),
        *((state.value, {"state": state.value}, say(state.words).capitalize(), counts[state]) for state in FollowUp),
        (SOURCES, {"view": SOURCES}, _("Les sources, par mois et par lieu"), len(cells)),
    ]
    address = request.desk.url("reconciliation")
    return [
        {
            "label": label,
            "count": count,
            "current": name == chosen,
            "url": f"{address}?{urlencode(kept | more)}".rstrip("?"),
        }
        for name, more, label, count in given
    ]


def _figures(cells: list[Cell], every: list[Standing]) -> dict[str, int]:
    told = [one for one in cells if one.told]
    return {
        "open": sum(one.state is FollowUp.OPEN for one in every),
        "register": sum(one.register.passes for one in cells),
        "issuer": sum(one.issuer.passes for one in told),
        "paid_cents": sum(one.paid.cents or 0 for one in cells),
    }


def _picture(cells: list[Cell]) -> charts.Chart:
    """Passes used each month: what the register says, and what the issuer says."""
    months = sorted({one.month for one in cells})[-MONTHS:]
    sums = {
        name: [sum(getattr(one, name).passes for one in cells if one.month == first) for first in months]
        for name in ("register", "issuer")
    }
    apart = [first for first, here, there in zip(months, *sums.values(), strict=True) if there and here != there]
    sentence = (
        ngettext(
            "Registre et émetteur diffèrent pour %(count)s mois.",
            "Registre et émetteur diffèrent pour %(count)s mois.",
            len(apart),
        )
        % {"count": number(len(apart))}
        if apart
        else _("Registre et émetteur disent le même nombre partout où l’émetteur a parlé.")
    )
    series = [charts.Series(_("Registre"), sums["register"]), charts.Series(_("Émetteur"), sums["issuer"])]
    return charts.columns(_("Pass utilisés chaque mois selon deux sources"), sentence, months, series)


def _columns(desk: Desk) -> list[Column]:
    return [
        Column(title_of, _("Écart"), url=lambda row: desk.url("difference", row.apart.key)),
        Column("place", _("Lieu")),
        Column("apart.month", _("Mois"), "month"),
        Column("apart.cents", _("Montant"), "money"),
        Column(lambda row: say(row.owner.words), _("Qui répond")),
        Column("age_days", _("Jours"), "number"),
        Column(lambda row: follow_up_badge(row.state), _("État")),
    ]


def _columns_of_the_file() -> list[Column]:
    """What a file tells more than the page."""
    return [
        Column("apart.here", _("Chez nous")),
        Column("apart.there", _("En face")),
        Column("apart.since", _("Depuis le"), "day"),
        Column("reason", _("Explication")),
    ]


def title_of(row: Standing) -> str:
    """A difference as it is called: the pass and in which way the sources disagree."""
    words = say(row.apart.gap.words)
    if row.apart.number is not None:
        return _("Pass %(number)s, %(words)s") % {"number": number(row.apart.number), "words": words}
    return words[:1].upper() + words[1:]


def _cell_columns(desk: Desk, places: dict[UUID, str]) -> list[Column]:
    """The four sources of one place in one month."""

    def address(row: Cell) -> str:
        return desk.url("reconciliation_cell", row.place_id, row.month.year, row.month.month)

    return [
        Column(lambda row: places.get(row.place_id, "–"), _("Lieu"), url=address),
        Column("month", _("Mois"), "month"),
        Column("register.passes", _("Registre"), "number"),
        Column("sheets", _("Feuilles"), "number"),
        Column(lambda row: row.issuer.passes if row.told else None, _("Émetteur"), "number"),
        Column("claimed.passes", _("Demandé"), "number"),
        Column("paid.passes", _("Payé"), "number"),
        Column(_agreement, _("Accord")),
    ]


def _cell_values() -> list[Column]:
    """What a file tells more than the page."""
    return [
        Column("register.cents", _("Valeur au registre"), "money"),
        Column("issuer.cents", _("Valeur chez l’émetteur"), "money"),
        Column("claimed.cents", _("Valeur demandée"), "money"),
        Column("paid.cents", _("Valeur payée"), "money"),
    ]


def _agreement(row: Cell) -> SafeString:
    return badge(_("d’accord"), "check", "good") if row.agrees else badge(_("écart"), "alert", "warn")


def _table(desk: Desk, view: str, columns: list[Column], shown: Any, cells: list[Cell], narrowed: GapFilter) -> Table:
    if view == SOURCES:
        return _cell_table(columns, shown, cells)
    narrow = any(narrowed.data.get(name) for name in ("month", "place", "gap", "owner", "state"))
    empty = _("Aucun écart ne correspond. Changez les filtres, ou affichez tout.")
    nothing = _(
        "Aucun écart\u202f: les sources disent la même chose. Importez les fichiers de l’émetteur pour comparer."
    )
    return Table(
        _("Écarts entre les sources"),
        columns,
        shown.object_list,
        count=shown.paginator.count,
        empty=empty if narrow else nothing,
        empty_url="" if narrow else desk.url("issuer_files"),
        empty_action="" if narrow else _("Voir les fichiers de l’émetteur"),
    )


def _cell_table(columns: list[Column], shown: Any, cells: list[Cell]) -> Table:
    totals = {
        _("Registre"): sum(one.register.passes for one in cells),
        _("Feuilles"): sum(one.sheets for one in cells),
        _("Émetteur"): sum(one.issuer.passes for one in cells),
        _("Demandé"): sum(one.claimed.passes for one in cells),
        _("Payé"): sum(one.paid.passes for one in cells),
    }
    return Table(
        _("Pass utilisés, selon quatre sources"),
        columns,
        shown.object_list,
        count=shown.paginator.count,
        totals=totals if len(cells) > 1 else {},
        empty=_("Aucun pass n’a été utilisé dans ce cas. Changez les filtres."),
    )


def _actions(desk: Desk) -> list[Action]:
    words = _("Importer un fichier de l’émetteur")
    imports = offered(
        desk, Permission.IMPORT_ISSUER_FILES, Action(words, desk.url("import_issuer_file"), "primary", "plus")
    )
    return [*imports, Action(_("Fichiers de l’émetteur"), desk.url("issuer_files"), "secondary", "file")]


@desk_page(Permission.READ_ACCOUNTS)
def cell(request: DeskRequest, place_id: UUID, year: int, month: int) -> HttpResponse:
    """One place in one month, pass by pass."""
    desk = request.desk
    first = _month(year, month)
    rows = passes_of(desk.actor, desk.programme_id, place_id, first)
    if not rows:
        raise NotFound
    columns = _pass_columns(desk)
    if file := exported(request, f"rapprochement-{desk.slug}-{first:%Y-%m}", columns, rows):
        return file
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    place = organisations_named([place_id]).get(place_id, "")
    table = Table(_("Pass par pass"), columns, shown.object_list, count=shown.paginator.count)
    title = _written(first, place)
    context = {"desk": desk, "title": title, "table": table, "page": shown, "breadcrumbs": gap_crumbs(desk, title)}
    return render(request, "web/issuer/cell.html", context)


def _written(first: date, place: str) -> str:
    return f"{place}, {month(first)}"


def _month(year: int, month_number: int) -> date:
    try:
        return month_of(date(year, month_number, 1))
    except ValueError:
        raise NotFound from None


def _pass_columns(desk: Desk) -> list[Column]:
    return [
        Column("number", _("Pass"), "number", url=lambda row: voucher_url(desk, row.number)),
        Column("register", _("Registre"), "day"),
        Column(lambda row: _("présent") if row.sheet else "", _("Feuille")),
        Column("issuer", _("Émetteur"), "day"),
        Column(_claim, _("Demande"), url=lambda row: desk.url("claim", row.claim_id) if row.claim_id else ""),
        Column("payment", _("Paiement")),
        Column(_agreement, _("Accord")),
    ]


def _claim(row: Any) -> str | SafeString:
    return format_html(_("n° {}"), number(row.claim_number)) if row.claim_number else ""
