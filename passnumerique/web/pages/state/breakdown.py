"""What people did with their passes, by structure, place, module, commune or month, over a span of months.

Everything is read from the counters: one statement, whatever the size of the programme.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.queries import organisations_named
from passnumerique.ground.dates import month_of, next_month
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.sheets import normalised
from passnumerique.programmes.queries import communes
from passnumerique.training.queries import modules_named
from passnumerique.vouchers.queries.stock import By, Figure, activity_by
from passnumerique.vouchers.rules import Act
from passnumerique.web import charts
from passnumerique.web.charts.shares import share_of
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.pages.state.figures import Behind, first_day
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import month as written
from passnumerique.web.templatetags.house import number

PAGE = 100
DRAWN, DRAWN_MONTHS = 12, 36
"""How many bars, and how many columns, a picture shows at most."""

WAYS = {
    "structure": (By.STRUCTURE, _("Structure"), _("par structure")),
    "lieu": (By.PLACE, _("Lieu"), _("par lieu")),
    "module": (By.MODULE, _("Module"), _("par module")),
    "commune": (By.COMMUNE, _("Commune"), _("par commune")),
    "mois": (By.MONTH, _("Mois"), _("par mois")),
}
"""What figures are told apart by: the word of the address, and the words of the page."""
NOWHERE = {
    By.STRUCTURE: _("Aucune structure"),
    By.PLACE: _("Aucun lieu"),
    By.MODULE: _("Aucun module"),
    By.COMMUNE: _("Commune inconnue"),
}
WHAT = {
    Act.REDEEM: _("Pass utilisés"),
    Act.HAND_OVER: _("Pass remis"),
    Act.UNDO: _("Utilisations corrigées"),
    Act.PAY: _("Pass remboursés"),
    Act.DECLARE_LOST: _("Pass perdus ou volés"),
    Act.SUBSTITUTE: _("Pass donnés en remplacement"),
    Act.ALLOCATE: _("Pass confiés"),
    Act.RECEIVE: _("Pass reçus"),
}
"""The acts that are told; the first is the one that a page without a choice shows."""
_AT_HOME = tuple(act for act in WHAT if act not in {Act.ALLOCATE, Act.RECEIVE})
COUNTED = {
    By.STRUCTURE: (*_AT_HOME, Act.ALLOCATE),
    By.PLACE: (Act.REDEEM, Act.UNDO, Act.PAY),
    By.MODULE: (Act.REDEEM, Act.UNDO),
    By.COMMUNE: _AT_HOME,
    By.MONTH: tuple(WHAT),
}
"""The acts that have a structure, a place, a module or a commune to be counted for."""


class BreakdownFilter(forms.Form):
    """What is counted, by what, and over which months: the whole programme unless they are chosen."""

    par = forms.ChoiceField(label=_("Par"), required=False, choices=[(way, one[1]) for way, one in WAYS.items()])
    quoi = forms.ChoiceField(label=_("Ce qui est compté"), required=False)
    du = forms.ChoiceField(label=_("Premier mois"), required=False)
    au = forms.ChoiceField(label=_("Dernier mois"), required=False)

    def __init__(self, data: QueryDict, *, months: Sequence[date]) -> None:
        super().__init__(_countable(data))
        acts = COUNTED[_way(self.data.get("par", ""))[0]]
        named = [(f"{one:%Y-%m}", written(one)) for one in months]
        self.fields["quoi"].choices = [(act.value, WHAT[act]) for act in acts]  # type: ignore[attr-defined]
        self.fields["du"].choices = [("", _("Depuis le début")), *named]  # type: ignore[attr-defined]
        self.fields["au"].choices = [("", _("Jusqu’à aujourd’hui")), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuses a last month before the first."""
        given = self.cleaned_data
        first, last = given.get("du"), given.get("au")
        if first and last and first > last:
            self.add_error("au", _("Choisissez un dernier mois qui ne vient pas avant le premier."))
        return given


def _way(word: str) -> tuple[By, Any, Any]:
    return WAYS.get(word, WAYS["structure"])


