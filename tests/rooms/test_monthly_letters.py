"""The monthly letter: to each structure and place about itself, once a month, never unless it is asked for."""

from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail

from passnumerique.beneficiaries.models import Message
from passnumerique.beneficiaries.operations import stop_mailing
from passnumerique.beneficiaries.rules import MessageKind
from passnumerique.directory.operations import change_organisation
from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.refusals import NotAllowed
from passnumerique.journeys.writing import send_monthly_letters
from tests.papers import page_count, text_of
from tests.rooms.world import START, World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
TUESDAY, SUNDAY = date(2021, 11, 2), date(2021, 11, 7)


@pytest.fixture(autouse=True)
def _open(settings: LazySettings) -> None:
    settings.MAIL = "console"


@pytest.fixture
def world() -> World:
    """Six passes used in October; the first structure and the first place have an address."""
    made = build_world(monthly_letters="on")
    made.spend(6, date(2021, 10, 12))
    for rank, one in enumerate((made.structures[0], made.places[0])):
        given = {"contact_email": f"organisme{rank}@exemple.fr"}
        change_organisation(by=made.manager, at=on(START), organisation_id=one, texts=given)
    return made


def sent(world: World, day: date = TUESDAY, hour: int = 9, **given: Any) -> int:
    by = given.get("by", system_actor(world.authority_id))
    return sum(send_monthly_letters(programme_id=world.programme_id, by=by, at=on(day, hour)).counts.values())


def test_each_gets_its_own_letter_once_a_month(world: World) -> None:
    assert sent(world) == 2
    assert sent(world) == 0
    assert sent(world, date(2021, 11, 30)) == 0
    assert sorted(one.to[0] for one in mail.outbox) == ["organisme0@exemple.fr", "organisme1@exemple.fr"]
    first = next(one for one in mail.outbox if one.to == ["organisme0@exemple.fr"])
    assert first.subject == "Votre lettre d’octobre 2021, Structure 1 verdun (fictif)"
    assert f"/verdun/rapports/structure/{world.structures[0]}/" in first.body
    [attached] = first.attachments
    content = attached[1]
    words = text_of(content)
    assert page_count(content) == 1
    for said in ("Bonjour,", "Structure 1 verdun (fictif)", "6 pass remis, 6 utilisés."):
        assert said in words
    assert "Lieu 1" not in words.partition("Ateliers")[0]


def test_the_next_month_has_its_own(world: World) -> None:
    assert sent(world) == 2
    assert sent(world, date(2021, 12, 1)) == 2
    assert Message.objects.filter(kind=MessageKind.MONTHLY_REPORT).count() == 4


def test_nothing_leaves_unless_it_is_asked_for(world: World, settings: LazySettings) -> None:
    world.set(monthly_letters="off", day=date(2021, 10, 20))
    assert sent(world) == 0
    world.set(monthly_letters="on", day=date(2021, 10, 21))
    settings.MAIL = "off"
    assert sent(world) == 0


def test_nothing_leaves_at_night_on_sundays_nor_after_the_end(world: World) -> None:
    assert sent(world, SUNDAY) == 0
    assert sent(world, hour=21) == 0
    assert sent(world, date(2023, 5, 2)) == 0
    assert sent(world, date(2023, 4, 3)) == 2, "the last month has its letter"


def test_who_asked_for_silence_is_left_alone(world: World) -> None:
    stop_mailing(programme_id=world.programme_id, organisation_id=world.places[0], at=on(START))
    assert sent(world) == 1


def test_a_structure_cannot_send_them(world: World) -> None:
    with pytest.raises(NotAllowed):
        sent(world, by=world.actor(Role.PLACE))
