"""Sign-in: by invitation only, with a second factor for whoever moves passes or money.

django-allauth does passwords, codes, passkeys and rate limits; this module says who may come in at all,
keeps the secrets of second factors enciphered, and shows the page behind an invitation.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from functools import cached_property
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import perform_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from passnumerique.directory.operations import Invited, accept_invitation
from passnumerique.directory.queries import OpenInvitation, inviting_authority, open_invitation
from passnumerique.directory.rules import NEEDS_SECOND_FACTOR, ROLE_LABELS, Role
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import say
from passnumerique.programmes.queries import every_programme, instant_of


class ByInvitationOnly(DefaultAccountAdapter):  # type: ignore[misc, unused-ignore]
    """Nobody signs up: people are invited, and everything else is allauth's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc, unused-ignore]
    """The secrets of second factors are enciphered: a copy of the database opens no account."""

    @cached_property
    def _cipher(self) -> Fernet:
        key = hmac.digest(settings.INDEX_KEY, b"second factors", hashlib.sha256)
        return Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, text: str) -> str:
        """The text, enciphered under a key drawn from INDEX_KEY."""
        return self._cipher.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again."""
        return self._cipher.decrypt(encrypted_text.encode()).decode()


def lacks_second_factor(user: AbstractBaseUser, role: Role) -> bool:
    """Whether this person must set a second factor up before acting in that role.

    Where the installation asks for it (`REQUIRE_SECOND_FACTOR`), for roles that move passes or money.
    """
    needed = settings.REQUIRE_SECOND_FACTOR and role in NEEDS_SECOND_FACTOR
    return bool(needed and not is_mfa_enabled(user))


def second_factor_address() -> str:
    """Where a person sets a second factor up."""
    return reverse("mfa_index")


def invitation_address(token: str) -> str:
    """The whole address of the page behind an invitation, as a letter carries it."""
    return settings.PUBLIC_ADDRESS.rstrip("/") + reverse("accept_invitation", args=[token])


def send_invitation(invited: Invited, *, authority: str) -> str:
    """Send the letter of a new invitation; its address is also returned, for whoever invites in person."""
    address = invitation_address(invited.token)
    row = invited.invitation
    said = {
        "address": address,
        "authority": authority,
        "role": say(ROLE_LABELS[Role(row.role)]),
        "expires_at": row.expires_at,
    }
    subject = render_to_string("web/sign_in/invitation_subject.txt", said)
    send_mail(" ".join(subject.split()), render_to_string("web/sign_in/invitation.txt", said), None, [row.email])
    return address


class NewPerson(forms.Form):
    """What somebody new gives: a name, and a password that only they know."""

    name = forms.CharField(
        label=_("Votre prénom et votre nom"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choisissez un mot de passe"),
        help_text=_("12 caractères au moins. Une phrase de quelques mots convient très bien."),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class AcceptInvitation(View):
    """The page behind an invitation: a new person chooses a password, a known one signs in and agrees."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What one is invited to, and the form or the way to sign in; 410 when it is over."""
        invitation = open_invitation(token, at=_now(token))
        return self._page(request, token, invitation, NewPerson())

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Take the hat, and come in. A refusal is told on the same page and spends nothing."""
        at = _now(token)
        invitation = open_invitation(token, at=at)
        form = NewPerson(request.POST)
        if invitation is None or (not invitation.has_account and not form.is_valid()):
            return self._page(request, token, invitation, form)
        given = {} if invitation.has_account else form.cleaned_data
        try:
            hat = accept_invitation(at=at, token=token, user_id=_user_id(request), **given)
        except Refusal as refusal:
            form.is_valid()
            form.add_error("password" if refusal.name == "weak_password" else None, refusal.say())
            return self._page(request, token, invitation, form)
        after = (
            second_factor_address() if lacks_second_factor(hat.user, Role(hat.role)) else settings.LOGIN_REDIRECT_URL
        )
        if request.user.is_authenticated:
            return HttpResponseRedirect(after)
        welcome: HttpResponse = perform_login(request, hat.user, redirect_url=after)
        return welcome

    def _page(
        self, request: HttpRequest, token: str, invitation: OpenInvitation | None, form: NewPerson
    ) -> HttpResponse:
        if invitation is None:
            return render(request, "web/sign_in/invitation_over.html", status=410)
        here = reverse("accept_invitation", args=[token])
        context = {
            "invitation": invitation,
            "role": say(ROLE_LABELS[invitation.role]),
            "form": form,
            "signed_in": request.user.is_authenticated,
            "is_theirs": getattr(request.user, "email", "") == invitation.email,
            "sign_in": f"{reverse('account_login')}?{urlencode({'next': here})}",
        }
        status = 422 if form.errors and not invitation.has_account else 200
        return render(request, "web/sign_in/accept.html", context, status=status)


def _user_id(request: HttpRequest) -> UUID | None:
    return UUID(str(request.user.pk)) if request.user.is_authenticated else None


def _now(token: str) -> datetime:
    """The instant on the clock of whoever invites: that of its demonstration, where it lives on one."""
    at = timezone.now()
    authority_id = inviting_authority(token)
    clocks = (instant_of(one, at) for one in every_programme() if one.authority_id == authority_id)
    return min(clocks, default=at)


urlpatterns = [path("accept/<str:token>", AcceptInvitation.as_view(), name="accept_invitation")]