def _countable(data: QueryDict) -> QueryDict:
    """The address without an act that is not counted that way: hand-overs have no place, for one."""
    known, acts = {act.value for act in WHAT}, COUNTED[_way(data.get("par", ""))[0]]
    if data.get("quoi") not in known - {act.value for act in acts}:
        return data
    kept = data.copy()
    del kept["quoi"]
    return kept


@dataclass(frozen=True)
class Row:
    """One structure, place, module, commune (with its INSEE code) or month, how many passes, and their share."""

    of: UUID | str | date
    name: str
    count: int
    share: float


@dataclass(frozen=True)
class Breakdown:
    """What was asked for, and the rows that answer, in order. `first` and `last` are None when open."""

    by: By
    heading: str
    apart: str
    act: Act
    first: date | None
    last: date | None
    sort: str
    rows: list[Row]

    @property
    def what(self) -> str:
        return str(WHAT[self.act])

    @property
    def title(self) -> str:
        """`Pass utilisés par commune`."""
        return gettext("%(what)s %(apart)s") % {"what": self.what, "apart": self.apart}

    @property
    def total(self) -> int:
        return sum(one.count for one in self.rows)


@desk_page("read_council")
def breakdown(request: DeskRequest) -> HttpResponse:
    """The figures by whatever was asked, for the offices of the authority, the funder and the issuer, like
    the state of the programme; the whole list as a file."""
    desk = request.desk
    begun = first_day(desk)
    form = BreakdownFilter(request.GET, months=_months(begun, desk.today))
    found = _read(desk, form, request.GET.get("sort", ""))
    if file := exported(request, f"chiffres-{desk.slug}", _file_columns(found), found.rows):
        return file
    page = Paginator(found.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "breadcrumbs": [Crumb(gettext("État du dispositif"), desk.url("state")), Crumb(gettext("Chiffres"))],
        "filter": form,
        "lead": _lead(found, begun, desk.today),
        "chart": picture(found) if found.rows else None,
        "table": _table(desk, found, page.object_list),
        "page": page,
        "hints": _hints(found) if found.rows else [],
    }
    return render(request, "web/state/breakdown.html", context, status=UNPROCESSABLE if form.errors else 200)


def _months(first: date, last: date) -> list[date]:
    """Each month from the one of `first` to the one of `last`."""
    found = [month_of(first)]
    while found[-1] < month_of(last):
        found.append(next_month(found[-1]))
    return found


def _read(desk: Desk, form: BreakdownFilter, sort: str) -> Breakdown:
    given = form.cleaned_data if form.is_valid() or form.is_bound else {}
    by, heading, apart = _way(given.get("par", ""))
    act = Act(given.get("quoi") or Act.REDEEM)
    first, last = (date.fromisoformat(f"{given[one]}-01") if given.get(one) else None for one in ("du", "au"))
    sort = sort if sort.removeprefix("-") in {"name", "count"} else "name" if by is By.MONTH else "-count"
    figures = activity_by(desk.programme_id, by, [act], first, last)
    rows = _sorted(_rows(desk.programme_id, by, figures), sort)
    return Breakdown(by, str(heading), str(apart), act, first, last, sort, rows)


def _rows(programme_id: UUID, by: By, figures: Sequence[Figure]) -> list[Row]:
    total = sum(one.count for one in figures)
    counts = {one.of: one.count for one in figures}
    if by is By.MONTH and counts:
        months = sorted(one for one in counts if isinstance(one, date))
        counts = {one: counts.get(one, 0) for one in _months(months[0], months[-1])}
    names = _names(programme_id, by, counts)
    return [Row(of, names[of], count, count / total if total else 0.0) for of, count in counts.items()]


def _names(programme_id: UUID, by: By, found: Iterable[UUID | str | date]) -> dict[Any, str]:
    """What each is called; a commune out of the territory keeps its code."""
    names: dict[Any, str] = {of: written(of) if isinstance(of, date) else str(of) for of in found}
    if by is By.COMMUNE:
        known: dict[Any, str] = dict(communes(programme_id).values_list("insee_code", "name"))
    else:
        ids = [of for of in names if isinstance(of, UUID)]
        known = dict(modules_named(ids) if by is By.MODULE else organisations_named(ids) if ids else {})
    nowhere = str(NOWHERE.get(by, ""))
    return names | {of: known[of] for of in names if of in known} | dict.fromkeys(names.keys() & {NOBODY, ""}, nowhere)


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    """By count, then by name; months by their own order."""
    named = sorted(rows, key=lambda one: str(one.of) if isinstance(one.of, date) else normalised(one.name))
    if sort.endswith("name"):
        return named[::-1] if sort.startswith("-") else named
    return sorted(named, key=lambda one: one.count, reverse=sort.startswith("-"))


