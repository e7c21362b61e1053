"""Passes lost, found, replaced, cancelled: one or a range."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from passnumerique.ground.ids import NOBODY
from passnumerique.programmes.queries import held_on
from passnumerique.programmes.rules import LostPolicy
from passnumerique.vouchers.operations import cancel, declare_lost, find, replace
from passnumerique.vouchers.queries.history import access_voucher
from passnumerique.vouchers.queries.listing import Wanted, list_vouchers
from passnumerique.vouchers.queries.reading import Range, as_words, vouchers_in
from passnumerique.vouchers.queries.stock import stock_of
from passnumerique.vouchers.rules import Act, State, last_day_of_use, require_role
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.register.parts import RangesField, how_many, written
from passnumerique.web.templatetags.house import day, euros, number

_NO_NAME = _("Ce que l’on sait, en quelques mots. N’écrivez pas de nom de personne.")


class NumbersForm(forms.Form):
    """Which passes, and why."""

    numbers = RangesField(
        label=_("Numéros de pass"), help_text=_("Un numéro, une plage ou plusieurs\u202f: 12, 20\u201125.")
    )
    cause = forms.CharField(label=_("Circonstances"), max_length=200, required=False, help_text=_NO_NAME)


class CauseForm(NumbersForm):
    """Which passes, and a reason that cannot be left out."""

    cause = forms.CharField(label=_("Motif"), max_length=200, help_text=_NO_NAME)


class ReplaceForm(forms.Form):
    """Which pass of the stock takes the place of a lost one."""

    by_number = forms.IntegerField(
        label=_("Numéro du nouveau pass"),
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    cause = forms.CharField(label=_("Circonstances"), max_length=200, required=False, help_text=_NO_NAME)


@desk_page("block_passes")
def declare_lost_page(request: DeskRequest) -> HttpResponse:
    """Block passes lost or stolen. For the manager, and a structure for what it holds or handed over."""
    desk = request.desk
    form = NumbersForm(**sent(request), initial=_initial(request))
    blocked: list[int] = []

    def act(given: dict[str, Any]) -> None:
        blocked.append(_do(declare_lost, desk, given))

    if done(form, act):
        told = ngettext("%(many)s pass est bloqué.", "%(many)s pass sont bloqués.", blocked[0])
        return _told(request, form, told % {"many": number(blocked[0])} + " " + _then(desk, blocked[0]))
    context = {
        "title": gettext("Déclarer des pass perdus ou volés"),
        "lead": gettext("Ils sont bloqués aussitôt\u202f: plus aucun lieu ne peut les prendre."),
        "submit": gettext("Bloquer ces pass"),
        "cancel": desk.url("vouchers"),
        "breadcrumbs": _crumbs(desk, gettext("Perdus ou volés")),
    }
    return form_page(request, form, context)


def _then(desk: Desk, many: int) -> str:
    """What the programme does with lost passes, by the policy in force."""
    held = held_on(desk.programme_id, desk.today)
    if held.terms.lost_policy is LostPolicy.SEARCH_UNTIL_EXPIRY:
        until = last_day_of_use(held.calendar, held.terms.tolerance_days)
        told = ngettext(
            "Cherchez-le\u202f: il pourra être remplacé après le %(day)s.",
            "Cherchez-les\u202f: ils pourront être remplacés après le %(day)s.",
            many,
        )
        return told % {"day": day(until)}
    return ngettext(
        "La collectivité peut maintenant le remplacer, avec la même échéance.",
        "La collectivité peut maintenant les remplacer, avec la même échéance.",
        many,
    )


@desk_page("block_passes")
def find_page(request: DeskRequest) -> HttpResponse:
    """Unblock passes found again. For the manager, and a structure for its own."""
    desk = request.desk
    form = NumbersForm(**sent(request), initial=_initial(request))
    freed: list[int] = []

    def act(given: dict[str, Any]) -> None:
        freed.append(_do(find, desk, given))

    if done(form, act):
        told = ngettext(
            "%(many)s pass est débloqué. Il est de nouveau utilisable, là où il était.",
            "%(many)s pass sont débloqués. Ils sont de nouveau utilisables, là où ils étaient.",
            freed[0],
        )
        return _told(request, form, told % {"many": number(freed[0])})
    context = {
        "title": gettext("Débloquer des pass retrouvés"),
        "lead": gettext("Chacun reprend l’état qu’il avait. Un pass déjà remplacé ne peut plus l’être."),
        "submit": gettext("Débloquer ces pass"),
        "cancel": desk.url("vouchers"),
        "breadcrumbs": _crumbs(desk, gettext("Retrouvés")),
    }
    return form_page(request, form, context)


@desk_page("replace_passes")
def cancel_page(request: DeskRequest) -> HttpResponse:
    """Cancel unspent passes for good: the manager, with a reason, and asked twice."""
    desk = request.desk
    require_role(Act.CANCEL, desk.actor)
    form = CauseForm(**sent(request), initial=_initial(request))
    if form.is_bound and form.is_valid() and "yes" not in request.POST:
        return _ask(request, form)
    gone: list[int] = []

    def act(given: dict[str, Any]) -> None:
        gone.append(_do(cancel, desk, given))

    if done(form, act):
        told = ngettext("%(many)s pass est annulé.", "%(many)s pass sont annulés.", gone[0])
        back = gettext("Leur valeur revient à l’enveloppe. Détruisez les cartes.")
        return _told(request, form, told % {"many": number(gone[0])} + " " + back)
    context = {
        "title": gettext("Annuler des pass"),
        "lead": gettext("Un pass annulé ne vaut plus rien, pour toujours. Un pass utilisé ne s’annule pas."),
        "submit": gettext("Continuer"),
        "cancel": desk.url("vouchers"),
        "breadcrumbs": _crumbs(desk, gettext("Annuler")),
    }
    return form_page(request, form, context)


def _ask(request: DeskRequest, form: CauseForm) -> HttpResponse:
    desk = request.desk
    ranges: list[Range] = form.cleaned_data["numbers"]
    seen = vouchers_in(desk.programme_id, ranges)
    context = {
        "numbers": written(ranges),
        "words": as_words(ranges),
        "cause": form.cleaned_data["cause"],
        "count": how_many(ranges),
        "value": euros(sum(one.face_value_cents for one in seen)),
        "held": sum(one.state is State.HELD for one in seen),
        "back": f"{desk.url('cancel')}?numeros={written(ranges)}",
        "breadcrumbs": _crumbs(desk, gettext("Annuler")),
    }
    return render(request, "web/register/cancel.html", context)


@desk_page("replace_passes")
def replace_page(request: DeskRequest, number: int) -> HttpResponse:
    """Put a pass of the stock in the place of a blocked one. For the manager."""
    desk = request.desk
    old = access_voucher(desk.actor, desk.programme_id, number)
    form = ReplaceForm(**sent(request), initial={"by_number": _first_free(desk, old.structure_id)})

    def act(given: dict[str, Any]) -> None:
        replace(programme_id=desk.programme_id, number=number, by=desk.actor, at=desk.at, **given)

    if done(form, act, nothing_to_replace_with="by_number", unknown_numbers="by_number"):
        messages.success(request, _replaced(number, form.cleaned_data["by_number"]))
        return redirect(desk.url("voucher", form.cleaned_data["by_number"]))
    name = gettext("Pass n°\u202f%(number)s") % {"number": number}
    context = {
        "title": gettext("Remplacer le pass n°\u202f%(number)s") % {"number": number},
        "lead": gettext(
            "Le nouveau pass prend sa place\u202f: même personne ou même stock, même échéance. "
            "L’ancien ne vaudra plus rien."
        ),
        "submit": gettext("Remplacer ce pass"),
        "cancel": desk.url("voucher", number),
        "breadcrumbs": [
            Crumb(gettext("Pass"), desk.url("vouchers")),
            Crumb(name, desk.url("voucher", number)),
            Crumb(gettext("Remplacer")),
        ],
    }
    return form_page(request, form, context)


def _replaced(old: int, new: int) -> str:
    told = gettext("Le pass n°\u202f%(old)s est remplacé par celui-ci. Donnez le pass n°\u202f%(new)s à la personne.")
    return told % {"old": number(old), "new": number(new)}


def _first_free(desk: Desk, structure_id: Any) -> int | None:
    """The first pass in stock where the lost one was, or else at the authority."""
    if structure_id != NOBODY and (there := stock_of(desk.programme_id, structure_id, 1)):
        return there[0]
    wanted = Wanted(states=frozenset({State.AUTHORITY_STOCK}))
    return next((row.number for row in list_vouchers(desk.actor, desk.programme_id, wanted, limit=1)), None)


def _do(operation: Callable[..., int], desk: Desk, given: dict[str, Any]) -> int:
    return operation(programme_id=desk.programme_id, by=desk.actor, at=desk.at, **given)


def _told(request: DeskRequest, form: NumbersForm, sentence: str) -> HttpResponse:
    """Say what was done where the passes can be seen: on the page of the one, or in the list of the many."""
    desk, ranges = request.desk, form.cleaned_data["numbers"]
    messages.success(request, sentence)
    if how_many(ranges) == 1:
        return redirect(desk.url("voucher", ranges[0][0]))
    return redirect(f"{desk.url('vouchers')}?pass={written(ranges)}".replace(" ", ""))


def _initial(request: DeskRequest) -> dict[str, str]:
    return {"numbers": request.GET.get("numeros", "")}


def _crumbs(desk: Desk, label: str) -> list[Crumb]:
    return [Crumb(gettext("Pass"), desk.url("vouchers")), Crumb(label)]
