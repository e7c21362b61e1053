"""What the pages of the issuer's files and of the reconciliation ask for."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.ground.words import say
from passnumerique.settlement.rules.issuer import FIELDS, IssuerKind
from passnumerique.settlement.rules.reconciling import FollowUp, Gap, Owner

Choices = Sequence[tuple[str, str]]
NOT_LOTS = [kind for kind in IssuerKind if kind is not IssuerKind.LOTS]


def words_of(kinds: Iterable[Any]) -> list[tuple[str, str]]:
    """Closed lists as choices, in the reader's words."""
    return [(one.value, say(one.words).capitalize()) for one in kinds]


class IssuerFileForm(forms.Form):
    """A file of the issuer, and what it is about."""

    kind = forms.ChoiceField(label=_("Ce que contient le fichier"), widget=forms.RadioSelect)
    issuer = forms.CharField(
        label=_("Émetteur"),
        max_length=160,
        help_text=_("Ses colonnes seront retenues sous ce nom pour le prochain fichier."),
    )
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("CSV, XLSX ou ODS, 10 Mo au plus, avec les titres des colonnes en première ligne."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = words_of(NOT_LOTS)  # type: ignore[attr-defined]


class IssuerColumnsForm(forms.Form):
    """Which column of the file holds each field."""

    def __init__(self, *args: Any, kind: IssuerKind, columns: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for one in FIELDS[kind]:
            nothing = gettext("Choisir une colonne") if one.required else gettext("Absente du fichier")
            choices = [("", nothing), *((name, name) for name in columns)]
            self.fields[one.name] = forms.ChoiceField(label=say(one.label), choices=choices, required=one.required)
        self.names = [one.name for one in FIELDS[kind]]
        self.fields["own_name"] = forms.CharField(
            label=_("Nom de votre dispositif dans le fichier"),
            required=False,
            max_length=80,
            help_text=_(
                "Seulement si le fichier contient plusieurs dispositifs\u202f: les autres lignes ne comptent pas."
            ),
        )

    def clean(self) -> dict[str, Any]:
        """Refuses one column for two fields."""
        given = super().clean() or {}
        taken: set[str] = set()
        for name in self.names:
            column = given.get(name)
            if column and column in taken:
                said = _("La colonne «\u202f%(column)s\u202f» sert déjà plus haut. Choisissez-en une autre.")
                self.add_error(name, ValidationError(said, params={"column": column}))
            taken.add(column or "")
        return given

    def mapping(self) -> dict[str, str]:
        """The column of each field that has one."""
        return {name: self.cleaned_data[name] for name in self.names if self.cleaned_data[name]}


class WithdrawForm(forms.Form):
    """Why a file is withdrawn."""

    reason = forms.CharField(
        label=_("Motif"), max_length=240, help_text=_("Par exemple\u202f: mauvais mois, colonnes interverties.")
    )


class GapFilter(forms.Form):
    """What narrows the reconciliation."""

    month = forms.CharField(
        label=_("Mois"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2022-12"}),
    )
    place = forms.ChoiceField(label=_("Lieu"), required=False)
    gap = forms.ChoiceField(label=_("Écart"), required=False)
    owner = forms.ChoiceField(label=_("Qui répond"), required=False)
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    view = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, places: Choices) -> None:
        super().__init__(data)
        every = [("", gettext("Tous"))]
        self.fields["place"].choices = [*every, *places]  # type: ignore[attr-defined]
        self.fields["gap"].choices = [*every, *words_of(Gap)]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [*every, *words_of(Owner)]  # type: ignore[attr-defined]

    def clean_month(self) -> date | None:
        """The first day of the month, or None for all."""
        text = self.cleaned_data["month"]
        try:
            return date.fromisoformat(f"{text}-01") if text else None
        except ValueError:
            raise ValidationError(_("Écrivez un mois comme 2022-12.")) from None


class NoteForm(forms.Form):
    """What is said of a difference."""

    state = forms.ChoiceField(label=_("Où en est cet écart"), widget=forms.RadioSelect)
    owner = forms.ChoiceField(label=_("Qui doit répondre"))
    reason = forms.CharField(
        label=_("Explication"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ce qui s’est passé, et sur quelle pièce cela repose. Aucun nom de bénéficiaire."),
    )
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["state"].choices = words_of(FollowUp)  # type: ignore[attr-defined]
        self.fields["owner"].choices = words_of(Owner)  # type: ignore[attr-defined]