def _lead(found: Breakdown, begun: date, today: date) -> str:
    """What the page shows, whole, since the filters are not printed."""
    first, last = written(found.first or begun), written(found.last or today)
    said = {"title": found.title, "first": first, "last": last, "total": number(found.total)}
    if first == last:
        return gettext("%(title)s, %(first)s\u202f: %(total)s.") % said
    return gettext("%(title)s, %(first)s – %(last)s\u202f: %(total)s.") % said


def _hints(found: Breakdown) -> list[str]:
    """How the figures are to be read."""
    hints = []
    if found.act is Act.REDEEM:
        hints.append(gettext("Une utilisation corrigée ensuite reste comptée ici."))
    if found.by is By.COMMUNE:
        hints.append(gettext("La commune est celle de la personne qui a reçu le pass."))
    return hints


def picture(found: Breakdown) -> charts.Chart:
    """The first of the list as bars, or the months as columns."""
    best = max(found.rows, key=lambda one: one.count)
    said = {"name": best.name, "count": number(best.count), "total": number(found.total)}
    said["share"] = share_of(best.count, found.total)
    if found.by is By.MONTH:
        months = _sorted(found.rows, "name")[-DRAWN_MONTHS:]
        sentence = gettext("Le mois le plus actif est %(name)s, avec %(count)s sur %(total)s, soit %(share)s.") % said
        days = [one.of for one in months if isinstance(one.of, date)]
        return charts.columns(found.title, sentence, days, [charts.Series(found.what, [one.count for one in months])])
    sentence = gettext("%(name)s vient en tête, avec %(count)s sur %(total)s, soit %(share)s.") % said
    rows = _sorted(found.rows, "-count")
    cut = DRAWN if len(rows) > DRAWN + 1 else len(rows)
    others = gettext("Les %(count)s autres") % {"count": number(len(rows) - cut)}
    rest = charts.Part(others, sum(one.count for one in rows[cut:])) if rows[cut:] else None
    parts = [charts.Part(one.name, one.count) for one in rows[:cut]]
    return charts.bars(found.title, sentence, parts, found.heading, rest)


def _table(desk: Desk, found: Breakdown, rows: Iterable[Row]) -> Table:
    return Table(
        found.title,
        _columns(desk, found),
        rows,
        sort=found.sort,
        count=len(found.rows),
        empty=gettext("Rien n’a été compté. Choisissez d’autres mois, ou autre chose à compter."),
        totals={gettext("Pass"): found.total, gettext("Part"): 1.0},
    )


def _columns(desk: Desk, found: Breakdown) -> list[Column]:
    """Those of the page; the name of a structure or a place leads to its deeds, where the reader may see them."""
    behind = Behind(desk, past=False)

    def deeds(one: Row) -> str:
        if found.by not in {By.STRUCTURE, By.PLACE} or one.of == NOBODY:
            return ""
        return behind("journal", acte=found.act.value, organisation=str(one.of))

    return [
        Column(lambda one: capfirst(one.name), found.heading, sort="name", url=deeds),
        Column("count", gettext("Pass"), "number", sort=True),
        Column(lambda one: escape(share_of(one.count, found.total)), gettext("Part"), "percent"),
    ]


def _file_columns(found: Breakdown) -> list[Column]:
    """Those of the file: months as days, communes with their INSEE code, shares in percents with one decimal."""
    code = [Column("of", gettext("Code INSEE"))] if found.by is By.COMMUNE else []
    return [
        Column("of" if found.by is By.MONTH else "name", found.heading),
        *code,
        Column("count", found.what),
        Column(lambda one: round(100 * one.share, 1), gettext("Part (%)")),
    ]
