"""What operations on people check and write alike."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from passnumerique.directory.models import Membership, Organisation, User
from passnumerique.directory.rules import NEEDS_ORGANISATION, WITHOUT_ACCOUNT, Actor, Role, is_email
from passnumerique.directory.rules.refusals import (
    BadEmail,
    EmailTaken,
    NameMissing,
    OrganisationNeeded,
    OrganisationNotNeeded,
    RoleReserved,
    WeakPassword,
)
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound


def checked_email(email: str) -> str:
    """The address in lower case, as it is kept. Refuses what is none."""
    email = email.strip().lower()
    if not is_email(email):
        raise BadEmail(email=email)
    return email


def checked_scope(by: Actor, programme_ids: Iterable[UUID] | None) -> list[str] | None:
    """The programmes that a hat is limited to, as kept. Nobody gives a wider hat than their own."""
    wanted = None if programme_ids is None else sorted(map(str, set(programme_ids)))
    refuse_wider(by, wanted)
    return wanted


def refuse_wider(by: Actor, scope: list[str] | None) -> None:
    """Refuse to touch a hat that reaches further than the actor's own."""
    if by.programme_ids is not None and (scope is None or not set(scope) <= set(map(str, by.programme_ids))):
        raise NotAllowed()


def checked_organisation(authority_id: UUID, role: Role, organisation_id: UUID | None) -> Organisation | None:
    """The organisation that the role needs, of that authority. Refuses one too few, and one too many."""
    if role in WITHOUT_ACCOUNT:
        raise RoleReserved()
    if role not in NEEDS_ORGANISATION:
        if organisation_id is not None:
            raise OrganisationNotNeeded()
        return None
    if organisation_id is None:
        raise OrganisationNeeded()
    organisation = Organisation.objects.filter(id=organisation_id, authority_id=authority_id).first()
    if organisation is None:
        raise NotFound()
    return organisation


def new_person(*, at: datetime, email: str, name: str, password: str, language: str) -> User:
    """A person who can sign in. Refuses an address already used, a missing name, a weak password."""
    email, name = checked_email(email), name.strip()
    if not name:
        raise NameMissing()
    user = User(id=new_id(at), email=email, name=name, language="en" if language == "en" else "fr", created_at=at)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(why=" ".join(error.messages)) from error
    if User.objects.filter(email=email).exists():
        raise EmailTaken(email=email)
    user.password = make_password(password)
    user.save(force_insert=True)
    return user


def open_hats(user_id: UUID, authority_id: UUID, role: Role, organisation_id: UUID | None) -> QuerySet[Membership]:
    """The same hat of the same person, worn without an end."""
    hats = Membership.objects.filter(user_id=user_id, authority_id=authority_id, role=role, until_day=None)
    if organisation_id is None:
        return hats.filter(organisation=None)
    return hats.filter(organisation_id=organisation_id)


def new_membership(
    *,
    at: datetime,
    user_id: UUID,
    authority_id: UUID,
    organisation_id: UUID | None,
    role: Role,
    programme_ids: list[str] | None,
    from_day: date,
    until_day: date | None,
) -> Membership:
    """One hat, written."""
    hat = Membership(
        id=new_id(at),
        user_id=user_id,
        authority_id=authority_id,
        organisation_id=organisation_id,
        role=role,
        programme_ids=programme_ids,
        from_day=from_day,
        until_day=until_day,
    )
    hat.save(force_insert=True)
    return hat
