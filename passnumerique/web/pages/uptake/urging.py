"""The two letters that « Que faire maintenant » leads to: a reminder to people, a workshop asked of a place."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.beneficiaries.rules import MessageState
from passnumerique.directory.queries import one_organisation
from passnumerique.directory.rules import Permission
from passnumerique.training.operations.reminding import Sent
from passnumerique.training.operations.urging import MOST_AT_ONCE, ask_for_session, asking_words, wake_people
from passnumerique.training.queries.sleeping import people_to_wake
from passnumerique.training.rules.reminding import before_night
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.templatetags.house import number


def _way(desk: Desk, last: str) -> list[Crumb]:
    return [Crumb(_("Que faire maintenant"), desk.url("acting")), Crumb(last)]


@desk_page(Permission.MANAGE_PROGRAMME)
def remind_people(request: DeskRequest, structure_id: UUID) -> HttpResponse:
    """How many people of a structure would be reminded, then the reminder; for the manager, who sees nobody."""
    desk = request.desk
    structure = one_organisation(desk.actor, structure_id)
    told: list[str] = []
    form = forms.Form(**sent(request))

    def act(_given: dict[str, Any]) -> None:
        at = before_night(desk.at, desk.day)
        given = {"programme_id": desk.programme_id, "structure_id": structure_id, "by": desk.actor, "at": at}
        told.append(_sent_words(wake_people(**given)))  # type: ignore[arg-type]

    if done(form, act):
        messages.success(request, told[0])
        return redirect(desk.url("acting"))
    people = people_to_wake(desk.programme_id, structure_id, desk.at)
    context = {
        "form": form,
        "structure": structure,
        "people": people,
        "once": min(people.to_write, MOST_AT_ONCE),
        "back": desk.url("acting"),
        "calls_url": desk.url("calls"),
        "rules_url": desk.url("parameters"),
        "breadcrumbs": _way(desk, _("Relancer les personnes")),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "web/uptake/remind.html", context, status=status)


def _sent_words(made: Sent) -> str:
    """What became of the messages: a carrier may take them, refuse them, or not be there."""
    gone = made.of(MessageState.SENT) + made.of(MessageState.DELIVERED)
    words = ngettext("%(count)s rappel est parti.", "%(count)s rappels sont partis.", gone) % {"count": number(gone)}
    left = sum(made.counts.values()) - gone
    if not left:
        return words
    more = ngettext(
        "%(count)s n’a pas pu partir\u202f: il est dans «\u202fMessages\u202f».",
        "%(count)s n’ont pas pu partir\u202f: ils sont dans «\u202fMessages\u202f».",
        left,
    )
    return f"{words} {more % {'count': number(left)}}"


@desk_page(Permission.MANAGE_PROGRAMME)
def ask_session(request: DeskRequest, organisation_id: UUID) -> HttpResponse:
    """What an organisation would be written, then the letter that asks it for a workshop; for the manager."""
    desk = request.desk
    organisation = one_organisation(desk.actor, organisation_id)
    form, made = forms.Form(**sent(request)), list[MessageState]()

    def act(_given: dict[str, Any]) -> None:
        made.append(
            ask_for_session(
                programme_id=desk.programme_id,
                organisation_id=organisation_id,
                waiting=0,
                by=desk.actor,
                at=before_night(desk.at, desk.day),
            )
        )

    if done(form, act):
        _tell(request, made[0])
        return redirect(desk.url("acting"))
    words = asking_words(desk.actor, desk.programme_id, organisation_id, 0)
    context = {
        "form": form,
        "organisation": organisation,
        "address": organisation.contact_email or next(iter(organisation.emails), ""),
        "subject": words.subject,
        "text": words.text,
        "back": desk.url("acting"),
        "breadcrumbs": _way(desk, _("Demander un atelier")),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "web/uptake/ask.html", context, status=status)


def _tell(request: DeskRequest, state: MessageState) -> None:
    if state is MessageState.SENT:
        messages.success(request, _("La demande est partie. La réponse arrive à l’adresse de la collectivité."))
    else:
        messages.warning(request, _("La demande n’a pas pu partir. Téléphonez\u202f: le numéro est dans le réseau."))
