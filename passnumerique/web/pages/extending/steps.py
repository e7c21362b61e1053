"""The questions of the extension: why, until when, what that changes, before which sitting. Each answer is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.council.queries import sittings
from passnumerique.directory.rules import Actor, Permission
from passnumerique.ground.words import say
from passnumerique.journeys.extending import (
    Effects,
    Outlook,
    Proposal,
    effects_shown,
    foreseen_proposal,
    proposal_on,
    propose_extension,
    redate_extension,
    reword_extension,
)
from passnumerique.programmes.queries import access_extension, consulted_on, revisions
from passnumerique.programmes.rules import MILESTONE_WORDS, Calendar, Choice
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.council.sittings import name_of
from passnumerique.web.pages.programme.calendar import DatesForm
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day, number

OTHER = "other"


class WhyForm(forms.Form):
    """Why the extension is proposed, in the manager's words."""

    reason = forms.CharField(
        label=gettext_lazy("Ce que vous voulez dire au conseil"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy(
            "Les chiffres sont déjà dans le projet. Ajoutez ce qu’ils ne disent pas\u202f: ce que propose le "
            "financeur, ce que disent les lieux."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class LengthForm(forms.Form):
    """Until when: one of the lengths offered, or other dates."""

    length = forms.ChoiceField(label=gettext_lazy("Fin des formations"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, proposal: Proposal, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(str(rank), _length(one, rank == proposal.advised)) for rank, one in enumerate(proposal.choices)]
        self.fields["length"].choices = [*offered, (OTHER, _("À une autre date"))]  # type: ignore[attr-defined]


def _length(one: Choice, advised: bool) -> str:
    periods = ngettext("%(n)s période de formation", "%(n)s périodes de formation", len(one.waves))
    weeks = ngettext("%(n)s semaine d’atelier", "%(n)s semaines d’atelier", one.weeks)
    told = (day(one.calendar.end_of_training), periods % {"n": len(one.waves)}, weeks % {"n": one.weeks})
    words = _("Le %(day)s\u202f: %(periods)s, %(weeks)s") % dict(zip(("day", "periods", "weeks"), told, strict=True))
    return _("%(words)s (proposé)") % {"words": words} if advised else words


class SittingForm(forms.Form):
    """Before which sitting the extension is put."""

    sitting = forms.ChoiceField(label=gettext_lazy("Séance"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, coming: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sitting"].choices = [(str(row.id), name_of(row)) for row in coming]  # type: ignore[attr-defined]


def crumbs(desk: Desk, *more: Crumb) -> list[Crumb]:
    """The path to a page of the extension."""
    return [Crumb(_("Calendrier"), desk.url("calendar")), Crumb(_("Prolongation"), desk.url("extension")), *more]


def step_labels() -> list[str]:
    """The steps of the preparation, in order."""
    return [_("Pourquoi"), _("Jusqu’à quand"), _("Ce qui change"), _("La séance")]


@desk_page(Permission.MANAGE_CALENDAR)
def why(request: DeskRequest) -> HttpResponse:
    """Why extend: what the register says, and what the manager adds."""
    desk = request.desk
    draft = access_extension(desk.actor, desk.programme_id)
    form = WhyForm(initial={"reason": draft.reason}, **sent(request))
    given: dict[str, Any] = {"programme_id": desk.programme_id, "by": desk.actor, "at": desk.at}
    if done(form, lambda typed: reword_extension(reason=typed["reason"].replace("\r\n", "\n"), **given)):
        return redirect(desk.url("extension_length"))
    context = _step(desk, 1, _("Pourquoi prolonger\u202f?"), desk.url("extension"))
    context |= {
        "proposal": proposal_on(desk.programme_id, desk.today),
        "consulted": consulted_on(desk.programme_id, desk.today),
        "submit": _("Continuer"),
    }
    return form_page(request, form, context, "web/extending/why.html")


def _step(desk: Desk, number_: int, title: str, back: str) -> dict[str, Any]:
    return {
        "desk": desk,
        "title": title,
        "steps": step_labels(),
        "step": number_,
        "cancel": back,
        "back": _("Revenir"),
        "breadcrumbs": crumbs(desk, Crumb(title)),
    }


@desk_page(Permission.MANAGE_CALENDAR)
def how_long(request: DeskRequest) -> HttpResponse:
    """Until when: the half-years offered, the one that suits the pace first."""
    desk = request.desk
    draft = access_extension(desk.actor, desk.programme_id)
    propose = proposal_on if request.method == "POST" else foreseen_proposal  # the dates offered are the same
    proposal = propose(desk.programme_id, desk.today)
    form = LengthForm(proposal=proposal, initial={"length": _chosen(draft.dates, proposal)}, **sent(request))
    if form.is_bound and form.is_valid() and form.cleaned_data["length"] == OTHER:
        return redirect(desk.url("extension_dates"))
    if done(form, lambda given: _redate(desk, proposal.choices[int(given["length"])].calendar)):
        return redirect(desk.url("extension_effects"))
    context = _step(desk, 2, _("Jusqu’à quand prolonger\u202f?"), desk.url("extension_why"))
    context |= {"proposal": proposal, "table": _outlooks(proposal), "submit": _("Continuer")}
    return form_page(request, form, context, "web/extending/length.html")


def _outlooks(proposal: Proposal) -> Table | None:
    """What the forecast sees at the end of each length; nothing where it can see nothing."""
    if proposal.foreseen is None:
        return None
    columns = [
        Column(lambda line: day(line[0].calendar.end_of_training), _("Fin des formations")),
        Column(lambda line: line[0].weeks, _("Semaines d’atelier"), "number"),
        Column(lambda line: line[1].used, _("Pass utilisés alors"), "number"),
        Column(lambda line: _range(line[1]), _("Huit chances sur dix")),
        Column(lambda line: line[1].unused, _("Jamais utilisés"), "number"),
    ]
    lines = list(zip(proposal.choices, proposal.foreseen.each, strict=True))
    return Table(_("Ce que voit la prévision"), columns, lines)


def _range(seen: Outlook) -> str:
    return _("de %(low)s à %(high)s") % {"low": number(seen.low), "high": number(seen.high)}


def _chosen(dates: Any, proposal: Proposal) -> str:
    if dates is None:
        return str(proposal.advised)
    own = Calendar.from_json(dates)
    return next((str(rank) for rank, one in enumerate(proposal.choices) if one.calendar == own), OTHER)


def _redate(desk: Desk, dates_: Calendar) -> None:
    redate_extension(programme_id=desk.programme_id, dates=dates_, by=desk.actor, at=desk.at)


@desk_page(Permission.MANAGE_CALENDAR)
def dates(request: DeskRequest) -> HttpResponse:
    """Five dates of one's own."""
    desk = request.desk
    draft = access_extension(desk.actor, desk.programme_id)
    own = Calendar.from_json(draft.dates) if draft.dates else _advised(desk)
    form = DatesForm(initial={one.value: when for one, when in own.items()}, **sent(request))
    if done(form, lambda _given: _redate(desk, form.calendar())):
        return redirect(desk.url("extension_effects"))
    context = _step(desk, 2, _("Les cinq dates"), desk.url("extension_length"))
    before = revisions(desk.programme_id)[-1].calendar
    context |= {
        "lead": _("Aucune ne peut être plus tôt qu’aujourd’hui au calendrier\u202f: la clôture y est le %(day)s.")
        % {"day": day(before.closing)},
        "submit": _("Continuer"),
    }
    return form_page(request, form, context, "web/extending/step.html")


def _advised(desk: Desk) -> Calendar:
    proposal = foreseen_proposal(desk.programme_id, desk.today)
    return proposal.choices[proposal.advised].calendar


@desk_page(Permission.READ_COUNCIL)
def what_changes(request: DeskRequest) -> HttpResponse:
    """What the dates chosen change, beside today; and what they do not. Writes nothing."""
    desk = request.desk
    effects = effects_shown(desk.actor, desk.programme_id, desk.at)
    if effects is None:
        return redirect(desk.url("extension_length"))
    draft = access_extension(desk.actor, desk.programme_id)
    context = _step(desk, 3, _("Ce que ces dates changent"), desk.url("extension_length"))
    context |= {
        "table": _beside(effects),
        "effects": effects,
        "frozen": draft.figures is not None,
        "next": desk.url("extension_sitting" if draft.item is None else "extension"),
        "manages": desk.may(Permission.MANAGE_CALENDAR),
    }
    return render(request, "web/extending/effects.html", context)


def _beside(effects: Effects) -> Table:
    before, after = effects.before, effects.after
    lines = [
        (capfirst(say(MILESTONE_WORDS[one])), day(when), day(later))
        for (one, when), (_one, later) in zip(before.dates.items(), after.dates.items(), strict=True)
    ]
    last = {"day": day(before.dates.validity_until)}
    lines += [
        (_("Pass encore valables après le %(day)s") % last, number(before.passes), number(after.passes)),
        (_("Semaines d’atelier, hors vacances"), number(before.weeks), number(after.weeks)),
        (_("Ateliers déjà programmés"), number(before.sessions), number(after.sessions)),
    ]
    if before.outlook and after.outlook:
        lines += [
            (_("Pass utilisés à la fin (prévision)"), _seen(before.outlook), _seen(after.outlook)),
            (_("Pass jamais utilisés (prévision)"), number(before.outlook.unused), number(after.outlook.unused)),
        ]
    columns = [
        Column(lambda line: line[0], _("Ce qui change")),
        Column(lambda line: line[1], _("Aujourd’hui")),
        Column(lambda line: line[2], _("Avec ces dates")),
    ]
    return Table(_("Aujourd’hui, et avec ces dates"), columns, lines)


def _seen(outlook: Outlook) -> str:
    return f"{number(outlook.used)} ({_range(outlook)})"


@desk_page(Permission.MANAGE_CALENDAR)
def which_sitting(request: DeskRequest) -> HttpResponse:
    """Put it before a coming sitting: the matter and both amendments are drafted at once."""
    desk = request.desk
    draft = access_extension(desk.actor, desk.programme_id)
    if draft.dates is None:
        return redirect(desk.url("extension_length"))
    coming = coming_sittings(desk.actor, desk.at)
    form = SittingForm(coming=coming, **sent(request))
    if done(
        form,
        lambda given: propose_extension(
            programme_id=desk.programme_id, sitting_id=UUID(given["sitting"]), by=desk.actor, at=desk.at
        ),
    ):
        return redirect(desk.url("extension"))
    context = _step(desk, 4, _("À quelle séance\u202f?"), desk.url("extension_effects"))
    context |= {"coming": coming, "submit": _("Rédiger les trois documents")}
    return form_page(request, form, context, "web/extending/sitting.html")


def coming_sittings(actor: Actor, at: datetime) -> list[Any]:
    """The sittings to come whose agenda is still open, soonest first."""
    rows = sittings(actor).filter(starts_at__gt=at, convened_on__isnull=True, cancelled_at__isnull=True)
    return list(rows.order_by("starts_at"))
