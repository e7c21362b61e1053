"""The private address of an organisation's calendar, closed and made anew."""

from uuid import UUID

from django.db.models import F

from passnumerique.directory.models import Organisation
from passnumerique.directory.rules import NEEDS_ORGANISATION, Actor, Permission, may, require
from passnumerique.ground.refusals import NotFound


def renew_calendar(*, organisation_id: UUID, by: Actor) -> None:
    """Every address of the organisation's calendar given out so far opens nothing any more.

    For a place and its mediators, their own; for managers, any of their authority.
    """
    if not may(by, Permission.MANAGE_NETWORK):
        require(by, Permission.SCHEDULE_TRAINING)
    rows = Organisation.objects.filter(id=organisation_id, authority_id=by.authority_id)
    if by.role in NEEDS_ORGANISATION and by.organisation_id != organisation_id:
        raise NotFound()
    if not rows.update(calendar_version=F("calendar_version") + 1):
        raise NotFound()
