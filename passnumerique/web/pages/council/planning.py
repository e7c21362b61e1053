"""A sitting before it opens: planned, changed, called off, its agenda put in order, its convocation."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.council.operations import cancel_sitting, change_sitting, order_agenda, plan_sitting
from passnumerique.council.queries import access_sitting, to_reconvene
from passnumerique.council.rules import MODE_WORDS, Mode, latest_convening
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import at_time, day_of
from passnumerique.ground.words import say
from passnumerique.journeys.sitting_papers import convene_with_notes
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.council.sittings import name_of
from passnumerique.web.templatetags.house import day


class SittingForm(forms.Form):
    """When, where and how the council meets."""

    on = DayField(label=gettext_lazy("Jour de la séance"))
    time = forms.TimeField(label=gettext_lazy("Heure"), widget=forms.TimeInput(attrs={"type": "time"}), initial="18:00")
    mode = forms.ChoiceField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy(
            "En visioconférence, le vote est public, la séance est diffusée, et le conseil se réunit aussi dans un "
            "même lieu une fois par semestre (CGCT, L5211-11-1)."
        ),
    )
    place = forms.CharField(label=gettext_lazy("Lieu"), max_length=200, required=False)
    broadcast_url = forms.URLField(
        label=gettext_lazy("Adresse de la diffusion"), max_length=300, required=False, assume_scheme="https"
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Convocation en urgence"),
        required=False,
        help_text=gettext_lazy("Un jour franc au lieu de cinq\u202f; le conseil approuve l’urgence à l’ouverture."),
    )
    after = forms.ChoiceField(
        label=gettext_lazy("Suite d’une séance sans quorum"),
        required=False,
        help_text=gettext_lazy("Le même ordre du jour est repris, et aucun quorum n’est demandé (CGCT, L2121-17)."),
    )

    def __init__(self, *args: Any, without_quorum: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        modes = [(one.value, capfirst(say(MODE_WORDS[one]))) for one in Mode]
        self.fields["mode"].choices = modes  # type: ignore[attr-defined]
        self.fields["after"].choices = [("", _("Non")), *without_quorum]  # type: ignore[attr-defined]
        if not without_quorum:
            del self.fields["after"]

    def moment(self) -> dict[str, Any]:
        """When, where and how, as an operation takes it."""
        given = self.cleaned_data
        return {
            "starts_at": at_time(given["on"], given["time"].hour, given["time"].minute),
            "mode": Mode(given["mode"]),
            "place": given["place"],
            "broadcast_url": given["broadcast_url"],
            "urgent": given["urgent"],
        }


class ConveningForm(forms.Form):
    """The day on which the convocation goes out."""

    convened_on = DayField(
        label=gettext_lazy("Convocation envoyée le"),
        help_text=gettext_lazy("Cinq jours francs avant la séance, sans compter ces deux jours."),
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Convocation en urgence"),
        required=False,
        help_text=gettext_lazy(
            "Un jour franc au moins. Le conseil se prononce sur l’urgence à l’ouverture (CGCT, L2121-12)."
        ),
    )


@desk_page(Permission.MANAGE_COUNCIL)
def add_sitting(request: DeskRequest) -> HttpResponse:
    """Plan a sitting. For the secretary and the manager."""
    desk = request.desk
    form = SittingForm(without_quorum=_without_quorum(desk), **sent(request))
    made: list[UUID] = []
    if done(form, lambda _given: made.append(_plan(desk, form)), **_BESIDE):
        messages.success(request, _("La séance est prévue. Inscrivez les affaires à l’ordre du jour."))
        return redirect(desk.url("sitting", made[0]))
    context = {
        "title": _("Prévoir une séance"),
        "submit": _("Prévoir la séance"),
        "cancel": desk.url("sittings"),
        "breadcrumbs": [Crumb(_("Séances"), desk.url("sittings")), Crumb(_("Prévoir"))],
    }
    return form_page(request, form, context)


def _without_quorum(desk: Desk) -> list[tuple[str, str]]:
    """Sittings that ended for want of quorum, to be held again."""
    return [(str(row.id), name_of(row)) for row in to_reconvene(desk.actor)]


def _plan(desk: Desk, form: SittingForm) -> UUID:
    after = form.cleaned_data.get("after")
    return plan_sitting(by=desk.actor, at=desk.at, after=UUID(after) if after else None, **form.moment())


_BESIDE = {"sitting_in_past": "on", "reconvened_too_soon": "on", "not_by_video": "mode"}


@desk_page(Permission.MANAGE_COUNCIL)
def edit_sitting(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Change day, hour, place or manner before it opens. A convocation sent before holds no more."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    starts = localtime(row.starts_at)
    initial = {
        "on": starts.date(),
        "time": starts.strftime("%H:%M"),
        "mode": row.mode,
        "place": row.place,
        "broadcast_url": row.broadcast_url,
        "urgent": row.urgent,
    }
    form = SittingForm(without_quorum=[], initial=initial, **sent(request))

    def act(_given: dict[str, Any]) -> None:
        change_sitting(sitting_id=row.id, by=desk.actor, at=desk.at, **form.moment())

    if done(form, act, **_BESIDE):
        messages.success(request, _("La séance est modifiée. Convoquez le conseil à cette date."))
        return redirect(desk.url("sitting", row.id))
    warning = _("La convocation envoyée le %(day)s ne vaudra plus\u202f: il faudra convoquer de nouveau.")
    context = {
        "title": _("Modifier la séance"),
        "lead": name_of(row),
        "warning": warning % {"day": day(row.convened_on)} if row.convened_on else "",
        "submit": _("Enregistrer"),
        "cancel": desk.url("sitting", row.id),
        "paper": "",
        "change": "",
        "call_off": desk.url("cancel_sitting", row.id),
        "order": desk.url("order_agenda", row.id) if not row.convened_on and len(row.items.all()) > 1 else "",
        "breadcrumbs": _crumbs(desk, row, Crumb(_("Modifier"))),
    }
    return form_page(request, form, context, "web/council/change.html")


def _crumbs(desk: Desk, row: Any, *more: Crumb) -> list[Crumb]:
    return [Crumb(_("Séances"), desk.url("sittings")), Crumb(name_of(row), desk.url("sitting", row.id)), *more]


@desk_page(Permission.MANAGE_COUNCIL)
def call_off(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Call the sitting off, once it was confirmed. It stays in the list; its matters may be taken up elsewhere."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = forms.Form(**sent(request))
    if done(form, lambda _given: cancel_sitting(sitting_id=row.id, by=desk.actor, at=desk.at)):
        messages.success(request, _("La séance est annulée. Ses affaires peuvent être reprises à une autre séance."))
        return redirect(desk.url("sittings"))
    context = {
        "title": _("Annuler la séance"),
        "lead": name_of(row),
        "warning": _("Prévenez les membres déjà convoqués.") if row.convened_on else "",
        "submit": _("Annuler la séance"),
        "kind": "danger",
        "back": _("Garder la séance"),
        "cancel": desk.url("sitting", row.id),
        "breadcrumbs": _crumbs(desk, row, Crumb(_("Annuler"))),
    }
    return form_page(request, form, context)


class OrderForm(forms.Form):
    """The place of each matter in the agenda."""

    def __init__(self, *args: Any, items: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.items = items
        places = [(str(rank), str(rank)) for rank in range(1, len(items) + 1)]
        for item in items:
            self.fields[f"place-{item.id}"] = forms.ChoiceField(
                label=item.title, choices=places, initial=str(item.rank)
            )

    def order(self) -> list[UUID]:
        """The matters by the places chosen; of two at one place, the one that moved goes first."""
        chosen = {item: int(self.cleaned_data[f"place-{item.id}"]) for item in self.items}
        ranked = sorted(self.items, key=lambda item: (chosen[item], chosen[item] == item.rank, item.rank))
        return [item.id for item in ranked]


@desk_page(Permission.MANAGE_COUNCIL)
def order_page(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Put the agenda in another order, before the council is convened."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = OrderForm(items=list(row.items.all()), **sent(request))
    if done(form, lambda _given: order_agenda(sitting_id=row.id, items=form.order(), by=desk.actor, at=desk.at)):
        messages.success(request, _("L’ordre du jour est changé."))
        return redirect(desk.url("sitting", row.id))
    context = {
        "title": _("Changer l’ordre du jour"),
        "lead": _("Choisissez la place de chaque affaire."),
        "submit": _("Enregistrer cet ordre"),
        "cancel": desk.url("sitting", row.id),
        "breadcrumbs": _crumbs(desk, row, Crumb(_("Ordre du jour"))),
    }
    return form_page(request, form, context)


@desk_page(Permission.MANAGE_COUNCIL)
def convene_sitting(request: DeskRequest, sitting_id: UUID) -> HttpResponse:
    """Note that the convocation went out; the agenda and its notes are then fixed. For the secretary and the
    manager. Too late, it says so and what mends it: an emergency, or another day."""
    desk = request.desk
    row = access_sitting(desk.actor, sitting_id)
    form = ConveningForm(initial={"convened_on": desk.today, "urgent": row.urgent}, **sent(request))
    if done(
        form,
        lambda given: convene_with_notes(sitting_id=row.id, by=desk.actor, at=desk.at, **given),
        convened_too_late="convened_on",
        reconvened_too_soon="convened_on",
        day_to_come="convened_on",
    ):
        messages.success(request, _("Le conseil est convoqué. L’ordre du jour ne change plus."))
        return redirect(desk.url("sitting", row.id))
    first = day_of(row.after.starts_at) if row.after else None
    latest = latest_convening(day_of(row.starts_at), urgent=row.urgent, after=first)
    context = {
        "title": _("Convoquer le conseil"),
        "lead": _("%(sitting)s\u202f: la convocation part le %(latest)s au plus tard.")
        % {"sitting": name_of(row), "latest": day(latest)},
        "submit": _("Noter la convocation"),
        "cancel": desk.url("sitting", row.id),
        "call_off": "",
        "order": "",
        "paper": desk.url("convocation_pdf", row.id),
        "change": desk.url("change_sitting", row.id),
        "breadcrumbs": _crumbs(desk, row, Crumb(_("Convoquer"))),
    }
    return form_page(request, form, context, "web/council/change.html")
