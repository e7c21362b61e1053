"""A life replayed from its events: what the book allows is quiet, and each slip is told."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import NOBODY
from passnumerique.vouchers.rules import AT_PLACE, BOOK, Act, State
from passnumerique.vouchers.rules.replay import GOES_BACK, MOVES_STRUCTURE, Happened, replay

AT = datetime(2022, 1, 1, tzinfo=UTC)
PASS, HERE, PLACE = UUID(int=1), UUID(int=2), UUID(int=3)


def event(before: Happened | None, act: Act, target: State) -> Happened:
    """The next event of a life, as the operations would write it."""
    structure = before.structure_id if before else NOBODY
    if act in MOVES_STRUCTURE:
        structure = NOBODY if target is State.AUTHORITY_STOCK else HERE
    step = before.step + 1 if before else 1
    place = NOBODY if target not in AT_PLACE else PLACE
    role = sorted(BOOK[act].roles)[0]
    source = before.to_state if before else None
    return Happened(
        UUID(int=100 + step), PASS, step, UUID(int=200 + step), act, source, target,
        structure, place, AT, None, Role(role), None, None, UUID(int=300 + step), "",
    )  # fmt: skip


@st.composite
def lives(draw: st.DrawFn) -> list[Happened]:
    """A walk through the rule book, from the reception on."""
    told = [event(None, Act.RECEIVE, State.AUTHORITY_STOCK)]
    before: State | None = None
    for _ in range(draw(st.integers(0, 12))):
        state = told[-1].to_state
        ways = [
            (rule.act, step.target)
            for rule in BOOK.values()
            for step in rule.steps_from(state)
            if rule.act not in GOES_BACK or step.target is before
        ]
        if not ways:
            break
        act, target = draw(st.sampled_from(ways))
        before = state if act in (Act.DECLARE_LOST, Act.FREEZE) else before
        told.append(event(told[-1], act, target))
    return told


@given(lives())
def test_every_walk_through_the_book_is_quiet(told: list[Happened]) -> None:
    life, passages = replay(PASS, told)
    assert life.faults == []
    assert (life.state, life.step) == (told[-1].to_state, len(told))
    assert life.turn == sum(one.act is Act.UNDO for one in told)
    assert len(passages) == len(told)
    assert (life.place_id == NOBODY) == (life.state not in AT_PLACE)


@given(lives(), st.data())
def test_a_missing_or_repeated_event_is_told(told: list[Happened], data: st.DataObject) -> None:
    rank = data.draw(st.integers(0, len(told) - 1))
    if rank < len(told) - 1:
        assert replay(PASS, told[:rank] + told[rank + 1 :])[0].faults
    assert replay(PASS, told[: rank + 1] + told[rank:])[0].faults


USED = [
    event(None, Act.RECEIVE, State.AUTHORITY_STOCK),
]
for _act, _target in ((Act.ALLOCATE, State.STRUCTURE_STOCK), (Act.HAND_OVER, State.HELD), (Act.REDEEM, State.REDEEMED)):
    USED.append(event(USED[-1], _act, _target))


@pytest.mark.parametrize(
    ("rank", "changed", "columns"),
    [
        (0, {"structure_id": HERE}, {"structure_id"}),
        (1, {"step": 7}, {"step"}),
        (1, {"to_state": State.HELD}, {"act", "from_state", "to_state"}),
        (2, {"structure_id": PLACE}, {"structure_id"}),
        (2, {"from_state": State.AUTHORITY_STOCK}, {"act", "from_state", "to_state"}),
        (2, {"by_role": Role.AUDITOR}, {"by_role"}),
        (3, {"place_id": NOBODY}, {"place_id"}),
        (2, {"place_id": PLACE}, {"place_id"}),
    ],
)
def test_each_slip_names_its_event_and_column(rank: int, changed: dict[str, object], columns: set[str]) -> None:
    told = [replace(one, **changed) if at == rank else one for at, one in enumerate(USED)]  # type: ignore[arg-type]
    faults = replay(PASS, told)[0].faults
    assert USED[rank].id in {fault.event_id for fault in faults}
    assert columns <= {fault.column for fault in faults}


def test_a_found_pass_goes_back_to_where_it_was() -> None:
    told = [*USED[:3]]
    for act, target in ((Act.DECLARE_LOST, State.BLOCKED), (Act.FIND, State.STRUCTURE_STOCK)):
        told.append(event(told[-1], act, target))
    assert [fault.column for fault in replay(PASS, told)[0].faults] == ["to_state"]
