"""Somebody of a small world, signed in and sitting at a desk of its pages."""

from datetime import date

from django.test import Client

from passnumerique.directory.operations import add_membership, register_person
from passnumerique.directory.rules import NEEDS_ORGANISATION, Role, system_actor
from tests.rooms.world import START, World, on

TODAY = date(2022, 12, 13)
NOON = on(TODAY, 12)
PASSWORD = "une phrase assez longue"


def signed_in(world: World, role: Role = Role.MANAGER, rank: int = 0, **changes: object) -> Client:
    """A browser of somebody new of that world; desks act for the structure or place of that rank."""
    person = register_person(
        by=system_actor(),
        at=on(START),
        email=f"{role.value}-{rank}@{world.slug}.exemple.fr",
        name=f"{role.value} {rank} (fictif)",
        password=PASSWORD,
    )
    desks = world.structures if role is Role.PRESCRIBER else world.places
    add_membership(
        by=system_actor(world.authority_id),
        at=on(START),
        user_id=person.id,
        role=role,
        organisation_id=desks[rank] if role in NEEDS_ORGANISATION else None,
        **changes,  # type: ignore[arg-type]
    )
    browser = Client()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def french(answer: object) -> str:
    """The text of a page, its spaces made plain and its entities read, for asserting what people read."""
    from html import unescape

    text = answer.content.decode()  # type: ignore[attr-defined]
    return unescape(text).replace("\u202f", " ").replace("\u00a0", " ")
