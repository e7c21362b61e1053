"""A programme's short name never hides a page of the installation, nor is hidden by one."""

import re

import pytest
from django.urls import get_resolver

from passnumerique.programmes.operations import create_programme
from passnumerique.programmes.rules import RESERVED_NAMES, NameReserved
from tests.rooms.world import START, build_world, on


def test_every_first_word_of_an_address_is_reserved() -> None:
    first_words = {re.split(r"[/<]", str(pattern.pattern))[0].lower() for pattern in get_resolver().url_patterns}
    for included in get_resolver().url_patterns:
        if str(included.pattern) == "":
            first_words |= {re.split(r"[/<]", str(one.pattern))[0].lower() for one in included.url_patterns}
    assert first_words - {""} <= RESERVED_NAMES


@pytest.mark.django_db
@pytest.mark.parametrize("slug", sorted(RESERVED_NAMES))
def test_a_reserved_name_is_refused(slug: str) -> None:
    world = build_world()
    with pytest.raises(NameReserved):
        create_programme(authority_id=world.authority_id, slug=slug, name="Un autre", by=world.manager, at=on(START))
