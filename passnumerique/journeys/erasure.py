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
    if dry_run:
        return purge_due(programme_id=programme_id, at=at)
    used_before, closed = _terms(programme_id, at)
    return erase_due(programme_id=programme_id, used_before=used_before, closed=closed, by=by, at=at)


def purge_due(*, programme_id: UUID, at: datetime) -> Due:
    """How much a purge would erase at that instant: counts, for whoever may already see the programme."""
    used_before, closed = _terms(programme_id, at)
    return due_to_go(programme_id, used_before=used_before, closed=closed)


def _terms(programme_id: UUID, at: datetime) -> tuple[datetime, bool]:
    """Before which instant a contact must have served last to go, and whether the programme is closed."""
    held = held_on(programme_id, day_of(at))
    return at - timedelta(days=held.terms.contact_days), day_of(at) >= held.calendar.closing
