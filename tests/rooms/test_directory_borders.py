"""Nothing of one authority is seen or touched from another; a desk sees its own organisation only."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from passnumerique.directory import operations, queries
from passnumerique.directory.models import Accreditation, Invitation, Membership, Organisation
from passnumerique.directory.rules import NEEDS_ORGANISATION, WITHOUT_ACCOUNT, AccreditationKind, Role, system_actor
from passnumerique.directory.rules.refusals import ForeignProgramme, OrganisationNeeded, RoleReserved
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.sheets import Line, Mapping
from tests.rooms.directory_cast import AT, DAY, PASSWORD, person, side

pytestmark = pytest.mark.django_db

PEOPLE = [role for role in Role if role not in WITHOUT_ACCOUNT]


@pytest.fixture
def verdun():
    return side("verdun", "PETR du Pays de Verdun")


@pytest.fixture
def ailleurs():
    return side("ailleurs", "PETR d’Ailleurs (fictif)")


def accredited(one, kind=AccreditationKind.PLACE, **changes):
    given = {
        "by": one.manager,
        "at": AT,
        "programme_id": one.programme_id,
        "programme_authority_id": one.authority.id,
        "organisation_ids": [one.library.id],
        "kind": kind,
        "from_day": DAY,
    }
    return operations.accredit(**(given | changes))


@pytest.mark.parametrize("role", PEOPLE)
def test_every_role_sees_its_own_authority_and_nothing_of_another(verdun, ailleurs, role):
    actor = verdun.actor(role)
    for one in (verdun, ailleurs):
        accredited(one)
        operations.invite_member(by=one.manager, at=AT, email=f"x@{one.authority.slug}.fr", role=Role.AUDITOR)
        operations.save_mapping(by=one.manager, at=AT, kind="organisations", name="m", mapping=Mapping({}))
    assert [row.id for row in queries.access_authorities(actor)] == [verdun.authority.id]
    assert {row.authority_id for row in queries.access_organisations(actor)} == {verdun.authority.id}
    assert {row.organisation_id for row in queries.access_accreditations(actor)} == {verdun.library.id}
    assert all(row.authority_id == verdun.authority.id for row in queries.invitations_of(actor))
    assert all(row.authority_id == verdun.authority.id for row in queries.people_of(actor))
    for foreign in (ailleurs.library, ailleurs.workshop):
        with pytest.raises(NotFound):
            queries.one_organisation(actor, foreign.id)


@pytest.mark.parametrize("role", sorted(NEEDS_ORGANISATION))
def test_a_desk_sees_its_own_organisation_only(verdun, role):
    actor = verdun.actor(role)
    accredited(verdun, organisation_ids=[verdun.library.id, verdun.workshop.id])
    assert list(queries.access_organisations(actor)) == [verdun.library]
    assert {row.organisation_id for row in queries.access_accreditations(actor)} == {verdun.library.id}
    with pytest.raises(NotFound):
        queries.one_organisation(actor, verdun.workshop.id)


def test_a_desk_without_organisation_sees_nothing(verdun):
    actor = replace(verdun.actor(Role.PLACE), organisation_id=None)
    assert not queries.access_organisations(actor).exists()


@pytest.mark.parametrize("role", [role for role in PEOPLE if role not in {Role.MANAGER, Role.AUDITOR}])
def test_people_and_invitations_are_for_managers_and_auditors(verdun, role):
    user = person()
    operations.add_membership(by=verdun.installation, at=AT, user_id=user.id, role=Role.AUDITOR)
    operations.invite_member(by=verdun.manager, at=AT, email="a@exemple.fr", role=Role.AUDITOR)
    assert not queries.people_of(verdun.actor(role)).exists()
    assert not queries.invitations_of(verdun.actor(role)).exists()
    assert queries.people_of(verdun.actor(role, user_id=user.id)).count() == 1


@pytest.mark.parametrize("role", [role for role in PEOPLE if role is not Role.MANAGER])
def test_nobody_but_a_manager_writes_the_directory(verdun, role):
    actor = verdun.actor(role)
    hat = operations.add_membership(by=verdun.installation, at=AT, user_id=person().id, role=Role.AUDITOR)
    row = accredited(verdun)[0]
    invited = operations.invite_member(by=verdun.manager, at=AT, email="a@exemple.fr", role=Role.AUDITOR)
    acts = [
        lambda: operations.change_authority_look(by=actor, at=AT, colour="#000000", radius=0),
        lambda: operations.change_authority_contact(by=actor, at=AT, name="x"),
        lambda: operations.register_organisation(by=actor, at=AT, texts={"name": "x"}),
        lambda: operations.import_organisations(by=actor, at=AT, rows=[], mapping=Mapping({})),
        lambda: operations.save_mapping(by=actor, at=AT, kind="k", name="n", mapping=Mapping({})),
        lambda: accredited(verdun, by=actor),
        lambda: operations.end_accreditation(by=actor, at=AT, accreditation_id=row.id, last_day=DAY),
        lambda: operations.invite_member(by=actor, at=AT, email="b@exemple.fr", role=Role.AUDITOR),
        lambda: operations.withdraw_invitation(by=actor, at=AT, invitation_id=invited.invitation.id),
        lambda: operations.add_membership(by=actor, at=AT, user_id=hat.user_id, role=Role.FINANCE),
        lambda: operations.end_membership(by=actor, at=AT, membership_id=hat.id),
        lambda: operations.register_person(by=actor, at=AT, email="c@d.fr", name="x", password=PASSWORD),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert queries.access_mappings(actor, "k") == {}


def test_a_manager_writes_nothing_of_another_authority(verdun, ailleurs):
    actor = verdun.manager
    stranger = person()
    hat = operations.add_membership(by=ailleurs.installation, at=AT, user_id=stranger.id, role=Role.AUDITOR)
    row = accredited(ailleurs)[0]
    invited = operations.invite_member(by=ailleurs.manager, at=AT, email="a@exemple.fr", role=Role.AUDITOR)
    foreign = ailleurs.library.id
    acts = [
        lambda: operations.change_organisation(by=actor, at=AT, organisation_id=foreign, texts={"name": "x"}),
        lambda: accredited(verdun, organisation_ids=[verdun.library.id, foreign]),
        lambda: operations.end_accreditation(by=actor, at=AT, accreditation_id=row.id, last_day=DAY),
        lambda: operations.invite_member(
            by=actor, at=AT, email="b@exemple.fr", role=Role.PLACE, organisation_id=foreign
        ),
        lambda: operations.withdraw_invitation(by=actor, at=AT, invitation_id=invited.invitation.id),
        lambda: operations.add_membership(by=actor, at=AT, user_id=stranger.id, role=Role.FINANCE),
        lambda: operations.end_membership(by=actor, at=AT, membership_id=hat.id),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    with pytest.raises(ForeignProgramme):
        accredited(verdun, programme_id=ailleurs.programme_id, programme_authority_id=ailleurs.authority.id)
    assert Organisation.objects.get(id=foreign).name == ailleurs.library.name
    assert Accreditation.objects.count() == 1
    assert Membership.objects.get().until_day is None
    assert Invitation.objects.get().withdrawn_at is None


def test_the_same_identifier_may_stand_in_two_authorities(verdun, ailleurs):
    texts = {"name": "Foyer (fictif)", "external_id": "1"}
    for one in (verdun, ailleurs):
        operations.register_organisation(by=one.manager, at=AT, texts=texts)
    mapping = Mapping({"name": "nom", "external_id": "id"})
    rows = [Line(2, {"nom": "Foyer renommé (fictif)", "id": "1"})]
    assert operations.import_organisations(by=verdun.manager, at=AT, rows=rows, mapping=mapping).changed == 1
    names = Organisation.objects.filter(external_id="1").order_by("name").values_list("name", flat=True)
    assert list(names) == ["Foyer (fictif)", "Foyer renommé (fictif)"]


def test_a_manager_of_some_programmes_gives_no_wider_hat_and_no_other_accreditation(verdun):
    other = new_id(AT)
    actor = verdun.actor(Role.MANAGER, programme_ids=frozenset({verdun.programme_id}))
    for scope in (None, [other], [verdun.programme_id, other]):
        with pytest.raises(NotAllowed):
            operations.invite_member(by=actor, at=AT, email="a@exemple.fr", role=Role.FINANCE, programme_ids=scope)
    operations.invite_member(
        by=actor, at=AT, email="a@exemple.fr", role=Role.FINANCE, programme_ids=[verdun.programme_id]
    )
    wide = operations.invite_member(by=verdun.manager, at=AT, email="b@exemple.fr", role=Role.FINANCE)
    hat = operations.add_membership(by=verdun.installation, at=AT, user_id=person().id, role=Role.AUDITOR)
    with pytest.raises(NotAllowed):
        operations.withdraw_invitation(by=actor, at=AT, invitation_id=wide.invitation.id)
    with pytest.raises(NotAllowed):
        operations.end_membership(by=actor, at=AT, membership_id=hat.id)
    with pytest.raises(NotAllowed):
        accredited(verdun, by=actor, programme_id=other)
    foreign = accredited(verdun, programme_id=other)[0]
    with pytest.raises(NotFound):
        operations.end_accreditation(by=actor, at=AT, accreditation_id=foreign.id, last_day=DAY)
    assert not queries.access_accreditations(actor).exists()


def test_nobody_is_given_the_role_of_the_system_nor_a_desk_without_organisation(verdun):
    with pytest.raises(RoleReserved):
        operations.invite_member(by=verdun.manager, at=AT, email="a@exemple.fr", role=Role.SYSTEM)
    with pytest.raises(OrganisationNeeded):
        operations.invite_member(by=verdun.manager, at=AT, email="a@exemple.fr", role=Role.PLACE)


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PLACE])
def test_a_desk_corrects_its_own_address_but_not_who_it_is(verdun, role):
    actor = verdun.actor(role)
    operations.change_organisation(
        by=actor, at=AT, organisation_id=verdun.library.id, texts={"phone": "03 29 87 90 90"}
    )
    assert Organisation.objects.get(id=verdun.library.id).phone == "+33329879090"
    with pytest.raises(NotAllowed):
        operations.change_organisation(
            by=actor, at=AT, organisation_id=verdun.library.id, texts={"pivot": "73282932000074"}
        )
    with pytest.raises(NotFound):
        operations.change_organisation(
            by=actor, at=AT, organisation_id=verdun.workshop.id, texts={"phone": "03 29 87 90 90"}
        )


def test_a_person_wears_only_the_hats_in_force_and_only_their_own(verdun, ailleurs):
    user, other = person(), person("dominique@exemple.fr", "Dominique (fictif)")
    give = {"at": AT, "user_id": user.id}
    office = operations.add_membership(by=verdun.installation, role=Role.FINANCE, **give)
    desk = operations.add_membership(
        by=ailleurs.installation,
        role=Role.PLACE,
        organisation_id=ailleurs.library.id,
        programme_ids=[ailleurs.programme_id],
        **give,
    )
    operations.add_membership(by=verdun.installation, role=Role.AUDITOR, from_day=DAY + timedelta(days=1), **give)
    hats = queries.hats_of(user, on=DAY)
    assert {(hat.actor.role, hat.actor.authority_id, hat.actor.organisation_id) for hat in hats} == {
        (Role.FINANCE, verdun.authority.id, None),
        (Role.PLACE, ailleurs.authority.id, ailleurs.library.id),
    }
    assert queries.actor_wearing(user, desk.id, on=DAY).programme_ids == frozenset({ailleurs.programme_id})
    with pytest.raises(NotFound):
        queries.actor_wearing(other, office.id, on=DAY)
    with pytest.raises(NotFound):
        queries.actor_wearing(user, office.id, on=DAY - timedelta(days=1))
    assert len(queries.actors_of(user, on=DAY + timedelta(days=1))) == 3
    type(user).objects.filter(id=user.id).update(is_active=False)
    assert queries.actors_of(user, on=DAY) == []


def test_the_installation_acting_for_none_sees_every_authority(verdun, ailleurs):
    assert queries.access_authorities(system_actor()).count() == 2
    assert queries.access_authorities(system_actor(verdun.authority.id)).get() == verdun.authority
    assert not queries.access_organisations(system_actor(NOBODY)).exists()


def test_public_places_are_those_accredited_that_day_without_private_contacts(verdun, ailleurs):
    accredited(verdun, until_day=date(2022, 12, 31))
    accredited(verdun, kind=AccreditationKind.PRESCRIBER, organisation_ids=[verdun.workshop.id])
    accredited(ailleurs)
    place = queries.public_places(verdun.programme_id, DAY).get()
    assert place.id == verdun.library.id
    assert place.get_deferred_fields() == {"contact_name", "contact_email", "contact_phone"}
    assert not queries.public_places(verdun.programme_id, date(2023, 1, 1)).exists()
