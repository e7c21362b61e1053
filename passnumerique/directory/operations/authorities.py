"""Authorities: founded by the installation, kept by their own managers."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from stdnum.fr import siret as siret_number

from passnumerique.directory.models import Authority
from passnumerique.directory.rules import (
    Actor,
    AuthorityKind,
    Permission,
    logo_type,
    readable_colour,
    require,
)
from passnumerique.directory.rules.reading import is_email
from passnumerique.directory.rules.refusals import BadEmail, BadSiret, BadSlug, NameMissing, SlugTaken
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def found_authority(
    *,
    by: Actor,
    at: datetime,
    name: str,
    slug: str,
    kind: AuthorityKind,
    siret: str = "",
    colour: str = "#1f4e79",
    radius: int = 6,
    logo: bytes = b"",
    email: str = "",
    phone: str = "",
    address: str = "",
    accessibility_contact: str = "",
    fictional: bool = False,
) -> Authority:
    """A new authority, for the installation only (role system).

    Refuses a name that is missing, a short name that is taken or cannot stand in an address, a wrong
    SIRET, a colour under 4.5:1 on white (`pale_colour`) and a logo that is no safe picture.
    """
    require(by, Permission.FOUND_AUTHORITY)
    if not _SLUG.fullmatch(slug) or len(slug) > 60:  # noqa: PLR2004 — the column's width
        raise BadSlug(slug=slug)
    authority = Authority(
        id=new_id(at),
        slug=slug,
        kind=AuthorityKind(kind),
        fictional=fictional,
        created_at=at,
        **_contact(
            name=name,
            siret=siret,
            email=email,
            phone=phone,
            address=address,
            accessibility_contact=accessibility_contact,
        ),
        **_look(colour, radius),
        logo=logo,
        logo_type=logo_type(logo) if logo else "",
    )
    with transaction.atomic():
        if Authority.objects.filter(slug=slug).exists():
            raise SlugTaken(slug=slug)
        authority.save(force_insert=True)
    return authority


def change_authority_look(*, by: Actor, at: datetime, colour: str, radius: int, logo: bytes | None = None) -> Authority:
    """The actor's own authority with another colour and roundness. For managers.

    `logo=None` keeps the logo, `b""` removes it. Refuses `pale_colour`, `unknown_logo`, `logo_too_large`
    and `unsafe_logo`.
    """
    require(by, Permission.CHANGE_AUTHORITY)
    changes: dict[str, object] = _look(colour, radius)
    if logo is not None:
        changes |= {"logo": logo, "logo_type": logo_type(logo) if logo else ""}
    return _changed(by.authority_id, changes)


def change_authority_contact(
    *,
    by: Actor,
    at: datetime,
    name: str,
    siret: str = "",
    email: str = "",
    phone: str = "",
    address: str = "",
    accessibility_contact: str = "",
) -> Authority:
    """The actor's own authority with another name and another way to be reached. For managers."""
    require(by, Permission.CHANGE_AUTHORITY)
    changes = _contact(
        name=name,
        siret=siret,
        email=email,
        phone=phone,
        address=address,
        accessibility_contact=accessibility_contact,
    )
    return _changed(by.authority_id, changes)


def _changed(authority_id: UUID, changes: dict[str, object]) -> Authority:
    with transaction.atomic():
        if not Authority.objects.filter(id=authority_id).update(**changes):
            raise NotFound()
        return Authority.objects.get(id=authority_id)


def _look(colour: str, radius: int) -> dict[str, object]:
    return {"colour": readable_colour(colour), "radius": min(max(radius, 0), 24)}


def _contact(*, name: str, siret: str, email: str, **others: str) -> dict[str, object]:
    name, siret, email = name.strip(), re.sub(r"\s", "", siret), email.strip()
    if not name:
        raise NameMissing()
    if siret and not siret_number.is_valid(siret):
        raise BadSiret(siret=siret)
    if email and not is_email(email):
        raise BadEmail(email=email)
    stripped = {key: text.strip() for key, text in others.items()}
    return {"name": name, "siret": siret, "email": email, **stripped}
