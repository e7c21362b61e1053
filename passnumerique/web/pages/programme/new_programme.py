"""Another programme of the same authority: from a form, or from its declarative file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import get_resolver, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Permission
from passnumerique.journeys.set_up import (
    ProgrammeFile,
    ProgrammeFileInvalid,
    read_programme_file,
    set_up_programme,
)
from passnumerique.programmes.queries import communes
from passnumerique.programmes.rules import PARAMETERS, Milestone
from passnumerique.training.queries.plan import plan as whole_plan
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.calendar import DatesForm
from passnumerique.web.pages.programme.envelope import SharesForm
from passnumerique.web.pages.programme.parameters import field_for

_CONVENTION = "convention"
_ASKED = ("face_value_cents", "passes_per_booklet", "purchase")
"""The rules that a programme cannot begin without; the others are set on their own page."""


class NewProgrammeForm(DatesForm, SharesForm):
    """What a programme needs to begin."""

    name = forms.CharField(label=gettext_lazy("Nom du dispositif"), max_length=160)
    slug = forms.RegexField(
        label=gettext_lazy("Nom court, dans les adresses"),
        regex=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        help_text=gettext_lazy("En minuscules, chiffres et tirets, comme verdun-2024."),
        error_messages={"invalid": gettext_lazy("Utilisez des minuscules, des chiffres et des tirets.")},
    )
    starts_on = DayField(label=gettext_lazy("Premier jour"))
    funder = forms.CharField(label=gettext_lazy("Financeur principal"), max_length=160, required=False)
    issuer = forms.CharField(
        label=gettext_lazy("Émetteur"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Vide\u202f: la collectivité émet elle-même ses pass."),
    )
    reference = forms.CharField(label=gettext_lazy("Référence de la convention"), max_length=80)
    signed_on = DayField(label=gettext_lazy("Convention signée le"))
    with_territory = forms.BooleanField(
        label=gettext_lazy("Reprendre le territoire de ce dispositif"), required=False, initial=True
    )
    with_plan = forms.BooleanField(
        label=gettext_lazy("Reprendre le plan de formation de ce dispositif"), required=False, initial=True
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in _ASKED:
            self.fields[name] = field_for(PARAMETERS[name])
        first = ["name", "slug", "starts_on", "funder", "issuer", "reference", "signed_on"]
        self.order_fields([*first, *_ASKED, *(one.value for one in Milestone)])

    def clean_slug(self) -> str:
        """Refuses a short name that another page already has as its address."""
        slug = str(self.cleaned_data["slug"])
        if slug in _addresses():
            raise ValidationError(_("Ce nom court sert déjà d’adresse à une autre page. Choisissez-en un autre."))
        return slug


def _addresses() -> set[str]:
    """The first words of the installation's own addresses, such as `compte`."""
    resolver = get_resolver()
    known = (found for name in resolver.reverse_dict for found, *_rest in resolver.reverse_dict.getlist(name))
    return {"static"} | {address.partition("/")[0] for found in known for address, _names in found}


