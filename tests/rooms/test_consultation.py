"""Places and structures are asked whether they go on; each sees its own answer, the authority counts them all."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail

from passnumerique.beneficiaries.models import Message
from passnumerique.beneficiaries.rules import MessageKind
from passnumerique.directory.models import Organisation
from passnumerique.directory.rules import AccreditationKind, Role, system_actor
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.insight.figures import figures_on
from passnumerique.journeys.consulting import write_to_silent
from passnumerique.programmes import rules
from passnumerique.programmes.models import Consultation, ConsultationAnswer
from passnumerique.programmes.operations import answer_consultation, consult, remind
from passnumerique.programmes.queries import (
    access_consultation,
    answers_of,
    consultations,
    consulted_on,
    counted,
    reminders_of,
)
from passnumerique.programmes.rules import Opinion, Tally
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
ASKED, DEADLINE = date(2022, 11, 15), date(2022, 11, 30)


@pytest.fixture
def world() -> World:
    return build_world(quantity=0, places=3)


def ask(world: World, *organisations: UUID, **changes: Any) -> UUID:
    given: dict[str, Any] = {
        "programme_id": world.programme_id,
        "question": "Souhaitez-vous poursuivre ?",
        "deadline": DEADLINE,
        "organisation_ids": organisations or (*world.places, *world.structures),
        "by": world.manager,
        "at": on(ASKED),
    }
    return consult(**(given | changes))


def answer(world: World, consultation: UUID, role: Role, rank: int, opinion: Opinion, day: date = ASKED) -> None:
    answer_consultation(
        programme_id=world.programme_id,
        consultation_id=consultation,
        opinion=opinion,
        remark=f"{role.value} {rank}",
        by=world.actor(role, rank),
        at=on(day, 10),
    )


def test_the_last_answer_of_each_stands_and_all_are_kept(world: World) -> None:
    asked = ask(world)
    answer(world, asked, Role.PLACE, 0, Opinion.UNFAVOURABLE)
    answer(world, asked, Role.MEDIATOR, 0, Opinion.FAVOURABLE, DEADLINE)
    answer(world, asked, Role.PLACE, 1, Opinion.NO_OPINION)
    answer(world, asked, Role.PRESCRIBER, 0, Opinion.FAVOURABLE)
    told = counted(Consultation.objects.get(id=asked))
    assert told.by_kind == {
        AccreditationKind.PLACE: Tally(3, 1, 0, 1),
        AccreditationKind.PRESCRIBER: Tally(2, 1, 0, 0),
    }
    assert (told.asked, told.answered, told.by_kind[AccreditationKind.PLACE].silent) == (5, 3, 1)
    assert ConsultationAnswer.objects.filter(organisation_id=world.places[0]).count() == 2


def test_any_day_answers_what_was_known_then(world: World) -> None:
    assert consulted_on(world.programme_id, ASKED) is None
    asked = ask(world)
    answer(world, asked, Role.PLACE, 0, Opinion.FAVOURABLE, DEADLINE)
    before, after = (consulted_on(world.programme_id, day) for day in (DEADLINE - timedelta(days=1), DEADLINE))
    assert before is not None
    assert after is not None
    assert (before.answered, after.answered) == (0, 1)
    assert consulted_on(world.programme_id, ASKED - timedelta(days=1)) is None


def test_the_act_says_what_part_of_the_places_is_favourable(world: World) -> None:
    told = figures_on(world.programme_id, ASKED)
    assert (told["lieux_consultes"], told["avis_des_lieux"]) == ("0", "Aucun lieu de médiation n’est favorable")
    asked = ask(world)
    expected = ("Une partie", "La majorité", "La totalité")
    for rank, part in enumerate(expected):
        answer(world, asked, Role.PLACE, rank, Opinion.FAVOURABLE)
        told = figures_on(world.programme_id, ASKED)
        assert told["avis_des_lieux"] == f"{part} des lieux de médiation est favorable"
    assert (told["lieux_favorables"], told["reponses"], told["consultes"]) == ("3", "3", "5")


def test_an_organisation_sees_its_own_answer_and_no_other(world: World) -> None:
    asked = ask(world, world.places[0], world.places[1])
    answer(world, asked, Role.PLACE, 0, Opinion.FAVOURABLE)
    answer(world, asked, Role.PLACE, 1, Opinion.UNFAVOURABLE)
    row = access_consultation(world.manager, world.programme_id, asked)
    own = answers_of(world.actor(Role.PLACE, 1), row)
    assert [one.opinion for one in own] == ["unfavourable"]
    assert answers_of(world.manager, row).count() == 2
    assert answers_of(world.actor(Role.AUDITOR), row).count() == 2
    for role in (Role.FUNDER, Role.FINANCE, Role.SECRETARY):
        with pytest.raises(NotAllowed):
            answers_of(world.actor(role), row)
        with pytest.raises(NotAllowed):
            consultations(world.actor(role), world.programme_id)


def test_who_is_not_asked_finds_nothing_and_answers_nothing(world: World) -> None:
    asked = ask(world, world.places[0])
    assert not consultations(world.actor(Role.PLACE, 1), world.programme_id).exists()
    for role, rank in ((Role.PLACE, 1), (Role.PRESCRIBER, 0)):
        with pytest.raises(NotFound):
            answer(world, asked, role, rank, Opinion.FAVOURABLE)
    with pytest.raises(NotAllowed):
        answer(world, asked, Role.MANAGER, 0, Opinion.FAVOURABLE)
    other = build_world("ailleurs", quantity=0)
    with pytest.raises(NotFound):
        access_consultation(other.manager, world.programme_id, asked)
    assert not ConsultationAnswer.objects.exists()


def test_answers_change_until_the_deadline_that_day_included(world: World) -> None:
    asked = ask(world)
    answer(world, asked, Role.PLACE, 0, Opinion.FAVOURABLE, DEADLINE)
    with pytest.raises(rules.ConsultationOver):
        answer(world, asked, Role.PLACE, 0, Opinion.UNFAVOURABLE, DEADLINE + timedelta(days=1))


def test_bad_questions_are_refused_and_nothing_is_written(world: World) -> None:
    stranger = world.organisation("Étranger")
    for changes, refusal in (
        ({"organisation_ids": []}, rules.NobodyAsked),
        ({"organisation_ids": [world.places[0], stranger]}, rules.NotOfTheNetwork),
        ({"deadline": ASKED - timedelta(days=1)}, rules.DeadlinePast),
        ({"by": world.actor(Role.SECRETARY)}, NotAllowed),
    ):
        with pytest.raises(refusal):
            ask(world, **changes)
    assert not Consultation.objects.exists()


def test_those_who_are_silent_are_reminded(world: World) -> None:
    asked = ask(world, world.places[0])
    given: dict[str, Any] = {"programme_id": world.programme_id, "consultation_id": asked, "by": world.manager}
    remind(**given, at=on(ASKED, 12))
    assert reminders_of(Consultation.objects.get(id=asked)).count() == 1
    answer(world, asked, Role.PLACE, 0, Opinion.NO_OPINION)
    with pytest.raises(rules.EverybodyAnswered):
        remind(**given, at=on(ASKED, 13))
    with pytest.raises(rules.ConsultationOver):
        remind(**given, at=on(DEADLINE + timedelta(days=1)))


@pytest.mark.django_db(transaction=True)
def test_those_who_are_silent_are_written_to_once_for_each_time_they_are_asked(world: World, settings: Any) -> None:
    settings.MAIL = "console"
    for rank, place in enumerate(world.places):
        Organisation.objects.filter(id=place).update(contact_email=f"lieu{rank}@exemple.fr")
    asked, by = ask(world), system_actor(world.authority_id)

    def write(day: date, hour: int = 10) -> int:
        sent = write_to_silent(programme_id=world.programme_id, by=by, at=on(day, hour))
        return sum(sent.counts.values())

    assert write(ASKED, hour=21) == 0, "nobody is written to at night"
    assert write(ASKED, hour=11) == 3
    assert write(ASKED, hour=12) == 0, "never twice"
    assert "Souhaitez-vous poursuivre" in str(mail.outbox[0].body)
    assert f"/consultations/{asked}/" in str(mail.outbox[0].body)
    answer(world, asked, Role.PLACE, 0, Opinion.FAVOURABLE)
    given: dict[str, Any] = {"programme_id": world.programme_id, "consultation_id": asked, "by": world.manager}
    remind(**given, at=on(ASKED + timedelta(days=5)))
    assert write(ASKED + timedelta(days=5)) == 2
    assert "Nous attendons encore l’avis" in str(mail.outbox[-1].body)
    assert write(ASKED + timedelta(days=6)) == 0
    remind(**given, at=on(ASKED + timedelta(days=8)))
    assert write(ASKED + timedelta(days=11)) == 0, "a reminder that is old is not sent any more"
    remind(**given, at=on(DEADLINE))
    assert write(DEADLINE + timedelta(days=1)) == 0, "the consultation is over"
    assert Message.objects.filter(kind=MessageKind.OPINION_ASKED).count() == 5


@pytest.mark.django_db(transaction=True)
def test_nobody_is_written_to_while_email_is_off_and_no_desk_may_write_for_another(world: World) -> None:
    ask(world)
    by = system_actor(world.authority_id)
    given: dict[str, Any] = {"programme_id": world.programme_id, "at": on(ASKED, 10)}
    assert write_to_silent(by=by, **given).counts == {}
    with pytest.raises(NotAllowed):
        write_to_silent(by=world.actor(Role.AUDITOR), **given)
