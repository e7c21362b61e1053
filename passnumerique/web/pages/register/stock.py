"""Stock: what the authority and each structure hold, and the booklets of one's own desk."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.queries import accredited_prescribers, organisations_by_id
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.sheets import normalised
from passnumerique.insight.dashboard import attention_on
from passnumerique.programmes.queries import held_on
from passnumerique.vouchers.queries.reading import as_words
from passnumerique.vouchers.queries.stock import (
    BookletLine,
    Counts,
    booklets_in_stock,
    counts_by_state,
    counts_by_structure,
)
from passnumerique.vouchers.rules import AT_PLACE, BOOK, Act, State
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.register.parts import EVERYTHING, PAGE, asked_number, numbered, paging, ways
from passnumerique.web.pages.register.telling import USED
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import number

LOW, NONE, SOME, ASLEEP = "bas", "vide", "reste", "dort"


class StockFilter(forms.Form):
    """What narrows the list of structures."""

    q = forms.CharField(label=_("Nom ou commune"), required=False)
    niveau = forms.ChoiceField(
        label=_("Stock"),
        required=False,
        choices=[
            ("", _("Tous les niveaux")),
            (NONE, _("Plus aucun pass")),
            (LOW, _("Bientôt vide")),
            (SOME, _("Au moins un pass")),
            (ASLEEP, _("Stock qui dort")),
        ],
    )


@dataclass(frozen=True)
class Holding:
    """One structure and its passes: in stock, held by people, used, lost."""

    id: UUID
    name: str
    commune: str
    active: bool
    stock: int
    held: int
    used: int
    lost: int

    @property
    def standing(self) -> str:
        """Whether it may hand passes over today, in words."""
        return gettext("agréée") if self.active else gettext("n’est plus agréée")


@desk_page("read_everything")
def stock(request: DeskRequest) -> HttpResponse:
    """The authority's stock and the structures', with links to the passes behind every figure."""
    desk = request.desk
    form = StockFilter(request.GET)
    low = held_on(desk.programme_id, desk.today).terms.low_stock_alert
    everyone = holdings(desk)
    asleep = _asleep(desk) if request.GET.get("niveau") == ASLEEP else set()
    kept = [one for one in everyone if _wanted(one, request.GET.dict(), low, asleep)]
    rows = _sorted(kept, request.GET.get("sort", ""))
    columns = _columns(desk)
    if file := exported(request, f"stock-{desk.slug}", columns, rows):
        return file
    counts = counts_by_state(desk.programme_id)
    table = Table(
        gettext("Structures de diffusion"),
        columns,
        rows,
        sort=request.GET.get("sort", ""),
        count=len(rows),
        empty=gettext("Aucune structure ne correspond. Élargissez le filtre, ou agréez une structure."),
        totals={
            gettext("En stock"): sum(one.stock for one in rows),
            gettext("Remis"): sum(one.held for one in rows),
            gettext("Utilisés"): sum(one.used for one in rows),
            gettext("Perdus"): sum(one.lost for one in rows),
        },
    )
    context = {
        "figures": _figures(desk, counts),
        "low": [one for one in everyone if one.active and one.stock <= low],
        "filter": form,
        "table": table,
        "may_allocate": desk.actor.role in BOOK[Act.ALLOCATE].roles,
        **ways(desk, "allocate", "return_stock", "transfer_stock"),
    }
    return render(request, "web/register/stock.html", context)


def holdings(desk: Desk) -> list[Holding]:
    """Every structure of the programme, or that still has passes of it, by name."""
    counts = counts_by_structure(desk.programme_id)
    active = accredited_prescribers(desk.programme_id, desk.today)
    known = organisations_by_id(active | (counts.keys() - {NOBODY}))
    made = [_holding(one.id, one.name, one.commune, one.id in active, counts.get(one.id, {})) for one in known.values()]
    return sorted(made, key=lambda one: normalised(one.name))


def _holding(structure_id: UUID, name: str, commune: str, active: bool, counts: Counts) -> Holding:
    return Holding(
        structure_id,
        name,
        commune,
        active,
        stock=counts.get(State.STRUCTURE_STOCK, 0),
        held=counts.get(State.HELD, 0),
        used=sum(counts.get(state, 0) for state in AT_PLACE),
        lost=counts.get(State.BLOCKED, 0),
    )


def _asleep(desk: Desk) -> set[UUID]:
    """The structures whose stock has not moved for long, as the state of the programme names them."""
    return {shelf.structure_id for shelf in attention_on(desk.programme_id, desk.today).sleeping}


def _wanted(one: Holding, asked: dict[str, str], low: int, asleep: set[UUID]) -> bool:
    words = normalised(asked.get("q", "")).split()
    levels = {NONE: one.stock == 0, LOW: one.stock <= low, SOME: one.stock > 0, ASLEEP: one.id in asleep}
    level = levels.get(asked.get("niveau", ""), True)
    return level and all(word in normalised(f"{one.name} {one.commune}") for word in words)


def _sorted(rows: list[Holding], asked: str) -> list[Holding]:
    name = asked.removeprefix("-")
    if name not in {"name", "stock", "held", "used", "lost"}:
        return rows
    key = (lambda one: normalised(one.name)) if name == "name" else (lambda one: getattr(one, name))
    return sorted(rows, key=key, reverse=asked.startswith("-"))


def _columns(desk: Desk) -> list[Column]:
    def behind(state: str = "") -> Any:
        query = f"&etat={state}" if state else ""
        return lambda one: f"{desk.url('vouchers')}?structure={one.id}{query}"

    return [
        Column("name", gettext("Structure"), sort=True, url=behind()),
        Column("commune", gettext("Commune")),
        Column("stock", gettext("En stock"), "number", sort=True, url=behind(State.STRUCTURE_STOCK)),
        Column("held", gettext("Remis"), "number", sort=True, url=behind(State.HELD)),
        Column("used", gettext("Utilisés"), "number", sort=True, url=behind(USED)),
        Column("lost", gettext("Perdus"), "number", sort=True, url=behind(State.BLOCKED)),
        Column("standing", gettext("Aujourd’hui")),
    ]


def _figures(desk: Desk, counts: Counts) -> list[dict[str, Any]]:
    shown = (
        (State.AUTHORITY_STOCK, gettext("En stock à la collectivité"), "box", ""),
        (State.STRUCTURE_STOCK, gettext("En stock dans les structures"), "booklet", ""),
        (State.HELD, gettext("Remis, pas encore utilisés"), "hand", ""),
        (State.BLOCKED, gettext("Perdus ou volés, bloqués"), "ban", "bad" if counts[State.BLOCKED] else ""),
    )
    return [
        {
            "value": counts[state],
            "label": label,
            "icon": icon,
            "tone": tone,
            "url": f"{desk.url('vouchers')}?etat={state}",
        }
        for state, label, icon, tone in shown
    ]


@desk_page("hand_over")
def my_stock(request: DeskRequest) -> HttpResponse:
    """The booklets of the reader's own structure, with what can be done with each. For a prescriber."""
    desk = request.desk
    structure_id = desk.actor.organisation_id or NOBODY
    after = asked_number(request, "after") or 0
    limit = EVERYTHING if "format" in request.GET else PAGE
    booklets = booklets_in_stock(desk.programme_id, structure_id, limit=limit + 1, after=after)
    columns = [
        Column("booklet", gettext("Carnet"), "number", url=lambda line: _hand_over_from(desk, line)),
        Column("count", gettext("Pass en stock"), "number"),
        Column(lambda line: as_words(line.ranges), gettext("Numéros")),
    ]
    if file := exported(request, f"stock-{desk.slug}", columns, booklets):
        return file
    counts = counts_by_structure(desk.programme_id, [structure_id]).get(structure_id, {})
    held = held_on(desk.programme_id, desk.today)
    mine = _holding(structure_id, desk.label, "", True, counts)
    table = Table(
        gettext("Mes carnets"),
        numbered(columns),
        booklets[:PAGE],
        empty=gettext("Vous n’avez plus de pass en stock. Demandez-en à la collectivité."),
    )
    context = {
        "mine": mine,
        "low": mine.stock <= held.terms.low_stock_alert,
        "until": held.calendar.distribution_until,
        "over": desk.today > held.calendar.distribution_until,
        "table": table,
        "figures": _mine_figures(desk, mine),
        **paging(request, booklets[PAGE - 1].booklet if len(booklets) > PAGE else None, "after"),
        **ways(desk, "hand_over", "return_stock", "transfer_stock", "declare_lost"),
    }
    return render(request, "web/register/my_stock.html", context)


def _hand_over_from(desk: Desk, line: BookletLine) -> str:
    return f"{desk.url('hand_over')}?pass={line.ranges[0][0]}"


def _mine_figures(desk: Desk, mine: Holding) -> list[dict[str, Any]]:
    vouchers = desk.url("vouchers")
    return [
        {
            "value": number(mine.stock),
            "label": gettext("Pass en stock"),
            "icon": "box",
            "url": f"{vouchers}?etat={State.STRUCTURE_STOCK}",
        },
        {
            "value": number(mine.held),
            "label": gettext("Remis, pas encore utilisés"),
            "icon": "hand",
            "url": f"{vouchers}?etat={State.HELD}",
        },
        {
            "value": number(mine.used),
            "label": gettext("Utilisés"),
            "icon": "check",
            "url": f"{vouchers}?etat={USED}",
        },
        {
            "value": number(mine.lost),
            "label": gettext("Perdus ou volés, bloqués"),
            "icon": "ban",
            "url": f"{vouchers}?etat={State.BLOCKED}",
        },
    ]
