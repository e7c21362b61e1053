"""Handing passes over at the counter: one page to fill in, one that says what happens next, the letter."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.beneficiaries.rules import AGE_WORDS, STATUS_WORDS, AgeBracket, Profile, Status
from passnumerique.directory.queries import organisations_named
from passnumerique.ground.codes import LENGTH, fold, well_formed
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.sheets import normalised
from passnumerique.ground.words import say
from passnumerique.programmes.queries import communes, held_on
from passnumerique.programmes.rules import Eligible, Terms
from passnumerique.vouchers.operations import hand_over
from passnumerique.vouchers.queries.history import vouchers_of_handover
from passnumerique.vouchers.queries.listing import (
    access_handover,
    list_handovers,
    numbers_of_handovers,
    stock_in_booklets,
)
from passnumerique.vouchers.queries.reading import Range, as_words, ranges_of
from passnumerique.vouchers.queries.stock import stock_of
from passnumerique.vouchers.rules.refusals import EmptyRange
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.pages.register.papers import letter_of
from passnumerique.web.pages.register.parts import (
    EVERYTHING,
    PAGE,
    as_address,
    asked_moment,
    asked_uuid,
    numbered,
    paging,
    pdf,
    structure_choices,
    ways,
)
from passnumerique.web.pages.register.vouchers import number_of_code
from passnumerique.web.tables import Column, Table

MOST = 15
"""How many figures the number of a pass has at most."""
_BOOKLET = re.compile(r"c(?:arnet)?\s*(?:n\s?[°o]\s?)?(\d{1,15})", re.IGNORECASE)
_INSEE = re.compile(r"\b(\d[0-9AB]\d{3})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Town:
    """A commune of the territory, as it is offered while one types."""

    code: str
    name: str

    @property
    def words(self) -> str:
        """Name and INSEE code, so that two communes of one name are told apart."""
        return f"{self.name} ({self.code})"


class HandOverForm(forms.Form):
    """Which passes, and who receives them: brackets and a commune, never a name."""

    start = forms.CharField(
        label=_("Premier pass"),
        max_length=60,
        help_text=_("Son numéro, son code, ou le carnet\u202f: «\u202fcarnet 24\u202f»."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    quantity = forms.IntegerField(
        label=_("Nombre de pass"),
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    age_bracket = forms.ChoiceField(label=_("Âge"), widget=forms.RadioSelect)
    commune = forms.CharField(
        label=_("Commune de résidence"),
        max_length=160,
        help_text=_("Tapez les premières lettres, puis choisissez."),
        widget=forms.TextInput(attrs={"list": "communes", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(label=_("Situation"), widget=forms.RadioSelect)
    target_public = forms.BooleanField(
        label=_("Public cible de l’État (PIC)"),
        required=False,
        help_text=_("Jeune sans école ni emploi, ou demandeur d’emploi sans le baccalauréat."),
    )
    contact = forms.CharField(
        label=_("Téléphone ou adresse électronique"),
        max_length=120,
        required=False,
        help_text=_("Il n’est pas gardé. Il sert à ne pas dépasser le nombre de pass par personne."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, towns: list[Town], anywhere: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.towns, self.anywhere = towns, anywhere
        ages = [(one.value, capfirst(say(told))) for one, told in AGE_WORDS.items()]
        statuses = [(one.value, capfirst(say(told))) for one, told in STATUS_WORDS.items()]
        self.fields["age_bracket"].choices = ages  # type: ignore[attr-defined]
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]

    def clean_commune(self) -> str:
        """The INSEE code of what was typed: a commune of the list, or any code where anybody is eligible."""
        typed = self.cleaned_data["commune"]
        code = _INSEE.search(typed)
        if code and (self.anywhere or code[1].upper() in {town.code for town in self.towns}):
            return code[1].upper()
        named = [town.code for town in self.towns if normalised(town.name) == normalised(typed)]
        if len(named) == 1:
            return named[0]
        raise forms.ValidationError(
            _("Choisissez une commune de la liste\u202f: les pass sont pour les habitants du territoire.")
            if not self.anywhere
            else _("Choisissez une commune de la liste, ou tapez son code INSEE.")
        )

    def profile(self) -> Profile:
        """Who receives, as the operation takes it."""
        given = self.cleaned_data
        return Profile(
            AgeBracket(given["age_bracket"]),
            given["commune"],
            Status(given["status"]),
            given["target_public"],
            given["contact"],
        )


@desk_page("hand_over")
def hand_over_page(request: DeskRequest) -> HttpResponse:
    """Hand passes of one's own stock to a person. For a prescriber."""
    desk = request.desk
    structure_id = desk.actor.organisation_id or NOBODY
    held = held_on(desk.programme_id, desk.today)
    first = next(iter(stock_of(desk.programme_id, structure_id, 1)), None)
    form = HandOverForm(
        **sent(request),
        initial=_initial(request, held.terms, first),
        towns=_towns(desk),
        anywhere=held.terms.eligible is Eligible.ANYBODY,
    )
    made: list[UUID] = []

    def act(given: dict[str, Any]) -> None:
        made.append(
            hand_over(
                programme_id=desk.programme_id,
                structure_id=structure_id,
                numbers=_numbers(desk, given["start"], given["quantity"]),
                profile=form.profile(),
                by=desk.actor,
                at=desk.at,
            )
        )

    if done(form, act, **_BESIDE):
        return redirect(f"{desk.url('handover', made[0])}?fait=1")
    context = {
        "form": form,
        "towns": form.towns,
        "first": first,
        "cap": held.terms.passes_per_person,
        "until": held.calendar.distribution_until,
        "over": desk.today > held.calendar.distribution_until,
        **ways(desk, "my_stock"),
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "web/register/hand_over.html", context, status=status)


