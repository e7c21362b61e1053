"""Members of the council and their substitutes, for the time of their office."""

from datetime import date, datetime
from uuid import UUID

from passnumerique.council.models import Delegate
from passnumerique.council.rules.members import DelegateNameMissing, OfficeDaysOutOfOrder, SubstituteOfSubstitute
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound


def record_delegate(
    *,
    by: Actor,
    at: datetime,
    last_name: str,
    from_day: date,
    first_name: str = "",
    civility: str = "",
    college: str = "",
    office: str = "",
    substitute_for: UUID | None = None,
) -> UUID:
    """Write a member of the actor's council, or the substitute of one, and return the id.

    For the secretary and the manager. Refuses a missing name, and a substitute of a substitute.
    """
    require(by, Permission.MANAGE_COUNCIL)
    if not last_name.strip():
        raise DelegateNameMissing
    titular = _own(by, substitute_for) if substitute_for else None
    if titular and titular.substitute_for_id:
        raise SubstituteOfSubstitute(name=titular.name)
    row = Delegate.objects.create(
        id=new_id(at),
        authority_id=by.authority_id,
        civility=civility.strip(),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        college=college.strip(),
        office=office.strip(),
        substitute_for=titular,
        from_day=from_day,
    )
    return row.id


def end_delegate(*, by: Actor, at: datetime, delegate_id: UUID, until_day: date) -> None:
    """The member, or substitute, is in office for the last time on `until_day`. For the secretary and the
    manager. Refuses a day before the first."""
    require(by, Permission.MANAGE_COUNCIL)
    row = _own(by, delegate_id)
    if until_day < row.from_day:
        raise OfficeDaysOutOfOrder(first=row.from_day)
    Delegate.objects.filter(id=row.id).update(until_day=until_day)


def _own(by: Actor, delegate_id: UUID) -> Delegate:
    row = Delegate.objects.filter(id=delegate_id, authority_id=by.authority_id).first()
    if row is None:
        raise NotFound
    return row
