"""The calendar: the five dates in force on any day, and the papers that set them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.programmes.operations import open_calendar
from passnumerique.programmes.queries import calendar_of, calendar_revisions, paper_of
from passnumerique.programmes.rules import MILESTONE_WORDS, Calendar, CalendarInForce, Milestone, in_force
from passnumerique.web import charts
from passnumerique.web.actions import Action, offered
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.parts import Choices, paper_choices, paper_state, papers, tabs
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day as written_day


class DayFilter(forms.Form):
    """The day that the calendar is asked for."""

    au = DayField(label=gettext_lazy("Au jour du"), required=False)


class DatesForm(forms.Form):
    """The five dates, each the last day on which the thing may be done."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for milestone in Milestone:
            self.fields[milestone.value] = DayField(
                label=capfirst(say(MILESTONE_WORDS[milestone])), help_text=_("Ce jour est compris.")
            )

    def calendar(self) -> Calendar:
        """The dates typed."""
        return Calendar(**{milestone.value: self.cleaned_data[milestone.value] for milestone in Milestone})


class OpeningForm(DatesForm):
    """The first five dates, and the paper that sets them."""

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["document"] = forms.ChoiceField(label=_("Document qui les fixe"), choices=choices)
        self.fields["in_force_on"] = DayField(label=_("En vigueur à partir du"))


@desk_page(Permission.READ_PROGRAMME)
def calendar(request: DeskRequest) -> HttpResponse:
    """The five dates of today or of any past day, drawn and listed, and every revision with its papers."""
    desk = request.desk
    asked = DayFilter(request.GET)
    day = (asked.is_valid() and asked.cleaned_data["au"]) or desk.today
    rows = list(calendar_revisions(desk.programme_id))
    dates = in_force([CalendarInForce(calendar_of(row), row.in_force_on, row.rank) for row in rows], day)
    context = {
        "desk": desk,
        "tabs": tabs(desk, "calendar"),
        "filter": asked,
        "day": day,
        "opened": bool(rows),
        "first_day": min((row.in_force_on for row in rows), default=None),
        "timeline": _timeline(dates, day, desk.today) if dates else None,
        "table": _table(dates, rows, day) if dates else None,
        "revisions": [_revision(row, rows, dates, day) for row in reversed(rows)],
        "actions": _actions(desk, bool(rows)),
    }
    return render(request, "web/programme/calendar.html", context)


def _actions(desk: Desk, opened: bool) -> list[Action]:
    extend = Action(_("Prolonger le dispositif"), desk.url("extension"), icon="calendar")
    begin = Action(_("Fixer les premières dates"), desk.url("open_calendar"), icon="calendar")
    return offered(desk, Permission.MANAGE_CALENDAR, extend if opened else begin)


def _timeline(dates: Calendar, day: date, today: date) -> charts.Chart:
    events = [charts.Event(when, capfirst(say(MILESTONE_WORDS[one]))) for one, when in dates.items()]
    left = (dates.closing - day).days
    words = {"closing": written_day(dates.closing), "days": left, "day": written_day(day)}
    said = (
        _("Au %(day)s, la clôture est fixée au %(closing)s, dans %(days)s jours.")
        if left > 0
        else _("Au %(day)s, le dispositif est clos depuis le %(closing)s.")
    )
    return charts.timeline(_("Les cinq dates"), said % words, day, events, "" if day == today else _("Ce jour-là"))


def _table(dates: Calendar, rows: list[Any], day: date) -> Table:
    """The five dates, what each ends, and what it was before."""
    before = _before(rows, dates)
    lines = [
        {
            "name": capfirst(say(MILESTONE_WORDS[one])),
            "meaning": _meanings()[one],
            "day": when,
            "past": _("passée") if when < day else _("à venir"),
            "before": getattr(before, one.value) if before and getattr(before, one.value) != when else None,
        }
        for one, when in dates.items()
    ]
    columns = [
        Column("name", _("Échéance")),
        Column("day", _("Dernier jour"), "day"),
        Column("past", _("À ce jour")),
        Column("meaning", _("Ce qui s’arrête ensuite")),
    ]
    if before:
        columns.append(Column("before", _("Date précédente"), "day"))
    return Table(_("Les dates en vigueur"), columns, lines)


def _meanings() -> dict[Milestone, str]:
    return {
        Milestone.DISTRIBUTION_UNTIL: _("Les structures ne remettent plus de pass."),
        Milestone.VALIDITY_UNTIL: _("Les lieux n’acceptent plus les pass, sauf tolérance."),
        Milestone.END_OF_TRAINING: _("Plus aucun atelier n’a lieu."),
        Milestone.CLAIMS_UNTIL: _("Les lieux ne demandent plus de remboursement."),
        Milestone.CLOSING: _("Les comptes sont arrêtés."),
    }


def _before(rows: list[Any], dates: Calendar) -> Calendar | None:
    known = [calendar_of(row) for row in rows]
    rank = known.index(dates)
    return known[rank - 1] if rank else None


def _revision(row: Any, rows: list[Any], dates: Calendar | None, day: date) -> dict[str, object]:
    """One revision as a panel shows it on a day: its dates, its papers, whether it holds, until when it did."""
    own = calendar_of(row)
    after = min((one.in_force_on for one in rows if row.rank < one.rank and one.in_force_on <= day), default=None)
    given = (row.document, row.convention_amendment, row.mandate_amendment)
    return {
        "title": _("Premières dates") if row.rank == 1 else _("Prolongation n° %(n)s") % {"n": row.rank - 1},
        "in_force_on": row.in_force_on,
        "until": after - timedelta(days=1) if after and after > row.in_force_on else None,
        "state": "in_force" if own == dates else "ended" if row.in_force_on <= day else "signed",
        "dates": [(capfirst(say(MILESTONE_WORDS[one])), when) for one, when in own.items()],
        "papers": [
            {"kind": capfirst(say(paper.kind.words)), "paper": paper, "state": paper_state(paper, day)}
            for paper in (paper_of(one) for one in given if one is not None)
        ],
    }


@desk_page(Permission.MANAGE_CALENDAR)
def open_first_calendar(request: DeskRequest) -> HttpResponse:
    """The first five dates of a programme, by its convention."""
    desk = request.desk
    form = OpeningForm(choices=paper_choices(papers(desk.programme_id)), **sent(request))
    if done(form, lambda given: _open(desk, form, given)):
        messages.success(request, _("Les cinq dates sont fixées."))
        return redirect(desk.url("calendar"))
    missing = not form.fields["document"].choices  # type: ignore[attr-defined]
    context = {
        "title": _("Fixer les premières dates"),
        "lead": _("Elles changent ensuite par une prolongation, avec ses trois documents."),
        "warning": _("Ajoutez d’abord la convention dans «\u202fConventions et actes\u202f».") if missing else "",
        "submit": _("Fixer ces dates"),
        "cancel": desk.url("calendar"),
    }
    return form_page(request, form, context)


def _open(desk: Desk, form: OpeningForm, given: dict[str, Any]) -> None:
    open_calendar(
        programme_id=desk.programme_id,
        calendar=form.calendar(),
        document_id=UUID(given["document"]),
        in_force_on=given["in_force_on"],
        by=desk.actor,
        at=desk.at,
    )


def a_year_later(day: date) -> date:
    """The same day of the next year; the last of February for the 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return (day + timedelta(days=1)).replace(year=day.year + 1) - timedelta(days=1)
