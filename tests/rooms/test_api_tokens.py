"""Tokens stay within their authority, their organisation, their programmes and their time."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from passnumerique.directory import operations, queries
from passnumerique.directory.models import ApiToken
from passnumerique.directory.rules import Permission, Role, Scope, final_day, hash_token, last_token_day, may
from passnumerique.directory.rules.refusals import (
    BadTokenExpiry,
    LabelTooLong,
    NameMissing,
    TokenAlreadyRevoked,
    TokenProgrammeMissing,
    TokenScopeMissing,
)
from passnumerique.ground.dates import end_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from tests.rooms.directory_cast import AT, DAY, person, side
from tests.rooms.race import at_once, faults, refusals

pytestmark = pytest.mark.django_db

HOLDERS = [Role.MANAGER, Role.PLACE]
OTHERS = [role for role in Role if role not in {*HOLDERS, Role.SYSTEM}]
LATER = AT + timedelta(days=90)
LAST_DAY = DAY + timedelta(days=399)


@pytest.fixture
def verdun():
    return side("verdun", "PETR du Pays de Verdun")


@pytest.fixture
def ailleurs():
    return side("ailleurs", "PETR d’Ailleurs (fictif)")


def made(one, **changes):
    """A token of the library of one side, made by its manager unless said otherwise."""
    given = {
        "by": one.manager,
        "at": AT,
        "organisation_id": one.library.id,
        "label": "Logiciel de caisse (fictif)",
        "scopes": [Scope.REDEEM],
        "expires_at": LATER,
    }
    return operations.create_token(**(given | changes))


@pytest.mark.parametrize("role", HOLDERS)
def test_a_secret_stands_for_the_organisation_it_was_made_for(verdun, role):
    one = made(verdun, by=verdun.actor(role), scopes=[Scope.READ, Scope.REDEEM])
    holder = queries.actor_of_token(one.secret, at=AT)
    assert holder.token_id == one.token.id
    assert holder.scopes == {Scope.READ, Scope.REDEEM}
    actor = holder.actor
    assert (actor.role, actor.user_id, actor.name) == (Role.PLACE, one.token.id, "Logiciel de caisse (fictif)")
    assert (actor.authority_id, actor.organisation_id) == (verdun.authority.id, verdun.library.id)
    assert actor.programme_ids is None


def test_only_the_hash_of_a_secret_is_kept_and_no_two_are_alike(verdun):
    first, second = made(verdun), made(verdun)
    assert first.secret.startswith("pn_")
    assert len(first.secret) == 46
    assert first.secret != second.secret
    row = ApiToken.objects.get(id=first.token.id)
    assert bytes(row.secret_hash) == hash_token(first.secret)
    kept = " ".join(map(str, vars(row).values()))
    assert first.secret not in kept
    assert first.secret[3:] not in kept


def test_a_token_is_looked_up_once(verdun, django_assert_num_queries):
    secret = made(verdun, programme_ids=[verdun.programme_id]).secret
    with django_assert_num_queries(1):
        holder = queries.actor_of_token(secret, at=AT)
    assert holder.actor.programme_ids == frozenset({verdun.programme_id})


@pytest.mark.parametrize(
    "text", ["", "pn_", "pn_" + "a" * 42, "pn_" + "a" * 44, "pn_" + "é" * 43, "a" * 46, "a" * 10**6]
)
def test_what_is_not_written_as_a_secret_is_not_even_looked_for(text, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queries.actor_of_token(text, at=AT) is None


def test_a_secret_opens_nothing_once_changed_expired_or_revoked(verdun):
    one = made(verdun)
    changed = one.secret[:-2] + ("AA" if one.secret[-2:] != "AA" else "BA")
    assert queries.actor_of_token(changed, at=AT) is None
    assert queries.actor_of_token(one.secret, at=LATER - timedelta(microseconds=1)) is not None
    assert queries.actor_of_token(one.secret, at=LATER) is None
    operations.revoke_token(by=verdun.manager, at=AT, token_id=one.token.id)
    assert queries.actor_of_token(one.secret, at=AT) is None


@pytest.mark.parametrize("role", OTHERS)
def test_every_other_role_is_denied(verdun, role):
    actor = verdun.actor(role)
    token = made(verdun).token
    for act in (
        lambda: made(verdun, by=actor),
        lambda: operations.revoke_token(by=actor, at=AT, token_id=token.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    seen = queries.access_tokens(actor)
    assert list(seen) == ([token] if role is Role.AUDITOR else [])
    assert may(actor, Permission.READ_TOKENS) is (role is Role.AUDITOR)
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize("role", HOLDERS)
def test_nothing_of_another_authority_is_seen_or_touched(verdun, ailleurs, role):
    actor = verdun.actor(role)
    mine, theirs = made(verdun).token, made(ailleurs).token
    assert list(queries.access_tokens(actor)) == [mine]
    for act in (
        lambda: made(verdun, by=actor, organisation_id=ailleurs.library.id),
        lambda: made(verdun, by=actor, organisation_id=new_id(AT)),
        lambda: operations.revoke_token(by=actor, at=AT, token_id=theirs.id),
        lambda: operations.revoke_token(by=actor, at=AT, token_id=new_id(AT)),
        lambda: queries.one_token(actor, theirs.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert ApiToken.objects.count() == 2
    assert ApiToken.objects.get(id=theirs.id).revoked_at is None


def test_a_place_keeps_to_its_own_tokens(verdun):
    place = verdun.actor(Role.PLACE)
    own, other = made(verdun).token, made(verdun, organisation_id=verdun.workshop.id).token
    assert list(queries.access_tokens(place)) == [own]
    assert list(queries.access_tokens(verdun.manager, organisation_id=verdun.workshop.id)) == [other]
    for act in (
        lambda: made(verdun, by=place, organisation_id=verdun.workshop.id),
        lambda: operations.revoke_token(by=place, at=AT, token_id=other.id),
    ):
        with pytest.raises(NotFound):
            act()
    homeless = verdun.actor(Role.PLACE, organisation_id=None)
    assert not queries.access_tokens(homeless).exists()
    with pytest.raises(NotFound):
        made(verdun, by=homeless)


@pytest.mark.parametrize("role", HOLDERS)
def test_nobody_makes_or_revokes_a_token_that_reaches_further_than_they_do(verdun, role):
    other = new_id(AT)
    actor = verdun.actor(role, programme_ids=frozenset({verdun.programme_id}))
    for reach in (None, [other], [verdun.programme_id, other]):
        with pytest.raises(NotAllowed):
            made(verdun, by=actor, programme_ids=reach)
    wide = made(verdun).token
    with pytest.raises(NotAllowed):
        operations.revoke_token(by=actor, at=AT, token_id=wide.id)
    narrow = made(verdun, by=actor, programme_ids=[verdun.programme_id])
    assert queries.actor_of_token(narrow.secret, at=AT).actor.programme_ids == frozenset({verdun.programme_id})
    operations.revoke_token(by=actor, at=AT, token_id=narrow.token.id)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"label": "  "}, NameMissing),
        ({"label": "x" * 81}, LabelTooLong),
        ({"scopes": []}, TokenScopeMissing),
        ({"programme_ids": []}, TokenProgrammeMissing),
        ({"expires_at": AT}, BadTokenExpiry),
        ({"expires_at": AT - timedelta(days=1)}, BadTokenExpiry),
        ({"expires_at": end_of(LAST_DAY) + timedelta(microseconds=1)}, BadTokenExpiry),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name_and_nothing_is_written(verdun, changes, refusal):
    with pytest.raises(refusal) as refused:
        made(verdun, **changes)
    assert refused.value.say()
    assert not ApiToken.objects.exists()


def test_the_longest_life_and_the_longest_label_are_allowed(verdun):
    token = made(verdun, label="x" * 80, expires_at=end_of(LAST_DAY)).token
    assert final_day(token.expires_at) == last_token_day(AT) == LAST_DAY


def test_an_unknown_scope_is_no_scope(verdun):
    with pytest.raises(ValueError, match="everything"):
        made(verdun, scopes=["everything"])


def test_a_token_is_revoked_once_and_says_by_whom(verdun):
    token = made(verdun).token
    manager = verdun.manager
    row = operations.revoke_token(by=manager, at=AT, token_id=token.id)
    assert (row.revoked_at, row.revoked_by) == (AT, manager.user_id)
    with pytest.raises(TokenAlreadyRevoked, match="déjà révoqué depuis le 2022-12-13"):
        operations.revoke_token(by=verdun.manager, at=AT + timedelta(days=1), token_id=token.id)
    assert ApiToken.objects.get().revoked_at == AT


def test_the_installation_makes_tokens_too(verdun):
    assert made(verdun, by=verdun.installation).token.created_by is None


def test_a_history_names_a_token_by_its_label(verdun):
    token, human = made(verdun).token, person()
    names = queries.people_named([token.id, human.id, new_id(AT)])
    assert names == {token.id: "Jeton Logiciel de caisse (fictif)", human.id: human.name}


def test_people_alone_are_named_with_one_question(django_assert_num_queries):
    human = person()
    with django_assert_num_queries(1):
        assert queries.people_named([human.id]) == {human.id: human.name}


@pytest.mark.parametrize(
    "bad", [{"label": ""}, {"expires_at": AT}, {"revoked_by": new_id(AT)}, {"secret_hash": None}], ids=" ".join
)
def test_the_database_refuses_what_is_no_token(verdun, bad):
    token = made(verdun).token
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(id=token.id).update(**bad)


def test_a_list_of_tokens_costs_the_same_whatever_its_length(verdun, queries_do_not_grow):
    def names() -> list[tuple[str, str, datetime]]:
        rows = queries.access_tokens(verdun.manager)
        return [(row.label, row.organisation.name, row.expires_at) for row in rows]

    made(verdun)
    assert queries_do_not_grow(names, lambda: made(verdun)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_revoke_at_once_and_one_is_told_it_was_done(verdun):
    token = made(verdun).token

    def revoke():
        return operations.revoke_token(by=verdun.manager, at=AT, token_id=token.id)

    answers = at_once(revoke, revoke)
    assert faults(answers) == []
    assert refusals(answers) == ["token_already_revoked"]
    assert ApiToken.objects.get().revoked_at == AT
