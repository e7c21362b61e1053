"""Sign-in over HTTP: by invitation only, and with a second factor for whoever moves passes or money."""

from types import SimpleNamespace

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import mail
from django.http import HttpResponse
from django.urls import include, path

from passnumerique.directory import operations
from passnumerique.directory.models import Invitation, Membership, User
from passnumerique.directory.rules import NEEDS_SECOND_FACTOR, Role
from passnumerique.web import sign_in
from tests.rooms.directory_cast import AT, PASSWORD, person, side

urlpatterns = [
    path("", lambda _request: HttpResponse("chez vous"), name="home"),
    path("", include("passnumerique.web.sign_in")),
    path("compte/", include("allauth.urls")),
    path("langue/", include("django.conf.urls.i18n")),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def _that_day(settings, monkeypatch):
    monkeypatch.setattr(sign_in, "timezone", SimpleNamespace(now=lambda: AT))
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "passnumerique.web" not in one]
    settings.MFA_ADAPTER = "passnumerique.web.sign_in.SecondFactors"


@pytest.fixture
def verdun():
    return side("verdun", "PETR du Pays de Verdun")


def invite(one, role=Role.AUDITOR):
    return operations.invite_member(by=one.manager, at=AT, email="claude@exemple.fr", role=role)


def address(invited):
    return f"/accept/{invited.token}"


NEW = {"name": "Claude (fictif)", "password": PASSWORD}


def test_the_letter_carries_the_only_token_and_says_what_to_do(verdun):
    invited = invite(verdun)
    sent = sign_in.send_invitation(invited, authority=verdun.authority.name)
    letter = mail.outbox[0]
    assert letter.to == ["claude@exemple.fr"]
    assert "PETR du Pays de Verdun" in letter.subject
    assert "\n" not in letter.subject
    assert sent == settings.PUBLIC_ADDRESS + address(invited)
    assert sent in letter.body
    assert "27 décembre 2022" in letter.body


def test_a_new_person_chooses_a_password_and_is_in(verdun, client):
    invited = invite(verdun)
    page = client.get(address(invited))
    assert "PETR du Pays de Verdun" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    answer = client.post(address(invited), NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(User.objects.get().id)
    assert Membership.objects.get().role == Role.AUDITOR
    assert client.get(address(invited)).status_code == 410


@pytest.mark.parametrize("role", sorted(NEEDS_SECOND_FACTOR - {Role.PLACE, Role.MEDIATOR, Role.PRESCRIBER}))
def test_whoever_moves_passes_or_money_is_led_to_the_second_factor(verdun, client, settings, role):
    settings.REQUIRE_SECOND_FACTOR = True
    answer = client.post(address(invite(verdun, role)), NEW)
    assert answer["Location"] == sign_in.second_factor_address()


def test_a_weak_password_or_a_missing_name_is_told_on_the_page_and_spends_nothing(verdun, client):
    invited = invite(verdun)
    for wrong in ({"password": "court"}, {"name": ""}, {"password": ""}):
        answer = client.post(address(invited), NEW | wrong)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert not User.objects.exists()
    assert Invitation.objects.get().accepted_at is None


def test_a_known_person_signs_in_and_agrees(verdun, client):
    user = person("claude@exemple.fr")
    invited = invite(verdun)
    page = client.get(address(invited)).content.decode()
    assert f"/compte/login/?next=%2Faccept%2F{invited.token}" in page
    assert 'name="password"' not in page
    client.post(address(invited), NEW)
    assert not Membership.objects.exists()
    client.force_login(user)
    assert client.post(address(invited)).status_code == 302
    assert Membership.objects.get().user == user


def test_somebody_else_cannot_take_the_invitation(verdun, client):
    person("claude@exemple.fr")
    client.force_login(person("autre@exemple.fr", "Autre (fictif)"))
    invited = invite(verdun)
    assert "claude@exemple.fr" in client.get(address(invited)).content.decode()
    client.post(address(invited))
    assert not Membership.objects.exists()


def test_an_invented_token_opens_nothing(client):
    for answer in (client.get("/accept/invented"), client.post("/accept/invented", NEW)):
        assert answer.status_code == 410
    assert not User.objects.exists()


def test_there_is_no_open_sign_up(client):
    client.post("/compte/signup/", {"email": "x@exemple.fr", "password1": PASSWORD})
    assert not User.objects.exists()


def sign_on(client, password=PASSWORD):
    return client.post("/compte/login/", {"login": "Camille@exemple.fr", "password": password})


def test_a_person_signs_in_with_an_address_and_a_password(client):
    user = person()
    assert sign_on(client, "un autre mot de passe").status_code == 200
    assert "_auth_user_id" not in client.session
    assert sign_on(client).status_code == 302
    assert client.session["_auth_user_id"] == str(user.id)


def test_a_closed_account_does_not_open(client):
    User.objects.filter(id=person().id).update(is_active=False)
    sign_on(client)
    assert "_auth_user_id" not in client.session


def test_guessing_passwords_is_slowed(client):
    person()
    for _ in range(12):
        sign_on(client, "un autre mot de passe")
    sign_on(client)
    assert "_auth_user_id" not in client.session


def test_the_second_factor_is_asked_and_its_secret_is_enciphered(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    user = person()
    assert sign_in.lacks_second_factor(user, Role.MANAGER)
    assert not sign_in.lacks_second_factor(user, Role.AUDITOR)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    assert not sign_in.lacks_second_factor(user, Role.MANAGER)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret
    answer = sign_on(client)
    assert "_auth_user_id" not in client.session
    assert answer["Location"].startswith("/compte/2fa/authenticate/")


def test_no_second_factor_is_asked_where_the_installation_does_not(settings):
    settings.REQUIRE_SECOND_FACTOR = False
    assert not sign_in.lacks_second_factor(person(), Role.MANAGER)
