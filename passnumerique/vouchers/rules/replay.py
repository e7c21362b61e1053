"""What the events of one voucher say, by the rule book and by nothing else. Pure.

The audit replays each life from its reception on. A life that the book does not allow is told as
faults, each naming the event; the replay goes on from what the event itself says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import NOBODY
from passnumerique.ledger.rules import OWNED, Account, Pocket
from passnumerique.vouchers.rules.book import BOOK, Act, Step
from passnumerique.vouchers.rules.states import AT_PLACE, State

MOVES_STRUCTURE = frozenset({Act.RECEIVE, Act.ALLOCATE, Act.RETURN, Act.TRANSFER, Act.SUBSTITUTE})
"""Acts after which a voucher may be with another structure; the others leave it where it is."""


@dataclass(frozen=True)
class Happened:
    """One event as it stands in the journal."""

    id: UUID
    voucher_id: UUID
    step: int
    deed_id: UUID
    act: Act
    from_state: State | None
    to_state: State
    structure_id: UUID
    place_id: UUID
    at: datetime
    by_user: UUID | None
    by_role: Role
    by_organisation: UUID | None
    document_id: UUID | None
    subject_id: UUID | None
    cause: str

    @property
    def money(self) -> Step | None:
        """The step whose accounts differ; None when no money moves."""
        step = Step(self.from_state, self.to_state)
        return None if step.debit is step.credit else step


@dataclass(frozen=True)
class Fault:
    """A column of one event that the events before it, or the rule book, contradict."""

    event_id: UUID
    column: str
    stored: object
    recomputed: object


GOES_BACK = frozenset({Act.FIND, Act.THAW})
"""Acts that lead back to the state before the loss, or before the freeze."""


@dataclass
class Life:
    """Where one voucher stands after its events. `turn` counts the redemptions undone."""

    voucher_id: UUID
    state: State | None = None
    structure_id: UUID = NOBODY
    place_id: UUID = NOBODY
    step: int = 0
    turn: int = 0
    handover_id: UUID | None = None
    instead_of: UUID | None = None
    """The voucher that it was given in place of: it has that one's holder."""
    deed_id: UUID = NOBODY
    before: State | None = None
    """The state that it had when it was last declared lost, or frozen: where it goes back to."""
    last_event: UUID | None = None
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Passage:
    """One event with what stood before it: what counters and money are derived from."""

    event: Happened
    structure_before: UUID
    place_before: UUID
    turn: int
    handover_id: UUID | None = None
    """By which the voucher is with its holder after the event; None when it is not, or instead of another."""
    instead_of: UUID | None = None

    @property
    def seen_at(self) -> UUID:
        """The place for which the month's activity counts it: where it is, or where it was undone."""
        return max(self.event.place_id, self.place_before)

    def pockets(self, step: Step) -> tuple[Pocket, Pocket]:
        """From which pocket to which its face value goes."""
        return _pocket(step.debit, self.place_before), _pocket(step.credit, self.event.place_id)


def _pocket(account: Account, place_id: UUID) -> Pocket:
    return Pocket(account, place_id if account in OWNED else NOBODY)


def replay(voucher_id: UUID, events: Sequence[Happened]) -> tuple[Life, list[Passage]]:
    """The life that the events of one voucher, in order of step, tell; and each with what came before."""
    life, passages = Life(voucher_id), []
    for event in events:
        life.faults += _faults(life, event)
        before = life.structure_id, life.place_id, life.turn
        _advance(life, event)
        passages.append(Passage(event, *before, life.handover_id, life.instead_of))
    return life, passages


def _faults(life: Life, event: Happened) -> Iterator[Fault]:
    if event.step != life.step + 1:
        yield Fault(event.id, "step", event.step, life.step + 1)
    if event.from_state != life.state:
        yield Fault(event.id, "from_state", event.from_state, life.state)
        if life.last_event:
            yield Fault(life.last_event, "to_state", life.state, event.from_state)
    if Step(event.from_state, event.to_state) not in BOOK[event.act].steps:
        yield Fault(event.id, "act", event.act, "")
    if event.by_role not in BOOK[event.act].roles:
        yield Fault(event.id, "by_role", event.by_role, "/".join(sorted(BOOK[event.act].roles)))
    if event.act in GOES_BACK and event.to_state is not life.before:
        yield Fault(event.id, "to_state", event.to_state, life.before)
    yield from _faults_of_where(life, event)


def _faults_of_where(life: Life, event: Happened) -> Iterator[Fault]:
    given_there = event.act is Act.SUBSTITUTE and event.from_state is State.STRUCTURE_STOCK
    stays = given_there or event.act not in MOVES_STRUCTURE
    home = event.to_state is State.AUTHORITY_STOCK and event.act is not Act.FIND
    structure = life.structure_id if stays else NOBODY if home else event.structure_id
    if event.structure_id != structure:
        yield Fault(event.id, "structure_id", event.structure_id, structure)
        if stays and life.last_event:
            yield Fault(life.last_event, "structure_id", life.structure_id, event.structure_id)
    place = life.place_id if event.to_state in AT_PLACE else NOBODY
    if event.act is Act.REDEEM and event.place_id != NOBODY:
        place = event.place_id
    elif event.to_state in AT_PLACE and event.place_id == NOBODY:
        yield Fault(event.id, "place_id", event.place_id, "")
    if event.place_id != place:
        yield Fault(event.id, "place_id", event.place_id, place)
        if life.last_event and place != NOBODY:
            yield Fault(life.last_event, "place_id", life.place_id, event.place_id)


def _advance(life: Life, event: Happened) -> None:
    life.state, life.step, life.deed_id, life.last_event = event.to_state, event.step, event.deed_id, event.id
    life.structure_id, life.place_id = event.structure_id, event.place_id
    if event.act is Act.UNDO:
        life.turn += 1
    elif event.act is Act.HAND_OVER:
        life.handover_id = event.subject_id
    elif event.act is Act.SUBSTITUTE and event.to_state is State.HELD:
        life.instead_of = event.subject_id
    elif event.act in (Act.DECLARE_LOST, Act.FREEZE):
        life.before = event.from_state
