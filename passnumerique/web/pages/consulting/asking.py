"""Asking: the question, until when, whom; and reminding those who have not answered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries import accredited_names
from passnumerique.directory.rules import AccreditationKind, Permission
from passnumerique.ground.sending import mail_is_on
from passnumerique.programmes.operations import consult, remind
from passnumerique.programmes.queries import access_consultation, revisions
from passnumerique.web.context import Crumb
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.templatetags.house import day

ANSWER_DAYS = 14
Names = Mapping[UUID, str]


class AskingForm(forms.Form):
    """A question, a deadline, and who is asked: everybody unless unticked."""

    question = forms.CharField(
        label=gettext_lazy("Votre question"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    deadline = DayField(
        label=gettext_lazy("Réponse jusqu’au"), help_text=gettext_lazy("Ce jour est compris. Ensuite rien ne change.")
    )
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Lieux de médiation"), required=False, widget=forms.CheckboxSelectMultiple
    )
    structures = forms.MultipleChoiceField(
        label=gettext_lazy("Structures de diffusion"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, places: Names, structures: Names, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, found in (("places", places), ("structures", structures)):
            ordered = sorted(found.items(), key=lambda one: one[1].casefold())
            self.fields[name].choices = [(str(one), words) for one, words in ordered]  # type: ignore[attr-defined]
            self.fields[name].initial = [str(one) for one in found]

    def organisations(self) -> set[UUID]:
        """The ids of those ticked."""
        return {UUID(one) for name in ("places", "structures") for one in self.cleaned_data[name]}


@desk_page(Permission.MANAGE_PROGRAMME)
def ask(request: DeskRequest) -> HttpResponse:
    """Put a question to places and structures of the network."""
    desk = request.desk
    names = accredited_names(desk.programme_id, desk.today)
    standing = revisions(desk.programme_id)
    proposed = _("Êtes-vous favorable à la poursuite du dispositif «\u202f%(programme)s\u202f»\u202f?")
    if standing:
        proposed = _(
            "Êtes-vous favorable à la poursuite du dispositif «\u202f%(programme)s\u202f» après le %(closing)s\u202f?"
        )
    told = {"programme": desk.programme, "closing": day(standing[-1].calendar.closing) if standing else ""}
    initial = {"question": proposed % told, "deadline": desk.today + timedelta(days=ANSWER_DAYS)}
    form = AskingForm(
        places=names[AccreditationKind.PLACE],
        structures={
            one: name
            for one, name in names[AccreditationKind.PRESCRIBER].items()
            if one not in names[AccreditationKind.PLACE]
        },
        initial=initial,
        **sent(request),
    )
    made: list[UUID] = []
    if done(
        form,
        lambda given: made.append(
            consult(
                programme_id=desk.programme_id,
                question=given["question"],
                deadline=given["deadline"],
                organisation_ids=form.organisations(),
                by=desk.actor,
                at=desk.at,
            )
        ),
        nobody_asked="places",
        deadline_past="deadline",
    ):
        messages.success(
            request, _told_by_mail(_("La question est posée. Chaque organisation la voit sur son bureau."))
        )
        return redirect(desk.url("consultation", made[0]))
    context = {
        "title": _("Consulter le réseau"),
        "lead": _("Chaque organisation répond une fois\u202f: favorable, défavorable ou sans avis, avec une remarque."),
        "submit": _("Poser la question"),
        "cancel": desk.url("consultations"),
        "breadcrumbs": [Crumb(_("Consultations"), desk.url("consultations")), Crumb(_("Consulter le réseau"))],
    }
    return form_page(request, form, context)


def _told_by_mail(said: str) -> str:
    """What was said, with the e-mail that follows where the installation sends some."""
    if not mail_is_on():
        return said
    return said + " " + _("Un courriel part aux organisations qui ont une adresse, entre 8 h et 20 h.")


@desk_page(Permission.MANAGE_PROGRAMME)
def remind_silent(request: DeskRequest, consultation_id: UUID) -> HttpResponse:
    """Remind those who have not answered: their desk shows it."""
    desk = request.desk
    row = access_consultation(desk.actor, desk.programme_id, consultation_id)
    form = forms.Form(**sent(request))
    given: dict[str, Any] = {
        "programme_id": desk.programme_id,
        "consultation_id": row.id,
        "by": desk.actor,
        "at": desk.at,
    }
    if done(form, lambda _given: remind(**given)):
        messages.success(request, _told_by_mail(_("La relance s’affiche sur le bureau de ceux qui n’ont pas répondu.")))
        return redirect(desk.url("consultation", row.id))
    context = {
        "title": _("Relancer ceux qui n’ont pas répondu"),
        "lead": row.question,
        "submit": _("Relancer"),
        "cancel": desk.url("consultation", row.id),
        "breadcrumbs": [Crumb(_("Consultations"), desk.url("consultations")), Crumb(_("Relancer"))],
    }
    return form_page(request, form, context)
