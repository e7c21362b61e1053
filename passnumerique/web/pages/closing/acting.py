"""The acts of the end of a programme: steps noted, value returned, books closed, corrections."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.directory.rules import Permission, Role
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.words import say
from passnumerique.journeys.closing import close_after_audit
from passnumerique.programmes.queries import calendar_on
from passnumerique.settlement.operations.closing import (
    begin_programme_correction,
    end_programme_correction,
    note_step,
    return_unspent,
)
from passnumerique.settlement.queries.closing import checklist, four_counts, steps_of
from passnumerique.settlement.queries.credit import credit_cents
from passnumerique.settlement.rules.closing import NOTED, WITH_REFERENCE, ClosingTask
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField, EurosField, done, form_page, sent
from passnumerique.web.templatetags.house import euros


class StepForm(forms.Form):
    """On which day a step was done, by which paper, for which amount, by which structure."""

    day = DayField(label=gettext_lazy("Fait le"))

    def __init__(
        self, *args: Any, today: date, paper: bool, credit: int | None = None, structures: Any = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        if paper:
            self.fields["reference"] = forms.CharField(
                label=_("Référence de la pièce"), max_length=80, help_text=_("Telle qu’elle est classée.")
            )
        if credit is not None:
            self.fields["amount"] = EurosField(
                label=_("Montant de l’avoir, en euros"),
                help_text=_("Tel qu’il l’écrit. D’après le registre\u202f: %(cents)s.") % {"cents": euros(credit)},
            )
        if structures:
            self.fields["structure"] = forms.ChoiceField(label=_("Structure"), choices=structures)

    def clean_day(self) -> date:
        """The day. Refuses one to come."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("Cette date n’est pas encore venue. Enregistrez ce qui est fait."))
        return day


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=240)


class NothingForm(forms.Form):
    """Nothing to fill: the button decides."""


class Asked(NamedTuple):
    """What the page of one act says: its title, its button, what it explains and warns of."""

    title: str
    submit: str
    lead: str = ""
    warning: str = ""
    kind: str = "primary"


def _page(
    request: DeskRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    asked: Asked,
    told: str,
    **beside: str,
) -> HttpResponse:
    """The page of one act of the end: once done, it is told and the checklist comes back."""
    desk = request.desk
    if done(form, act, **beside):
        messages.success(request, told)
        return redirect(desk.url("closing"))
    crumbs = [Crumb(_("Clôture"), desk.url("closing")), Crumb(asked.title)]
    context = {**asked._asdict(), "cancel": desk.url("closing"), "breadcrumbs": crumbs}
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_PROGRAMME)
def note(request: DeskRequest, task: str) -> HttpResponse:
    """Note that a step was done. For the manager."""
    desk = request.desk
    if task not in {one.value for one in NOTED}:
        raise NotFound
    step = ClosingTask(task)
    form = StepForm(
        today=desk.today,
        paper=step in WITH_REFERENCE,
        credit=credit_cents(desk.programme_id) if step is ClosingTask.CREDIT_NOTE else None,
        structures=_structures(desk) if step is ClosingTask.ACKNOWLEDGE else [],
        initial={"day": desk.today},
        data=sent(request)["data"],
    )

    def act(given: dict[str, Any]) -> None:
        note_step(
            programme_id=desk.programme_id,
            task=step,
            done_on=given["day"],
            reference=given.get("reference", ""),
            stated_cents=given.get("amount"),
            structure_id=UUID(given["structure"]) if given.get("structure") else NOBODY,
            by=desk.actor,
            at=desk.at,
        )

    asked = Asked(capfirst(say(step.words)), _("Noter cette étape"))
    beside = {"step_too_early": "day", "step_without_reference": "reference"}
    return _page(request, form, act, asked, _("L’étape est notée."), **beside)


def _structures(desk: Desk) -> list[tuple[str, str]]:
    """The structures that have not acknowledged yet, by name."""
    waiting = checklist(desk.actor, desk.programme_id, desk.today).waiting
    return sorted(((str(one), name) for one, name in waiting.items()), key=lambda one: one[1])


