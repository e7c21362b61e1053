"""What waits on the secretary's desk: lists, minutes and acts still to be published or sent, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from passnumerique.council.models import Deliberation, Sitting
from passnumerique.council.queries.acts import is_adopted
from passnumerique.council.queries.sittings import sittings
from passnumerique.council.rules import Owed, list_due, minutes_due
from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of


@dataclass(frozen=True)
class Waiting:
    """One thing owed of a sitting, or of an act by its number. `due_on` is its legal day, None where the law
    sets none."""

    owed: Owed
    sat_on: date
    sitting_id: UUID | None = None
    deliberation_id: UUID | None = None
    number: str = ""
    due_on: date | None = None
    late: bool = False


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """What the actor's authority owes after its sittings, late things first, then by the day due. Imported acts
    owe nothing: they were published where they come from."""
    found = [one for row in sittings(actor) if row.closed_at for one in _of_sitting(row, today)]
    acts = Deliberation.objects.filter(authority_id=actor.authority_id, imported=False).order_by("sat_on", "number")
    found += [one for row in acts for one in _of_act(row)]
    return sorted(found, key=lambda one: (not one.late, one.due_on or date.max, one.sat_on, one.number))


def _of_sitting(row: Sitting, today: date) -> Iterator[Waiting]:
    sat_on = day_of(row.starts_at)
    any_act = any(hasattr(item, "deliberation") for item in row.items.all())
    if any_act and row.list_published_on is None:
        due = list_due(sat_on)
        yield Waiting(Owed.LIST, sat_on, row.id, due_on=due, late=due < today)
    if row.minutes_settled_on is None:
        yield Waiting(Owed.MINUTES, sat_on, row.id)
    elif row.minutes_published_on is None:
        due = minutes_due(row.minutes_settled_on)
        yield Waiting(Owed.MINUTES_OUT, sat_on, row.id, due_on=due, late=due < today)


def _of_act(row: Deliberation) -> Iterator[Waiting]:
    owes = {
        Owed.TRANSMISSION: row.transmitted_on is None and is_adopted(row),
        Owed.PUBLICATION: row.published_on is None,
    }
    for owed in [one for one, still in owes.items() if still]:
        yield Waiting(owed, row.sat_on, deliberation_id=row.id, number=row.number)
