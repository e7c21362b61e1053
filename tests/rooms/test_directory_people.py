"""People come in by invitation, wear hats for a time, and the last manager stays."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import get_hasher
from django.db import IntegrityError, transaction

from passnumerique.directory import operations, queries
from passnumerique.directory.models import Invitation, Membership, User
from passnumerique.directory.rules import Role, hash_token
from passnumerique.directory.rules.refusals import (
    AlreadyEnded,
    AlreadyMember,
    BadEmail,
    DaysOutOfOrder,
    EmailTaken,
    InvitationOver,
    LastManager,
    NameMissing,
    OrganisationNotNeeded,
    SignInFirst,
    WeakPassword,
)
from passnumerique.ground.ids import new_id
from tests.rooms.directory_cast import AT, DAY, PASSWORD, person, side

pytestmark = pytest.mark.django_db


@pytest.fixture
def verdun():
    return side("verdun", "PETR du Pays de Verdun")


def invite(one, role=Role.FINANCE, email="Claude@Exemple.fr", **given):
    return operations.invite_member(by=one.manager, at=AT, email=email, role=role, **given)


def accept(token, at=AT, **given):
    given = given or {"name": "Claude (fictif)", "password": PASSWORD}
    return operations.accept_invitation(at=at, token=token, **given)


def test_passwords_are_hashed_in_a_bounded_memory():
    user = person()
    assert not get_hasher().must_update(user.password)
    assert "$m=19456,t=2,p=1$" in user.password
    assert authenticate(None, email="camille@exemple.fr", password=PASSWORD) == user
    assert authenticate(None, email="camille@exemple.fr", password="autre chose encore") is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"email": "sans arobase"}, BadEmail),
        ({"name": "  "}, NameMissing),
        ({"password": "court"}, WeakPassword),
        ({"password": "dominique@exemple.fr"}, WeakPassword),
        ({"email": "CAMILLE@exemple.fr"}, EmailTaken),
    ],
)
def test_a_person_who_cannot_be_registered_is_refused_by_name(verdun, changes, refusal):
    person()
    given = {"email": "dominique@exemple.fr", "name": "Dominique (fictif)", "password": PASSWORD}
    with pytest.raises(refusal):
        operations.register_person(by=verdun.installation, at=AT, **(given | changes))
    assert User.objects.count() == 1


def test_an_invitation_brings_a_new_person_in_once(verdun):
    invited = invite(verdun)
    assert bytes(Invitation.objects.get().token_hash) == hash_token(invited.token)
    seen = queries.open_invitation(invited.token, at=AT)
    assert (seen.email, seen.role, seen.has_account) == ("claude@exemple.fr", Role.FINANCE, False)
    hat = accept(invited.token)
    assert (hat.role, hat.from_day, hat.user.email) == (Role.FINANCE, DAY, "claude@exemple.fr")
    assert queries.open_invitation(invited.token, at=AT) is None
    with pytest.raises(InvitationOver):
        accept(invited.token)
    assert Membership.objects.count() == 1


def test_a_refused_password_spends_nothing(verdun):
    invited = invite(verdun)
    with pytest.raises(WeakPassword) as refused:
        accept(invited.token, name="Claude", password="12345")
    assert refused.value.params["why"]
    assert not User.objects.exists()
    accept(invited.token)


def test_an_invitation_is_over_when_late_withdrawn_replaced_or_invented(verdun):
    late, withdrawn, replaced = (invite(verdun, email=f"{n}@exemple.fr") for n in range(3))
    operations.withdraw_invitation(by=verdun.manager, at=AT, invitation_id=withdrawn.invitation.id)
    invite(verdun, email="2@exemple.fr")
    for token, at in [
        (late.token, AT + timedelta(days=operations.INVITATION_DAYS)),
        (withdrawn.token, AT),
        (replaced.token, AT),
        ("invented", AT),
    ]:
        assert queries.open_invitation(token, at=at) is None
        with pytest.raises(InvitationOver):
            accept(token, at=at)
    assert queries.invitations_of(verdun.manager, open_at=AT).count() == 2


def test_a_token_never_takes_an_account_over(verdun):
    user = person("claude@exemple.fr")
    intruder = person("intrus@exemple.fr", "Intrus (fictif)")
    invited = invite(verdun)
    assert queries.open_invitation(invited.token, at=AT).has_account
    for given in (
        {"name": "x", "password": "un autre mot de passe"},
        {"user_id": intruder.id},
    ):
        with pytest.raises(SignInFirst):
            accept(invited.token, **given)
    assert accept(invited.token, user_id=user.id).user_id == user.id
    assert User.objects.get(id=user.id).password == user.password


def test_an_invitation_to_a_hat_already_worn_renews_its_programmes(verdun):
    user = person("claude@exemple.fr")
    give = {"at": AT, "user_id": user.id, "role": Role.FINANCE}
    operations.add_membership(by=verdun.installation, programme_ids=[verdun.programme_id], **give)
    assert accept(invite(verdun).token, user_id=user.id).programme_ids is None
    assert Membership.objects.count() == 1


def test_a_hat_is_given_once_and_for_ordered_days(verdun):
    user = person()
    give = {"by": verdun.installation, "at": AT, "user_id": user.id}
    operations.add_membership(role=Role.AUDITOR, **give)
    with pytest.raises(AlreadyMember):
        operations.add_membership(role=Role.AUDITOR, **give)
    with pytest.raises(DaysOutOfOrder):
        operations.add_membership(role=Role.FINANCE, until_day=DAY - timedelta(days=1), **give)
    with pytest.raises(OrganisationNotNeeded):
        operations.add_membership(role=Role.FINANCE, organisation_id=verdun.library.id, **give)


def test_a_manager_gives_more_hats_to_their_own_people(verdun):
    user = person()
    operations.add_membership(by=verdun.installation, at=AT, user_id=user.id, role=Role.AUDITOR)
    operations.add_membership(by=verdun.manager, at=AT, user_id=user.id, role=Role.SECRETARY)
    assert {actor.role for actor in queries.actors_of(user, on=DAY)} == {Role.AUDITOR, Role.SECRETARY}


def test_a_hat_comes_off_at_once_or_on_a_day(verdun):
    user = person()
    give = {"by": verdun.installation, "at": AT, "user_id": user.id, "from_day": DAY - timedelta(days=9)}
    now = operations.add_membership(role=Role.AUDITOR, **give)
    later = operations.add_membership(role=Role.FINANCE, **give)
    mistaken = operations.add_membership(role=Role.SECRETARY, **(give | {"from_day": DAY}))
    for hat in (now, mistaken):
        operations.end_membership(by=verdun.manager, at=AT, membership_id=hat.id)
    operations.end_membership(by=verdun.manager, at=AT, membership_id=later.id, last_day=DAY)
    assert [actor.role for actor in queries.actors_of(user, on=DAY)] == [Role.FINANCE]
    assert queries.actors_of(user, on=DAY + timedelta(days=1)) == []
    assert len(queries.actors_of(user, on=DAY - timedelta(days=1))) == 2
    with pytest.raises(AlreadyEnded):
        operations.end_membership(by=verdun.manager, at=AT, membership_id=now.id)


def test_the_last_manager_stays(verdun):
    one, two = person(), person("dominique@exemple.fr", "Dominique (fictif)")
    hats = [
        operations.add_membership(by=verdun.installation, at=AT, user_id=user.id, role=Role.MANAGER)
        for user in (one, two)
    ]
    operations.end_membership(by=verdun.manager, at=AT, membership_id=hats[0].id)
    with pytest.raises(LastManager):
        operations.end_membership(by=verdun.manager, at=AT, membership_id=hats[1].id)
    assert Membership.objects.get(id=hats[1].id).until_day is None


def test_one_changes_ones_own_name_only(verdun):
    user = person()
    actor = verdun.actor(Role.AUDITOR, user_id=user.id)
    operations.change_person(by=actor, at=AT, name="Camille Martin (fictif)", language="en")
    user.refresh_from_db()
    assert (user.name, user.language, str(user)) == ("Camille Martin (fictif)", "en", user.name)
    with pytest.raises(NameMissing):
        operations.change_person(by=actor, at=AT, name=" ", language="fr")


def raw_hat(one, **changes):
    given = {"authority": one.authority, "role": Role.AUDITOR, "from_day": DAY}
    return Membership(id=new_id(AT), **(given | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "emperor"},
        {"role": Role.SYSTEM},
        {"role": Role.PLACE},
        {"role": Role.AUDITOR, "organisation": True},
    ],
)
def test_the_database_refuses_an_impossible_hat(verdun, changes):
    if "organisation" in changes:
        changes = changes | {"organisation": verdun.library}
    with pytest.raises(IntegrityError), transaction.atomic():
        raw_hat(verdun, user=person(), **changes).save(force_insert=True)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PLACE])
def test_the_database_refuses_the_same_open_hat_twice(verdun, role):
    desk = {"organisation": verdun.library} if role is Role.PLACE else {}
    user = person()
    raw_hat(verdun, user=user, role=role, **desk).save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        raw_hat(verdun, user=user, role=role, **desk).save(force_insert=True)
