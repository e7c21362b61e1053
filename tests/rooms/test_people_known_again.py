"""The cap per person, and who may be the same person: known again by keys, never by name."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from passnumerique.beneficiaries.models import Contact, PersonKey, Recipient
from passnumerique.beneficiaries.queries import keys_of
from passnumerique.beneficiaries.rules import (
    CONSENT_WORDS,
    Autonomy,
    Channel,
    ConsentNeeded,
    ContactUnreadable,
    Identity,
    KeyKind,
    Profile,
    Wanted,
)
from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.programmes.operations import CommuneGiven, set_territory
from passnumerique.programmes.rules import CommuneMerged, OutsideTerritory
from passnumerique.vouchers.operations import hand_over
from passnumerique.vouchers.queries.handing import possible_duplicates, recipients_of_numbers
from passnumerique.vouchers.queries.stock import stock_of
from passnumerique.vouchers.rules.refusals import TooManyForOnePerson
from tests.rooms.race import clean
from tests.rooms.world import COMMUNE, PROFILE, START, World, build_beside, build_world, on

pytestmark = pytest.mark.django_db
MARIE = Identity("Marie (fictive)", "Lefèvre", date(1961, 3, 12))
PHONE, MAIL = "06 39 98 00 01", "marie@exemple.fr"
WANTED = (Wanted(Channel.SMS, PHONE), Wanted(Channel.EMAIL, MAIL))


@pytest.fixture
def world() -> World:
    return build_world(passes_per_person=10)


def profile(**given: Any) -> Profile:
    return replace(PROFILE, **given)


def test_a_diagnosis_is_kept_with_the_recipient_and_nothing_that_names(world: World) -> None:
    need = new_id(on(START))
    world.hand_over(1, identity=MARIE, contact=PHONE, needs=(need,), autonomy=Autonomy.PARTLY)
    row = Recipient.objects.values().get()
    assert (row["needs"], row["autonomy"], row["not_diagnosed"]) == ([str(need)], "partly", "")
    written = repr(row) + repr(list(PersonKey.objects.values())) + repr(list(Contact.objects.values()))
    assert not [one for one in ("Marie", "Lef", "1961", "0639980001", "+33639980001") if one in written]
    assert not Contact.objects.exists(), "hashed for the cap only: the person wants no message"


def test_why_nothing_was_asked_is_kept(world: World) -> None:
    world.hand_over(1, not_diagnosed=" La personne est pressée. ")
    assert Recipient.objects.get().not_diagnosed == "La personne est pressée."


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"contact": PHONE}, {"contact": "+33 6 39 98 00 01"}),
        ({"wants": WANTED}, {"contact": MAIL.upper()}),
        ({"identity": MARIE}, {"identity": Identity("MARIE FICTIVE", "lefevre", MARIE.born_on)}),
        ({"identity": MARIE, "contact": PHONE}, {"contact": PHONE}),
        ({"contact": PHONE}, {"identity": MARIE, "contact": PHONE}),
    ],
    ids=["telephone", "wanted", "identity", "then_only_a_contact", "then_who_it_is"],
)
def test_one_person_has_no_more_than_the_cap(world: World, first: dict[str, Any], again: dict[str, Any]) -> None:
    world.hand_over(8, **first)
    with pytest.raises(TooManyForOnePerson) as told:
        world.hand_over(3, **again)
    assert told.value.params == {"cap": 10, "count": 11}
    assert Recipient.objects.count() == 1
    world.hand_over(2, **again)
    assert clean(world)


def test_a_family_may_share_a_telephone(world: World) -> None:
    world.hand_over(8, identity=MARIE, contact=PHONE)
    paul = Identity("Paul (fictif)", "Lefèvre", date(1988, 7, 1))
    assert [one.same for one in possible_duplicates(world.programme_id, profile(identity=paul, contact=PHONE))] == [
        True
    ]
    world.hand_over(8, identity=paul, contact=PHONE)
    with pytest.raises(TooManyForOnePerson):
        world.hand_over(3, contact=PHONE)


def test_a_likeness_is_shown_and_never_counts(world: World) -> None:
    world.hand_over(8, identity=MARIE)
    alike = Identity("Marie", "Lefebvre", date(1961, 12, 3))
    told = possible_duplicates(world.programme_id, profile(identity=alike))
    assert [(one.day, one.passes, one.same) for one in told] == [(START, 8, False)]
    assert told[0].structure == f"Structure 1 {world.slug} (fictif)"
    world.hand_over(8, identity=alike)


def test_exact_matches_are_told_first_and_only_a_few(world: World) -> None:
    for passes in (1, 2):
        world.hand_over(passes, identity=MARIE)
    for day in range(2, 8):
        world.hand_over(1, day=date(2021, 9, day), identity=Identity(f"Marie{day * 'x'}", "Lefebvre", MARIE.born_on))
    told = possible_duplicates(world.programme_id, profile(identity=MARIE))
    assert [one.same for one in told] == [True, True, False, False, False]
    assert [one.day.day for one in told[2:]] == [7, 6, 5]


def test_nobody_is_likely_without_contact_or_identity(world: World) -> None:
    world.hand_over(1)
    assert possible_duplicates(world.programme_id, PROFILE) == []


def test_looking_for_duplicates_costs_the_same_for_many(world: World, queries_do_not_grow: Any) -> None:
    world.hand_over(1, identity=MARIE)

    def grow() -> None:
        for _ in range(5):
            world.hand_over(1, identity=MARIE)

    asked = profile(identity=MARIE, contact=PHONE)
    assert queries_do_not_grow(lambda: possible_duplicates(world.programme_id, asked), grow) == 3


def test_a_person_is_a_stranger_to_the_programme_beside(world: World) -> None:
    beside = build_beside(world, "essai")
    given = {"identity": MARIE, "contact": PHONE}
    world.hand_over(10, **given)
    keys = {PersonKey.objects.filter(programme_id=one.programme_id).count() for one in (world, beside)}
    assert keys == {0, 6}
    assert possible_duplicates(beside.programme_id, profile(**given)) == []
    assert not set(keys_of(world.programme_id, profile(**given))) & set(keys_of(beside.programme_id, profile(**given)))
    beside.hand_over(10, **given)


def test_what_cannot_be_read_is_refused_whole(world: World) -> None:
    for given in (
        {"contact": "bonjour"},
        {"wants": (Wanted(Channel.SMS, "bonjour"),)},
    ):
        with pytest.raises(ContactUnreadable):
            world.hand_over(1, **given)
    with pytest.raises(ConsentNeeded):
        world.hand_over(1, wants=(Wanted(Channel.SMS, PHONE, " "),))
    assert not Recipient.objects.exists()
    assert not PersonKey.objects.exists()


def test_from_a_pass_to_who_holds_it(world: World) -> None:
    mine, theirs = world.hand_over(2, contact=PHONE), world.hand_over(1)
    found = recipients_of_numbers(world.programme_id, [*mine, *theirs, 40, 999])
    assert sorted(found) == sorted([*mine, *theirs])
    assert found[mine[0]] == found[mine[1]] != found[theirs[0]]
    assert recipients_of_numbers(build_beside(world, "essai").programme_id, mine) == {}


def test_a_commune_that_merged_leads_to_the_one_of_today(world: World) -> None:
    communes = [CommuneGiven("55537", "Douaumont-Vaux", former="55164 Douaumont|55537 Vaux-devant-Damloup")]
    given = {"programme_id": world.programme_id, "communes": communes, "vintage": 2022}
    set_territory(**given, by=world.manager, at=on(START))
    with pytest.raises(CommuneMerged) as told:
        world.hand_over(1, commune="55164")
    assert told.value.params == {"commune": "Douaumont", "now": "Douaumont-Vaux", "code": "55537"}
    with pytest.raises(OutsideTerritory):
        world.hand_over(1, commune="55999")
    world.hand_over(1, commune="55537")
    assert Recipient.objects.get().commune == "55537"


def test_each_kind_of_key_is_written_once(world: World) -> None:
    world.hand_over(1, identity=MARIE, contact=PHONE, wants=WANTED)
    kinds = list(PersonKey.objects.order_by("kind").values_list("kind", flat=True))
    assert (kinds.count(KeyKind.CONTACT), kinds.count(KeyKind.IDENTITY)) == (2, 1)
    assert {len(bytes(key)) for key in PersonKey.objects.values_list("key", flat=True)} == {16}
    assert [one.consent_words for one in Contact.objects.all()] == [CONSENT_WORDS] * 2


def test_another_structure_may_hand_over_to_the_same_person_up_to_the_cap(world: World) -> None:
    world.allocate(1, structure=1)
    world.hand_over(8, contact=PHONE)
    numbers = stock_of(world.programme_id, world.structures[1], 3)
    with pytest.raises(TooManyForOnePerson):
        hand_over(
            programme_id=world.programme_id,
            structure_id=world.structures[1],
            numbers=[(number, number) for number in numbers],
            profile=profile(contact=PHONE, commune=COMMUNE),
            by=world.actor(Role.PRESCRIBER, 1),
            at=on(START, 12),
        )
