"""What the pages of the claims ask for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.settlement.rules.refusals import PaymentReferenceMissing
from passnumerique.web.forms import DayField

Choices = Sequence[tuple[str, str]]


class ClaimFilter(forms.Form):
    """What narrows the list of claims."""

    place = forms.ChoiceField(label=_("Lieu"), required=False)
    month = forms.CharField(
        label=_("Mois"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2022-12"}),
    )
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, places: Choices) -> None:
        super().__init__(data)
        if places:
            self.fields["place"].choices = [("", gettext("Tous")), *places]  # type: ignore[attr-defined]
        else:
            del self.fields["place"]

    def clean_month(self) -> date | None:
        """The first day of the month, or None for all."""
        text = self.cleaned_data["month"]
        try:
            return date.fromisoformat(f"{text}-01") if text else None
        except ValueError:
            raise ValidationError(_("Écrivez un mois comme 2022-12.")) from None


class PaperForm(forms.Form):
    """A reference and a day, as the accounts bear them; never in the future."""

    reference = forms.CharField(
        label=_("Référence"), max_length=80, error_messages={"required": _(PaymentReferenceMissing.sentence)}
    )
    day = DayField(label=_("Date"))

    def __init__(self, *args: Any, today: date, hint: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["reference"].help_text = hint

    def clean_day(self) -> date:
        """The day. Refuses one to come."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("Cette date n’est pas encore venue. Enregistrez ce qui est fait."))
        return day


class CauseForm(forms.Form):
    """Why something out of the ordinary is done."""

    cause = forms.CharField(label=_("Motif"), max_length=240)