_BESIDE = {
    "range_partly_gone": "start",
    "empty_range": "start",
    "unknown_code": "start",
    "wrong_check_letter": "start",
    "already_handed_over": "start",
    "not_allocated": "start",
    "too_many_for_one_person": "quantity",
    "outside_territory": "commune",
    "contact_unreadable": "contact",
}


def _initial(request: DeskRequest, terms: Terms, first: int | None) -> dict[str, Any]:
    """The next pass of the stock and a whole booklet, or as much of it as one person may have."""
    many = min(terms.passes_per_booklet, terms.passes_per_person)
    return {"start": request.GET.get("pass", "") or first, "quantity": many}


def _towns(desk: Desk) -> list[Town]:
    return [Town(one.insee_code, one.name) for one in communes(desk.programme_id)]


def _numbers(desk: Desk, start: str, quantity: int) -> list[Range]:
    """The passes that were meant: so many from a number or a code on, or the first ones of a booklet.

    Refuses (EmptyRange) a booklet with fewer in stock, and what is neither number, code nor booklet.
    """
    bare = start.strip()
    if booklet := _BOOKLET.fullmatch(bare):
        return _of_booklet(desk, int(booklet[1]), quantity)
    first = _plain_number(bare) or number_of_code(desk, bare)
    return [(first, first + quantity - 1)]


def _plain_number(typed: str) -> int:
    """The number that was typed; 0 for what is none, or is the code of a pass made of figures alone."""
    figures = "".join(typed.split())
    is_code = len(figures) == LENGTH and well_formed(fold(figures))
    return int(figures) if figures.isascii() and figures.isdigit() and len(figures) <= MOST and not is_code else 0


def _of_booklet(desk: Desk, booklet: int, quantity: int) -> list[Range]:
    there = stock_in_booklets(desk.programme_id, desk.actor.organisation_id or NOBODY, [(booklet, booklet)])
    numbers = [one for first, last in there for one in range(first, last + 1)]
    if len(numbers) < quantity:
        raise EmptyRange
    return ranges_of(numbers[:quantity])


@desk_page("read_register")
def handovers(request: DeskRequest) -> HttpResponse:
    """The hand-overs within the reader's sight, latest first: brackets, no name."""
    desk = request.desk
    structure_id = asked_uuid(request, "structure") if desk.actor.organisation_id is None else None
    limit = EVERYTHING if "format" in request.GET else PAGE + 1
    rows = list_handovers(
        desk.actor, desk.programme_id, structure_id=structure_id, before=asked_moment(request), limit=limit
    )
    columns = _columns(desk, rows)
    if file := exported(request, f"remises-{desk.slug}", columns, rows):
        return file
    table = Table(
        gettext("Remises"),
        columns,
        rows[:PAGE],
        empty=gettext("Aucune remise pour l’instant."),
        empty_url=desk.url("hand_over") if desk.may("hand_over") else "",
        empty_action=gettext("Remettre des pass"),
    )
    more = as_address((rows[PAGE - 1].at, rows[PAGE - 1].id)) if len(rows) > PAGE else ""
    context = {
        "table": table,
        "filter": _filter(desk, request),
        "may_hand_over": desk.may("hand_over"),
        **paging(request, more, "before"),
        **ways(desk, "hand_over"),
    }
    return render(request, "web/register/handovers.html", context)


