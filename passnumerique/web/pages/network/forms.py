"""What the network's pages ask for."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.rules import (
    ACCREDITATION_LABELS,
    EVERY_FIELD,
    LISTS,
    LONGEST_LABEL,
    NEEDS_ORGANISATION,
    ROLE_LABELS,
    SCOPE_LABELS,
    WITHOUT_ACCOUNT,
    Field,
    Role,
    Shape,
)
from passnumerique.web.forms import DayField

Choices = Sequence[tuple[str, str]]

SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Qui est-ce"), ("name", "pivot", "types", "parent_structure", "external_id")),
    (
        _("Où"),
        (
            *("address", "address_extra", "postcode", "commune", "insee_code"),
            *("latitude", "longitude", "mobility"),
        ),
    ),
    (
        _("Comment le public la joint"),
        (
            *("phone", "emails", "websites", "opening_hours"),
            *("access_modes", "booking_url", "accessibility_url"),
        ),
    ),
    (_("Qui vous appelez, vous"), ("contact_name", "contact_email", "contact_phone")),
    (
        _("Ce qui y est proposé"),
        (
            *("summary", "description", "services", "support_modes", "audiences", "special_care", "fees"),
            *("national_programmes", "labels", "other_labels"),
        ),
    ),
    (_("D’où vient cette fiche"), ("source",)),
)
_HINTS = {
    "name": _("Le nom que les gens connaissent."),
    "pivot": _("14 chiffres pour un SIRET, W et 9 chiffres pour une association."),
    "types": _("En capitales, comme CCAS ou TIERS_LIEUX."),
    "external_id": _("Celui de votre fichier. Laissé vide, il est calculé."),
    "opening_hours": _("Comme Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00."),
    "contact_name": _("Ces trois informations ne sont jamais publiées."),
    "insee_code": _("5 signes, comme 55545."),
    "latitude": _("En degrés, comme 49,1597. Va avec la longitude."),
}
_NOT_THEIRS = frozenset({"external_id", "pivot"})


class OrganisationForm(forms.Form):
    """One organisation, with the fields of the national standard and our own contacts.

    `own` leaves out what only the authority may change.
    """

    def __init__(self, *args: Any, own: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = [(title, [n for n in names if not (own and n in _NOT_THEIRS)]) for title, names in SECTIONS]
        for name in (name for _title, names in self.asked for name in names):
            self.fields[name] = field_for(EVERY_FIELD[name])

    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.asked]

    def texts(self) -> dict[str, str | list[str]]:
        """What was typed, as the operations of the directory read it."""
        return {name: _as_text(EVERY_FIELD[name], value) for name, value in self.cleaned_data.items()}


def field_for(field: Field) -> forms.Field:
    """The form field of one field of the standard. It never refuses what the operation would explain."""
    given: dict[str, Any] = {
        "label": gettext(field.label),
        "required": field.name == "name",
        "help_text": _HINTS.get(field.name, ""),
    }
    if field.shape is Shape.CHOICES:
        choices = [(choice, choice) for choice in field.choices]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **given)
    if _one_a_line(field):
        hint = given["help_text"] or _("Un par ligne.")
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), **{**given, "help_text": hint})
    if field.name == "description":
        return forms.CharField(widget=forms.Textarea, **given)
    return forms.CharField(**given)


def initial_of(organisation: object) -> dict[str, object]:
    """What the form shows of an organisation."""
    return {
        name: "\n".join(value) if _one_a_line(field) else value
        for name, field in EVERY_FIELD.items()
        if (value := getattr(organisation, name)) is not None
    }


def _one_a_line(field: Field) -> bool:
    return field.shape in LISTS - {Shape.CHOICES} and field.name != "contact_email"


def _as_text(field: Field, value: Any) -> str | list[str]:
    if not _one_a_line(field):
        return list(value) if isinstance(value, list) else str(value)
    return [line.strip() for line in str(value).splitlines() if line.strip()]


class NetworkFilter(forms.Form):
    """What narrows the list of the network."""

    q = forms.CharField(
        label=_("Nom, commune ou SIRET"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    role = forms.CharField(required=False, widget=forms.HiddenInput)


class AccreditForm(forms.Form):
    """Which organisations, for what, from when, by which paper."""

    organisation = forms.MultipleChoiceField(
        label=_("Structures et lieux"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une structure.")},
    )
    kind = forms.ChoiceField(label=_("Agréer comme"), widget=forms.RadioSelect)
    from_day = DayField(label=_("À partir du"))
    until_day = DayField(
        label=_("Jusqu’au"), required=False, help_text=_("Ce jour compris. Vide\u202f: sans date de fin.")
    )
    document_reference = forms.ChoiceField(label=_("Document qui le décide"), required=False)

    def __init__(self, *args: Any, organisations: Choices, documents: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]
        self.fields["document_reference"].choices = [("", _("Aucun")), *documents]  # type: ignore[attr-defined]
        kinds = [(kind.value, gettext(label)) for kind, label in ACCREDITATION_LABELS.items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class LastDayForm(forms.Form):
    """The last day of an accreditation or of a role."""

    last_day = DayField(label=_("Dernier jour"), help_text=_("Ce jour est compris."))


class InviteForm(forms.Form):
    """Who is invited, to do what, for whom."""

    email = forms.EmailField(
        label=_("Adresse e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}), max_length=254
    )
    role = forms.ChoiceField(label=_("Rôle"), widget=forms.RadioSelect)
    organisation = forms.ChoiceField(
        label=_("Structure ou lieu"),
        required=False,
        help_text=_("Seulement pour une structure, un lieu ou la médiation."),
    )
    only_here = forms.BooleanField(label=_("Pour ce dispositif seulement"), required=False)

    def __init__(self, *args: Any, organisations: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        roles = [(role.value, gettext(ROLE_LABELS[role])) for role in Role if role not in WITHOUT_ACCOUNT]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["organisation"].choices = [("", _("Toute la collectivité")), *organisations]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Says beside the field which roles need an organisation, before the operation refuses it."""
        given = super().clean() or {}
        role, chosen = given.get("role"), given.get("organisation")
        if role in NEEDS_ORGANISATION and not chosen:
            self.add_error("organisation", _("Ce rôle agit pour une structure. Choisissez laquelle."))
        if role and role not in NEEDS_ORGANISATION and chosen:
            said = _("Ce rôle agit pour toute la collectivité. Choisissez «\u202fToute la collectivité\u202f».")
            self.add_error("organisation", said)
        return given


