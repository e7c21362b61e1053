"""The prescriber's list of people whose passes sleep, the message that wakes them, and the monthly letter."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from passnumerique.beneficiaries.operations import resume_mailing, stop_mailing
from passnumerique.beneficiaries.queries.messages import open_channels, stopped_mailings
from passnumerique.beneficiaries.rules import AGE_WORDS, MessageState
from passnumerique.directory.queries import one_organisation
from passnumerique.directory.rules import Permission
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.programmes.queries import communes
from passnumerique.training.operations.sleeping import wake
from passnumerique.training.queries.reminding import writes_to_people
from passnumerique.training.queries.sleeping import Sleeper, access_sleeper, good_until, sleepers, waking_words
from passnumerique.training.rules.reminding import SLEEPING_DAYS, before_night
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day

CHOICES = (15, SLEEPING_DAYS, 60, 90, 180)


class AsleepSince(forms.Form):
    """For how long nothing was heard of the passes."""

    jours = forms.TypedChoiceField(label=gettext_lazy("Sans nouvelle depuis plus de"), required=False, coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__({"jours": data.get("jours", SLEEPING_DAYS)})
        days = ngettext("%(count)s jour", "%(count)s jours", 2)
        self.fields["jours"].choices = [(one, days % {"count": one}) for one in CHOICES]  # type: ignore[attr-defined]

    @property
    def days(self) -> int:
        """The days chosen; the usual ones for anything else."""
        return self.cleaned_data["jours"] or SLEEPING_DAYS if self.is_valid() else SLEEPING_DAYS


@desk_page(Permission.HAND_OVER)
def sleeping(request: DeskRequest) -> HttpResponse:
    """Who of the structure's people has passes that nothing is done with. For a prescriber."""
    desk = request.desk
    form = AsleepSince(request.GET)
    rows = sleepers(desk.actor, desk.programme_id, desk.at, days=form.days)
    writes = bool(open_channels()) and writes_to_people(desk.programme_id, desk.at)
    columns = _columns(desk)
    if file := exported(request, f"pass-qui-dorment-{desk.slug}", columns, rows):
        return file
    empty = _("Personne ici\u202f: les pass remis servent, réservent une place, ou sont remis depuis peu.")
    structure = one_organisation(desk.actor, desk.actor.organisation_id or NOBODY)
    context = {
        "table": Table(_("Pass qui dorment"), [*columns, _act(desk, writes)], rows, empty=empty),
        "filter": form,
        "people": len(rows),
        "passes": sum(one.passes for one in rows),
        "writes": writes,
        "until": good_until(desk.programme_id, desk.at),
        "over": desk.today > good_until(desk.programme_id, desk.at),
        "address": structure.contact_email or next(iter(structure.emails), ""),
        "stopped": bool(stopped_mailings(desk.programme_id, [structure.id])),
        "letter_url": desk.url("monthly_letter"),
        "breadcrumbs": [Crumb(_("Remises"), desk.url("handovers")), Crumb(_("Pass qui dorment"))],
    }
    return render(request, "web/messages/sleeping.html", context)


def _columns(desk: Desk) -> list[Column]:
    towns = {one.insee_code: one.name for one in communes(desk.programme_id)}
    return [
        Column("handed_at", _("Remis le"), "day", url=lambda one: desk.url("handover", one.handover_id)),
        Column("passes", _("Pass qui dorment"), "number"),
        Column("of", _("Pass remis"), "number"),
        Column(lambda one: towns.get(one.commune, one.commune), _("Commune")),
        Column(lambda one: capfirst(say(AGE_WORDS[one.age_bracket])), _("Âge")),
    ]


def _act(desk: Desk, writes: bool) -> Column:
    def words(one: Sleeper) -> object:
        if one.reminded_at is not None and not one.may_be_reminded(desk.at):
            return _("rappelé le %(day)s") % {"day": day(one.reminded_at)}
        if not one.contacts:
            return _("pas de contact laissé")
        said = format_html('{}<span class="unseen">\u202f: {}</span>', _("Envoyer un rappel"), day(one.handed_at))
        return said if writes else _("messages fermés")

    def address(one: Sleeper) -> str:
        return desk.url("wake", one.handover_id) if writes and one.may_be_reminded(desk.at) else ""

    return Column(words, _("Rappel"), url=address)


@desk_page(Permission.HAND_OVER)
def remind(request: DeskRequest, handover_id: UUID) -> HttpResponse:
    """Read what the person would be written, then send it: the contact is never shown. For the structure that
    made the hand-over."""
    desk = request.desk
    asleep = access_sleeper(desk.actor, desk.programme_id, handover_id, desk.at)
    form = forms.Form(**sent(request))
    told: list[str] = []
    if done(form, lambda _given: told.append(_woken(desk, handover_id))):
        messages.success(request, told[0])
        return redirect(desk.url("sleeping"))
    words = waking_words(desk.actor, desk.programme_id, asleep, desk.at)
    context = {
        "form": form,
        "asleep": asleep,
        "subject": words.subject,
        "text": words.text,
        "back": desk.url("sleeping"),
        "breadcrumbs": [
            Crumb(_("Remises"), desk.url("handovers")),
            Crumb(_("Pass qui dorment"), desk.url("sleeping")),
            Crumb(_("Rappel")),
        ],
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "web/messages/wake.html", context, status=status)


def _woken(desk: Desk, handover_id: UUID) -> str:
    """Send the message, and what to tell of it: a carrier may take it, refuse it, or not be there."""
    at = before_night(desk.at, desk.day)
    made = wake(programme_id=desk.programme_id, handover_id=handover_id, by=desk.actor, at=at)
    if made.of(MessageState.SENT):
        return _("Le rappel est parti. Vous pourrez en envoyer un autre dans trente jours.")
    if made.of(MessageState.POSTPONED):
        return _("Le rappel n’a pas pu partir\u202f: le serveur de messages ne répond pas. Réessayez plus tard.")
    return _("Le rappel n’a pas pu partir\u202f: l’opérateur l’a refusé. Le contact n’est sans doute plus bon.")


@require_POST
@desk_page(Permission.HAND_OVER)
def monthly_letter(request: DeskRequest) -> HttpResponse:
    """Stop the monthly letter to the structure, or ask for it again."""
    desk = request.desk
    structure_id = desk.actor.organisation_id
    if structure_id is None:
        raise NotFound
    if request.POST.get("recevoir") == "oui":
        resume_mailing(programme_id=desk.programme_id, organisation_id=structure_id, at=desk.at)
        messages.success(request, _("Vous recevrez à nouveau le courriel du mois."))
    else:
        stop_mailing(programme_id=desk.programme_id, organisation_id=structure_id, at=desk.at)
        messages.success(request, _("Vous ne recevrez plus le courriel du mois. La liste reste ici."))
    return redirect(desk.url("sleeping"))
