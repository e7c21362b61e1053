"""Who plays: the people of the offices, and one person for each structure and place."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from passnumerique.directory.operations import add_membership, register_person
from passnumerique.directory.queries import access_accreditations, people_of
from passnumerique.directory.rules import (
    ROLE_LABELS,
    AccreditationKind,
    Actor,
    Role,
    covers,
    system_actor,
)
from passnumerique.ground.words import say
from passnumerique.journeys.set_up import ProgrammeFile
from passnumerique.journeys.set_up.building import manager_actor

ROLE_OF_KIND = {AccreditationKind.PRESCRIBER: Role.PRESCRIBER, AccreditationKind.PLACE: Role.PLACE}


RECEPTION = {Role.PRESCRIBER: "Personne d’accueil (fictive)", Role.PLACE: "Équipe du lieu (fictive)"}


@dataclass(frozen=True)
class SignIn:
    """How somebody of the demonstration signs in: printed once a role."""

    role: str
    desk: str
    email: str
    password: str


@dataclass(frozen=True)
class Cast:
    """The actors of a programme on a day: one for each office, one for each organisation."""

    offices: dict[Role, Actor]
    prescribers: dict[UUID, Actor]
    places: dict[UUID, Actor]

    @property
    def manager(self) -> Actor:
        return self.offices[Role.MANAGER]

    @property
    def finance(self) -> Actor:
        return self.offices[Role.FINANCE]


def demonstration_password() -> str:
    """The password of everybody in the demonstration, drawn from this installation's own key: the same
    each time it is printed here, another one elsewhere."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"demonstration password", hashlib.sha256).hex()
    return f"demo-{digest[:6]}-{digest[6:12]}"


def hire(file: ProgrammeFile, programme_id: UUID, authority_id: UUID, at: datetime) -> None:
    """Register the people of the script and one person for each accredited organisation."""
    by = system_actor(authority_id)
    for person in file.demonstrated().people:
        _hire(by, at, file.programme.starts_on, programme_id, person.name, person.email, person.role)
    rows = access_accreditations(manager_actor(authority_id), programme_id=programme_id)
    for row in rows.order_by("organisation__external_id", "kind"):
        role, code = ROLE_OF_KIND[AccreditationKind(row.kind)], row.organisation.external_id
        email = f"{code}@{file.programme.slug}.example"
        name = RECEPTION[role]
        _hire(by, at, file.programme.starts_on, programme_id, name, email, role, row.organisation_id)


def _hire(
    by: Actor,
    at: datetime,
    from_day: date,
    programme_id: UUID,
    name: str,
    email: str,
    role: Role,
    organisation_id: UUID | None = None,
) -> None:
    person = register_person(by=by, at=at, email=email, name=name, password=demonstration_password())
    add_membership(
        by=by,
        at=at,
        user_id=person.id,
        role=role,
        organisation_id=organisation_id,
        programme_ids=[programme_id],
        from_day=from_day,
    )


def cast_of(authority_id: UUID, programme_id: UUID, day: date) -> Cast:
    """Everybody who may act in the programme on that day, the first of each kind by name."""
    cast = Cast({}, {}, {})
    for actor, _ in _players(authority_id, programme_id, day):
        if actor.role is Role.PRESCRIBER and actor.organisation_id:
            cast.prescribers.setdefault(actor.organisation_id, actor)
        elif actor.role is Role.PLACE and actor.organisation_id:
            cast.places.setdefault(actor.organisation_id, actor)
        elif actor.organisation_id is None:
            cast.offices.setdefault(actor.role, actor)
    return cast


def sign_ins(authority_id: UUID, programme_id: UUID, day: date) -> list[SignIn]:
    """One way in for each role, offices first."""
    found: dict[Role, SignIn] = {}
    for actor, (email, desk) in _players(authority_id, programme_id, day):
        found.setdefault(actor.role, SignIn(say(ROLE_LABELS[actor.role]), desk, email, demonstration_password()))
    return [found[role] for role in Role if role in found]


def _players(authority_id: UUID, programme_id: UUID, day: date) -> Iterator[tuple[Actor, tuple[str, str]]]:
    for hat in people_of(manager_actor(authority_id), day=day).order_by("user__email"):
        scope = frozenset(UUID(one) for one in hat.programme_ids) if hat.programme_ids is not None else None
        actor = Actor(hat.user_id, hat.user.name, Role(hat.role), authority_id, hat.organisation_id, scope)
        if covers(actor, programme_id):
            yield actor, (hat.user.email, hat.organisation.name if hat.organisation else "")
