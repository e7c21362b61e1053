"""What the pages of a series ask for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.training.rules import MOST_WEEKS, Recurrence
from passnumerique.training.rules.refusals import CauseMissing
from passnumerique.web.forms import DayField
from passnumerique.web.pages.training.forms import ScheduleForm


def _every(weeks: int) -> str:
    return gettext("Chaque semaine") if weeks == 1 else gettext("Toutes les %(weeks)s semaines") % {"weeks": weeks}


class SeriesForm(ScheduleForm):
    """A series of sessions: what a single one asks for, and how it is repeated."""

    field_order = (
        "place",
        "what",
        "day",
        "until",
        "weekdays",
        "every_weeks",
        "skip_holidays",
        "starts",
        "ends",
        "seats",
        "room",
    )
    until = DayField(label=_("Dernier jour"), help_text=_("Aucun atelier n’a lieu après ce jour."))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Jours de la semaine"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Sans choix\u202f: le jour de la semaine du premier jour."),
    )
    every_weeks = forms.TypedChoiceField(label=_("Rythme"), coerce=int, initial=1)
    skip_holidays = forms.BooleanField(
        label=_("Pas d’atelier pendant les vacances scolaires"),
        required=False,
        initial=True,
        help_text=_("Celles de la zone du lieu. Les jours fériés n’ont jamais d’atelier."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].label = gettext("Premier jour")
        self.fields["weekdays"].choices = [(number, str(name).capitalize()) for number, name in WEEKDAYS.items()]  # type: ignore[attr-defined]
        self.fields["every_weeks"].choices = [(weeks, _every(weeks)) for weeks in range(1, MOST_WEEKS + 1)]  # type: ignore[attr-defined]

    def recurrence(self, without: Iterable[date] = ()) -> Recurrence:
        """The days and hours asked for, without the days taken out by hand."""
        given = self.cleaned_data
        return Recurrence(
            first_day=given["day"],
            until=given["until"],
            starts=given["starts"],
            ends=self.last_hour(),
            weekdays=frozenset(given["weekdays"]),
            every_weeks=given["every_weeks"],
            skip_holidays=given["skip_holidays"],
            without=frozenset(without),
        )

    def texts(self) -> dict[str, Any]:
        """Seats and texts, the same for every session."""
        return {name: self.cleaned_data[name] for name in ("seats", "room", "trainer", "equipment", "accessibility")}


class CancelSeriesForm(forms.Form):
    """From which day a series is cancelled, and why."""

    from_day = DayField(label=_("À partir du"), help_text=_("Les ateliers de ce jour et des jours suivants."))
    cause = forms.CharField(
        label=_("Motif"),
        max_length=240,
        error_messages={"required": lazy(CauseMissing().say, str)()},
        help_text=_("Les personnes inscrites le liront. Par exemple\u202f: travaux dans la salle."),
    )
