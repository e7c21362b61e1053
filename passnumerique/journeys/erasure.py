"""Letting the personal data of a programme go in time: the calendar and the parameters say when."""

from datetime import datetime, timedelta
from uuid import UUID

from passnumerique.beneficiaries.operations import erase_due
from passnumerique.beneficiaries.queries import Due, due_to_go
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import access_programme, held_on


def purge_programme(*, programme_id: UUID, by: Actor, at: datetime, dry_run: bool = False) -> Due:
    """Erase contacts not used for `contact_days`, and from the day of closing on every contact and every key.

    For the system and who manages the programme. With `dry_run`, only counts what would go. Can be run as
    often as one likes: what went is gone once.
    """
    require(by, Permission.ERASE_PEOPLE)
    access_programme(by, programme_id)
    held = held_on(programme_id, day_of(at))
    used_before = at - timedelta(days=held.terms.contact_days)
    closed = day_of(at) >= held.calendar.closing
    if dry_run:
        return due_to_go(programme_id, used_before=used_before, closed=closed)
    return erase_due(programme_id=programme_id, used_before=used_before, closed=closed, by=by, at=at)