class TokenForm(forms.Form):
    """Which program may act for whom, what it may do, and until when. A place is not asked for whom."""

    organisation = forms.ChoiceField(label=_("Pour quelle structure ou quel lieu"))
    label = forms.CharField(
        label=_("Nom du jeton"),
        help_text=_("Celui du logiciel qui s’en sert. Il se lit dans la liste des jetons."),
        max_length=LONGEST_LABEL,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Ce que le jeton permet"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une chose.")},
    )
    last_day = DayField(label=_("Dernier jour"))
    only_here = forms.BooleanField(label=_("Pour ce dispositif seulement"), required=False)

    def __init__(self, *args: Any, organisations: Choices | None, last_day: str, **options: Any) -> None:
        super().__init__(*args, **options)
        scopes = [(scope.value, gettext(label)) for scope, label in SCOPE_LABELS.items()]
        self.fields["scopes"].choices = scopes  # type: ignore[attr-defined]
        self.fields["last_day"].help_text = gettext("Ce jour est compris. Au plus tard le %(day)s.") % {"day": last_day}
        if organisations is None:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].choices = [("", _("Choisir")), *organisations]  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    """A table to import."""

    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("CSV, XLSX ou ODS, 10 Mo au plus, avec les titres des colonnes en première ligne."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )


class ColumnsForm(forms.Form):
    """Which column of the file holds which of our fields: one choice for each column."""

    def __init__(
        self,
        *args: Any,
        columns: Sequence[str],
        examples: Iterable[str],
        guesses: dict[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.columns = columns
        choices = [("", _("Ne pas reprendre")), *((n, gettext(f.label)) for n, f in EVERY_FIELD.items())]
        fields = {column: field for field, column in guesses.items()}
        for rank, (column, example) in enumerate(zip(columns, examples, strict=True)):
            self.fields[f"column_{rank}"] = forms.ChoiceField(
                label=column,
                help_text=example,
                choices=choices,
                required=False,
                initial=fields.get(column, ""),
            )
        self.fields["save_as"] = forms.CharField(
            label=_("Garder cette correspondance sous le nom"),
            help_text=_("Pour le prochain fichier du même partenaire."),
            required=False,
            max_length=80,
        )

    def clean(self) -> dict[str, Any]:
        """Refuses two columns for one field, and a file without names."""
        given = super().clean() or {}
        taken: dict[str, str] = {}
        for rank, column in enumerate(self.columns):
            field = given.get(f"column_{rank}")
            if field and field in taken:
                said = _("La colonne «\u202f%(column)s\u202f» a déjà ce contenu. Choisissez-en un autre.")
                self.add_error(f"column_{rank}", said % {"column": taken[field]})
            elif field:
                taken[field] = column
        if "name" not in taken:
            raise forms.ValidationError(_("Choisissez la colonne qui contient le nom des structures."))
        return given

    def mapping(self) -> dict[str, str]:
        """The field and its column, for each column that is taken."""
        pairs = ((self.cleaned_data[f"column_{rank}"], column) for rank, column in enumerate(self.columns))
        return {field: column for field, column in pairs if field}
