"""People and their hats: given for a time, taken off, never deleted."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from passnumerique.directory.models import Authority, Membership, User
from passnumerique.directory.operations.checking import (
    checked_organisation,
    checked_scope,
    new_membership,
    new_person,
    open_hats,
    refuse_wider,
)
from passnumerique.directory.rules import Actor, Permission, Role, require
from passnumerique.directory.rules.refusals import (
    AlreadyEnded,
    AlreadyMember,
    DaysOutOfOrder,
    LastManager,
    NameMissing,
)
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound


def register_person(*, by: Actor, at: datetime, email: str, name: str, password: str, language: str = "fr") -> User:
    """A person with a password, made by the installation itself (command line, demonstration).

    Everybody else is invited. Refuses an address already used, a missing name, a weak password.
    """
    require(by, Permission.REGISTER_PERSON)
    return new_person(at=at, email=email, name=name, password=password, language=language)


def add_membership(
    *,
    by: Actor,
    at: datetime,
    user_id: UUID,
    role: Role,
    organisation_id: UUID | None = None,
    programme_ids: Iterable[UUID] | None = None,
    from_day: date | None = None,
    until_day: date | None = None,
) -> Membership:
    """One more hat for a person, from `from_day` (today) to `until_day`, both included.

    A manager gives it to people who have or had a hat in the same authority; others are invited. The
    installation gives it to anybody. Refuses a hat already worn without an end.
    """
    require(by, Permission.MANAGE_PEOPLE)
    scope = checked_scope(by, programme_ids)
    first = from_day or day_of(at)
    if until_day is not None and until_day < first:
        raise DaysOutOfOrder(from_day=first, until_day=until_day)
    with transaction.atomic():
        person = _known_person(by, user_id)
        organisation = checked_organisation(by.authority_id, role, organisation_id)
        if open_hats(user_id, by.authority_id, role, organisation_id).exists():
            raise AlreadyMember(name=person.name)
        return new_membership(
            at=at,
            user_id=user_id,
            authority_id=by.authority_id,
            organisation_id=organisation.id if organisation else None,
            role=role,
            programme_ids=scope,
            from_day=first,
            until_day=until_day,
        )


def end_membership(*, by: Actor, at: datetime, membership_id: UUID, last_day: date | None = None) -> Membership:
    """The hat is worn for the last time on `last_day`; without one it comes off at once.

    For managers, within their programmes. Refuses the last manager of the authority, and a hat already
    off by then.
    """
    require(by, Permission.MANAGE_PEOPLE)
    today = day_of(at)
    last = last_day if last_day is not None else today - timedelta(days=1)
    with transaction.atomic():
        # The authority's row is locked so that two managers cannot take each other's hat off at once.
        Authority.objects.select_for_update().filter(id=by.authority_id).first()
        hat = Membership.objects.filter(id=membership_id, authority_id=by.authority_id).first()
        if hat is None:
            raise NotFound()
        refuse_wider(by, hat.programme_ids)
        if hat.until_day is not None and hat.until_day <= last:
            raise AlreadyEnded(day=hat.until_day)
        if hat.role == Role.MANAGER and not _another_manager(hat, today):
            raise LastManager()
        hat.until_day = max(last, hat.from_day - timedelta(days=1))
        hat.save(update_fields=["until_day"])
        return hat


def change_person(*, by: Actor, at: datetime, name: str, language: str) -> None:
    """One's own name and language; nobody changes somebody else's."""
    if not name.strip():
        raise NameMissing()
    language = language if language in {"fr", "en"} else "fr"
    if not User.objects.filter(id=by.user_id or NOBODY).update(name=name.strip(), language=language):
        raise NotFound()


def _known_person(by: Actor, user_id: UUID) -> User:
    """Whom the actor may give a hat to: the installation to anybody, a manager to their own people."""
    people = User.objects.filter(id=user_id, is_active=True)
    if by.role is not Role.SYSTEM:
        people = people.filter(memberships__authority_id=by.authority_id).distinct()
    person = people.first()
    if person is None:
        raise NotFound()
    return person


def _another_manager(hat: Membership, today: date) -> bool:
    """Whether somebody else manages every programme of the authority, from today on and without an end."""
    others = Membership.objects.filter(
        authority_id=hat.authority_id,
        role=Role.MANAGER,
        until_day=None,
        from_day__lte=today,
        programme_ids__isnull=True,
    )
    return others.exclude(user_id=hat.user_id).exists()