class ManyFilesInput(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, or none."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files, each checked as one."""
        return [super(ManyFilesField, self).clean(one, initial) for one in data or []]


class ProgrammeFileForm(forms.Form):
    """The declarative file, and those that it names."""

    file = forms.FileField(
        label=gettext_lazy("Fichier du dispositif"),
        help_text=gettext_lazy("Au format TOML, comme dans le dossier «\u202fexamples\u202f» du logiciel."),
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )
    beside = ManyFilesField(
        label=gettext_lazy("Fichiers qu’il nomme"),
        help_text=gettext_lazy("Communes, structures, lieux, logo. Choisissez-les tous en une fois."),
        required=False,
    )


@desk_page(Permission.MANAGE_PROGRAMME)
def new_programme(request: DeskRequest) -> HttpResponse:
    """From a form: names, dates, rules, convention, envelope; the territory and the plan may be taken over."""
    desk = request.desk
    form = NewProgrammeForm(initial={"face_value_cents": 1000, "passes_per_booklet": 10}, **sent(request))
    if done(form, lambda given: _begin(desk, form, given), programme_exists="slug", shares_do_not_sum="amount"):
        return _begun(request, form.cleaned_data["slug"])
    context = {
        "title": _("Nouveau dispositif"),
        "lead": _("Il commence avec sa convention, ses cinq dates et son enveloppe. Le reste se règle ensuite."),
        "submit": _("Créer le dispositif"),
        "cancel": desk.url("authority"),
        "tabs": _tabs(desk, by_file=False),
    }
    return form_page(request, form, context, "web/programme/new_programme.html")


def _tabs(desk: Desk, by_file: bool) -> list[dict[str, object]]:
    return [
        {"label": _("Par un formulaire"), "url": desk.url("new_programme"), "current": not by_file},
        {"label": _("Par un fichier"), "url": desk.url("programme_from_file"), "current": by_file},
    ]


def _begin(desk: Desk, form: NewProgrammeForm, given: dict[str, Any]) -> None:
    """The same building as from a file, so that both make the same programme."""
    file = ProgrammeFile.model_validate(_declared(desk, form, given))
    set_up_programme(file=file, beside=_no_file, by=desk.actor, at=desk.at)


def _declared(desk: Desk, form: NewProgrammeForm, given: dict[str, Any]) -> dict[str, Any]:
    named = ("name", "slug", "starts_on", "funder", "issuer")
    return {
        "authority": _authority(desk),
        "programme": {name: given[name] for name in named},
        "documents": {
            _CONVENTION: {
                "kind": _CONVENTION,
                "reference": given["reference"],
                "counterpart": given["funder"],
                "signed_on": given["signed_on"],
                "in_force_on": given["signed_on"],
            }
        },
        "calendar": {"document": _CONVENTION, "dates": {one.value: given[one.value] for one in Milestone}},
        "parameters": [{"document": _CONVENTION, "values": {name: given[name] for name in _ASKED}}],
        "envelope": {"document": _CONVENTION, "amount_cents": given["amount"], "shares": form.shares()},
        "themes": _themes(desk) if given["with_plan"] else [],
        "territory": _territory(desk, given["with_territory"]),
    }


def _authority(desk: Desk) -> dict[str, Any]:
    row = access_authorities(desk.actor).get()
    return {"name": row.name, "slug": row.slug, "kind": row.kind}


def _themes(desk: Desk) -> list[dict[str, Any]]:
    taken = ("name", "price_passes", "minutes", "level")
    return [
        {
            "name": theme.name,
            "modules": [
                {name: getattr(module, name) for name in taken} | {"sessions": [line.title for line in module.sessions]}
                for module in theme.modules
            ],
        }
        for theme in whole_plan(desk.programme_id)
    ]


def _territory(desk: Desk, taken_over: bool) -> dict[str, Any]:
    rows = list(communes(desk.programme_id)) if taken_over else []
    taken = ("insee_code", "name", "postcodes", "population", "epci_siren", "epci_name")
    return {
        "vintage": max((row.vintage for row in rows), default=desk.today.year),
        "communes": [{name: getattr(row, name) for name in taken} for row in rows],
    }


def _no_file(name: str) -> bytes:
    raise ProgrammeFileInvalid(problems=name)


@desk_page(Permission.MANAGE_PROGRAMME)
def programme_from_file(request: DeskRequest) -> HttpResponse:
    """From the declarative file: everything that it says, or nothing and why."""
    desk = request.desk
    form = ProgrammeFileForm(**sent(request))
    made: list[str] = []
    if done(form, lambda given: made.append(_build(desk, form, given))):
        return _begun(request, made[0])
    context = {
        "title": _("Nouveau dispositif"),
        "lead": _("Tout ce que le fichier déclare est créé, ou rien ne l’est."),
        "submit": _("Créer le dispositif"),
        "cancel": desk.url("authority"),
        "tabs": _tabs(desk, by_file=True),
    }
    return form_page(request, form, context, "web/programme/new_programme.html")


def _build(desk: Desk, form: forms.Form, given: dict[str, Any]) -> str:
    """Build from the file; each of its problems becomes a line of the summary."""
    try:
        file = read_programme_file(_text(given["file"]))
        set_up_programme(file=file, beside=_beside(given["beside"]), by=desk.actor, at=desk.at)
    except ProgrammeFileInvalid as bad:
        for problem in str(bad.params["problems"]).splitlines():
            form.add_error("file", problem)
        return ""
    return file.programme.slug


def _text(file: UploadedFile) -> str:
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ProgrammeFileInvalid(problems=_("Ce fichier n’est pas en UTF-8. Enregistrez-le ainsi.")) from None


def _beside(files: Sequence[UploadedFile]) -> Any:
    contents = {file.name: file.read() for file in files}

    def read(name: str) -> bytes:
        if name not in contents:
            raise ProgrammeFileInvalid(problems=_("Il manque le fichier %(name)s.") % {"name": name})
        return bytes(contents[name])

    return read


def _begun(request: DeskRequest, slug: str) -> HttpResponse:
    messages.success(request, _("Le dispositif est créé. Complétez ses règles, son réseau et son plan."))
    return redirect(reverse("calendar", args=[slug]))
