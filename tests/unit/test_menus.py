"""The menu of each desk: its own work first, and never longer than a small screen."""

from itertools import groupby
from uuid import uuid4

import pytest

from passnumerique.directory.rules import Actor, Role
from passnumerique.web.context import FITS, NavItem, menu_of
from passnumerique.web.navigation import MENU, navigation_for

DESKS = sorted(set(Role) - {Role.SYSTEM, Role.BEARER})
LONGEST_GROUP, MOST_GROUPS = 8, 6


def menu(role: Role, path: str = "") -> list[NavItem]:
    return navigation_for(Actor(uuid4(), "", role, uuid4()), "verdun", path)


@pytest.mark.parametrize("role", DESKS)
def test_the_menu_of_each_desk_fits(role: Role) -> None:
    items = menu(role)
    assert items
    groups = [list(found) for _label, found in groupby(items, key=lambda item: item.group)]
    assert len({group[0].group for group in groups}) == len(groups) <= MOST_GROUPS
    assert max(map(len, groups)) <= LONGEST_GROUP, "a new group, or fewer pages: the menu outgrows a small screen"


def test_every_page_of_the_menu_is_somebodys() -> None:
    seen = {item.label for role in DESKS for item in menu(role)}
    assert len(seen) == len({label for label, *_rest in MENU})


@pytest.mark.parametrize(
    ("role", "first"),
    [(Role.MANAGER, "État du dispositif"), (Role.PLACE, "Ateliers"), (Role.PRESCRIBER, "Remettre des pass")],
)
def test_the_desks_own_work_comes_first(role: Role, first: str) -> None:
    assert menu(role)[0].label == first


def test_a_short_menu_is_all_there_and_a_longer_one_opens_where_the_reader_is() -> None:
    short = menu_of(menu(Role.PLACE))
    assert sum(len(group.items) for group in short) <= FITS
    assert not any(group.label for group in short)
    there = next(item.url for item in menu(Role.MANAGER) if item.label == "Lots")
    assert [group.label for group in menu_of(menu(Role.MANAGER, there)) if group.open] == ["Pass"]
    assert [group.label for group in menu_of(menu(Role.MANAGER)) if group.open] == ["Suivre"]
