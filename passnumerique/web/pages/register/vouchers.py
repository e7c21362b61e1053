"""Passes: found by number, code or booklet, listed, and one told on a page of its own."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Role
from passnumerique.ground.codes import fold, grouped_code
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import held_on
from passnumerique.vouchers.queries.history import access_voucher, history
from passnumerique.vouchers.queries.listing import (
    Wanted,
    access_handover,
    count_vouchers,
    list_vouchers,
    numbers_of_notes,
)
from passnumerique.vouchers.queries.reading import (
    LONGEST_TOLD,
    codes_of_siblings,
    vouchers_with_codes,
    vouchers_with_ids,
    why_unknown,
)
from passnumerique.vouchers.rules import BOOK, UNSPENT, Act, State, last_day_of_use
from passnumerique.vouchers.rules.refusals import UnknownCode
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, done
from passnumerique.web.pages.register.parts import (
    EVERYTHING,
    PAGE,
    RangesField,
    asked_number,
    asked_uuid,
    numbered,
    paging,
    structure_choices,
    ways,
)
from passnumerique.web.pages.register.seats_told import with_seats
from passnumerique.web.pages.register.telling import NEXT, state_choices, states_chosen, tell_story
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day, number

_REPLACING = (Act.REPLACE, Act.SUBSTITUTE)


class VoucherFilter(forms.Form):
    """What narrows the list of passes."""

    pass_ = RangesField(label=_("Numéros de pass"), required=False)
    carnet = RangesField(label=_("Carnets"), required=False)
    etat = forms.ChoiceField(label=_("État"), required=False)
    structure = forms.ChoiceField(label=_("Structure"), required=False)
    lot = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, structures: list[tuple[str, str]] | None) -> None:
        super().__init__(data)
        self.fields = {"pass" if name == "pass_" else name: field for name, field in self.fields.items()}
        self.fields["etat"].choices = [("", _("Tous les états")), *state_choices()]  # type: ignore[attr-defined]
        if structures is None:
            del self.fields["structure"]
        else:
            self.fields["structure"].choices = [("", _("Toutes")), *structures]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What the list keeps: everything that could be read."""
        given = self.cleaned_data if self.is_valid() or self.is_bound else {}
        return Wanted(
            numbers=given.get("pass") or (),
            booklets=given.get("carnet") or (),
            states=states_chosen(given.get("etat") or ""),
            structure_id=UUID(given["structure"]) if given.get("structure") else None,
            lot_id=given.get("lot"),
        )


class CodeForm(forms.Form):
    """The code of one pass, sent in the body: a code never stands in an address."""

    code = forms.CharField(
        label=_("Code du pass"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "code-entry", "autocomplete": "off", "spellcheck": "false"}),
    )


@desk_page("read_register")
def vouchers(request: DeskRequest) -> HttpResponse:
    """The passes within the reader's sight, and the way to one of them by its code."""
    desk = request.desk
    code_form = CodeForm(request.POST if request.method == "POST" else None)
    found: list[int] = []
    if done(code_form, lambda given: found.append(number_of_code(desk, given["code"]))):
        return redirect(desk.url("voucher", found[0]))
    form = VoucherFilter(request.GET, structures=_structures(desk, request))
    wanted = form.wanted()
    limit = EVERYTHING if "format" in request.GET else PAGE + 1
    after = asked_number(request, "after") or 0
    rows = list_vouchers(desk.actor, desk.programme_id, wanted, after=after, limit=limit)
    columns = _columns(desk, rows)
    if file := exported(request, f"pass-{desk.slug}", columns, rows):
        return file
    table = Table(
        gettext("Pass"),
        numbered(columns),
        rows[:PAGE],
        count=count_vouchers(desk.actor, desk.programme_id, wanted),
        empty=gettext("Aucun pass ne correspond. Élargissez le filtre, ou vérifiez le numéro."),
    )
    context = {
        "filter": form,
        "code_form": code_form,
        "table": table,
        "may_block": desk.may("block_passes"),
        "may_cancel": desk.actor.role in BOOK[Act.CANCEL].roles,
        **paging(request, rows[PAGE - 1].number if len(rows) > PAGE else None, "after"),
        **ways(desk, "declare_lost", "find", "cancel", "reissue"),
    }
    status = UNPROCESSABLE if code_form.is_bound and code_form.errors else 200
    return render(request, "web/register/vouchers.html", context, status=status)


def _structures(desk: Desk, request: DeskRequest) -> list[tuple[str, str]] | None:
    """The structures to filter by; a desk sees its own passes only and is not asked."""
    if desk.actor.organisation_id is not None:
        return None
    chosen = asked_uuid(request, "structure")
    return structure_choices(desk, also=[chosen] if chosen else [])