class HandoverFilter(forms.Form):
    """Which structure's hand-overs to list."""

    structure = forms.ChoiceField(label=_("Structure"), required=False)

    def __init__(self, data: Any, *, structures: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["structure"].choices = [("", _("Toutes")), *structures]  # type: ignore[attr-defined]


def _filter(desk: Desk, request: DeskRequest) -> HandoverFilter | None:
    if desk.actor.organisation_id is not None:
        return None
    return HandoverFilter(request.GET, structures=structure_choices(desk))


def _columns(desk: Desk, rows: list[Any]) -> list[Column]:
    names = organisations_named({row.structure_id for row in rows})
    towns = {one.insee_code: one.name for one in communes(desk.programme_id)}
    numbers = numbers_of_handovers(desk.programme_id, [row.id for row in rows])
    columns = [
        Column("at", gettext("Date"), "day", url=lambda row: desk.url("handover", row.id)),
        Column("quantity", gettext("Pass"), "number"),
        Column(lambda row: as_words(numbers.get(row.id, [])), gettext("Numéros")),
        Column(lambda row: capfirst(say(AGE_WORDS[AgeBracket(row.recipient.age_bracket)])), gettext("Âge")),
        Column(lambda row: towns.get(row.recipient.commune, row.recipient.commune), gettext("Commune")),
        Column(lambda row: capfirst(say(STATUS_WORDS[Status(row.recipient.status)])), gettext("Situation")),
        Column(lambda row: gettext("oui") if row.recipient.target_public else "", gettext("Public cible")),
    ]
    if desk.actor.organisation_id is None:
        columns.insert(1, Column(lambda row: names.get(row.structure_id, ""), gettext("Structure")))
    return columns


@desk_page("read_register")
def handover(request: DeskRequest, handover_id: UUID) -> HttpResponse:
    """One hand-over: its passes and brackets; just made, what to tell the person, and the letter."""
    desk = request.desk
    row = access_handover(desk.actor, desk.programme_id, handover_id)
    passes = list(vouchers_of_handover(desk.programme_id, row.id))
    towns = {one.insee_code: one.name for one in communes(desk.programme_id)}
    held = held_on(desk.programme_id, desk.today)
    columns = [
        Column("number", gettext("Pass"), "number", url=lambda one: desk.url("voucher", one.number)),
        Column("booklet", gettext("Carnet"), "number"),
        Column("state", gettext("État"), "voucher"),
    ]
    words = as_words(ranges_of(one.number for one in passes))
    context = {
        "handover": row,
        "words": words,
        "structure": organisations_named([row.structure_id]).get(row.structure_id, ""),
        "age": capfirst(say(AGE_WORDS[AgeBracket(row.recipient.age_bracket)])),
        "status": capfirst(say(STATUS_WORDS[Status(row.recipient.status)])),
        "commune": towns.get(row.recipient.commune, row.recipient.commune),
        "table": Table(gettext("Pass remis"), numbered(columns), passes),
        "validity_until": held.calendar.validity_until,
        "made_now": "fait" in request.GET,
        "letter": _letter_url(desk, row, passes),
        "letter_large": f"{desk.url('letter', row.id)}?grand=1",
        **ways(desk, "hand_over"),
        "breadcrumbs": [Crumb(gettext("Remises"), desk.url("handovers")), Crumb(_title(words))],
    }
    return render(request, "web/register/handover.html", context)


def _title(words: str) -> str:
    return gettext("Pass %(numbers)s") % {"numbers": words}


def _letter_url(desk: Desk, row: Any, passes: list[Any]) -> str:
    """The letter, for the structure that made the hand-over, when the codes are known here."""
    mine = desk.may("hand_over") and row.structure_id == desk.actor.organisation_id
    return desk.url("letter", row.id) if mine and all(one.lot.nonce for one in passes) else ""


@desk_page("hand_over")
def letter(request: DeskRequest, handover_id: UUID) -> HttpResponse:
    """The letter of one hand-over, `?grand=1` in large print. For the structure that made it."""
    return pdf(letter_of(request.desk, handover_id, large_print="grand" in request.GET), "lettre")
