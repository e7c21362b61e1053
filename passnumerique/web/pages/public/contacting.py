"""Leaving a contact to be written to, and taking it back: only with the consent, and with the pass in hand."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.beneficiaries.operations import note_contact, withdraw_contacts
from passnumerique.beneficiaries.rules import (
    CONSENT_WORDS,
    Channel,
    ContactUnreadable,
    Gone,
    Wanted,
    channel_of,
)
from passnumerique.beneficiaries.rules.contacts import LONGEST_ADDRESS
from passnumerique.ground.words import say
from passnumerique.web.forms import UNPROCESSABLE, done
from passnumerique.web.pages.public.contacts import channels_for, contact_told
from passnumerique.web.pages.public.holding import Found, other_language, with_pass
from passnumerique.web.pages.public.pass_page import Told, pass_page

LABELS = {
    frozenset({Channel.SMS}): gettext_lazy("Votre numéro de téléphone portable"),
    frozenset({Channel.EMAIL}): gettext_lazy("Votre adresse électronique"),
    frozenset(Channel): gettext_lazy("Votre numéro de téléphone portable, ou votre adresse électronique"),
}


class ContactForm(forms.Form):
    """One contact, and the consent to be written to."""

    address = forms.CharField(
        max_length=LONGEST_ADDRESS, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    agreed = forms.BooleanField()

    def __init__(self, data: object, channels: frozenset[Channel]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.channels = channels
        self.fields["address"].label = LABELS[channels]
        self.fields["agreed"].label = say(CONSENT_WORDS)

    def clean_address(self) -> str:
        """Something that one of the open channels reaches."""
        address = str(self.cleaned_data["address"])
        try:
            channel = channel_of(address)
        except ContactUnreadable:
            raise forms.ValidationError(_("Ce n’est ni un numéro de téléphone, ni une adresse. Relisez-le.")) from None
        if channel not in self.channels:
            raise forms.ValidationError(
                _("Nous n’écrivons pas de cette manière. %(wanted)s, s’il vous plaît.")
                % {"wanted": self.fields["address"].label}
            )
        return address


@with_pass
def leave_contact(request: HttpRequest, found: Found) -> HttpResponse:
    """Ask for a contact and the consent, then keep them for who received the pass."""
    contact, channels = contact_told(found), channels_for(found)
    if not found.answer.usable or contact is None or not contact.offered:
        return pass_page(request, found)
    form = ContactForm(request.POST if "address" in request.POST else None, channels)

    def keep(given: dict[str, object]) -> None:
        address = str(given["address"])
        wanted = Wanted(channel_of(address), address, say(CONSENT_WORDS))
        note_contact(
            programme_id=found.programme_id,
            recipient_id=contact.recipient_id,
            wanted=wanted,
            by=found.bearer,
            at=found.at,
        )

    if done(form, keep):
        told = Told(_("C’est noté"), _("Nous vous écrirons avant votre atelier, ou s’il change."))
        return pass_page(request, found, told)
    context = {"form": form, "code": found.code, "other_language": other_language()}
    return render(request, "web/public/contact.html", context, status=UNPROCESSABLE if form.errors else 200)


@with_pass
def stop_messages(request: HttpRequest, found: Found) -> HttpResponse:
    """Forget every contact that was left for who received the pass."""
    contact = contact_told(found)
    if contact is None or not contact.contact_ids:
        return pass_page(request, found)
    ids = contact.contact_ids
    withdraw_contacts(programme_id=found.programme_id, contact_ids=ids, at=found.at, because=Gone.WITHDRAWN)
    told = Told(_("C’est effacé"), _("Votre contact n’est plus gardé. Vous ne recevrez plus de messages."))
    return pass_page(request, found, told)
