"""What the authority does so that passes be used: reminders in one go, a workshop asked of a place; and what asks
for an act, ranked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.core import mail

from passnumerique.beneficiaries.models import Message
from passnumerique.beneficiaries.operations import stop_mailing
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState, Wanted
from passnumerique.directory.operations import change_organisation
from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.acting.advice import Kind
from passnumerique.insight.acting.reading import advices_on, calls_on
from passnumerique.insight.forecast.telling import known_on
from passnumerique.training.operations.urging import ask_for_session, asking_words, wake_people
from passnumerique.training.queries.sleeping import people_to_wake
from passnumerique.training.rules.refusals import (
    MailIsOff,
    MessagesAreOff,
    NotAtThisHour,
    OutsideTheNetwork,
    SessionAlreadyAsked,
    SessionNotAsked,
)
from tests.rooms.world import START, World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
LATER = on(date(2021, 10, 12))  # a Tuesday, six weeks after the start


@pytest.fixture(autouse=True)
def _open(settings: LazySettings) -> None:
    settings.MAIL = settings.SMS = "console"


@pytest.fixture
def world() -> World:
    return build_world(reminders="on")


def handed(world: World, address: str, day: date = START) -> None:
    world.hand_over(2, day=day, wants=(Wanted(Channel.EMAIL, address),) if address else ())


def wake(world: World, **changes: object) -> int:
    given = {
        "programme_id": world.programme_id,
        "structure_id": world.structures[0],
        "by": world.manager,
        "at": LATER,
    }
    return wake_people(**(given | changes)).of(MessageState.SENT)  # type: ignore[arg-type]


def ask(world: World, **changes: object) -> MessageState:
    given = {
        "programme_id": world.programme_id,
        "organisation_id": world.places[0],
        "waiting": 3,
        "by": world.manager,
        "at": LATER,
    }
    return ask_for_session(**(given | changes))  # type: ignore[arg-type]


def give_address(world: World) -> None:
    change_organisation(
        by=world.manager,
        at=on(START),
        organisation_id=world.places[0],
        texts={"name": "Lieu (fictif)", "contact_email": "lieu@exemple.fr"},
    )


def test_everybody_asleep_who_left_a_contact_is_reminded_once(world: World) -> None:
    for address in ("un@exemple.fr", "deux@exemple.fr", ""):
        handed(world, address)
    told = people_to_wake(world.programme_id, world.structures[0], LATER)
    assert (told.people, told.passes, told.to_write, told.writes) == (3, 6, 2, True)
    assert wake(world) == 2
    assert wake(world) == 0, "nobody twice within thirty days"
    assert people_to_wake(world.programme_id, world.structures[0], LATER).to_write == 0
    assert {one.kind for one in Message.objects.all()} == {MessageKind.PASSES_SLEEP}


def test_so_many_at_once_and_the_rest_next_time(world: World) -> None:
    for rank in range(3):
        handed(world, f"p{rank}@exemple.fr")
    assert wake(world, most=2) == 2
    assert wake(world, most=2) == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER, Role.SYSTEM}))
def test_nobody_else_writes_to_everybody_or_asks_a_place(world: World, role: Role) -> None:
    other = replace(world.manager, role=role, organisation_id=world.structures[0])
    for act in (wake, ask):
        with pytest.raises(NotAllowed):
            act(world, by=other)


def test_another_authority_reaches_nothing(world: World) -> None:
    stranger = build_world("meuse", quantity=0).manager
    for act in (wake, ask):
        with pytest.raises(NotFound):
            act(world, by=stranger)


def test_no_letter_leaves_at_night_nor_while_messages_are_shut(world: World, settings: LazySettings) -> None:
    night = on(date(2021, 10, 12), 22)
    for act in (wake, ask):
        with pytest.raises(NotAtThisHour):
            act(world, at=night)
    settings.MAIL = settings.SMS = "off"
    for act, refusal in ((wake, MessagesAreOff), (ask, MailIsOff)):
        with pytest.raises(refusal):
            act(world)


def test_a_place_is_asked_by_a_letter_once_in_two_weeks(world: World) -> None:
    give_address(world)
    assert ask(world) is MessageState.SENT
    with pytest.raises(SessionAlreadyAsked):
        ask(world, at=LATER + timedelta(days=5))
    assert ask(world, at=LATER + timedelta(days=20)) is MessageState.SENT
    words = asking_words(world.manager, world.programme_id, world.places[0], 3)
    assert "3 pass attendent d’être utilisés" in words.text
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("why", ["no address", "silence", "a stranger to the network"])
def test_a_place_that_cannot_be_asked_says_what_to_do(world: World, why: str) -> None:
    refusal: type[Refusal] = SessionNotAsked
    asked: dict[str, object] = {}
    if why == "silence":
        give_address(world)
        stop_mailing(programme_id=world.programme_id, organisation_id=world.places[0], at=LATER)
    if why == "a stranger to the network":
        asked, refusal = {"organisation_id": world.organisation("Ailleurs")}, OutsideTheNetwork
    with pytest.raises(refusal):
        ask(world, **asked)


def lived() -> World:
    """A programme of some weeks: a structure that runs out beside one that sleeps, and no session to come."""
    world = build_world(quantity=110, booklets=3, envelope_cents=10_000_000)
    world.allocate(8, structure=1)
    for rank in range(10):
        world.hand_over(2, day=START + timedelta(days=7 * rank + 1))
    world.spend(4, START + timedelta(days=50))
    world.hand_over(1, structure=1, day=START + timedelta(days=40))
    return world


def test_what_asks_for_an_act_is_seen_and_ranked() -> None:
    world, day = lived(), date(2021, 12, 1)
    known = known_on(world.programme_id, day)
    found = advices_on(world.manager, world.programme_id, on(day), known)
    kinds = {one.kind for one in found}
    assert {Kind.MOVE, Kind.REMIND, Kind.EMPTY_PLACE, Kind.PUBLIC} <= kinds
    assert [one.likely for one in found] == sorted((one.likely for one in found), reverse=True)
    empty = [one for one in found if one.kind is Kind.EMPTY_PLACE]
    assert {one.about for one in empty} == set(world.places)
    assert all(one.gain[0] <= one.gain[1] <= one.gain[2] <= known.evidence.held for one in empty)
    (public,) = (one for one in found if one.kind is Kind.PUBLIC)
    assert (public.share, public.of) == (0, 5000)
    world.session(day + timedelta(days=3), at=on(day, 8))
    after = advices_on(world.manager, world.programme_id, on(day), known_on(world.programme_id, day))
    assert {one.about for one in after if one.kind is Kind.EMPTY_PLACE} == {world.places[1]}


def test_near_the_end_an_extension_is_spoken_of_and_claims_only_to_who_reads_them() -> None:
    world, day = lived(), date(2022, 12, 13)
    known = known_on(world.programme_id, day)
    found = advices_on(world.manager, world.programme_id, on(day), known)
    (longer,) = (one for one in found if one.kind is Kind.EXTEND)
    assert longer.due == date(2022, 12, 31)
    assert longer.likely > 0
    assert [one.due for one in found if one.kind is Kind.DEADLINE] == [date(2022, 12, 31)]


def test_who_is_called_is_a_structure_with_figures_and_no_person() -> None:
    world, day = lived(), date(2021, 12, 1)
    rows = {one.structure_id: one for one in calls_on(world.programme_id, on(day), known_on(world.programme_id, day))}
    assert (rows[world.structures[0]].asleep > 0, rows[world.structures[0]].share) == (True, 0)
    assert rows[world.structures[1]].stock == 79


def test_a_programme_a_day_old_asks_for_nothing_that_it_cannot_know() -> None:
    world = build_world()
    found = advices_on(world.manager, world.programme_id, on(START), known_on(world.programme_id, START))
    assert {one.kind for one in found} <= {Kind.MOVE, Kind.EMPTY_PLACE}
