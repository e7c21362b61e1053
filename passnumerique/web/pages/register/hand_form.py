"""What is asked at the counter: which passes, brackets of the person, needs; a name never, a contact only
if the person wants reminders."""

import re
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.beneficiaries.rules import (
    AGE_WORDS,
    AUTONOMY_WORDS,
    CONSENT_WORDS,
    STATUS_WORDS,
    WHY_NOT_WORDS,
    AgeBracket,
    Autonomy,
    Channel,
    Identity,
    Profile,
    Status,
    Wanted,
    address_for,
)
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.sheets import normalised
from passnumerique.ground.words import say
from passnumerique.programmes.queries import FormerCommune
from passnumerique.web.forms import DayField

LONGEST_START = 200
"""Letters of a number, a code, a booklet, or of the whole address that a hand scanner types."""
_QUIET = {"autocomplete": "off"}
_INSEE = re.compile(r"\b(\d[0-9AB]\d{3})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Town:
    """A commune of the territory, as it is offered while one types; `former` is a name that it had before."""

    code: str
    name: str
    former: str = ""

    @property
    def words(self) -> str:
        """Name and INSEE code, so that two communes of one name are told apart."""
        return f"{self.name} ({self.code})"


@dataclass(frozen=True)
class Territory:
    """What may be typed as the commune of residence, and whether anybody is eligible wherever they live."""

    towns: list[Town]
    merged: list[FormerCommune]
    anywhere: bool

    def options(self) -> list[Town]:
        """What is proposed while one types: each commune, and those that merged under the name of today."""
        return self.towns + [Town(one.now_code, one.now_name, one.name) for one in self.merged]


class HandOverForm(forms.Form):
    """Which passes, and who receives them."""

    start = forms.CharField(
        label=_("Premier pass"),
        max_length=LONGEST_START,
        help_text=_("Son numéro, son code, ou le carnet\u202f: «\u202fcarnet 24\u202f»."),
        widget=forms.TextInput(attrs={**_QUIET, "spellcheck": "false"}),
    )
    quantity = forms.IntegerField(
        label=_("Nombre de pass"),
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", **_QUIET}),
    )
    age_bracket = forms.ChoiceField(label=_("Âge"), widget=forms.RadioSelect)
    commune = forms.CharField(
        label=_("Commune de résidence"),
        max_length=160,
        help_text=_("Tapez les premières lettres, puis choisissez."),
        widget=forms.TextInput(attrs={"list": "communes", **_QUIET}),
    )
    status = forms.ChoiceField(label=_("Situation"), widget=forms.RadioSelect)
    target_public = forms.BooleanField(
        label=_("Public cible de l’État (PIC)"),
        required=False,
        help_text=_("Jeune sans école ni emploi, ou demandeur d’emploi sans le baccalauréat."),
    )
    needs = forms.MultipleChoiceField(
        label=_("Ce que la personne veut apprendre"), required=False, widget=forms.CheckboxSelectMultiple
    )
    autonomy = forms.ChoiceField(
        label=_("Avec un ordinateur ou un téléphone, la personne"), required=False, widget=forms.RadioSelect
    )
    not_diagnosed = forms.ChoiceField(
        label=_("Rien n’a été demandé, parce que"), required=False, widget=forms.RadioSelect
    )
    phone = forms.CharField(
        label=_("Téléphone"),
        max_length=40,
        required=False,
        widget=forms.TelInput(attrs=_QUIET),
    )
    email = forms.CharField(
        label=_("Adresse électronique"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "spellcheck": "false", **_QUIET}),
    )
    consent = forms.BooleanField(label=_("La personne est d’accord avec cette phrase"), required=False)
    first_name = forms.CharField(label=_("Prénom"), max_length=80, required=False, widget=forms.TextInput(attrs=_QUIET))
    last_name = forms.CharField(label=_("Nom"), max_length=80, required=False, widget=forms.TextInput(attrs=_QUIET))
    born_on = DayField(label=_("Date de naissance"), required=False)

    def __init__(
        self,
        *args: Any,
        territory: Territory,
        themes: list[tuple[str, str]],
        writes: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.territory, self.themes = territory, themes
        self._choices("age_bracket", AGE_WORDS)
        self._choices("status", STATUS_WORDS)
        self._choices("autonomy", AUTONOMY_WORDS)
        self._choices("not_diagnosed", WHY_NOT_WORDS)
        self.fields["needs"].choices = themes  # type: ignore[attr-defined]
        if not themes:
            del self.fields["needs"]
        self.fields["consent"].help_text = say(CONSENT_WORDS)
        if not writes:
            del self.fields["consent"]

    def _choices(self, name: str, words: Any) -> None:
        told = [(one.value, capfirst(say(sentence))) for one, sentence in words.items()]
        self.fields[name].choices = told  # type: ignore[attr-defined]

    def clean_commune(self) -> str:
        """The INSEE code of what was typed: a commune of the list, or any code where anybody is eligible. What
        merged is not taken: the commune of today is put in its place, to be sent again."""
        typed = self.cleaned_data["commune"]
        code = insee_in(typed)
        known = {town.code: town for town in self.territory.towns}
        if code in known:
            return code
        named = [town.code for town in self.territory.towns if normalised(town.name) == normalised(typed)]
        if len(named) == 1:
            return named[0]
        if merged := self._merged(code, typed):
            self._put("commune", Town(merged.now_code, merged.now_name).words)
            raise forms.ValidationError(_merger(merged))
        if code and self.territory.anywhere:
            return code
        raise forms.ValidationError(_NOWHERE if self.territory.anywhere else _OUTSIDE)

    def _merged(self, code: str, typed: str) -> FormerCommune | None:
        name = normalised(typed)
        gone = self.territory.merged
        return next((one for one in gone if code == one.insee_code or normalised(one.name) == name), None)

    def _put(self, name: str, value: str) -> None:
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix(name)] = value
        self.data = data

    def clean_phone(self) -> str:
        """A telephone in one way, if any."""
        return _readable(Channel.SMS, self.cleaned_data["phone"])

    def clean_email(self) -> str:
        """An address in one way, if any."""
        return _readable(Channel.EMAIL, self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Consent needs a contact; an identity is whole or not given; needs are asked, or it is said why not."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("consent") and not self.errors.keys() & {"phone", "email"} and not _contacts(given):
            self.add_error("phone", _("Écrivez un téléphone ou une adresse, ou retirez l’accord."))
        who = {name: given.get(name) for name in ("first_name", "last_name", "born_on")}
        if any(who.values()):
            for name in (name for name, value in who.items() if not value and name not in self.errors):
                self.add_error(name, _("Il manque pour reconnaître la personne. Sinon, laissez les trois vides."))
        asked = given.get("needs") or given.get("autonomy") or given.get("not_diagnosed")
        if self.themes and not asked and not self.errors.keys() & {"needs", "autonomy", "not_diagnosed"}:
            self.add_error("needs", _("Cochez un besoin, ou dites plus bas pourquoi rien n’a été demandé."))
        return given

    def profile(self) -> Profile:
        """Who receives, as the operation takes it."""
        given = self.cleaned_data
        asked = bool(given.get("needs") or given["autonomy"])
        return Profile(
            AgeBracket(given["age_bracket"]),
            given["commune"],
            Status(given["status"]),
            given["target_public"],
            contact="" if given.get("consent") else "\n".join(one for _channel, one in _contacts(given)),
            needs=tuple(UUID(one) for one in given.get("needs") or ()),
            autonomy=Autonomy(given["autonomy"]) if given["autonomy"] else None,
            not_diagnosed="" if asked else given["not_diagnosed"],
            identity=_identity(given),
            wants=tuple(Wanted(channel, one, say(CONSENT_WORDS)) for channel, one in _contacts(given))
            if given.get("consent")
            else (),
        )

    def folded_open(self, *names: str) -> bool:
        """Whether a folded part holds something typed, or something to correct."""
        return any(self[name].errors or self[name].value() for name in names if name in self.fields)

    def contact_open(self) -> bool:
        """Whether the part of the reminders stands open."""
        return self.folded_open("phone", "email", "consent")

    def identity_open(self) -> bool:
        """Whether the part of the identity stands open."""
        return self.folded_open("first_name", "last_name", "born_on")


def insee_in(typed: str) -> str:
    """The INSEE code written somewhere in a text, or nothing."""
    found = _INSEE.search(typed)
    return found[1].upper() if found else ""


_OUTSIDE = _(
    "Choisissez une commune de la liste\u202f: les pass sont pour les habitants du territoire. "
    "Si la commune a fusionné, choisissez la nouvelle."
)
_NOWHERE = _("Choisissez une commune de la liste, ou tapez son code INSEE.")


def _merger(merged: FormerCommune) -> str:
    told = gettext(
        "%(old)s a fusionné\u202f: c’est aujourd’hui %(now)s, écrite à sa place. Vérifiez, puis envoyez de nouveau."
    )
    return told % {"old": merged.name, "now": merged.now_name}


def _readable(channel: Channel, typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        return address_for(channel, typed)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.say(), code=refusal.name) from None


def _contacts(given: dict[str, Any]) -> list[tuple[Channel, str]]:
    told = ((Channel.SMS, given.get("phone")), (Channel.EMAIL, given.get("email")))
    return [(channel, one) for channel, one in told if one]


def _identity(given: dict[str, Any]) -> Identity | None:
    if not given.get("born_on"):
        return None
    return Identity(given["first_name"], given["last_name"], given["born_on"])
