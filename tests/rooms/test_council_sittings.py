"""A sitting from its convocation to its acts: who counts, what is voted, what is refused."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from passnumerique.council.models import Deliberation, Movement, Vote
from passnumerique.council.operations import (
    Cast,
    Proposed,
    Secret,
    change_item,
    close_sitting,
    convene,
    drop_item,
    end_delegate,
    note_movements,
    open_sitting,
    plan_sitting,
    propose_item,
    put_off,
    record_delegate,
    set_numbering,
    vote_item,
)
from passnumerique.council.queries import access_sitting, delegates, roll_of
from passnumerique.council.rules import Mode, Move, Outcome, Restart, Text, Voice
from passnumerique.directory.rules import Role
from passnumerique.ground.dates import at_time
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
SAT = date(2022, 12, 13)
EVENING = at_time(SAT, 17, 30)
CONVENED = date(2022, 12, 7)
TEXT = Text(("Vu la délibération DE2020017,",), "Il reste moins de 1 200 pass.", ("VALIDE la prolongation,",))


@pytest.fixture
def world() -> World:
    return build_world(quantity=0, structures=0, places=0)


@pytest.fixture
def council(world: World) -> list[UUID]:
    """24 delegates, the first of whom presides, and one substitute at the end."""
    made = [
        record_delegate(
            by=world.manager,
            at=on(SAT),
            last_name=f"Fictif{rank:02d}",
            first_name="Camille",
            from_day=date(2020, 7, 1),
            office="Président" if rank == 1 else "",
        )
        for rank in range(1, 25)
    ]
    substitute = record_delegate(
        by=world.manager, at=on(SAT), last_name="Suppléante", from_day=date(2020, 7, 1), substitute_for=made[13]
    )
    return [*made, substitute]


def same_place(world: World, day: date = date(2022, 9, 27)) -> UUID:
    """A sitting held in one place in the same half-year, as the law asks beside one by video."""
    sitting = plan_sitting(by=world.manager, at=on(day), starts_at=at_time(day, 18), mode=Mode.IN_PERSON)
    propose_item(sitting_id=sitting, item=Proposed("Rapport d’activité", "5.2"), by=world.manager, at=on(day))
    convene(sitting_id=sitting, convened_on=day - timedelta(days=7), by=world.manager, at=on(day))
    return sitting


def planned(world: World, *, mode: Mode = Mode.VIDEO, items: int = 1, starts_at: datetime = EVENING) -> UUID:
    sitting = plan_sitting(by=world.manager, at=on(SAT), starts_at=starts_at, mode=mode)
    for rank in range(items):
        item = Proposed(f"Prolongation {rank}", "7.5", articles=("VALIDE la prolongation,",))
        propose_item(sitting_id=sitting, item=item, by=world.manager, at=on(SAT))
    return sitting


def opened(world: World, council: list[UUID], present: int = 14, **options: object) -> UUID:
    """A convened sitting, open: the first ones sit, the fourteenth by a substitute."""
    same_place(world)
    sitting = planned(world, **options)  # type: ignore[arg-type]
    convene(sitting_id=sitting, convened_on=CONVENED, by=world.manager, at=on(CONVENED))
    moves = [(one, Move.SITS, None) for one in council[: min(present, 13)]]
    if present > 13:
        moves.append((council[13], Move.REPLACED, council[24]))
    open_sitting(sitting_id=sitting, chair=council[0], secretary=council[8], moves=moves, by=world.manager, at=EVENING)
    return sitting


def items_of(world: World, sitting: UUID) -> list[UUID]:
    return [row.id for row in access_sitting(world.manager, sitting).items.all()]


def vote(world: World, item: UUID, ballot: Cast | Secret | None = None) -> Deliberation:
    made = vote_item(item_id=item, ballot=ballot or Cast(), text=TEXT, by=world.manager, at=EVENING)
    return Deliberation.objects.get(id=made)


def refusal(act: object, **given: object) -> str:
    with pytest.raises(Refusal) as refused:
        act(**given)  # type: ignore[operator]
    return refused.value.name


def test_the_act_of_13_december_2022(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, items=3)
    numbers = [vote(world, item) for item in items_of(world, sitting)]
    act = numbers[2]
    assert [row.number for row in numbers] == ["DE_2022_12_001", "DE_2022_12_002", "DE_2022_12_003"]
    assert (act.members_in_office, act.voters, act.substitutes) == (24, 14, 1)
    assert (act.votes_for, act.votes_against, act.abstentions) == (14, 0, 0)
    assert (act.convened_on, act.sat_on, act.chaired_by) == (CONVENED, SAT, "Camille Fictif01")
    assert act.text["articles"] == ["VALIDE la prolongation,"]
    voices = Vote.objects.filter(deliberation=act)
    assert voices.count() == 14
    assert voices.get(seat_id=council[13]).cast_by_id == council[24]
    close_sitting(sitting_id=sitting, by=world.manager, at=EVENING + timedelta(hours=1))


def test_people_come_and_go_and_the_quorum_with_them(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, items=2)
    first, second = items_of(world, sitting)
    vote(world, first)
    gone = [(council[11], Move.LEAVES, None), (council[12], Move.GIVES_POWER, council[0])]
    note_movements(sitting_id=sitting, moves=gone, from_item=2, by=world.manager, at=EVENING)
    now = access_sitting(world.manager, sitting)
    assert (roll_of(now, 1).present, roll_of(now, 2).present, roll_of(now, 2).voters) == (14, 12, 13)
    assert (
        refusal(vote_item, item_id=second, ballot=Cast(), text=TEXT, by=world.manager, at=EVENING) == "quorum_not_met"
    )
    back = [(council[11], Move.SITS, None)]
    note_movements(sitting_id=sitting, moves=back, from_item=2, by=world.manager, at=EVENING)
    act = vote(world, second)
    assert (act.voters, act.votes_for) == (14, 14)
    assert Vote.objects.get(deliberation=act, seat_id=council[12]).cast_by_id == council[0]


def test_a_tie_is_decided_by_the_chair_and_not_in_secret(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, items=3, mode=Mode.IN_PERSON)
    with_chair, against_chair, secret = items_of(world, sitting)
    assert vote(world, with_chair, Cast(against=frozenset(council[7:14]))).chair_votes_for
    lost = vote(world, against_chair, Cast(against=frozenset(council[:7])))
    assert (lost.votes_for, lost.votes_against, lost.chair_votes_for) == (7, 7, False)
    tied = vote(world, secret, Secret(7, 7, 0))
    assert (Vote.objects.filter(deliberation=tied).count(), tied.chair_votes_for) == (0, False)
    outcomes = [row.outcome for row in access_sitting(world.manager, sitting).items.all()]
    assert outcomes == [Outcome.ADOPTED, Outcome.REJECTED, Outcome.REJECTED]


def test_voices_are_kept_by_name(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council)
    ballot = Cast(against=frozenset({council[1]}), abstains=frozenset({council[2]}))
    act = vote(world, items_of(world, sitting)[0], ballot)
    assert (act.votes_for, act.votes_against, act.abstentions) == (12, 1, 1)
    assert Vote.objects.get(deliberation=act, seat_id=council[1]).voice == Voice.AGAINST


def test_what_a_vote_refuses(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, items=2)
    item, other = items_of(world, sitting)
    given = {"item_id": item, "text": TEXT, "by": world.manager, "at": EVENING}
    assert refusal(vote_item, ballot=Secret(14, 0, 0), **given) == "secret_ballot_by_video"
    assert refusal(vote_item, ballot=Cast(against=frozenset({council[20]})), **given) == "no_voice_here"
    assert refusal(vote_item, ballot=Cast(), **given | {"text": Text((), "", ())}) == "text_missing"
    vote(world, item)
    assert refusal(vote_item, ballot=Cast(), **given) == "item_settled"
    assert refusal(close_sitting, sitting_id=sitting, by=world.manager, at=EVENING) == "items_pending"
    put_off(item_id=other, outcome=Outcome.POSTPONED, by=world.manager, at=EVENING)
    close_sitting(sitting_id=sitting, by=world.manager, at=EVENING)
    assert refusal(vote_item, ballot=Cast(), **given | {"item_id": other}) == "sitting_closed"


def test_votes_that_do_not_add_up_are_refused(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, mode=Mode.IN_PERSON)
    [item] = items_of(world, sitting)
    given = {"item_id": item, "text": TEXT, "by": world.manager, "at": EVENING}
    for counts in ((13, 0, 0), (14, 1, 0), (15, -1, 0)):
        assert refusal(vote_item, ballot=Secret(*counts), **given) == "votes_do_not_agree"


def test_what_a_roll_refuses_leaves_nothing(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council)
    before = Movement.objects.count()
    told = {
        "two_proxies": [(council[20], Move.GIVES_POWER, council[0]), (council[21], Move.GIVES_POWER, council[0])],
        "proxy_to_absent": [(council[20], Move.GIVES_POWER, council[21])],
        "counted_twice": [(council[20], Move.REPLACED, council[24])],
        "not_in_office": [(council[24], Move.SITS, None)],
    }
    for name, moves in told.items():
        given = {"sitting_id": sitting, "moves": moves, "from_item": 1, "by": world.manager, "at": EVENING}
        assert refusal(note_movements, **given) == name
    assert Movement.objects.count() == before


def test_without_quorum_another_sitting_needs_none(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, present=5)
    [item] = items_of(world, sitting)
    given = {"ballot": Cast(), "text": TEXT, "by": world.manager, "at": EVENING}
    assert refusal(vote_item, item_id=item, **given) == "quorum_not_met"
    close_sitting(sitting_id=sitting, by=world.manager, at=EVENING)
    later = at_time(date(2022, 12, 17), 10)
    again = plan_sitting(by=world.manager, at=on(SAT), starts_at=later, mode=Mode.IN_PERSON, after=sitting)
    convene(sitting_id=again, convened_on=date(2022, 12, 14), by=world.manager, at=on(SAT))
    moves = [(one, Move.SITS, None) for one in council[:3]]
    open_sitting(sitting_id=again, chair=council[0], secretary=council[1], moves=moves, by=world.manager, at=later)
    [same] = items_of(world, again)
    act = vote_item(item_id=same, **given | {"at": later})
    assert Deliberation.objects.get(id=act).voters == 3


def test_what_a_convocation_refuses(world: World, council: list[UUID]) -> None:
    sitting = planned(world)
    given = {"sitting_id": sitting, "convened_on": CONVENED, "by": world.manager, "at": on(SAT)}
    assert refusal(convene, **given) == "same_place_missing"
    same_place(world)
    assert refusal(convene, **given | {"convened_on": date(2022, 12, 9)}) == "convened_too_late"
    empty = plan_sitting(by=world.manager, at=on(SAT), starts_at=EVENING, mode=Mode.IN_PERSON)
    assert refusal(convene, **given | {"sitting_id": empty}) == "agenda_empty"
    convene(**given)  # type: ignore[arg-type]
    assert refusal(convene, **given) == "already_convened"
    item = Proposed("Autre", "7.5")
    assert refusal(propose_item, sitting_id=sitting, item=item, by=world.manager, at=on(SAT)) == "already_convened"
    [row] = items_of(world, sitting)
    assert refusal(drop_item, item_id=row, by=world.manager, at=on(SAT)) == "already_convened"
    assert refusal(change_item, item_id=row, item=item, by=world.manager, at=on(SAT)) == "already_convened"
    same = Proposed("Prolongation 0", "7.5", expose="Texte revu.", articles=("VALIDE,",))
    change_item(item_id=row, item=same, by=world.manager, at=on(SAT))


def test_a_sitting_is_opened_on_its_day(world: World, council: list[UUID]) -> None:
    sitting = planned(world, mode=Mode.IN_PERSON)
    given = {"sitting_id": sitting, "chair": council[0], "secretary": council[1], "by": world.manager}
    moves = [(one, Move.SITS, None) for one in council[:13]]
    assert refusal(open_sitting, moves=moves, at=EVENING, **given) == "not_convened"
    convene(sitting_id=sitting, convened_on=CONVENED, by=world.manager, at=on(SAT))
    assert refusal(open_sitting, moves=moves, at=on(date(2022, 12, 12)), **given) == "sitting_not_yet"
    assert refusal(open_sitting, moves=moves[1:], at=EVENING, **given) == "chair_absent"
    assert not Movement.objects.exists()
    open_sitting(moves=moves, at=EVENING, **given)  # type: ignore[arg-type]


def test_items_move_up_when_one_is_dropped(world: World) -> None:
    sitting = planned(world, items=3)
    first, _second, _third = items_of(world, sitting)
    drop_item(item_id=first, by=world.manager, at=on(SAT))
    rows = access_sitting(world.manager, sitting).items.all()
    assert [(row.rank, row.title) for row in rows] == [(1, "Prolongation 1"), (2, "Prolongation 2")]


def test_members_are_in_office_for_a_time(world: World, council: list[UUID]) -> None:
    end_delegate(by=world.manager, at=on(SAT), delegate_id=council[5], until_day=date(2022, 12, 12))
    names = {row.id for row in delegates(world.manager, day=SAT)}
    assert council[5] not in names
    sitting = opened(world, [*council[:5], *council[6:], council[24]])
    assert roll_of(access_sitting(world.manager, sitting)).members_in_office == 23


def test_numbers_have_the_form_of_the_authority(world: World, council: list[UUID]) -> None:
    given = {"by": world.manager, "at": on(SAT)}
    assert refusal(set_numbering, pattern="{year}-{rank}", restarts=Restart.MONTH, **given) == "bad_numbering"
    set_numbering(pattern="{year}-{rank}", restarts=Restart.YEAR, **given)  # type: ignore[arg-type]
    sitting = opened(world, council, items=2)
    assert [vote(world, item).number for item in items_of(world, sitting)] == ["2022-001", "2022-002"]


def test_no_border_is_crossed(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council)
    [item] = items_of(world, sitting)
    stranger = replace(world.manager, authority_id=new_id(on(SAT)))
    for role in (Role.FINANCE, Role.ACCOUNTANT, Role.FUNDER, Role.AUDITOR, Role.ISSUER):
        with pytest.raises(NotAllowed):
            vote_item(item_id=item, ballot=Cast(), text=TEXT, by=world.actor(role), at=EVENING)
    with pytest.raises(NotFound):
        vote_item(item_id=item, ballot=Cast(), text=TEXT, by=stranger, at=EVENING)
    with pytest.raises(NotFound):
        close_sitting(sitting_id=sitting, by=stranger, at=EVENING)
    assert not delegates(stranger).exists()
