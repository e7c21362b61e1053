"""After the sitting: the urgency it settled, what was said, its list, its minutes, its acts sent and published."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.council.operations import (
    publish_list,
    publish_minutes,
    record_sending,
    settle_minutes,
    settle_urgency,
    write_debate,
)
from passnumerique.council.queries import access_deliberation, access_item, access_sitting, is_adopted
from passnumerique.council.rules import enforceable_on, list_due, minutes_due
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import day_of
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.council.sittings import name_of
from passnumerique.web.templatetags.house import day


class OnForm(forms.Form):
    """The day on which it was done."""

    on = DayField(label=gettext_lazy("Fait le"))


class UrgencyForm(forms.Form):
    """What the council said of the urgency."""

    approved = forms.ChoiceField(
        label=gettext_lazy("Le conseil approuve-t-il l’urgence\u202f?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("Oui, la séance continue")),
            ("no", gettext_lazy("Non, les affaires sont renvoyées à une autre séance")),
        ],
    )


class DebateForm(forms.Form):
    """What was said of a matter."""

    debate = forms.CharField(
        label=gettext_lazy("Ce qui s’est dit"),
        required=False,
        help_text=gettext_lazy("L’essentiel des interventions. Séparez les paragraphes par une ligne vide."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class PublicationForm(forms.Form):
    """When the act went to the prefect and to the public: one at a time, or both."""

    transmitted_on = DayField(label=gettext_lazy("Transmis à la préfecture le"), required=False)
    reference = forms.CharField(
        label=gettext_lazy("Identifiant de la transmission"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Celui que rend l’accusé de réception, s’il y en a un."),
    )
    published_on = DayField(label=gettext_lazy("Publié le"), required=False)
    url = forms.URLField(
        label=gettext_lazy("Adresse de publication"), max_length=300, required=False, assume_scheme="https"
    )

    def clean(self) -> dict[str, Any]:
        """Refuses a form that says no day."""
        given = super().clean() or {}
        if not self.errors and not (given.get("transmitted_on") or given.get("published_on")):
            self.add_error("transmitted_on", _("Indiquez au moins l’une des deux dates."))
        return given


_BESIDE = {"before_sitting": "on", "day_to_come": "on", "minutes_not_settled": "on"}


def _day_page(
    request: DeskRequest, sitting_id: UUID, act: Callable[..., None], done_words: str, context: dict[str, Any]
) -> HttpResponse:
    """One page that notes one day of a sitting."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = OnForm(initial={"on": desk.today}, **sent(request))
    if done(form, lambda given: act(sitting_id=row.id, by=desk.actor, at=desk.at, **given), **_BESIDE):
        messages.success(request, done_words)
        return redirect(desk.url("sitting", row.id))
    given = {"submit": _("Noter ce jour"), "cancel": desk.url("sitting", row.id), "breadcrumbs": _crumbs(desk, row)}
    return form_page(request, form, given | context)


def _crumbs(desk: Desk, row: Any) -> list[Crumb]:
    return [Crumb(_("Séances"), desk.url("sittings")), Crumb(name_of(row), desk.url("sitting", row.id))]