@desk_page()
def acknowledge(request: DeskRequest) -> HttpResponse:
    """A structure acknowledges that what it hands out from now on is at its own charge."""
    desk = request.desk
    if desk.actor.role is not Role.PRESCRIBER or desk.actor.organisation_id is None:
        raise NotAllowed
    until = calendar_on(desk.programme_id, desk.today).validity_until
    rows = steps_of(desk.programme_id, until)
    known = rows.filter(task=ClosingTask.ACKNOWLEDGE, structure_id=desk.actor.organisation_id).first()
    form = NothingForm(data=sent(request)["data"])

    def act(_given: dict[str, Any]) -> None:
        note_step(
            programme_id=desk.programme_id,
            task=ClosingTask.ACKNOWLEDGE,
            done_on=desk.today,
            structure_id=desk.actor.organisation_id or NOBODY,
            by=desk.actor,
            at=desk.at,
        )

    if not known and done(form, act):
        messages.success(request, _("C’est noté. Merci\u202f: rendez les pass qui restent à la collectivité."))
        return redirect(desk.url("my_stock"))
    lead = _("Un pass remis à partir de maintenant reste à la charge de votre structure. Confirmez que vous le savez.")
    context = {
        "title": _("Fin de validité des pass"),
        "submit": "" if known else _("Je confirme"),
        "cancel": desk.url("my_stock"),
        "back": _("Revenir à mon stock") if known else "",
        "lead": _("Vous l’avez déjà confirmé.") if known else lead,
        "breadcrumbs": [Crumb(_("Fin de validité des pass"))],
    }
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_PROGRAMME)
def return_value(request: DeskRequest) -> HttpResponse:
    """Return the value of every unused pass to the envelope. For the manager."""
    desk = request.desk
    form = ReasonForm(initial={"reason": _("Fin de validité")}, data=sent(request)["data"])
    count = four_counts(desk.programme_id, desk.today).unspent

    def act(given: dict[str, Any]) -> None:
        return_unspent(programme_id=desk.programme_id, cause=given["reason"], by=desk.actor, at=desk.at)

    lead = ngettext(
        "%(n)s pass n’a jamais été utilisé. Il sera annulé, et sa valeur reviendra à l’enveloppe.",
        "%(n)s pass n’ont jamais été utilisés. Ils seront annulés, et leur valeur reviendra à l’enveloppe.",
        count,
    )
    told = ngettext(
        "%(n)s pass est annulé, sa valeur revient à l’enveloppe.",
        "%(n)s pass sont annulés, leur valeur revient à l’enveloppe.",
        count,
    )
    asked = Asked(
        _("Rendre à l’enveloppe la valeur des pass non utilisés"),
        _("Annuler ces pass"),
        lead % {"n": count},
        _("Cela ne se défait pas."),
        "danger",
    )
    return _page(request, form, act, asked, told % {"n": count})


@desk_page(Permission.MANAGE_PROGRAMME)
def close(request: DeskRequest) -> HttpResponse:
    """Close the programme once the books balance. For the manager."""
    desk = request.desk

    def act(_given: dict[str, Any]) -> None:
        close_after_audit(programme_id=desk.programme_id, by=desk.actor, at=desk.at)

    asked = Asked(
        _("Clore le dispositif"),
        _("Clore le dispositif"),
        _("L’audit est refait, puis les comptes sont vérifiés. Si tout s’équilibre, le dispositif est clos."),
        _("Ensuite plus rien ne s’écrit, sauf une correction avec son motif."),
        "danger",
    )
    told = _("Le dispositif est clos. Plus rien ne s’y écrit, sauf une correction motivée.")
    return _page(request, NothingForm(data=sent(request)["data"]), act, asked, told)


@desk_page(Permission.MANAGE_PROGRAMME)
def correct(request: DeskRequest) -> HttpResponse:
    """Open a closed programme for a correction. For the manager."""
    desk = request.desk

    def act(given: dict[str, Any]) -> None:
        begin_programme_correction(programme_id=desk.programme_id, reason=given["reason"], by=desk.actor, at=desk.at)

    asked = Asked(
        _("Corriger une erreur après la clôture"),
        _("Ouvrir la correction"),
        _("Le dispositif s’ouvre le temps de la correction. Le motif reste écrit."),
    )
    told = _("La correction est ouverte. Terminez-la dès que l’erreur est réparée.")
    form = ReasonForm(data=sent(request)["data"])
    return _page(request, form, act, asked, told, correction_without_reason="reason")


@desk_page(Permission.MANAGE_PROGRAMME)
def end(request: DeskRequest) -> HttpResponse:
    """Close the programme again after a correction. For the manager."""
    desk = request.desk

    def act(_given: dict[str, Any]) -> None:
        end_programme_correction(programme_id=desk.programme_id, by=desk.actor, at=desk.at)

    asked = Asked(
        _("Terminer la correction"),
        _("Terminer la correction"),
        _("Les comptes sont vérifiés, puis le dispositif est clos de nouveau."),
    )
    told = _("La correction est terminée\u202f: le dispositif est clos de nouveau.")
    return _page(request, NothingForm(data=sent(request)["data"]), act, asked, told)
