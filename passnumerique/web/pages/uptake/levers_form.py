"""The form of « Et si… »: each lever that is filled in is a scenario of its own, and all of them together one more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.insight.forecast.model.levers import Extend, Move, Recruit, Remind, Scenario, Sessions
from passnumerique.insight.forecast.scenario_file import MONTHS, after_months
from passnumerique.web.forms import DayField, EurosField
from passnumerique.web.templatetags.house import day as written
from passnumerique.web.templatetags.house import number

MOST_YEARS = 3


class WhatIf(forms.Form):
    """What would be changed. Everything may be left empty; a lever needs what stands beside it."""

    prolonger = DayField(
        label=gettext_lazy("Prolonger l’usage des pass jusqu’au"),
        required=False,
        help_text=gettext_lazy("La remise des pass est prolongée jusqu’au même jour."),
    )
    periode = DayField(label=gettext_lazy("Ouvrir une période de quatre mois à partir du"), required=False)
    ateliers = forms.IntegerField(
        label=gettext_lazy("Ateliers de cette période"), required=False, min_value=1, max_value=5000
    )
    commune = forms.CharField(
        label=gettext_lazy("Ajouter des ateliers dans une commune"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Son nom, comme Étain."),
    )
    par_semaine = forms.IntegerField(
        label=gettext_lazy("Ateliers de plus par semaine"), required=False, min_value=1, max_value=200
    )
    cout_atelier = EurosField(
        label=gettext_lazy("Coût d’un atelier"),
        required=False,
        most=1_000_000,
        help_text=gettext_lazy("200\u202f€ si rien n’est écrit (hypothèse)."),
    )
    structures = forms.IntegerField(
        label=gettext_lazy("Recruter des structures"),
        required=False,
        min_value=1,
        max_value=500,
        help_text=gettext_lazy("Combien. Chacune reçoit 20 pass de la réserve."),
    )
    deplacer = forms.IntegerField(
        label=gettext_lazy("Déplacer des pass vers les structures qui en manquent"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=gettext_lazy("Combien au plus."),
    )
    rappels = forms.BooleanField(
        label=gettext_lazy("Envoyer des rappels aux personnes qui ont un pass"), required=False
    )

    def __init__(self, data: Any, *, today: date, use_until: date) -> None:
        super().__init__(data)
        self.today, self.use_until = today, use_until
        self.fields["prolonger"].widget.attrs |= {"min": use_until.isoformat()}

    def clean_prolonger(self) -> date | None:
        """The day; refuses one that shortens, or beyond what a forecast reaches."""
        day: date | None = self.cleaned_data["prolonger"]
        last = self.today + timedelta(days=365 * MOST_YEARS)
        if day and not self.use_until < day <= last:
            limits = {"first": written(self.use_until), "last": written(last)}
            raise ValidationError(_("Choisissez un jour après le %(first)s, et pas après le %(last)s."), params=limits)
        return day

    def clean(self) -> dict[str, Any]:
        """Refuses half of a lever, and a period that has no day to be held on."""
        given = self.cleaned_data
        self._both(given, "periode", "ateliers")
        self._both(given, "commune", "par_semaine")
        start = given.get("periode")
        if start and not self.today < start <= self._end(given):
            end = {"first": written(self.today), "last": written(self._end(given))}
            self.add_error("periode", _("Choisissez un jour après le %(first)s, et pas après le %(last)s.") % end)
        return given

    def _both(self, given: dict[str, Any], one: str, other: str) -> None:
        for name, beside in ((one, other), (other, one)):
            if given.get(name) and not given.get(beside) and beside not in self.errors:
                self.add_error(beside, _("Remplissez aussi cette case, ou videz l’autre."))

    def _end(self, given: dict[str, Any]) -> date:
        return given.get("prolonger") or self.use_until

    def scenarios(self) -> list[Scenario]:
        """Each lever on its own, then all together where there are several. An extension comes with each: what
        comes after the end changes nothing without it."""
        given = self.cleaned_data if self.is_valid() else {}
        extend = Extend(given["prolonger"]) if given.get("prolonger") else None
        levers = list(self._levers(given)) if given else []
        alone = [Scenario(self._extension_name(extend), extend=extend)] if extend else []
        beside = [replace(one, extend=extend) for one in levers]
        if extend and levers:
            beside = [replace(one, name=_("Prolonger + %(what)s") % {"what": _lowered(one.name)}) for one in beside]
        return [*alone, *beside, *([_together(levers, extend)] if len(levers) > 1 else [])]

    @staticmethod
    def _extension_name(extend: Extend) -> str:
        return _("Prolonger jusqu’au %(day)s") % {"day": written(extend.use_until)}

    def _levers(self, given: dict[str, Any]) -> Iterator[Scenario]:
        first, end, cost = self.today + timedelta(days=1), self._end(given), given.get("cout_atelier")
        if given.get("periode"):
            count, start = given["ateliers"], given["periode"]
            last = min(after_months(start, MONTHS), end)
            name = _("Période de %(count)s ateliers") % {"count": number(count)}
            yield Scenario(name, sessions=[Sessions(name, start, last, count, session_cents=cost)])
        if given.get("commune"):
            weeks = max((end - first).days + 1, 7) // 7
            name = _("%(count)s ateliers par semaine, %(commune)s") % {
                "count": number(given["par_semaine"]),
                "commune": given["commune"],
            }
            count = given["par_semaine"] * weeks
            yield Scenario(name, sessions=[Sessions(name, first, end, count, session_cents=cost)])
        if given.get("structures"):
            name = _("%(count)s structures de plus") % {"count": number(given["structures"])}
            yield Scenario(name, recruits=[Recruit(given["structures"], first)])
        if given.get("deplacer"):
            name = _("%(count)s pass déplacés au plus") % {"count": number(given["deplacer"])}
            yield Scenario(name, moves=[Move(given["deplacer"])])
        if given.get("rappels"):
            yield Scenario(_("Rappels envoyés"), reminders=[Remind(first, end)])


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def _together(levers: list[Scenario], extend: Extend | None) -> Scenario:
    return Scenario(
        _("Tout ensemble"),
        extend=extend,
        sessions=[one for lever in levers for one in lever.sessions],
        recruits=[one for lever in levers for one in lever.recruits],
        reminders=[one for lever in levers for one in lever.reminders],
        moves=[one for lever in levers for one in lever.moves],
    )
