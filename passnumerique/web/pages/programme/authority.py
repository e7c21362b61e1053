"""The authority: its name, how it is reached, and its look on screens and papers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.operations import change_authority_contact, change_authority_look
from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Permission, contrast_with_white, readable_colour
from passnumerique.ground.refusals import Refusal
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.programme.parts import tabs

_CONTACT = ("name", "siret", "email", "phone", "address", "accessibility_contact")


class ContactForm(forms.Form):
    """Who the authority is and how people reach it."""

    name = forms.CharField(label=gettext_lazy("Nom de la collectivité"), max_length=160)
    siret = forms.CharField(
        label=gettext_lazy("SIRET"), required=False, help_text=gettext_lazy("14 chiffres."), max_length=20
    )
    email = forms.CharField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    phone = forms.CharField(label=gettext_lazy("Téléphone"), required=False, max_length=20)
    address = forms.CharField(label=gettext_lazy("Adresse"), required=False, max_length=240)
    accessibility_contact = forms.CharField(
        label=gettext_lazy("Contact pour l’accessibilité"),
        required=False,
        max_length=240,
        help_text=gettext_lazy("Une adresse e-mail, ou comment signaler une difficulté d’accès."),
    )


class LookForm(forms.Form):
    """The colour, the corners and the logo."""

    colour = forms.CharField(
        label=gettext_lazy("Couleur"),
        help_text=gettext_lazy("Son contraste avec le blanc doit être d’au moins 4,5."),
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    radius = forms.IntegerField(label=gettext_lazy("Arrondi des coins, en pixels"), min_value=0, max_value=24)
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG ou SVG, 200 ko au plus. Vide\u202f: le logo reste."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.svg"}),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Retirer le logo"), required=False)

    def __init__(self, *args: Any, trial: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["colour"].widget.attrs.update(
            {"hx-get": trial, "hx-trigger": "input changed delay:200ms", "hx-target": "#colour-trial"}
        )

    def picture(self) -> bytes | None:
        """The new logo, nothing to remove it, or None to keep it."""
        given = self.cleaned_data
        if given["logo"]:
            return bytes(given["logo"].read())
        return b"" if given["without_logo"] else None


def _own(desk: Desk) -> Any:
    return access_authorities(desk.actor).get()


@desk_page(Permission.READ_EVERYTHING)
def authority(request: DeskRequest) -> HttpResponse:
    """Who runs the programme, how it is reached, how it looks."""
    desk = request.desk
    context = {
        "desk": desk,
        "tabs": tabs(desk, "authority"),
        "authority": _own(desk),
        "trial": colour_trial(desk.colour),
        "actions": offered(
            desk,
            Permission.CHANGE_AUTHORITY,
            Action(_("Modifier les coordonnées"), desk.url("authority_contact"), "secondary", "edit"),
            Action(_("Modifier l’apparence"), desk.url("authority_look"), "secondary", "settings"),
            Action(_("Nouveau dispositif"), desk.url("new_programme"), icon="plus"),
        ),
    }
    return render(request, "web/programme/authority.html", context)


@desk_page(Permission.CHANGE_AUTHORITY)
def change_contact(request: DeskRequest) -> HttpResponse:
    """The name and the ways to be reached."""
    desk = request.desk
    row = _own(desk)
    form = ContactForm(initial={name: getattr(row, name) for name in _CONTACT}, **sent(request))
    if done(
        form,
        lambda given: change_authority_contact(by=desk.actor, at=desk.at, **given),
        bad_siret="siret",
        bad_email="email",
        name_missing="name",
    ):
        messages.success(request, _("Les coordonnées sont enregistrées."))
        return redirect(desk.url("authority"))
    context = {
        "title": _("Coordonnées de la collectivité"),
        "submit": _("Enregistrer"),
        "cancel": desk.url("authority"),
        "breadcrumbs": [Crumb(_("Collectivité"), desk.url("authority")), Crumb(_("Coordonnées"))],
    }
    return form_page(request, form, context)


@desk_page(Permission.CHANGE_AUTHORITY)
def change_look(request: DeskRequest) -> HttpResponse:
    """The look. A colour too pale to be read is refused, and so is a logo that could run something."""
    desk = request.desk
    row = _own(desk)
    form = LookForm(trial=desk.url("try_colour"), initial={"colour": row.colour, "radius": row.radius}, **sent(request))
    if done(
        form,
        lambda given: change_authority_look(
            by=desk.actor, at=desk.at, colour=given["colour"], radius=given["radius"], logo=form.picture()
        ),
        pale_colour="colour",
        unknown_colour="colour",
        unknown_logo="logo",
        logo_too_large="logo",
        unsafe_logo="logo",
    ):
        messages.success(request, _("L’apparence est enregistrée."))
        return redirect(desk.url("authority"))
    context = {
        "title": _("Apparence de la collectivité"),
        "lead": _("Elle habille les écrans et les papiers."),
        "submit": _("Enregistrer"),
        "cancel": desk.url("authority"),
        "trial": colour_trial(form["colour"].value() or row.colour),
        "breadcrumbs": [Crumb(_("Collectivité"), desk.url("authority")), Crumb(_("Apparence"))],
    }
    return form_page(request, form, context, "web/programme/authority_look.html")


@desk_page(Permission.CHANGE_AUTHORITY)
def try_colour(request: DeskRequest) -> HttpResponse:
    """How a colour reads, while it is being chosen; a piece of the page above."""
    return render(request, "web/programme/colour_trial.html", {"trial": colour_trial(request.GET.get("colour", ""))})


def colour_trial(colour: str) -> dict[str, object]:
    """A colour with its contrast, and why it would be refused if it would."""
    try:
        sound = readable_colour(colour)
    except Refusal as refusal:
        return {"colour": "", "refused": refusal.say(), "ratio": ""}
    ratio = int(contrast_with_white(sound) * 10) / 10
    return {"colour": sound, "refused": "", "ratio": f"{ratio:.1f}".replace(".", ",")}
