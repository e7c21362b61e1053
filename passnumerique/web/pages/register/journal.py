"""The journal: the latest deeds, told as sentences."""

from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.queries import accredited_places, organisations_named
from passnumerique.directory.rules import Role
from passnumerique.vouchers.queries.listing import JournalLine, journal, numbers_of_deeds
from passnumerique.vouchers.rules import Act
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.register.parts import (
    PAGE,
    as_address,
    asked_moment,
    asked_uuid,
    paging,
    structure_choices,
    written,
)
from passnumerique.web.pages.register.telling import Told, act_choices, tell_deed
from passnumerique.web.tables import Column

EXPORTED = 5_000
"""How many deeds an export of the journal holds: the latest that the filters keep."""


class JournalFilter(forms.Form):
    """What narrows the journal."""

    acte = forms.ChoiceField(label=_("Acte"), required=False)
    organisation = forms.ChoiceField(label=_("Structure ou lieu"), required=False)

    def __init__(self, data: QueryDict, *, organisations: list[tuple[str, str]] | None) -> None:
        super().__init__(data)
        self.fields["acte"].choices = [("", _("Tous les actes")), *act_choices()]  # type: ignore[attr-defined]
        if organisations is None:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].choices = [("", _("Toutes")), *organisations]  # type: ignore[attr-defined]


@desk_page("read_register")
def journal_page(request: DeskRequest) -> HttpResponse:
    """What was done with the passes within the reader's sight, newest first."""
    desk = request.desk
    form = JournalFilter(request.GET, organisations=_organisations(desk, request))
    lines = _lines(desk, form, request)
    told = told_of(desk, lines)
    if file := exported(request, f"journal-{desk.slug}", _columns(), told):
        return file
    context = {
        "filter": form,
        "told": told[:PAGE],
        **paging(request, as_address(lines[PAGE - 1].key) if len(lines) > PAGE else "", "before"),
    }
    return render(request, "web/register/journal.html", context)


def _lines(desk: Desk, form: JournalFilter, request: DeskRequest) -> list[JournalLine]:
    given = form.cleaned_data if form.is_valid() else {}
    return journal(
        desk.actor,
        desk.programme_id,
        act=Act(given["acte"]) if given.get("acte") else None,
        organisation_id=UUID(given["organisation"]) if given.get("organisation") else None,
        before=asked_moment(request),
        limit=EXPORTED if "format" in request.GET else PAGE + 1,
    )


def told_of(desk: Desk, lines: list[JournalLine]) -> list[Told]:
    """Deeds as sentences, each with the address of its passes or of its delivery note."""
    owners = {one for line in lines for one in (line.structure_id, line.place_id, line.giver_id, line.by_organisation)}
    names = organisations_named(owner for owner in owners if owner)
    ranges = numbers_of_deeds(desk.programme_id, [line.deed_id for line in lines[:PAGE] if line.scattered])
    return [tell_deed(line, names, _address(desk, line, written(ranges.get(line.deed_id, ())))) for line in lines]


def _address(desk: Desk, line: JournalLine, numbers: str) -> str:
    if line.note and desk.actor.role not in {Role.PLACE, Role.MEDIATOR}:
        return desk.url("note", line.note)
    if line.count == 1:
        return desk.url("voucher", line.first_number)
    return f"{desk.url('vouchers')}?{urlencode({'pass': numbers or f'{line.first_number}-{line.last_number}'})}"


def _columns() -> list[Column]:
    return [
        Column("at", gettext("Date"), "instant"),
        Column("sentence", gettext("Ce qui s’est passé")),
        Column("detail", gettext("Précisions")),
        Column("by", gettext("Par")),
    ]


def _organisations(desk: Desk, request: DeskRequest) -> list[tuple[str, str]] | None:
    """The structures and places to filter by; a desk sees its own deeds only and is not asked."""
    if desk.actor.organisation_id is not None:
        return None
    chosen = asked_uuid(request, "organisation")
    also = accredited_places(desk.programme_id, desk.today) | ({chosen} if chosen else set())
    return structure_choices(desk, also=also)
