"""The papers of a sitting: what each says, read back from its PDF, and that the same facts give the same bytes."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from passnumerique.council.models import Delegate
from passnumerique.council.operations import (
    Cast,
    Proposed,
    close_sitting,
    note_movements,
    open_sitting,
    plan_sitting,
    propose_item,
    publish_list,
    put_off,
    settle_minutes,
    settle_urgency,
    write_debate,
)
from passnumerique.council.queries import access_deliberation, access_sitting, ballot_of
from passnumerique.council.rules import Mode, Move, Outcome
from passnumerique.ground.dates import at_time
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound
from passnumerique.journeys.deliberating import act_on_paper, vote
from passnumerique.journeys.sitting_papers import convene_with_notes, convocation_paper, list_paper, minutes_paper
from tests.papers import assert_inside, text_of
from tests.rooms.test_council_sittings import EVENING, SAT, council, items_of
from tests.rooms.world import World, build_world, on

__all__ = ["council"]
pytestmark = pytest.mark.django_db
CONVENED = date(2022, 12, 11)
NAME = "Pass (fictif)"


@pytest.fixture
def world() -> World:
    return build_world(quantity=20, structures=0, places=0)


@pytest.fixture
def sitting(world: World, council: list[UUID]) -> UUID:
    """Planned for the evening, with two matters, the first of which tells a figure."""
    planned = plan_sitting(
        by=world.manager, at=on(CONVENED), starts_at=EVENING, mode=Mode.IN_PERSON, place="Salle (fictif)"
    )
    for title in ("Prolongation", "Divers"):
        item = Proposed(
            title,
            "7.5",
            expose="Il reste {reste} pass.\n\nLa suite.",
            articles=("VALIDE la prolongation",),
            programme=world.programme_id,
        )
        propose_item(sitting_id=planned, item=item, by=world.manager, at=on(CONVENED))
    return planned


def held(world: World, sitting: UUID, council: list[UUID]) -> UUID:
    """The evening: an emergency approved, one power, a substitute, somebody apart, one matter put off."""
    convene_with_notes(sitting_id=sitting, convened_on=CONVENED, urgent=True, by=world.manager, at=on(CONVENED))
    moves = [(one, Move.SITS, None) for one in council[:14]]
    moves[13] = (council[13], Move.REPLACED, council[24])
    moves.append((council[15], Move.GIVES_POWER, council[1]))
    given = {"by": world.manager, "at": EVENING}
    open_sitting(sitting_id=sitting, chair=council[0], secretary=council[8], moves=moves, **given)
    settle_urgency(sitting_id=sitting, approved=True, **given)
    first, second = items_of(world, sitting)
    note_movements(sitting_id=sitting, moves=[(council[2], Move.WITHDRAWS, None)], from_item=1, **given)
    write_debate(item_id=first, debate="Une question sur les dates.", **given)
    act = vote(item_id=first, ballot=Cast(against=frozenset({council[3]})), **given)
    put_off(item_id=second, outcome=Outcome.POSTPONED, reason="Le dossier est incomplet (fictif).", **given)
    close_sitting(sitting_id=sitting, by=world.manager, at=EVENING + timedelta(hours=1))
    return act


def test_a_convocation_is_a_draft_until_it_went_out_and_then_stays(world: World, sitting: UUID) -> None:
    def paper() -> str:
        return text_of(convocation_paper(world.manager, sitting, NAME, on(CONVENED)))

    draft = paper()
    assert "Projet de convocation" in draft
    assert "Il reste 20 pass." in draft
    convene_with_notes(sitting_id=sitting, convened_on=CONVENED, urgent=True, by=world.manager, at=on(CONVENED))
    row = access_sitting(world.manager, sitting).items.first()
    assert row is not None
    assert row.note == "Il reste 20 pass.\n\nLa suite.\n\nIl est proposé au conseil\u202f:\n– VALIDE la prolongation"
    sent = paper()
    assert "Projet" not in sent
    for words in (
        "mardi 13 décembre 2022",
        "17 h 30",
        "Salle (fictif)",
        "Convocation en urgence.",
        "1. Prolongation",
        "Note explicative de synthèse",
        "1 jour franc avant la séance",
        "Camille Fictif01",
        "donne pouvoir à",
    ):
        assert words in sent


def test_the_minutes_hold_what_the_law_asks(world: World, sitting: UUID, council: list[UUID]) -> None:
    held(world, sitting, council)
    pdf = minutes_paper(world.manager, sitting, NAME)
    told = text_of(pdf)
    for words in (
        "Projet de procès-verbal",
        "Le 13 décembre 2022 à 17 h 30",
        "sous la présidence de Camille Fictif01",
        "Suppléants (1) : Suppléante, suppléant de Camille Fictif14",
        "Pouvoirs (1) : Camille Fictif16 à Camille Fictif02",
        "Absents ou excusés (9)",
        "Le conseil approuve l’urgence",
        "Camille Fictif03 déclare un intérêt à l’affaire",
        "Une question sur les dates.",
        "Scrutin public",
        "Contre : Camille Fictif04",
        "Camille Fictif16 (par Camille Fictif02)",
        "Adoptée : délibération n° DE_2022_12_001.",
        "Reportée à une autre séance : Le dossier est incomplet (fictif).",
        "La séance est levée à 18 h 30.",
    ):
        assert words in told, words
    assert_inside(pdf, 15)
    assert minutes_paper(world.manager, sitting, NAME) == pdf
    settle_minutes(sitting_id=sitting, on=date(2023, 1, 24), by=world.manager, at=on(date(2023, 1, 24)))
    settled = text_of(minutes_paper(world.manager, sitting, NAME))
    assert "Arrêté par le conseil le 24 janvier 2023" in settled
    assert "À publier au plus tard le 31 janvier 2023" in settled


def test_colleges_are_counted_and_decide_nothing(world: World, sitting: UUID, council: list[UUID]) -> None:
    Delegate.objects.filter(id__in=council[:4]).update(college="Communes (fictif)")
    Delegate.objects.filter(id__in=council[4:24]).update(college="Intercommunalités (fictif)")
    act = held(world, sitting, council)
    told = text_of(minutes_paper(world.manager, sitting, NAME))
    assert "Communes (fictif) : 4 sièges occupés sur 4." in told
    assert "Intercommunalités (fictif) : 10 sièges occupés sur 20." in told
    assert "Communes (fictif) : 2 pour, 1 contre, 0 abstentions." in told
    assert ballot_of(access_deliberation(world.manager, act)).adopted


def test_the_list_says_by_when_and_when_it_is_late(world: World, sitting: UUID, council: list[UUID]) -> None:
    held(world, sitting, council)
    told = text_of(list_paper(world.manager, sitting, NAME, date(2022, 12, 20)))
    assert "À publier au plus tard le 20 décembre 2022" in told
    assert "DE_2022_12_001" in told
    assert "13 pour, 1 contre, 0 abstention" in told
    assert "Divers" not in told
    assert "Publication tardive" not in told
    assert "Publication tardive" in text_of(list_paper(world.manager, sitting, NAME, date(2022, 12, 21)))
    publish_list(sitting_id=sitting, on=date(2022, 12, 16), by=world.manager, at=on(date(2022, 12, 21)))
    out = text_of(list_paper(world.manager, sitting, NAME, date(2022, 12, 21)))
    assert "Publiée le 16 décembre 2022" in out
    assert "Publication tardive" not in out


def test_an_act_names_who_withdrew(world: World, sitting: UUID, council: list[UUID]) -> None:
    act = held(world, sitting, council)
    told = text_of(act_on_paper(world.manager, act, NAME))
    assert "Se sont retirés pour cette affaire, y ayant un intérêt : Camille Fictif03." in told
    assert "à la majorité absolue des suffrages exprimés" in told


def test_an_act_voted_without_quorum_says_why(world: World, sitting: UUID, council: list[UUID]) -> None:
    given = {"by": world.manager, "at": EVENING}
    convene_with_notes(sitting_id=sitting, convened_on=CONVENED, urgent=True, by=world.manager, at=on(CONVENED))
    moves = [(one, Move.SITS, None) for one in council[:3]]
    open_sitting(sitting_id=sitting, chair=council[0], secretary=council[1], moves=moves, **given)
    close_sitting(sitting_id=sitting, **given)
    assert "Non examinée, faute de quorum." in text_of(minutes_paper(world.manager, sitting, NAME))
    later = at_time(date(2022, 12, 20), 18)
    again = plan_sitting(starts_at=later, mode=Mode.IN_PERSON, after=sitting, **given)
    convene_with_notes(sitting_id=again, convened_on=SAT, by=world.manager, at=on(SAT))
    assert "La séance du 13 décembre 2022 n’a pas réuni le quorum." in text_of(
        convocation_paper(world.manager, again, NAME, on(SAT))
    )
    open_sitting(sitting_id=again, chair=council[0], secretary=council[1], moves=moves, by=world.manager, at=later)
    first, _second = items_of(world, again)
    act = vote(item_id=first, ballot=Cast(), by=world.manager, at=later)
    told = text_of(act_on_paper(world.manager, act, NAME))
    assert "délibère sans condition de quorum" in told
    assert "aucun n’est demandé" in text_of(minutes_paper(world.manager, again, NAME))


def test_no_paper_crosses_a_border(world: World, sitting: UUID) -> None:
    stranger = replace(world.manager, authority_id=new_id(on(SAT)))
    for paper in (
        lambda: convocation_paper(stranger, sitting, NAME, on(SAT)),
        lambda: minutes_paper(stranger, sitting, NAME),
        lambda: list_paper(stranger, sitting, NAME, SAT),
    ):
        with pytest.raises(NotFound):
            paper()
