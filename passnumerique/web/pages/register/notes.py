"""Delivery notes: the list, one note on screen, and its paper."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Role
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.words import say
from passnumerique.vouchers.queries.listing import access_note, list_notes
from passnumerique.vouchers.queries.reading import as_words, vouchers_in
from passnumerique.vouchers.rules import Act
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.register.papers import booklet_ranges, delivery_note_of
from passnumerique.web.pages.register.parts import EVERYTHING, PAGE, asked_number, numbered, paging, pdf, ways
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import number

MOVES = (Act.ALLOCATE, Act.RETURN, Act.TRANSFER)
TITLES = {
    Act.ALLOCATE: _("Carnets confiés à une structure"),
    Act.RETURN: _("Carnets rendus à la collectivité"),
    Act.TRANSFER: _("Carnets transférés entre structures"),
}


class NoteFilter(forms.Form):
    """Which movements to list."""

    acte = forms.ChoiceField(
        label=_("Mouvement"),
        required=False,
        choices=[("", _("Tous")), *((act.value, TITLES[act]) for act in MOVES)],
    )


@desk_page("read_register")
def delivery_notes(request: DeskRequest) -> HttpResponse:
    """The delivery notes within the reader's sight, latest first."""
    desk = request.desk
    form = NoteFilter(request.GET)
    act = Act(form.cleaned_data["acte"]) if form.is_valid() and form.cleaned_data["acte"] else None
    limit = EVERYTHING if "format" in request.GET else PAGE + 1
    notes = list_notes(desk.actor, desk.programme_id, act=act, before=asked_number(request, "before"), limit=limit)
    columns = _columns(desk, notes)
    if file := exported(request, f"bordereaux-{desk.slug}", columns, notes):
        return file
    table = Table(
        gettext("Bordereaux"),
        numbered(columns),
        notes[:PAGE],
        empty=gettext("Aucun bordereau ici. Il s’en fait un à chaque mouvement de carnets."),
    )
    more = notes[PAGE - 1].number if len(notes) > PAGE else None
    context = {"table": table, "filter": form, **paging(request, more, "before")}
    return render(request, "web/register/notes.html", context)


def _columns(desk: Desk, notes: list[Any]) -> list[Column]:
    names = names_of(desk, notes)
    return [
        Column("number", gettext("Bordereau"), "number", url=lambda note: desk.url("note", note.number)),
        Column("at", gettext("Date"), "day"),
        Column(lambda note: capfirst(say(Act(note.act).words)), gettext("Mouvement")),
        Column(lambda note: names.get(note.giver_id, ""), gettext("Qui remet")),
        Column(lambda note: names.get(note.receiver_id, ""), gettext("Qui reçoit")),
        Column("quantity", gettext("Pass"), "number"),
        Column(
            lambda note: gettext("PDF"),
            gettext("Papier"),
            url=lambda note: desk.url("delivery_note", note.number),
        ),
    ]


def names_of(desk: Desk, notes: list[Any]) -> dict[Any, str]:
    """The names of both sides of these notes; the authority stands under NOBODY."""
    sides = {side for note in notes for side in (note.giver_id, note.receiver_id)}
    return {NOBODY: desk.authority, **organisations_named(sides - {NOBODY})}


@desk_page("read_register")
def note(request: DeskRequest, number: int) -> HttpResponse:
    """One note: what moved, who signed, and what happens next when it has just been made."""
    desk = request.desk
    row = access_note(desk.actor, desk.programme_id, number)
    names = names_of(desk, [row])
    moved = vouchers_in(desk.programme_id, [(first, last) for first, last in row.ranges])
    columns = [
        Column(lambda one: as_words([(one.first_booklet, one.last_booklet)]), gettext("Carnets")),
        Column(lambda one: as_words([(one.first_pass, one.last_pass)]), gettext("Pass")),
        Column("passes", gettext("Nombre de pass"), "number"),
    ]
    context = {
        "note": row,
        "title": TITLES[Act(row.act)],
        "giver": names.get(row.giver_id, ""),
        "receiver": names.get(row.receiver_id, ""),
        "value_cents": sum(one.face_value_cents for one in moved),
        "table": Table(gettext("Carnets et pass"), columns, booklet_ranges(moved, row.ranges)),
        "made_now": "fait" in request.GET,
        "mine": desk.actor.role is Role.PRESCRIBER,
        **ways(desk, "my_stock", "stock"),
        "paper": desk.url("delivery_note", row.number),
        "breadcrumbs": [Crumb(gettext("Bordereaux"), desk.url("delivery_notes")), Crumb(_number_of(row))],
    }
    return render(request, "web/register/note.html", context)


def _number_of(row: Any) -> str:
    return gettext("N°\u202f%(number)s") % {"number": number(row.number)}


@desk_page("read_register")
def delivery_note(request: DeskRequest, number: int) -> HttpResponse:
    """The paper of one note within the reader's sight."""
    return pdf(delivery_note_of(request.desk, number), f"bordereau-{number}")
