"""An item of the agenda: its text, with the figures of the programme written out as they stand."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.council.operations import Proposed, change_item, drop_item, propose_item, take_up
from passnumerique.council.queries import (
    access_item,
    access_sitting,
    draft_of,
    is_adopted,
    left_items,
    roll_of,
    voices_of,
)
from passnumerique.council.rules import ITEM_WORDS, MATTERS, BallotKind, Item, Outcome, Voice
from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import say
from passnumerique.insight.figures import FIGURE_WORDS, figures_on
from passnumerique.journeys.deliberating import written_out
from passnumerique.web.actions import Action
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.council.sittings import name_of
from passnumerique.web.tables import Column, Table


class ItemForm(forms.Form):
    """What is proposed to the council. Figures of the programme stand between braces."""

    title = forms.CharField(label=gettext_lazy("Objet"), max_length=300)
    matter = forms.ChoiceField(
        label=gettext_lazy("Matière"),
        help_text=gettext_lazy("Comme 7.5 pour les subventions."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Nature"),
        help_text=gettext_lazy("Certaines ne se votent pas à distance."),
    )
    expose = forms.CharField(
        label=gettext_lazy("Exposé"),
        required=False,
        help_text=gettext_lazy(
            "Les chiffres entre accolades, comme {reste}, suivent le dispositif jusqu’au vote. "
            "Séparez les paragraphes par une ligne vide."
        ),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    visas = forms.CharField(
        label=gettext_lazy("Visas"),
        required=False,
        help_text=gettext_lazy("Un par ligne\u202f: «\u202fVu la délibération…\u202f»."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    articles = forms.CharField(
        label=gettext_lazy("Ce que le conseil décide"),
        required=False,
        help_text=gettext_lazy("Une décision par ligne."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, fixed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["matter"].choices = [(code, f"{code} – {name}") for code, name in MATTERS.items()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(one.value, capfirst(say(ITEM_WORDS[one]))) for one in Item]  # type: ignore[attr-defined]
        if fixed:
            for name in ("title", "matter", "kind"):
                self.fields[name].disabled = True

    def proposed(self, desk: Desk) -> Proposed:
        """The matter as typed, its figures those of the desk's programme."""
        given = self.cleaned_data
        return Proposed(
            given["title"].strip(),
            given["matter"],
            Item(given["kind"]),
            visas=_lines(given["visas"]),
            expose=given["expose"].strip().replace("\r\n", "\n"),
            articles=_lines(given["articles"]),
            programme=desk.programme_id,
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@desk_page(Permission.MANAGE_COUNCIL)
def add_item(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Put a matter on the agenda. For the secretary and the manager; refuses one once convened."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = ItemForm(initial={"matter": "7.5", "kind": Item.ORDINARY.value}, **sent(request))
    made: list[UUID] = []
    if done(
        form,
        lambda _given: made.append(
            propose_item(sitting_id=row.id, item=form.proposed(desk), by=desk.actor, at=desk.at)
        ),
    ):
        messages.success(request, _("L’affaire est inscrite à l’ordre du jour."))
        return redirect(desk.url("item", made[0]))
    return _form(request, form, row, _("Inscrire une affaire"), desk.url("sitting", row.id))


@desk_page(Permission.MANAGE_COUNCIL)
def edit_item(request: DeskRequest, item_id: UUID) -> HttpResponse:
    """Write the text of a matter again, until it is voted. For the secretary and the manager."""
    desk = request.desk
    row = access_item(desk.actor, item_id)
    initial = {
        "title": row.title,
        "matter": row.matter,
        "kind": row.kind,
        "expose": row.expose,
        "visas": "\n".join(row.visas),
        "articles": "\n".join(row.articles),
    }
    form = ItemForm(initial=initial, fixed=bool(row.sitting.convened_on), **sent(request))
    if done(form, lambda _given: change_item(item_id=row.id, item=form.proposed(desk), by=desk.actor, at=desk.at)):
        messages.success(request, _("Le texte est enregistré."))
        return redirect(desk.url("item", row.id))
    return _form(request, form, row.sitting, _("Modifier le texte"), desk.url("item", row.id))


def _form(request: DeskRequest, form: ItemForm, sitting: Any, title: str, back: str) -> HttpResponse:
    desk = request.desk
    figures = figures_on(desk.programme_id, desk.today)
    context = {
        "title": title,
        "submit": _("Enregistrer le texte"),
        "cancel": back,
        "figures": [(f"{{{name}}}", say(words), figures[name]) for name, words in FIGURE_WORDS.items()],
        "breadcrumbs": [
            Crumb(_("Séances"), desk.url("sittings")),
            Crumb(name_of(sitting), desk.url("sitting", sitting.id)),
            Crumb(title),
        ],
    }
    return form_page(request, form, context, "web/council/item_form.html")


@desk_page(Permission.READ_COUNCIL)
def item(request: DeskRequest, item_id: UUID) -> HttpResponse:
    """One matter: its text as it would be voted now, its quorum, its vote."""
    desk = request.desk
    row = access_item(desk.actor, item_id)
    voted = getattr(row, "deliberation", None)
    text, wrong = _text(desk, row, voted)
    context = {
        "desk": desk,
        "item": row,
        "text": text,
        "paragraphs": [part for part in text["expose"].split("\n\n") if part.strip()],
        "wrong": wrong,
        "voted": voted,
        "voices": _voices(voted) if voted is not None else None,
        "outcome": capfirst(say(Outcome(row.outcome).words)),
        "roll": roll_of(row.sitting, row.rank) if row.sitting.opened_at else None,
        "actions": [*_actions(desk, row), *_sending(desk, voted)] if desk.may(Permission.MANAGE_COUNCIL) else [],
        "breadcrumbs": [
            Crumb(_("Séances"), desk.url("sittings")),
            Crumb(name_of(row.sitting), desk.url("sitting", row.sitting_id)),
            Crumb(row.title),
        ],
    }
    return render(request, "web/council/item.html", context)


def _voices(voted: Any) -> Table | None:
    """Each voice of a public ballot: whose seat, for whom, how; the others are counted only."""
    rows = list(voices_of(voted)) if voted.ballot_kind == BallotKind.PUBLIC else []
    columns = [
        Column("seat.name", _("Délégué")),
        Column("seat.college", _("Représente")),
        Column(lambda one: "" if one.cast_by_id == one.seat_id else one.cast_by.name, _("Voix portée par")),
        Column(lambda one: capfirst(say(Voice(one.voice).words)), _("Vote")),
    ]
    return Table(_("Le vote par nom"), columns, rows) if rows else None


def _text(desk: Desk, row: Any, voted: Any) -> tuple[dict[str, Any], str]:
    """The text: as it was voted, else with today's figures; and what of it cannot be written out."""
    if voted is not None and voted.text:
        return voted.text, ""
    draft = draft_of(desk.actor, row.id)
    try:
        text, wrong = written_out(draft, desk.actor, desk.at), ""
    except Refusal as refusal:
        text, wrong = draft.text, refusal.say()
    return {"visas": text.visas, "expose": text.expose, "articles": text.articles}, wrong


def _sending(desk: Desk, voted: Any) -> list[Action]:
    """What comes after the vote: the act goes to the prefect and to the public, once it was adopted."""
    if voted is None or not is_adopted(voted) or (voted.transmitted_on and voted.published_on):
        return []
    return [Action(_("Transmettre et publier"), desk.url("publish_deliberation", voted.id), "secondary", "stamp")]


def _actions(desk: Desk, row: Any) -> list[Action]:
    said = Action(_("Ce qui s’est dit"), desk.url("write_debate", row.id), "secondary", "edit")
    minutes = [said] if row.sitting.opened_at and not row.sitting.minutes_settled_on else []
    if row.outcome != Outcome.PENDING:
        return minutes
    edit = Action(_("Modifier le texte"), desk.url("edit_item", row.id), "secondary", "edit")
    if row.sitting.opened_at and not row.sitting.closed_at:
        vote = Action(_("Passer au vote"), desk.url("vote_item", row.id), icon="council")
        off = Action(_("Reporter ou retirer"), desk.url("put_off_item", row.id), "quiet")
        return [vote, edit, *minutes, off]
    if row.sitting.convened_on or row.sitting.cancelled_at:
        return [] if row.sitting.closed_at or row.sitting.cancelled_at else [edit]
    return [edit, Action(_("Retirer de l’ordre du jour"), desk.url("remove_item", row.id), "quiet")]


@desk_page(Permission.MANAGE_COUNCIL)
def remove_item(request: DeskRequest, item_id: UUID) -> HttpResponse:
    """Take a matter off the agenda before the convocation, once it was confirmed."""
    desk = request.desk
    row = access_item(desk.actor, item_id)
    form = forms.Form(**sent(request))
    if done(form, lambda _given: drop_item(item_id=row.id, by=desk.actor, at=desk.at)):
        messages.success(request, _("L’affaire est retirée de l’ordre du jour."))
        return redirect(desk.url("sitting", row.sitting_id))
    context = {
        "title": _("Retirer cette affaire de l’ordre du jour"),
        "lead": row.title,
        "submit": _("Retirer l’affaire"),
        "kind": "danger",
        "cancel": desk.url("item", row.id),
    }
    return form_page(request, form, context)


class TakeUpForm(forms.Form):
    """A matter that another sitting left."""

    item = forms.ChoiceField(label=gettext_lazy("Affaire à reprendre"))


@desk_page(Permission.MANAGE_COUNCIL)
def take_up_item(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Put a matter that was postponed, or whose sitting was called off, on this agenda with its text."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = TakeUpForm(**sent(request))
    choices = [(str(one.id), f"{one.title} ({name_of(one.sitting)})") for one in left_items(desk.actor)]
    form.fields["item"].choices = choices  # type: ignore[attr-defined]
    if done(form, lambda given: take_up(item_id=UUID(given["item"]), sitting_id=row.id, by=desk.actor, at=desk.at)):
        messages.success(request, _("L’affaire est reprise à cette séance."))
        return redirect(desk.url("sitting", row.id))
    context = {
        "title": _("Reprendre une affaire"),
        "lead": _("Reportée, ou laissée par une séance annulée\u202f: elle revient avec son texte."),
        "submit": _("Reprendre cette affaire"),
        "cancel": desk.url("sitting", row.id),
        "breadcrumbs": [Crumb(_("Séances"), desk.url("sittings")), Crumb(name_of(row), desk.url("sitting", row.id))],
    }
    return form_page(request, form, context)
