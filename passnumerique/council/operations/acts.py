"""Recording what the council decided."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.council.models import Deliberation
from passnumerique.council.rules import Ballot, DeliberationNumberTaken, SittingDatesOutOfOrder, matter_name
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound


@dataclass(frozen=True)
class Act:
    """A deliberation as its paper says it."""

    number: str
    matter: str
    subject: str
    decisions: Sequence[str]
    convened_on: date
    sat_on: date
    chaired_by: str
    secretary: str
    ballot: Ballot
    substitutes: int = 0
    transmitted_on: date | None = None
    published_on: date | None = None

    def check(self) -> None:
        """Refuses a matter outside the nomenclature, a count that does not hold and days out of order."""
        matter_name(self.matter)
        self.ballot.check()
        later = [day for day in (self.transmitted_on, self.published_on) if day]
        if self.convened_on > self.sat_on or any(day < self.sat_on for day in later):
            raise SittingDatesOutOfOrder


def record_deliberation(*, authority_id: UUID, act: Act, by: Actor, at: datetime) -> UUID:
    """Write a deliberation of the actor's authority and return its id.

    For the secretary and the manager. Refuses a missing quorum, votes that do not sum, days out of
    order, and a number already taken.
    """
    require(by, Permission.MANAGE_COUNCIL)
    if by.authority_id != authority_id:
        raise NotFound
    act.check()
    fields = asdict(act)
    ballot = fields.pop("ballot")
    fields["decisions"] = list(act.decisions)
    with transaction.atomic():
        if Deliberation.objects.filter(authority_id=authority_id, number=act.number).exists():
            raise DeliberationNumberTaken(number=act.number)
        row = Deliberation.objects.create(id=new_id(at), authority_id=authority_id, recorded_at=at, **fields, **ballot)
    return row.id


def record_publication(
    *, deliberation_id: UUID, transmitted_on: date, published_on: date, by: Actor, at: datetime
) -> None:
    """Note the days on which the act went to the prefect and to the public; from the later one it binds.

    For the secretary and the manager. Refuses a day before the sitting.
    """
    require(by, Permission.MANAGE_COUNCIL)
    row = Deliberation.objects.filter(id=deliberation_id, authority_id=by.authority_id).first()
    if row is None:
        raise NotFound
    if min(transmitted_on, published_on) < row.sat_on:
        raise SittingDatesOutOfOrder
    Deliberation.objects.filter(id=row.id).update(transmitted_on=transmitted_on, published_on=published_on)
