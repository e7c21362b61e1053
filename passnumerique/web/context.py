"""What every page is given, with safe values when nobody is signed in or nothing is set up.

A view sets `request.desk` (any object with the attributes of `Desk`); what it lacks falls back.
"""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from passnumerique.web.theme import HOUSE_COLOUR, theme_of

FITS = 14
"""Entries that stand open at once in a window of 800 pixels."""


class NavItem(NamedTuple):
    """One line of the menu. `group` names the heading it stands under, `icon` a symbol of the sprite."""

    label: str
    url: str
    current: bool = False
    icon: str = ""
    group: str = ""


class NavGroup(NamedTuple):
    """Entries under one heading. Without a label they stand as they are; with one they fold under it."""

    label: str
    items: list[NavItem]
    open: bool = False


class Crumb(NamedTuple):
    """One step of the path to this page; the last one has no url."""

    label: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a signed-in person works: whose programme, which desk, what menu.

    `day` is set only where the installation lives on a day of its own (the demonstration).
    """

    label: str = ""
    authority: str = ""
    logo: str = ""
    colour: str = HOUSE_COLOUR
    radius: int = 10
    programme: str = ""
    person: str = ""
    navigation: list[NavItem] = field(default_factory=list)
    day: date | None = None


def house(request: HttpRequest) -> dict[str, object]:
    """The context processor of every template: theme, menu, banner and the addresses of the footer."""
    desk = getattr(request, "desk", None) or Desk()
    return {
        "theme": theme_of(_of(desk, "colour"), int(_of(desk, "radius") or 0)),
        "menu": menu_of(list(getattr(desk, "navigation", ()))),
        "demonstration": _demonstration(desk),
        "breadcrumbs": [],
        "house": {name: _of(desk, name) for name in ("label", "authority", "logo", "programme", "person")}
        | {"initials": initials(_of(desk, "authority"))}
        | {f"{name}_url": address_of(name) for name in ("home", "help", "accessibility", "licence", "desks")},
    }


def menu_of(items: list[NavItem]) -> list[NavGroup]:
    """The menu as it stands on the page. A short one is all there; in a longer one the groups fold, one is
    open, and a group of one entry needs no heading: so it fits a screen of 800 pixels, however it grows."""
    groups = [NavGroup(label, list(found)) for label, found in groupby(items, key=lambda item: item.group)]
    if len(items) <= FITS:
        return [NavGroup("", group.items) for group in groups]
    folding = [group if len(group.items) > 1 else NavGroup("", group.items) for group in groups]
    at = next((place for place, group in enumerate(folding) if any(item.current for item in group.items)), None)
    first = next((place for place, group in enumerate(folding) if group.label), 0)
    shown = first if at is None else at
    return [group._replace(open=place == shown) for place, group in enumerate(folding)]


def initials(name: str) -> str:
    """At most three capitals for an authority without a logo: `PETR du Pays de Verdun` gives `PPV`."""
    return "".join(word[0] for word in name.replace("’", " ").split() if word[0].isupper())[:3] or "PN"


def address_of(name: str, *args: object) -> str:
    """The address of the page of that name, or nothing where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _of(desk: object, name: str) -> str:
    """An attribute of the desk as text, or what a desk has by default."""
    return str(getattr(desk, name, None) or getattr(Desk(), name))


def _demonstration(desk: object) -> dict[str, object] | None:
    """The day of the banner; its control stands only where somebody has a desk in the programme."""
    day, slug = getattr(desk, "day", None), getattr(desk, "slug", "")
    moves = slug and settings.DEMONSTRATION
    return {"day": day, "url": address_of("demonstration_move", slug) if moves else ""} if day else None
