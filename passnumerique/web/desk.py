"""The desk: who is asking, under which hat, for which programme, on which day.

Every page of a programme is wrapped in `@desk_page`. It reads the clock once, finds the hats that the
signed-in person may wear in the programme's authority on that day, and gives the view `request.desk`.
A person without such a hat gets the same "not found" as for a programme that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from passnumerique.directory.queries import Hat, hats_of
from passnumerique.directory.rules import ROLE_LABELS, Actor, Permission, covers, may, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.programmes.queries import instant_of, programme_named
from passnumerique.web.context import NavItem
from passnumerique.web.navigation import navigation_for
from passnumerique.web.sign_in import lacks_second_factor, second_factor_address

P = ParamSpec("P")


@dataclass(frozen=True)
class Desk:
    """What a page of a programme knows of its reader. `at` is the instant of this request on the
    programme's own clock, `today` its day."""

    actor: Actor
    hat: Hat
    hats: list[Hat]
    programme_id: UUID
    slug: str
    programme: str
    authority_id: UUID
    authority: str
    colour: str
    radius: int
    logo: str
    invented: str
    at: datetime
    today: date
    day: date | None
    navigation: list[NavItem]

    @property
    def label(self) -> str:
        """The desk's name: the organisation, or the office of the authority."""
        return self.hat.organisation or say(ROLE_LABELS[self.actor.role])

    @property
    def person(self) -> str:
        return self.actor.name

    def may(self, permission: str) -> bool:
        """Whether this hat holds a permission: for showing a button, never for deciding an act."""
        return may(self.actor, Permission(permission))

    def url(self, name: str, *args: object) -> str:
        """The address of a page of this programme."""
        return reverse(name, args=[self.slug, *args])


class DeskRequest(HttpRequest):
    """A request whose reader has a desk."""

    desk: Desk


View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


def desk_page(permission: str | None = None) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Wrap a view of a programme's pages: it needs a sign-in, a hat there, and the permission if named."""

    def wrap(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, programme: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            asked = cast(DeskRequest, request)
            asked.desk = open_desk(request, programme)
            if lacks_second_factor(cast("AbstractBaseUser", request.user), asked.desk.actor.role):
                return redirect(second_factor_address())
            if permission is not None:
                require(asked.desk.actor, Permission(permission))
            return view(asked, *args, **kwargs)

        return cast("Callable[..., HttpResponseBase]", login_required(page))

    return wrap


def open_desk(request: HttpRequest, slug: str) -> Desk:
    """The reader's desk in the programme of that short name. Refuses (NotFound) who has no hat there."""
    programme = programme_named(slug)
    at = instant_of(programme, timezone.now())
    today = day_of(at)
    hats = [hat for hat in hats_of(cast("AbstractBaseUser", request.user), on=today) if _reaches(hat, programme)]
    if not hats:
        raise NotFound
    chosen = request.session.get("hat")
    hat = next((hat for hat in hats if str(hat.membership_id) == chosen), hats[0])
    authority = programme.authority
    return Desk(
        actor=hat.actor,
        hat=hat,
        hats=hats,
        programme_id=programme.id,
        slug=slug,
        programme=programme.name,
        authority_id=authority.id,
        authority=authority.name,
        colour=authority.colour,
        radius=authority.radius,
        logo=reverse("logo", args=[authority.slug]) if authority.logo else "",
        invented=programme.invented,
        at=at,
        today=today,
        day=programme.demonstration_day,
        navigation=navigation_for(hat.actor, slug, request.path),
    )


def _reaches(hat: Hat, programme: Any) -> bool:
    return hat.actor.authority_id == programme.authority_id and covers(hat.actor, programme.id)
