"""The people whose passes sleep: handed over, not used, and without a seat at a session to come.

No name and no contact: a day, how many passes, a commune, an age bracket, and whether a message may be sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from passnumerique.beneficiaries.models import Recipient
from passnumerique.beneficiaries.queries.messages import contacts_left, last_written, open_channels
from passnumerique.beneficiaries.rules import AgeBracket, MessageKind
from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.directory.queries import organisations_by_id
from passnumerique.directory.rules import Actor, Permission, Role, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.training.models import Attendance
from passnumerique.training.queries.reminding import house_of, writes_to_people
from passnumerique.training.rules import AttendanceStatus
from passnumerique.training.rules.letters import Asleep, to_use
from passnumerique.training.rules.reminding import SLEEP_AGAIN, SLEEPING_DAYS
from passnumerique.vouchers.queries.sleeping import StillHeld, held_since
from passnumerique.vouchers.rules import last_day_of_use


@dataclass(frozen=True)
class Sleeper:
    """Somebody whose passes sleep. `contacts` are ids: who has one asked to be written to, by a way that is
    open here."""

    handover_id: UUID
    handed_at: datetime
    passes: int
    of: int
    commune: str
    age_bracket: AgeBracket
    contacts: tuple[UUID, ...]
    reminded_at: datetime | None

    def may_be_reminded(self, at: datetime) -> bool:
        """Whether a message may be sent: there is a contact, and none was sent in the last thirty days."""
        return bool(self.contacts) and (self.reminded_at is None or self.reminded_at <= at - SLEEP_AGAIN)


def sleepers(actor: Actor, programme_id: UUID, at: datetime, *, days: int = SLEEPING_DAYS) -> list[Sleeper]:
    """Those of the actor's own structure of whose passes nothing was heard for more than `days` days, who
    waited longest first. Empty once the passes are no longer good.

    For a prescriber. Refuses (NotAllowed) other roles: who the authority's desks see are figures.
    """
    require(actor, Permission.HAND_OVER)
    if actor.role is not Role.PRESCRIBER:
        raise NotAllowed
    access_programme(actor, programme_id)
    return _sleepers(programme_id, actor.organisation_id or NOBODY, at, days)


def people_asleep(programme_id: UUID, structure_id: UUID, at: datetime, *, days: int = SLEEPING_DAYS) -> list[Sleeper]:
    """The same of any structure, for an operation of who manages the programme: who they are is shown to nobody."""
    return _sleepers(programme_id, structure_id, at, days)


@dataclass(frozen=True)
class ToWake:
    """How many people of a structure have passes that sleep, how many of these passes, how many people may be written
    to now, and whether anybody may be."""

    people: int
    passes: int
    to_write: int
    writes: bool


def people_to_wake(programme_id: UUID, structure_id: UUID, at: datetime) -> ToWake:
    """The figures of a structure's sleeping passes; nothing of who the people are. The caller has checked that the
    reader manages the programme."""
    found = people_asleep(programme_id, structure_id, at)
    writes = bool(open_channels()) and writes_to_people(programme_id, at)
    able = sum(one.may_be_reminded(at) for one in found)
    return ToWake(len(found), sum(one.passes for one in found), able, writes)


def access_sleeper(actor: Actor, programme_id: UUID, handover_id: UUID, at: datetime) -> Sleeper:
    """One of them, of the actor's own structure, however short it sleeps. Refuses (NotFound) any other."""
    for one in sleepers(actor, programme_id, at, days=0):
        if one.handover_id == handover_id:
            return one
    raise NotFound


def waking_words(actor: Actor, programme_id: UUID, asleep: Sleeper, at: datetime) -> Words:
    """What the person would be written: shown to the structure before, and sent."""
    structure = organisations_by_id([actor.organisation_id or NOBODY]).get(actor.organisation_id or NOBODY)
    name, phone = (structure.name, structure.phone) if structure else ("", "")
    told = Asleep(asleep.passes, day_of(asleep.handed_at), good_until(programme_id, at), name, phone)
    return to_use(told, house_of(actor, programme_id))


def asleep_at(programme_id: UUID, structure_id: UUID, at: datetime, *, days: int = SLEEPING_DAYS) -> tuple[int, int]:
    """How many hand-overs of a structure sleep, and how many passes in all: for the letter to the structure."""
    found = _asleep(programme_id, structure_id, at, days)
    return len(found), sum(len(one.numbers) for one in found)


def good_until(programme_id: UUID, at: datetime) -> date:
    """The last day on which a pass is taken, as it stands on that day."""
    held = held_on(programme_id, day_of(at))
    return last_day_of_use(held.calendar, held.terms.tolerance_days)


def _sleepers(programme_id: UUID, structure_id: UUID, at: datetime, days: int) -> list[Sleeper]:
    found = _asleep(programme_id, structure_id, at, days)
    people = _recipients(programme_id, [one.recipient_id for one in found])
    contacts = contacts_left(programme_id, people)
    written = last_written(
        programme_id, MessageKind.PASSES_SLEEP, [one for several in contacts.values() for one in several]
    )
    return [
        _sleeper(one, people[one.recipient_id], tuple(contacts.get(one.recipient_id, [])), written) for one in found
    ]


def _sleeper(held: StillHeld, person: Recipient, contacts: tuple[UUID, ...], written: dict[UUID, datetime]) -> Sleeper:
    return Sleeper(
        handover_id=held.id,
        handed_at=held.at,
        passes=len(held.numbers),
        of=held.quantity,
        commune=person.commune,
        age_bracket=AgeBracket(person.age_bracket),
        contacts=contacts,
        reminded_at=max((written[one] for one in contacts if one in written), default=None),
    )


def _asleep(programme_id: UUID, structure_id: UUID, at: datetime, days: int) -> list[StillHeld]:
    if day_of(at) > good_until(programme_id, at):
        return []
    held = held_since(programme_id, structure_id, at - timedelta(days=days))
    booked = _booked(programme_id, [number for one in held for number in one.numbers], at)
    return [one for one in held if not booked.intersection(one.numbers)]


def _booked(programme_id: UUID, numbers: Iterable[int], at: datetime) -> set[int]:
    """Which of these passes have a seat at a session that is not over."""
    found: set[int] = set()
    for chunk in in_chunks(sorted(numbers)):
        rows = Attendance.objects.filter(
            programme_id=programme_id,
            voucher_number__in=chunk,
            status=AttendanceStatus.EXPECTED,
            training_session__ends_at__gt=at,
        )
        found |= {number for number in rows.values_list("voucher_number", flat=True).order_by() if number}
    return found


def _recipients(programme_id: UUID, recipient_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
    found: dict[UUID, Recipient] = {}
    for chunk in in_chunks(sorted(set(recipient_ids))):
        rows = Recipient.objects.filter(programme_id=programme_id, id__in=chunk)
        found |= {row.id: row for row in rows.order_by()}
    return found