@desk_page(Permission.MANAGE_COUNCIL)
def list_published(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Note when the list of the deliberations was published: within a week of the sitting."""
    row = access_sitting(request.desk.actor, sitting_id)
    due = list_due(day_of(row.starts_at))
    late = _("Le délai est passé depuis le %(day)s. Publiez la liste sans attendre.") % {"day": day(due)}
    context = {
        "title": _("Publication de la liste des délibérations"),
        "lead": _("Affichée au siège et mise en ligne le %(day)s au plus tard (CGCT, L2121-25).") % {"day": day(due)},
        "warning": late if request.desk.today > due and row.list_published_on is None else "",
    }
    return _day_page(request, sitting_id, publish_list, _("La publication de la liste est notée."), context)


@desk_page(Permission.MANAGE_COUNCIL)
def minutes_settled(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Note when the council settled the minutes: they change no more."""
    context = {
        "title": _("Arrêt du procès-verbal"),
        "lead": _("Le conseil l’arrête au début de la séance suivante (CGCT, L2121-15). Il ne change plus ensuite."),
    }
    return _day_page(request, sitting_id, settle_minutes, _("Le procès-verbal est arrêté."), context)


@desk_page(Permission.MANAGE_COUNCIL)
def minutes_published(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Note when the minutes were published: within the week after they were settled."""
    row = access_sitting(request.desk.actor, sitting_id)
    settled = row.minutes_settled_on
    due = _("Dans la semaine qui suit la séance où il est arrêté, le %(day)s au plus tard (CGCT, L2121-15).")
    context = {
        "title": _("Publication du procès-verbal"),
        "lead": due % {"day": day(minutes_due(settled))} if settled else "",
    }
    return _day_page(request, sitting_id, publish_minutes, _("La publication du procès-verbal est notée."), context)


@desk_page(Permission.MANAGE_COUNCIL)
def urgency(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Note what the council said of the urgency with which it was convened, before the first vote."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = UrgencyForm(**sent(request))

    def act(given: dict[str, Any]) -> None:
        settle_urgency(sitting_id=row.id, approved=given["approved"] == "yes", by=desk.actor, at=desk.at)

    if done(form, act):
        messages.success(request, _("L’avis du conseil sur l’urgence est noté."))
        return redirect(desk.url("sitting", row.id))
    context = {
        "title": _("L’avis du conseil sur l’urgence"),
        "lead": _("Le conseil se prononce dès l’ouverture de la séance (CGCT, L2121-12)."),
        "submit": _("Noter cet avis"),
        "cancel": desk.url("sitting", row.id),
        "breadcrumbs": _crumbs(desk, row),
    }
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_COUNCIL)
def debate(request: DeskRequest, item_id: UUID) -> HttpResponse:
    """Write what was said of a matter, for the minutes, until they are settled."""
    desk = request.desk
    row = access_item(desk.actor, item_id)
    form = DebateForm(initial={"debate": row.debate}, **sent(request))

    def act(given: dict[str, Any]) -> None:
        words = given["debate"].replace("\r\n", "\n")
        write_debate(item_id=row.id, debate=words, by=desk.actor, at=desk.at)

    if done(form, act):
        messages.success(request, _("C’est noté au procès-verbal."))
        return redirect(desk.url("item", row.id))
    context = {
        "title": _("Ce qui s’est dit"),
        "lead": row.title,
        "submit": _("Enregistrer"),
        "cancel": desk.url("item", row.id),
        "breadcrumbs": _crumbs(desk, row.sitting),
    }
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_COUNCIL)
def publish_deliberation(request: DeskRequest, deliberation_id: UUID) -> HttpResponse:
    """The days of transmission and publication: once both are past the act binds."""
    desk = request.desk
    row = access_deliberation(desk.actor, deliberation_id)
    initial = {
        "transmitted_on": row.transmitted_on or desk.today,
        "reference": row.prefect_reference,
        "published_on": row.published_on or desk.today,
        "url": row.url,
    }
    form = PublicationForm(initial=initial, **sent(request))
    if not is_adopted(row):
        del form.fields["transmitted_on"], form.fields["reference"]
    if done(form, lambda given: _publish(desk, row.id, given)):
        messages.success(request, _said(access_deliberation(desk.actor, row.id)))
        return redirect(desk.url("deliberation", row.id))
    context = {
        "title": _("Transmission et publication de %(number)s") % {"number": row.number},
        "lead": _("L’acte s’applique une fois transmis et publié (CGCT, L2131-1). Notez l’un sans attendre l’autre."),
        "submit": _("Noter ces dates"),
        "cancel": desk.url("deliberation", row.id),
        "breadcrumbs": [Crumb(_("Délibérations"), desk.url("deliberations")), Crumb(row.number)],
    }
    return form_page(request, form, context)


def _publish(desk: Desk, deliberation_id: UUID, given: dict[str, Any]) -> None:
    record_sending(deliberation_id=deliberation_id, by=desk.actor, at=desk.at, **given)


def _said(row: Any) -> str:
    binds = enforceable_on(row.transmitted_on, row.published_on)
    if binds:
        return _("La délibération est exécutoire le %(day)s.") % {"day": day(binds)}
    return _("C’est noté. L’acte s’appliquera une fois transmis et publié.")
