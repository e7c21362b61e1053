"""Recording what the council decided."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.council.models import Deliberation
from passnumerique.council.queries.acts import is_adopted
from passnumerique.council.rules import (
    Ballot,
    DeliberationNumberTaken,
    SittingDatesOutOfOrder,
    check_sent,
    matter_name,
)
from passnumerique.council.rules.deadlines import NotTransmitted
from passnumerique.council.rules.refusals import SittingNotYet
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
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
    order, a sitting to come, and a number already taken.
    """
    require(by, Permission.MANAGE_COUNCIL)
    if by.authority_id != authority_id:
        raise NotFound
    act.check()
    if act.sat_on > day_of(at):
        raise SittingNotYet(day=act.sat_on)
    fields = asdict(act)
    ballot = fields.pop("ballot")
    fields["decisions"] = list(act.decisions)
    with transaction.atomic():
        if Deliberation.objects.filter(authority_id=authority_id, number=act.number).exists():
            raise DeliberationNumberTaken(number=act.number)
        row = Deliberation.objects.create(id=new_id(at), authority_id=authority_id, recorded_at=at, **fields, **ballot)
    return row.id


def record_transmission(*, deliberation_id: UUID, on: date, reference: str, by: Actor, at: datetime) -> None:
    """Note the day on which an act went to the prefect, and the identifier that came back (L2131-1).

    For the secretary and the manager. Refuses an act that was rejected, a day before its vote and one to come.
    """
    row = _own(by, deliberation_id)
    if not is_adopted(row):
        raise NotTransmitted
    check_sent(on, sat_on=row.sat_on, today=day_of(at))
    Deliberation.objects.filter(id=row.id).update(transmitted_on=on, prefect_reference=reference.strip())


def record_posting(*, deliberation_id: UUID, on: date, url: str, by: Actor, at: datetime) -> None:
    """Note the day on which an act was published, and where (L2131-1). For the secretary and the manager.
    Refuses a day before its vote and one to come."""
    row = _own(by, deliberation_id)
    check_sent(on, sat_on=row.sat_on, today=day_of(at))
    Deliberation.objects.filter(id=row.id).update(published_on=on, url=url.strip())


def record_publication(
    *, deliberation_id: UUID, transmitted_on: date, published_on: date, by: Actor, at: datetime
) -> None:
    """Note both days at once: those on which the act went to the prefect and to the public; from the later one
    it binds. What is known of identifier and address stays. Refuses what each of the two refuses."""
    row = _own(by, deliberation_id)
    with transaction.atomic():
        record_transmission(deliberation_id=row.id, on=transmitted_on, reference=row.prefect_reference, by=by, at=at)
        record_posting(deliberation_id=row.id, on=published_on, url=row.url, by=by, at=at)


def record_sending(
    *,
    deliberation_id: UUID,
    by: Actor,
    at: datetime,
    transmitted_on: date | None = None,
    reference: str = "",
    published_on: date | None = None,
    url: str = "",
) -> None:
    """Note of an act what is known of its transmission and of its publication: one, or both, or nothing when one of
    them is refused. For the secretary and the manager."""
    with transaction.atomic():
        if transmitted_on:
            record_transmission(deliberation_id=deliberation_id, on=transmitted_on, reference=reference, by=by, at=at)
        if published_on:
            record_posting(deliberation_id=deliberation_id, on=published_on, url=url, by=by, at=at)


def _own(by: Actor, deliberation_id: UUID) -> Deliberation:
    require(by, Permission.MANAGE_COUNCIL)
    row = Deliberation.objects.filter(id=deliberation_id, authority_id=by.authority_id).first()
    if row is None:
        raise NotFound
    return row
