"""The way in: whoever is signed in goes to their desk or chooses one, anybody else is told what this is."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from passnumerique.directory.queries import Hat, hats_of
from passnumerique.directory.rules import ROLE_LABELS, covers
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.programmes.queries import every_programme, instant_of
from passnumerique.web.pages.public.faces import wear_authority
from passnumerique.web.pages.public.holding import CodeForm


@dataclass(frozen=True)
class Way:
    """One desk that a person may sit down at: a hat, in a programme."""

    hat: Hat
    slug: str
    programme: str

    @property
    def label(self) -> str:
        """The desk's name: the organisation, or the office of the authority."""
        return self.hat.organisation or self.role

    @property
    def role(self) -> str:
        return say(ROLE_LABELS[self.hat.actor.role])


def ways_of(user: AbstractBaseUser) -> list[Way]:
    """Every desk that the person may sit down at today, each programme on its own day."""
    hats: dict[date, list[Hat]] = {}
    found = []
    for programme in every_programme():
        today = day_of(instant_of(programme, timezone.now()))
        if today not in hats:
            hats[today] = hats_of(user, on=today)
        found += [Way(hat, programme.slug, programme.name) for hat in hats[today] if _reaches(hat, programme)]
    return found


def _reaches(hat: Hat, programme: Any) -> bool:
    return hat.actor.authority_id == programme.authority_id and covers(hat.actor, programme.id)


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """For anybody: the one desk of the person, the choice of several, or what this is and how to come in."""
    if not request.user.is_authenticated:
        wear_authority(request)
        context = {"form": CodeForm(), "demonstrates": settings.DEMONSTRATION, "programmes": every_programme()}
        return render(request, "web/public/welcome.html", context)
    ways = ways_of(cast(AbstractBaseUser, request.user))
    return _sit_down(request, ways[0]) if len(ways) == 1 else redirect("desks")


@never_cache
@login_required
def desks(request: HttpRequest) -> HttpResponse:
    """Choose a desk among one's own. Refuses (NotFound) another's."""
    ways = ways_of(cast(AbstractBaseUser, request.user))
    if request.method == "POST":
        return _sit_down(request, _chosen(ways, request.POST))
    wear_authority(request)
    return render(request, "web/public/desks.html", {"ways": ways})


def _chosen(ways: list[Way], posted: Any) -> Way:
    for way in ways:
        if (str(way.hat.membership_id), way.slug) == (posted.get("hat"), posted.get("programme")):
            return way
    raise NotFound


def _sit_down(request: HttpRequest, way: Way) -> HttpResponse:
    request.session["hat"] = str(way.hat.membership_id)
    return redirect("desk_home", way.slug)
