"""Whose colours a public page wears: those of a programme, or of the only authority of the installation."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import every_programme, instant_of, programme_named
from passnumerique.web.context import Desk


def wear_programme(request: HttpRequest, programme: Any) -> None:
    """Give the page the look of a programme's authority, and the banner of a demonstration."""
    request.desk = Desk(  # type: ignore[attr-defined]
        **_look(programme.authority), programme=programme.name, day=programme.demonstration_day
    )


@dataclass(frozen=True)
class Opened:
    """A programme whose public pages are open: `at` is the instant of this request on its own clock."""

    programme: Any
    at: datetime
    today: date

    def url(self, name: str, *args: object) -> str:
        """The address of a page of this programme."""
        return reverse(name, args=[self.programme.slug, *args])


def open_programme(request: HttpRequest, slug: str) -> Opened:
    """The programme of that short name, for anybody, its colours worn by the page. Refuses (NotFound) none."""
    programme = programme_named(slug)
    wear_programme(request, programme)
    at = instant_of(programme, timezone.now())
    return Opened(programme, at, day_of(at))


def wear_authority(request: HttpRequest) -> Any:
    """Give the page the look of the installation's only authority, and return that authority; where
    there are several, the page stays neutral and None is returned."""
    authorities = {one.authority_id: one.authority for one in every_programme()}
    authority = next(iter(authorities.values())) if len(authorities) == 1 else None
    look = _look(authority) if authority else {}
    request.desk = Desk(**look, person=getattr(request.user, "name", ""))  # type: ignore[attr-defined]
    return authority


def _look(authority: Any) -> dict[str, Any]:
    return {
        "authority": authority.name,
        "logo": reverse("logo", args=[authority.slug]) if authority.logo else "",
        "colour": authority.colour,
        "radius": authority.radius,
    }
