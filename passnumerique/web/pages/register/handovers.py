"""The hand-overs that were made: the list, and the page of one with its seats, its contact and its letter."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from passnumerique.beneficiaries.queries import contacts_known
from passnumerique.beneficiaries.rules import (
    AGE_WORDS,
    AUTONOMY_WORDS,
    CHANNEL_WORDS,
    GONE_WORDS,
    STATUS_WORDS,
    WHY_NOT_WORDS,
    AgeBracket,
    Autonomy,
    Status,
    WhyNot,
)
from passnumerique.directory.queries import organisations_named
from passnumerique.ground.words import say
from passnumerique.programmes.queries import communes, held_on
from passnumerique.training.operations import cancel_seat
from passnumerique.vouchers.operations import withdraw_contacts_of
from passnumerique.vouchers.queries.history import vouchers_of_handover
from passnumerique.vouchers.queries.listing import access_handover, list_handovers, numbers_of_handovers
from passnumerique.vouchers.queries.reading import as_words, ranges_of
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.register.handing import steps
from passnumerique.web.pages.register.nearest import booked_by, needs_of, themes_of
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
from passnumerique.web.tables import Column, Table


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
    """One hand-over: its passes, seats and brackets; just made, what to tell the person, and the letter."""
    desk = request.desk
    row = access_handover(desk.actor, desk.programme_id, handover_id)
    passes = list(vouchers_of_handover(desk.programme_id, row.id))
    held = held_on(desk.programme_id, desk.today)
    columns = [
        Column("number", gettext("Pass"), "number", url=lambda one: desk.url("voucher", one.number)),
        Column("booklet", gettext("Carnet"), "number"),
        Column("state", gettext("État"), "voucher"),
    ]
    words = as_words(ranges_of(one.number for one in passes))
    mine = is_mine(desk, row)
    close = mine or desk.may("read_everything")
    contacts = _contacts(desk, row) if close else []
    context = {
        "desk": desk,
        "handover": row,
        "words": words,
        "facts": _facts(desk, row) + (_needs(desk, row) if close else []),
        "contacts": contacts,
        "kept": any(one["gone_at"] is None for one in contacts),
        "may_erase": mine or desk.may("erase_people"),
        "booked": booked_by(desk, [one.number for one in passes]) if mine or desk.may("manage_training") else [],
        "mine": mine,
        "table": Table(gettext("Pass remis"), numbered(columns), passes),
        "validity_until": held.calendar.validity_until,
        "made_now": "fait" in request.GET,
        "steps": steps(),
        "letter": _letter_url(desk, row, passes),
        "letter_large": f"{desk.url('letter', row.id)}?grand=1",
        "sessions_url": desk.url("handover_sessions", row.id),
        **ways(desk, "hand_over"),
        "breadcrumbs": [Crumb(gettext("Remises"), desk.url("handovers")), Crumb(_title(words))],
    }
    return render(request, "web/register/handover.html", context)


def is_mine(desk: Desk, handover: Any) -> bool:
    """Whether the reader hands passes over for the structure that made this hand-over."""
    return desk.may("hand_over") and handover.structure_id == desk.actor.organisation_id


def _facts(desk: Desk, row: Any) -> list[tuple[str, str]]:
    """What was noted of the person, line by line: brackets, never a name."""
    recipient = row.recipient
    towns = {one.insee_code: one.name for one in communes(desk.programme_id)}
    told = [
        (gettext("Structure"), organisations_named([row.structure_id]).get(row.structure_id, "")),
        (gettext("Âge"), say(AGE_WORDS[AgeBracket(recipient.age_bracket)])),
        (gettext("Commune"), towns.get(recipient.commune, recipient.commune)),
        (gettext("Situation"), say(STATUS_WORDS[Status(recipient.status)])),
        (gettext("Public cible de l’État (PIC)"), gettext("oui") if recipient.target_public else ""),
    ]
    return [(label, capfirst(value)) for label, value in told if value]


def _needs(desk: Desk, row: Any) -> list[tuple[str, str]]:
    """The short diagnosis: for the structure that made it, and for who reads everything."""
    recipient = row.recipient
    themes = dict(themes_of(desk.programme_id))
    needs = [themes[str(one)] for one in needs_of(recipient) if str(one) in themes]
    told = [
        (gettext("Veut apprendre"), ", ".join(needs)),
        (gettext("Autonomie"), say(AUTONOMY_WORDS[Autonomy(recipient.autonomy)]) if recipient.autonomy else ""),
        (gettext("Rien n’a été demandé"), _why_not(recipient.not_diagnosed)),
    ]
    return [(label, capfirst(value)) for label, value in told if value]


def _why_not(kept: str) -> str:
    return say(WHY_NOT_WORDS[WhyNot(kept)]) if kept in list(WhyNot) else kept


def _contacts(desk: Desk, row: Any) -> list[dict[str, Any]]:
    """That the person left a contact, and what became of it; never which."""
    known = contacts_known(desk.programme_id, [row.recipient_id]).get(row.recipient_id, [])
    return [
        {
            "channel": capfirst(say(CHANNEL_WORDS[one.channel])),
            "consent_at": one.consent_at,
            "gone_at": one.gone_at,
            "because": say(GONE_WORDS[one.because]) if one.because else "",
        }
        for one in known
    ]


def _title(words: str) -> str:
    return gettext("Pass %(numbers)s") % {"numbers": words}


def _letter_url(desk: Desk, row: Any, passes: list[Any]) -> str:
    """The letter, for the structure that made the hand-over, when the codes are known here."""
    return desk.url("letter", row.id) if is_mine(desk, row) and all(one.lot.nonce for one in passes) else ""


@desk_page("hand_over")
def letter(request: DeskRequest, handover_id: UUID) -> HttpResponse:
    """The letter of one hand-over, `?grand=1` in large print. For the structure that made it."""
    return pdf(letter_of(request.desk, handover_id, large_print="grand" in request.GET), "lettre")


@require_POST
@desk_page("read_register")
def erase_contact(request: DeskRequest, handover_id: UUID) -> HttpResponse:
    """Forget the contact that the person left, because the person asks for it."""
    desk = request.desk
    gone = withdraw_contacts_of(programme_id=desk.programme_id, handover_id=handover_id, by=desk.actor, at=desk.at)
    told = ngettext("Le contact est effacé.", "Les %(count)s contacts sont effacés.", gone) % {"count": gone}
    messages.success(request, told if gone else gettext("Il n’y avait plus de contact à effacer."))
    return redirect(desk.url("handover", handover_id))


@require_POST
@desk_page("book_seat")
def give_seat_back(request: DeskRequest, handover_id: UUID, attendance_id: UUID) -> HttpResponse:
    """Give back a seat that passes of this hand-over had booked."""
    desk = request.desk
    row = access_handover(desk.actor, desk.programme_id, handover_id)
    cancel_seat(programme_id=desk.programme_id, attendance_id=attendance_id, by=desk.actor, at=desk.at)
    messages.success(request, gettext("La place est rendue. Les pass restent à la personne."))
    return redirect(desk.url("handover", row.id))
