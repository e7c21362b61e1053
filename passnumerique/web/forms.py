"""What forms of every desk share: days, amounts, percentages, and refusals told beside the fields."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from passnumerique.ground.money import euros, grouped, parse_cents
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal

UNPROCESSABLE = 422


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)


class EurosField(forms.CharField):
    """An amount typed in euros (`1 234,50`); its value is cents, between `least` and `most`."""

    def __init__(self, *, least: int = 0, most: int = 10**12, **options: Any) -> None:
        self.least, self.most = least, most
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """Cents, or None for nothing typed where nothing is needed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            cents = parse_cents(text)
        except ValueError:
            raise ValidationError(_("Écrivez un montant en euros, comme 1 234,50.")) from None
        if not self.least <= cents <= self.most:
            limits = {"least": euros(self.least), "most": euros(self.most)}
            raise ValidationError(_("Le montant doit être entre %(least)s et %(most)s."), params=limits)
        return cents

    def prepare_value(self, value: Any) -> Any:
        """Cents as a person types them."""
        return euros(value)[:-2] if isinstance(value, int) else value


class PercentField(forms.CharField):
    """A rate typed in percents (`4` or `4,5`); its value is basis points, 100 of them to one percent."""

    def __init__(self, *, least: int = 0, most: int = 10_000, **options: Any) -> None:
        self.least, self.most = least, most
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """Basis points."""
        text = str(super().clean(value)).replace("%", "").strip()
        try:
            points = parse_cents(text)
        except ValueError:
            raise ValidationError(_("Écrivez un pourcentage, comme 4 ou 4,5.")) from None
        if not self.least <= points <= self.most:
            limits = {"least": points_as_percents(self.least), "most": points_as_percents(self.most)}
            raise ValidationError(_("Le taux doit être entre %(least)s et %(most)s."), params=limits)
        return points

    def prepare_value(self, value: Any) -> Any:
        """Basis points as a person types them."""
        return points_as_percents(value)[:-2] if isinstance(value, int) else value


def points_as_percents(points: int) -> str:
    """Basis points as `4 %` or `4,5 %`."""
    whole, rest = divmod(points, 100)
    decimals = f",{rest:02d}".rstrip("0") if rest else ""
    return f"{grouped(whole)}{decimals}\u202f%"


def done(form: forms.Form, act: Callable[[dict[str, Any]], object], **beside: str) -> bool:
    """Whether the form was sent, understood, and its act done.

    A refusal becomes an error of the form: beside the field that `beside` names for it
    (`pale_colour="colour"`), or else at its head; the act may add errors itself. What the actor may not
    do or see is no error of theirs to correct and goes on as it is.
    """
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        form.add_error(beside.get(refusal.name), refusal.say())
    return not form.errors


def sent(request: HttpRequest) -> dict[str, Any]:
    """How to bind a form to what was sent, and to nothing on a first visit: `TheForm(**sent(request))`."""
    posted = request.method == "POST"
    return {"data": request.POST if posted else None, "files": request.FILES if posted else None}


def form_page(
    request: HttpRequest,
    form: forms.Form,
    context: Mapping[str, Any],
    template: str = "web/form_page.html",
) -> HttpResponse:
    """The page of one form; 422 when something is to be corrected.

    `context` of `web/form_page.html`: title, submit, cancel (the way back), perhaps back (its words),
    lead, warning, breadcrumbs and kind (of the submit button).
    """
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    blanks = {"lead": "", "warning": "", "breadcrumbs": [], "kind": "primary", "back": ""}
    return render(request, template, {**blanks, **context, "form": form}, status=status)
