"""A sitting from its convocation to its acts: who counts, what is voted, what is refused."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from passnumerique.council.models import Deliberation, Movement, Vote
from passnumerique.council.operations import (
    Act,
    Cast,
    Proposed,
    Secret,
    cancel_sitting,
    change_item,
    change_sitting,
    close_sitting,
    convene,
    drop_item,
    end_delegate,
    note_movements,
    open_sitting,
    order_agenda,
    plan_sitting,
    propose_item,
    publish_list,
    publish_minutes,
    put_off,
    record_delegate,
    record_deliberation,
    record_posting,
    record_transmission,
    set_numbering,
    settle_minutes,
    settle_urgency,
    take_up,
    vote_item,
    write_debate,
)
from passnumerique.council.queries import (
    access_item,
    access_sitting,
    act_differences,
    delegates,
    lacks_of,
    left_items,
    roll_of,
    to_reconvene,
    waiting,
)
from passnumerique.council.rules import (
    Ballot,
    Item,
    Mode,
    Move,
    Outcome,
    Owed,
    Restart,
    Text,
    Voice,
    Warned,
    enforceable_on,
)
from passnumerique.directory.rules import Role
from passnumerique.ground.dates import at_time
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.audit import audit_programme
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
    before = day - timedelta(days=8)
    sitting = plan_sitting(by=world.manager, at=on(before), starts_at=at_time(day, 18), mode=Mode.IN_PERSON)
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
    away = {"item_id": other, "outcome": Outcome.WITHDRAWN, "by": world.manager, "at": EVENING}
    assert refusal(put_off, reason=" ", **away) == "put_off_without_reason"
    put_off(reason="Il manque une pièce.", **away)
    assert access_item(world.manager, other).reason == "Il manque une pièce."
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
    later = at_time(date(2022, 12, 17), 10)
    again_on = {"by": world.manager, "at": on(SAT), "mode": Mode.IN_PERSON, "after": sitting}
    assert refusal(plan_sitting, starts_at=later, **again_on) == "had_quorum"
    close_sitting(sitting_id=sitting, by=world.manager, at=EVENING)
    assert [row.id for row in to_reconvene(world.manager)] == [sitting]
    assert refusal(plan_sitting, starts_at=at_time(date(2022, 12, 16), 10), **again_on) == "reconvened_too_soon"
    again = plan_sitting(starts_at=later, **again_on)  # type: ignore[arg-type]
    assert to_reconvene(world.manager) == []
    item_given = Proposed("Une autre affaire", "7.5")
    by_now = {"by": world.manager, "at": on(SAT)}
    assert refusal(propose_item, sitting_id=again, item=item_given, **by_now) == "reconvened_agenda"
    convene(sitting_id=again, convened_on=date(2022, 12, 13), by=world.manager, at=on(SAT))
    moves = [(one, Move.SITS, None) for one in council[:3]]
    open_sitting(sitting_id=again, chair=council[0], secretary=council[1], moves=moves, by=world.manager, at=later)
    [same] = items_of(world, again)
    act = vote_item(item_id=same, **given | {"at": later})
    row = Deliberation.objects.get(id=act)
    assert (row.voters, row.text["reconvened"], row.text["quorum"]) == (3, True, 1)


def test_a_quorum_lost_on_the_way_leaves_the_rest_to_another_sitting(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, items=3)
    first, *_rest = items_of(world, sitting)
    vote(world, first)
    given = {"by": world.manager, "at": EVENING}
    gone = [(council[11], Move.LEAVES, None), (council[12], Move.LEAVES, None)]
    note_movements(sitting_id=sitting, moves=gone, from_item=2, **given)
    close_sitting(sitting_id=sitting, **given)
    later = at_time(date(2022, 12, 20), 18)
    again = plan_sitting(starts_at=later, mode=Mode.IN_PERSON, after=sitting, **given)
    rows = access_sitting(world.manager, again).items.all()
    assert [(row.rank, row.title, row.outcome) for row in rows] == [
        (1, "Prolongation 1", Outcome.PENDING),
        (2, "Prolongation 2", Outcome.PENDING),
    ]


def test_a_sitting_is_changed_and_convened_again(world: World, council: list[UUID]) -> None:
    same_place(world)
    sitting = planned(world, starts_at=at_time(date(2022, 12, 20), 18), items=2)
    given = {"sitting_id": sitting, "by": world.manager, "at": on(SAT)}
    assert refusal(convene, convened_on=date(2022, 12, 13), **given | {"at": on(date(2022, 12, 12))}) == "day_to_come"
    convene(convened_on=SAT, **given)  # type: ignore[arg-type]
    sooner = {"starts_at": at_time(date(2022, 12, 16), 18), "mode": Mode.IN_PERSON, "place": "Verdun"}
    assert refusal(change_sitting, **given | sooner | {"starts_at": at_time(SAT, 8)}) == "sitting_in_past"
    change_sitting(**given | sooner)  # type: ignore[arg-type]
    row = access_sitting(world.manager, sitting)
    assert (row.convened_on, row.mode, row.place) == (None, Mode.IN_PERSON, "Verdun")
    assert refusal(convene, convened_on=SAT, **given) == "convened_too_late"
    convene(convened_on=SAT, urgent=True, **given)  # type: ignore[arg-type]
    assert access_sitting(world.manager, sitting).urgent


def test_the_agenda_is_put_in_order(world: World) -> None:
    sitting = planned(world, items=3)
    first, second, third = items_of(world, sitting)
    given = {"sitting_id": sitting, "by": world.manager, "at": on(SAT)}
    order_agenda(items=[third, first, second], **given)  # type: ignore[arg-type]
    assert items_of(world, sitting) == [third, first, second]
    for wrong in ([first, second], [first, first, second], [first, second, third, new_id(on(SAT))]):
        assert refusal(order_agenda, items=wrong, **given) == "agenda_order"
    assert items_of(world, sitting) == [third, first, second]


def test_a_sitting_called_off_leaves_its_matters_to_another(world: World, council: list[UUID]) -> None:
    sitting, other = planned(world), planned(world, mode=Mode.IN_PERSON)
    [item] = items_of(world, sitting)
    given = {"by": world.manager, "at": on(SAT)}
    assert refusal(take_up, item_id=item, sitting_id=other, **given) == "item_settled"
    cancel_sitting(sitting_id=sitting, **given)
    assert [row.id for row in left_items(world.manager)] == [item]
    take_up(item_id=item, sitting_id=other, **given)
    assert len(items_of(world, other)) == 2
    refused = {
        cancel_sitting: {},
        convene: {"convened_on": CONVENED},
        change_sitting: {"starts_at": EVENING, "mode": Mode.VIDEO},
        propose_item: {"item": Proposed("Autre", "7.5")},
        open_sitting: {"chair": council[0], "secretary": council[1], "moves": []},
    }
    for act, more in refused.items():
        assert refusal(act, sitting_id=sitting, **given | more) == "sitting_cancelled"


def test_an_open_sitting_is_not_called_off(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council)
    given = {"sitting_id": sitting, "by": world.manager, "at": on(SAT)}
    assert refusal(cancel_sitting, **given) == "sitting_opened"
    assert refusal(change_sitting, starts_at=EVENING, mode=Mode.VIDEO, **given) == "sitting_opened"


def urgent_sitting(world: World, council: list[UUID], items: int = 2) -> UUID:
    """A sitting convened two days before, in an emergency, and open."""
    sitting = planned(world, mode=Mode.IN_PERSON, items=items)
    convene(sitting_id=sitting, convened_on=date(2022, 12, 11), urgent=True, by=world.manager, at=on(SAT))
    moves = [(one, Move.SITS, None) for one in council[:13]]
    open_sitting(sitting_id=sitting, chair=council[0], secretary=council[1], moves=moves, by=world.manager, at=EVENING)
    return sitting


def test_nothing_is_voted_before_the_council_said_what_it_thinks_of_the_urgency(
    world: World, council: list[UUID]
) -> None:
    sitting = urgent_sitting(world, council)
    first, _second = items_of(world, sitting)
    given = {"by": world.manager, "at": EVENING}
    assert refusal(vote_item, item_id=first, ballot=Cast(), text=TEXT, **given) == "urgency_not_settled"
    settle_urgency(sitting_id=sitting, approved=True, **given)
    assert vote(world, first).voters == 13
    assert refusal(settle_urgency, sitting_id=sitting, approved=False, **given) == "not_urgent"


def test_an_urgency_that_the_council_denies_puts_everything_off(world: World, council: list[UUID]) -> None:
    sitting = urgent_sitting(world, council)
    settle_urgency(sitting_id=sitting, approved=False, by=world.manager, at=EVENING)
    outcomes = {row.outcome for row in access_sitting(world.manager, sitting).items.all()}
    assert outcomes == {Outcome.POSTPONED}
    close_sitting(sitting_id=sitting, by=world.manager, at=EVENING)


def test_what_a_convocation_refuses(world: World, council: list[UUID]) -> None:
    sitting = planned(world)
    given = {"sitting_id": sitting, "convened_on": CONVENED, "by": world.manager, "at": on(SAT)}
    assert lacks_of(access_sitting(world.manager, sitting)) == [Warned.SAME_PLACE, Warned.BROADCAST]
    same_place(world)
    assert lacks_of(access_sitting(world.manager, sitting)) == [Warned.BROADCAST]
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


def test_what_is_not_voted_by_video_is_refused_where_it_is_proposed(world: World, council: list[UUID]) -> None:
    sitting = planned(world)
    given = {"by": world.manager, "at": on(SAT)}
    budget = Proposed("Budget primitif", "7.1", Item.BUDGET)
    assert refusal(propose_item, sitting_id=sitting, item=budget, **given) == "not_by_video"
    here = planned(world, mode=Mode.IN_PERSON)
    propose_item(sitting_id=here, item=budget, **given)
    assert refusal(change_sitting, sitting_id=here, starts_at=EVENING, mode=Mode.MIXED, **given) == "not_by_video"


def test_another_presides_over_the_matter_that_the_chair_left_for(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, items=2)
    first, second = items_of(world, sitting)
    given = {"ballot": Cast(), "text": TEXT, "by": world.manager, "at": EVENING}
    apart = [(council[0], Move.WITHDRAWS, None)]
    note_movements(sitting_id=sitting, moves=apart, from_item=1, by=world.manager, at=EVENING)
    assert refusal(vote_item, item_id=first, **given) == "chair_absent"
    act = Deliberation.objects.get(id=vote_item(item_id=first, chair=council[1], **given))  # type: ignore[arg-type]
    assert (act.chaired_by, act.members_in_office, act.voters) == ("Camille Fictif02", 23, 13)
    assert act.text["withdrew"] == ["Camille Fictif01"]
    assert not Vote.objects.filter(deliberation=act, seat_id=council[0]).exists()
    assert vote(world, second).chaired_by == "Camille Fictif01"


def test_the_number_follows_the_highest_of_its_form(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council)
    act = Act(
        "DE_2022_12_007",
        "7.5",
        "Copiée du papier",
        ["DIT"],
        CONVENED,
        SAT,
        "Présidence",
        "Secrétariat",
        Ballot(24, 14, 14, 0, 0),
    )
    record_deliberation(authority_id=world.authority_id, act=act, by=world.manager, at=on(SAT))
    old = replace(act, number="D-2022-99")
    record_deliberation(authority_id=world.authority_id, act=old, by=world.manager, at=on(SAT))
    voted = vote(world, items_of(world, sitting)[0])
    assert voted.number == "DE_2022_12_008"
    assert list(act_differences(world.authority_id)) == []
    Deliberation.objects.filter(id=voted.id).update(number="DE_2022_12_010")
    [found] = audit_programme(world.programme_id).differences
    assert (found.check.name, found.id, found.recomputed) == ("act_numbers", voted.id, "rank=8")


def test_what_follows_a_sitting_waits_until_it_is_done(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council, items=2)
    first, second = items_of(world, sitting)
    act = vote(world, first)
    put_off(item_id=second, outcome=Outcome.POSTPONED, reason="Il manque une pièce.", by=world.manager, at=EVENING)
    given = {"sitting_id": sitting, "by": world.manager, "at": EVENING}
    assert refusal(publish_list, on=SAT, **given) == "sitting_not_closed"
    write_debate(item_id=first, debate="Une question sur le calendrier.", by=world.manager, at=EVENING)
    close_sitting(**given)  # type: ignore[arg-type]
    owed = {one.owed: one for one in waiting(world.manager, date(2022, 12, 21))}
    assert set(owed) == {Owed.LIST, Owed.MINUTES, Owed.TRANSMISSION, Owed.PUBLICATION}
    assert (owed[Owed.LIST].due_on, owed[Owed.LIST].late) == (date(2022, 12, 20), True)
    assert not waiting(world.manager, date(2022, 12, 20))[0].late
    later = given | {"at": on(date(2023, 2, 1))}
    assert refusal(publish_list, on=date(2022, 12, 12), **later) == "before_sitting"
    assert refusal(publish_list, on=date(2023, 2, 2), **later) == "day_to_come"
    publish_list(on=date(2022, 12, 16), **later)  # type: ignore[arg-type]
    assert refusal(publish_minutes, on=date(2023, 2, 1), **later) == "minutes_not_settled"
    settle_minutes(on=date(2023, 1, 24), **later)  # type: ignore[arg-type]
    assert refusal(settle_minutes, on=date(2023, 1, 24), **later) == "minutes_settled"
    assert refusal(write_debate, item_id=first, debate="", by=world.manager, at=EVENING) == "minutes_settled"
    assert [one.owed for one in waiting(world.manager, date(2023, 2, 1)) if one.late] == [Owed.MINUTES_OUT]
    publish_minutes(on=date(2023, 2, 1), **later)  # type: ignore[arg-type]
    sent = {"deliberation_id": act.id, "by": world.manager, "at": on(date(2023, 2, 1))}
    assert refusal(record_transmission, on=CONVENED, reference="", **sent) == "transmitted_before_vote"
    record_transmission(on=date(2022, 12, 16), reference=" 055-2022 ", **sent)  # type: ignore[arg-type]
    assert refusal(record_posting, on=CONVENED, url="", **sent) == "transmitted_before_vote"
    record_posting(on=date(2022, 12, 15), url="https://exemple.fr/acte.pdf", **sent)  # type: ignore[arg-type]
    row = Deliberation.objects.get(id=act.id)
    assert (row.prefect_reference, enforceable_on(row.transmitted_on, row.published_on)) == (
        "055-2022",
        date(2022, 12, 16),
    )
    assert waiting(world.manager, date(2023, 2, 1)) == []


def test_a_rejected_act_is_not_transmitted(world: World, council: list[UUID]) -> None:
    sitting = opened(world, council)
    act = vote(world, items_of(world, sitting)[0], Cast(against=frozenset(council[:14])))
    sent = {"deliberation_id": act.id, "on": SAT, "reference": "", "by": world.manager, "at": EVENING}
    assert refusal(record_transmission, **sent) == "not_transmitted"
    assert [one.owed for one in waiting(world.manager, SAT)] == [Owed.PUBLICATION]


def test_an_act_is_not_dated_before_its_sitting(world: World) -> None:
    act = Act("2022-1", "7.5", "Acte", ["DIT"], CONVENED, SAT, "Présidence", "Secrétariat", Ballot(24, 14, 14, 0, 0))

    def record(what: Act, day: date) -> None:
        record_deliberation(authority_id=world.authority_id, act=what, by=world.manager, at=on(day))

    assert refusal(record, what=act, day=date(2022, 12, 12)) == "sitting_not_yet"
    early = replace(act, transmitted_on=date(2022, 12, 10))
    assert refusal(record, what=early, day=SAT) == "sitting_dates_out_of_order"
    record(act, SAT)


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