def _columns(desk: Desk, rows: list[Any]) -> list[Column]:
    owners = {owner for row in rows for owner in (row.structure_id, row.place_id)}
    names = organisations_named(owners - {NOBODY})
    return [
        Column("number", gettext("Pass"), "number", url=lambda row: desk.url("voucher", row.number)),
        Column("booklet", gettext("Carnet"), "number"),
        Column("state", gettext("État"), "voucher"),
        Column(lambda row: names.get(row.structure_id, ""), gettext("Structure")),
        Column(lambda row: names.get(row.place_id, ""), gettext("Lieu")),
        Column("lot.reference", gettext("Lot")),
    ]


def number_of_code(desk: Desk, code: str) -> int:
    """The number of the pass with that code. Refuses a code that is none of the programme's, and a pass
    that never was in the reader's hands, in the same words; a pass of another programme of the authority
    is told as such."""
    folded = fold(code)
    seen = vouchers_with_codes(desk.programme_id, [folded]).get(folded)
    try:
        if seen is not None:
            return int(access_voucher(desk.actor, desk.programme_id, seen.number).number)
    except NotFound:
        pass
    if seen is not None:
        raise UnknownCode(code=grouped_code(folded)[:LONGEST_TOLD])
    raise why_unknown(folded, sibling=bool(codes_of_siblings(desk.programme_id, [folded])))


@desk_page("read_register")
def voucher(request: DeskRequest, number: int) -> HttpResponse:
    """One pass: its state, where it is, what can be done with it, and its life so far."""
    desk = request.desk
    row = access_voucher(desk.actor, desk.programme_id, number)
    held = held_on(desk.programme_id, desk.today)
    last = last_day_of_use(held.calendar, held.terms.tolerance_days)
    state = State(row.state)
    names = organisations_named({row.structure_id, row.place_id} - {NOBODY})
    lapsed = state in UNSPENT and desk.today > last
    context = {
        "voucher": row,
        "title": _title(row.number),
        "lapsed": lapsed,
        "next": _lapsed(last) if lapsed else str(NEXT[state]),
        "validity_until": held.calendar.validity_until,
        "last_day": last,
        "structure": names.get(row.structure_id, ""),
        "place": names.get(row.place_id, ""),
        "acts": acts_for(desk, row),
        "story": _story(desk, row),
        "handover": _handover(desk, row.handover_id),
        "lot_url": desk.url("lot", row.lot_id) if desk.may("read_everything") else "",
        "breadcrumbs": [Crumb(gettext("Pass"), desk.url("vouchers")), Crumb(_title(row.number))],
    }
    return render(request, "web/register/voucher.html", context)


def _lapsed(last: date) -> str:
    return gettext("Il est échu\u202f: son dernier jour d’usage était le %(day)s.") % {"day": day(last)}


def _title(value: int) -> str:
    return gettext("Pass n°\u202f%(number)s") % {"number": number(value)}


def _story(desk: Desk, row: Any) -> list[Any]:
    lines = history(desk.programme_id, row.id)
    about = [line.subject_id for line in lines if line.subject_id and line.act in _REPLACING]
    others = {seen.id: seen.number for seen in vouchers_with_ids(desk.programme_id, about)}
    notes = numbers_of_notes(desk.programme_id, [line.subject_id for line in lines if line.subject_id])
    return with_seats(desk, row.number, tell_story(lines, others, notes), lines)[::-1]


def _handover(desk: Desk, handover_id: UUID | None) -> str:
    """The address of the pass's hand-over, for those who may see it."""
    if handover_id is None or desk.actor.role in {Role.PLACE, Role.MEDIATOR}:
        return ""
    return desk.url("handover", access_handover(desk.actor, desk.programme_id, handover_id).id)


def acts_for(desk: Desk, row: Any) -> list[tuple[str, str, str, str]]:
    """What the reader may do with a pass now: label, address, icon and kind of the button, by the rule
    book and the reader's role."""
    numbers, state = f"?numeros={row.number}", State(row.state)
    offered = (
        (Act.HAND_OVER, gettext("Remettre"), desk.url("hand_over") + f"?pass={row.number}", "hand", "primary"),
        (
            Act.ALLOCATE,
            gettext("Confier son carnet"),
            desk.url("allocate") + f"?carnets={row.booklet}",
            "booklet",
            "primary",
        ),
        (Act.FIND, gettext("Il est retrouvé"), desk.url("find") + numbers, "eye", "primary"),
        (Act.REPLACE, gettext("Le remplacer"), desk.url("replace", row.number), "swap", "secondary"),
        (Act.RETURN, gettext("Rendre"), desk.url("return_stock") + _giving(row), "undo", "secondary"),
        (Act.TRANSFER, gettext("Transférer"), desk.url("transfer_stock") + _giving(row), "swap", "secondary"),
        (Act.DECLARE_LOST, gettext("Déclarer perdu"), desk.url("declare_lost") + numbers, "ban", "secondary"),
        (Act.CANCEL, gettext("Annuler ce pass"), desk.url("cancel") + numbers, "cross", "danger"),
    )
    return [
        (label, url, icon, kind)
        for act, label, url, icon, kind in offered
        if state in BOOK[act].sources and desk.actor.role in BOOK[act].roles
    ]


def _giving(row: Any) -> str:
    return f"?structure={row.structure_id}&numeros={row.number}"
