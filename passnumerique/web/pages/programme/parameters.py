"""The rules of a programme: every parameter with its value in force, the paper that says so, its history."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.programmes.operations import set_parameters
from passnumerique.programmes.queries import parameter_revisions
from passnumerique.programmes.rules import PARAMETERS, Parameter, Terms
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import (
    UNPROCESSABLE,
    DayField,
    EurosField,
    PercentField,
    done,
    points_as_percents,
    sent,
)
from passnumerique.web.pages.programme.parts import Choices, paper_choices, papers, tabs
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day as written_day
from passnumerique.web.templatetags.house import euros, number


def written(parameter: Parameter, value: Any) -> str:
    """A value as people say it: euros, percents, words of a choice, or a count with its unit."""
    if parameter.choices:
        words = zip(parameter.choices, parameter.choice_words, strict=True)
        return next((say(said) for choice, said in words if choice == value), str(value))
    if parameter.name.endswith("_cents"):
        return euros(value)
    if parameter.name.endswith("_rate"):
        return points_as_percents(value)
    if not parameter.high:
        return str(value) or _("Tous les publics")
    return f"{number(value)}\u00a0{say(parameter.unit)}"


def field_for(parameter: Parameter) -> forms.Field:
    """The field in which a value of that parameter is typed, with its limits."""
    label = capfirst(say(parameter.label))
    if parameter.choices:
        words = zip(parameter.choices, parameter.choice_words, strict=True)
        choices = [(choice.value, capfirst(say(said))) for choice, said in words]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    limits = {"least": parameter.low, "most": parameter.high}
    if parameter.name.endswith("_cents"):
        return EurosField(label=label, help_text=_("En euros, comme 10,00."), **limits)
    if parameter.name.endswith("_rate"):
        return PercentField(label=label, help_text=_("En pourcentage, comme 4 ou 4,5."), **limits)
    if not parameter.high:
        return forms.CharField(label=label, required=False, max_length=240)
    hint = _("Entre %(low)s et %(high)s %(unit)s.") % {
        "low": number(parameter.low),
        "high": number(parameter.high),
        "unit": say(parameter.unit),
    }
    return forms.IntegerField(label=label, help_text=hint, min_value=parameter.low, max_value=parameter.high)


class ParameterForm(forms.Form):
    """Another value of one parameter, the paper that sets it, and from when on."""

    def __init__(self, *args: Any, parameter: Parameter, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["value"] = field_for(parameter)
        self.fields["document"] = forms.ChoiceField(label=_("Document qui le décide"), choices=choices)
        self.fields["in_force_on"] = DayField(label=_("En vigueur à partir du"))


@desk_page(Permission.READ_PROGRAMME)
def parameters(request: DeskRequest) -> HttpResponse:
    """Every parameter: its value today, the document it comes from, since when, and what comes next."""
    desk = request.desk
    history = _history(desk)
    lines = [_line(one, history.get(one.name, []), desk.today) for one in PARAMETERS.values()]
    columns = [
        Column("label", _("Règle"), url=lambda line: desk.url("parameter", line["name"])),
        Column("value", _("Valeur en vigueur")),
        Column("document", _("Document")),
        Column("since", _("En vigueur depuis"), "day"),
        Column("next", _("À venir")),
    ]
    file = exported(request, f"regles-{desk.slug}", columns, lines)
    if file is not None:
        return file
    table = Table(_("Règles du dispositif"), columns, lines, count=len(lines))
    context = {"desk": desk, "tabs": tabs(desk, "parameters"), "table": table}
    return render(request, "web/programme/parameters.html", context)


def _history(desk: Desk) -> dict[str, list[Any]]:
    """The revisions of each parameter, latest in force first."""
    found: dict[str, list[Any]] = {}
    for row in parameter_revisions(desk.programme_id):
        found.setdefault(row.name, []).append(row)
    return found


def _standing(rows: Iterable[Any], today: date) -> Any:
    return next((row for row in rows if row.in_force_on <= today), None)


def _line(parameter: Parameter, rows: list[Any], today: date) -> dict[str, object]:
    row = _standing(rows, today)
    coming = min((one for one in rows if one.in_force_on > today), key=lambda one: one.in_force_on, default=None)
    value = row.value if row else getattr(Terms(), parameter.name)
    said = {
        "value": written(parameter, coming.value) if coming else "",
        "day": written_day(coming.in_force_on) if coming else "",
    }
    return {
        "name": parameter.name,
        "label": capfirst(say(parameter.label)),
        "value": written(parameter, value),
        "document": row.document.reference if row else _("valeur par défaut"),
        "since": row.in_force_on if row else None,
        "next": _("%(value)s à partir du %(day)s") % said if coming else "",
    }


@desk_page(Permission.READ_PROGRAMME)
def parameter(request: DeskRequest, name: str) -> HttpResponse:
    """One parameter: its history, and for the manager the form that sets another value."""
    desk = request.desk
    known = PARAMETERS.get(name)
    if known is None:
        raise NotFound
    rows = _history(desk).get(name, [])
    may_write = desk.may(Permission.MANAGE_PROGRAMME)
    form = _form(request, known, rows) if may_write else None
    if form is not None and done(form, lambda given: _set(desk, name, given), bad_parameter="value"):
        messages.success(request, _("La règle est enregistrée."))
        return redirect(desk.url("parameters"))
    label = capfirst(say(known.label))
    context = {
        "desk": desk,
        "label": label,
        "value": _line(known, rows, desk.today)["value"],
        "form": form,
        "table": _revisions(known, rows, label),
        "breadcrumbs": [Crumb(_("Règles du dispositif"), desk.url("parameters")), Crumb(label)],
    }
    status = UNPROCESSABLE if form is not None and form.is_bound and form.errors else 200
    return render(request, "web/programme/parameter.html", context, status=status)


def _form(request: DeskRequest, known: Parameter, rows: list[Any]) -> ParameterForm:
    desk = request.desk
    row = _standing(rows, desk.today)
    value = row.value if row else getattr(Terms(), known.name)
    return ParameterForm(
        parameter=known,
        choices=paper_choices(papers(desk.programme_id)),
        initial={"value": value, "in_force_on": desk.today},
        **sent(request),
    )


def _set(desk: Desk, name: str, given: dict[str, Any]) -> None:
    set_parameters(
        programme_id=desk.programme_id,
        values={name: given["value"]},
        document_id=UUID(given["document"]),
        in_force_on=given["in_force_on"],
        by=desk.actor,
        at=desk.at,
    )


def _revisions(known: Parameter, rows: list[Any], label: str) -> Table:
    columns = [
        Column(lambda row: written(known, row.value), label),
        Column("in_force_on", _("En vigueur à partir du"), "day"),
        Column("document.reference", _("Document")),
        Column("recorded_at", _("Enregistré"), "instant"),
    ]
    return Table(
        _("Historique"),
        columns,
        rows,
        count=len(rows),
        empty=_("Cette règle n’a jamais été fixée\u202f: la valeur par défaut s’applique."),
    )
