"""Two authorities that know nothing of each other, and everybody who may try to look across."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from passnumerique.directory.models import Authority, Organisation, User
from passnumerique.directory.operations import found_authority, register_organisation, register_person
from passnumerique.directory.rules import NEEDS_ORGANISATION, Actor, AuthorityKind, Role, system_actor
from passnumerique.ground.ids import new_id

AT = datetime(2022, 12, 13, 9, 30, tzinfo=UTC)
DAY = date(2022, 12, 13)
PASSWORD = "une phrase assez longue"


@dataclass(frozen=True)
class Side:
    """One authority, two of its organisations, a programme, and an actor in each role."""

    authority: Authority
    library: Organisation
    workshop: Organisation
    programme_id: UUID

    def actor(self, role: Role, **changes: object) -> Actor:
        """Somebody in that role; desks act for the library."""
        desk = self.library.id if role in NEEDS_ORGANISATION else None
        given = {
            "user_id": new_id(AT),
            "name": "Camille (fictif)",
            "role": role,
            "authority_id": self.authority.id,
            "organisation_id": desk,
            "programme_ids": None,
        }
        return Actor(**(given | changes))  # type: ignore[arg-type]

    @property
    def manager(self) -> Actor:
        """Who manages every programme of the authority."""
        return self.actor(Role.MANAGER)

    @property
    def installation(self) -> Actor:
        """The installation acting for the authority."""
        return system_actor(self.authority.id)


def side(slug: str, name: str) -> Side:
    """One authority with its network."""
    authority = found_authority(by=system_actor(), at=AT, name=name, slug=slug, kind=AuthorityKind.PETR)
    manager = Actor(None, "Gestion", Role.MANAGER, authority.id)
    library, workshop = (
        register_organisation(
            by=manager,
            at=AT,
            texts={"name": f"{kind} de {slug} (fictif)", "commune": "Étain"},
            fictional=True,
        )
        for kind in ("Médiathèque", "Atelier")
    )
    return Side(authority, library, workshop, new_id(AT))


def person(email: str = "camille@exemple.fr", name: str = "Camille (fictif)") -> User:
    """Somebody with a password and no hat."""
    return register_person(by=system_actor(), at=AT, email=email, name=name, password=PASSWORD)
