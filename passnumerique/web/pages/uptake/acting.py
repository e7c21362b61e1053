"""« Que faire maintenant »: what asks for an act, ranked by the passes that it would make be used, one button each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.insight.acting.advice import Advice, Kind
from passnumerique.insight.acting.reading import NEAR_KM, advices_on, calls_on
from passnumerique.insight.forecast.telling import known_on
from passnumerique.programmes.queries import terms_on
from passnumerique.programmes.rules import NoCalendar
from passnumerique.web import charts
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.pages.uptake.reallocation import address, why
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day, number

DRAWN, PAGE, NAMES = 8, 25, 4


@desk_page(Permission.READ_FORECAST)
def acting(request: DeskRequest) -> HttpResponse:
    """The page and its file; for the manager, who may act, finance and the auditor, who read."""
    desk = request.desk
    try:
        known = known_on(desk.programme_id, desk.today)
    except NoCalendar:
        return render(request, "web/uptake/nothing.html", {"desk": desk})
    found = advices_on(desk.actor, desk.programme_id, desk.at, known)
    if file := exported(request, f"actions-{desk.slug}", _columns(), found):
        return file
    unit = terms_on(desk.programme_id, desk.today).passes_per_booklet
    gaining = [one for one in found if one.likely >= 0.5 and one.kind is not Kind.EXTEND]  # noqa: PLR2004
    context = {
        "desk": desk,
        "breadcrumbs": [Crumb(_("Que faire maintenant"))],
        "lead": _lead(found),
        "gains": _gains(gaining[:DRAWN]) if gaining else None,
        "table": Table(
            _("Ce qui est proposé"),
            [*_columns(), Column(_button_of(desk, unit), _("Agir"))],
            found,
            empty=_("Rien ne presse aujourd’hui. Revenez la semaine prochaine."),
        ),
        "calls_url": desk.url("calls"),
        "moves_url": desk.url("reallocation"),
    }
    return render(request, "web/uptake/acting.html", context)


def _lead(found: list[Advice]) -> str:
    if not found:
        return _("Rien ne presse aujourd’hui.")
    many = ngettext("%(count)s chose à faire.", "%(count)s choses à faire.", len(found)) % {"count": len(found)}
    return _("%(many)s La plus utile\u202f: %(what)s.") % {"many": many, "what": title(found[0])}


def _gains(found: list[Advice]) -> charts.Chart:
    best = found[0]
    said = {"what": title(best), "gain": number(round(best.likely))}
    sentence = _("%(what)s\u202f: environ %(gain)s pass de plus.") % said
    parts = [charts.Part(capfirst(title(one)), round(one.likely)) for one in found]
    return charts.gains(_("Pass utilisés de plus, sans prolonger"), capfirst(sentence), parts, _("Action"))


def title(one: Advice) -> str:
    """What to do, in a few words, as it goes on a sentence."""
    said = {"name": one.name, "count": number(one.count)}
    words = {
        Kind.MOVE: _("donner %(count)s pass à %(name)s"),
        Kind.REMIND: _("relancer les personnes de la structure %(name)s"),
        Kind.EMPTY_PLACE: _("demander un atelier à %(name)s"),
        Kind.FAR: _("demander des ateliers à %(name)s"),
        Kind.EXTEND: _("préparer une prolongation d’un an"),
        Kind.PUBLIC: _("toucher davantage le public visé"),
        Kind.PAYMENT: _("payer les demandes à temps"),
        Kind.DEADLINE: _("tenir les échéances du calendrier"),
    }
    return words[one.kind] % said


def reason(one: Advice) -> str:
    """What was seen, and what the gain rests on."""
    if one.kind is Kind.MOVE and one.reason:
        return why(one.reason)
    said = {
        "count": number(one.count),
        "of": number(one.of),
        "km": number(NEAR_KM),
        "day": day(one.due),
        "due": _rate(one.of),
        "share": _rate(one.share),
        "names": _named([say(name) for name in one.names]),
    }
    return _REASONS[one.kind](one) % said


def _rate(points: int) -> str:
    return f"{points / 100:.0f}\u202f%"


def _named(names: list[str]) -> str:
    more = len(names) - NAMES
    told = ", ".join(names[:NAMES])
    if more <= 0:
        return told
    words = ngettext("%(names)s et %(count)s autre", "%(names)s et %(count)s autres", more)
    return words % {"names": told, "count": number(more)}


_REASONS: dict[Kind, Callable[[Advice], str]] = {
    Kind.REMIND: lambda _one: _(
        "%(count)s pass remis depuis plus de trente jours, sans réservation. L’effet d’un rappel est supposé."
    ),
    Kind.EMPTY_PLACE: lambda one: (
        _("Aucun atelier dans les quatre semaines qui viennent\u202f; %(count)s ces six derniers mois.")
        if one.count
        else _("Aucun atelier dans les quatre semaines qui viennent, ni ces six derniers mois.")
    ),
    Kind.FAR: lambda _one: _(
        "%(count)s habitants à plus de %(km)s km d’un atelier à venir\u202f: %(names)s. Gain supposé "
        "d’après les autres communes."
    ),
    Kind.EXTEND: lambda _one: _(
        "%(count)s pass ne sont pas utilisés, et aucun ne peut plus l’être après le %(day)s. Gain à un an, par la "
        "prévision."
    ),
    Kind.PUBLIC: lambda _one: _(
        "%(share)s des pass remis vont au public visé, pour %(due)s demandés\u202f: il en manque %(count)s. À appeler "
        "d’abord\u202f: %(names)s."
    ),
    Kind.PAYMENT: lambda one: ngettext(
        "%(count)s demande à payer d’ici une semaine, dont %(of)s en retard.",
        "%(count)s demandes à payer d’ici une semaine, dont %(of)s en retard.",
        one.count,
    ),
    Kind.DEADLINE: lambda _one: _("Le %(day)s\u202f: %(names)s."),
}


def gain_words(one: Advice) -> str:
    """How many passes more, in words that do not pretend to know."""
    if one.kind in {Kind.PUBLIC, Kind.PAYMENT, Kind.DEADLINE}:
        return "–"
    if one.likely < 0.5:  # noqa: PLR2004
        return _("moins d’un")
    low, high = round(one.gain[0]), round(one.gain[2])
    about = _("environ %(count)s") % {"count": number(round(one.likely))}
    if low == high:
        return about
    return _("%(about)s (%(low)s à %(high)s)") % {"about": about, "low": number(low), "high": number(high)}


def _columns() -> list[Column]:
    return [
        Column(lambda one: capfirst(title(one)), _("À faire")),
        Column(reason, _("Pourquoi")),
        Column(gain_words, _("Pass utilisés de plus")),
    ]


def _button_of(desk: Desk, unit: int) -> Callable[[Advice], SafeString | str]:
    def drawn(one: Advice) -> SafeString | str:
        words, url = _act(desk, one, unit)
        if not url:
            return ""
        about = format_html('<span class="unseen">\u202f: {}</span>', title(one))
        return format_html('<a class="button secondary" href="{}">{}{}</a>', url, words, about)

    return drawn


_NEEDS = {
    Kind.MOVE: "move_stock",
    Kind.REMIND: "manage_programme",
    Kind.EMPTY_PLACE: "manage_programme",
    Kind.FAR: "manage_programme",
    Kind.EXTEND: "manage_programme",
}


def _act(desk: Desk, one: Advice, unit: int) -> tuple[str, str]:
    """The words of the button and where it leads; nothing for who may not do it."""
    needs = _NEEDS.get(one.kind)
    if needs and not desk.may(needs):
        return "", ""
    buttons: dict[Kind, Callable[[], tuple[str, str]]] = {
        Kind.MOVE: lambda: (_("Préparer"), address(desk, one.reason, unit) if one.reason else ""),
        Kind.REMIND: lambda: (_("Relancer"), desk.url("remind_people", one.about)),
        Kind.EMPTY_PLACE: lambda: (_("Demander"), desk.url("ask_session", one.about)),
        Kind.FAR: lambda: (_("Demander"), desk.url("ask_session", one.about)),
        Kind.EXTEND: lambda: (_("Préparer"), desk.url("extension_why")),
        Kind.PUBLIC: lambda: (_("Appeler"), f"{desk.url('calls')}?trier=public"),
        Kind.PAYMENT: lambda: (_("Ouvrir"), desk.url("claims") + ("?state=late" if one.of else "")),
        Kind.DEADLINE: lambda: (_("Voir"), desk.url("calendar")),
    }
    return buttons[one.kind]()


class CallsFilter(forms.Form):
    """Whom to call first."""

    trier = forms.ChoiceField(
        label=gettext_lazy("Appeler d’abord"),
        required=False,
        choices=[
            ("dort", gettext_lazy("où le plus de pass dorment chez les personnes")),
            ("stock", gettext_lazy("où le plus de pass sont en stock")),
            ("public", gettext_lazy("où le public visé est le moins touché")),
        ],
    )


@desk_page(Permission.READ_FORECAST)
def calls(request: DeskRequest) -> HttpResponse:
    """The structures to call, with their telephone and what to speak of; as a file and on paper. No person of the
    public stands on it: each structure has its own list."""
    desk = request.desk
    form = CallsFilter({"trier": request.GET.get("trier", "dort")})
    known = known_on(desk.programme_id, desk.today)
    rows = _sorted(calls_on(desk.programme_id, desk.at, known), form)
    if file := exported(request, f"appels-{desk.slug}", [*_call_columns(), Column("email", _("Courriel"))], rows):
        return file
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "breadcrumbs": [Crumb(_("Que faire maintenant"), desk.url("acting")), Crumb(_("Structures à appeler"))],
        "filter": form,
        "table": Table(
            _("Structures à appeler"),
            _call_columns(),
            list(page.object_list),
            count=len(rows),
            empty=_("Aucune structure n’est agréée aujourd’hui."),
        ),
        "page": page,
    }
    return render(request, "web/uptake/calls.html", context)


def _sorted(rows: list[Any], form: CallsFilter) -> list[Any]:
    asked = form.cleaned_data["trier"] if form.is_valid() else "dort"
    keys: dict[str, Callable[[Any], Any]] = {
        "stock": lambda one: -one.stock,
        "public": lambda one: (one.share is None, one.share or 0, -one.asleep),
    }
    return sorted(rows, key=keys.get(asked, lambda one: -one.asleep))


def _call_columns() -> list[Column]:
    return [
        Column("name", _("Structure")),
        Column("phone", _("Téléphone"), "phone"),
        Column("asleep", _("Remis, sans réservation depuis un mois"), "number"),
        Column("stock", _("En stock"), "number"),
        Column(lambda one: None if one.share is None else one.share / 10_000, _("Part du public visé"), "percent"),
    ]
