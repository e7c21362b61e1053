"""What clients sent and what they were told, judged against what the register holds. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

CREATED, REPLAYED, NOTHING = 201, 200, 0
"""Told that a pass was taken now; that it was before; and no answer at all."""
DONE = {CREATED, REPLAYED}
AGAIN = {NOTHING, 500, 503}
"""Nothing known: the same use may be sent again, with the same id."""


@dataclass
class Use:
    """One pass presented under one id, at a place, by somebody; and every answer, in order."""

    id: UUID
    number: int
    place: int = 0
    participant: UUID | None = None
    answers: list[int] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        """Whether the client was ever told that it is done."""
        return not DONE.isdisjoint(self.answers)

    @property
    def unknown(self) -> bool:
        """Whether it was sent and the client cannot know."""
        return bool(self.answers) and set(self.answers) <= AGAIN

    @property
    def refused(self) -> bool:
        """Whether the last word was no."""
        return bool(self.answers) and not self.acknowledged and self.answers[-1] not in AGAIN


def contradictions(uses: Sequence[Use], rows: Iterable[tuple[UUID, int]]) -> list[str]:
    """What the register holds (id and number of each pass of each redemption that stands) against what the
    clients know: each acknowledged use is there once, under its id and its pass; none is doubled; a refused
    one is not there; one of which nothing is known is there or not; what nobody asked for is not."""
    held = list(rows)
    by_id = dict(held)
    asked = {use.id: use for use in uses}
    told = [f"{use.id} was acknowledged and is lost" for use in uses if use.acknowledged and use.id not in by_id]
    told += [f"{use.id} was refused and is there" for use in uses if use.refused and use.id in by_id]
    told += [f"{one} is another pass's" for one, number in held if one in asked and asked[one].number != number]
    told += [f"{one} was never asked for" for one in by_id if one not in asked]
    told += [f"pass {number} is spent {many} times" for number, many in _several(number for _, number in held)]
    told += [f"id {one} is there {many} times" for one, many in _several(one for one, _ in held)]
    taken = (use.number for use in uses for answer in use.answers if answer == CREATED)
    told += [f"pass {number} was told taken {many} times" for number, many in _several(taken)]
    return told + _partial(uses, by_id)


def _several(things: Iterable[object]) -> list[tuple[object, int]]:
    return [(thing, many) for thing, many in Counter(things).items() if many > 1]


def _partial(uses: Sequence[Use], by_id: dict[UUID, int]) -> list[str]:
    """People whose passes, presented together, are not all there or all not there."""
    people: dict[UUID, set[bool]] = {}
    for use in uses:
        if use.participant:
            people.setdefault(use.participant, set()).add(use.id in by_id)
    return [f"{person} is half paid" for person, found in people.items() if len(found) > 1]
