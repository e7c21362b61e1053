"""Deliberations as they are kept: what was voted is read back as it was voted."""

from datetime import date

import pytest

from passnumerique.council.operations import Act, record_deliberation
from passnumerique.council.queries import access_deliberation, adopted_decision, ballot_of
from passnumerique.council.rules import Ballot, NotAdopted
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
SAT_ON = date(2022, 3, 8)


@pytest.fixture
def world() -> World:
    return build_world(quantity=0, structures=0, places=0)


def voted(world: World, number: str, ballot: Ballot) -> Act:
    return Act(
        number=number,
        matter="7.5",
        subject="Pass numérique",
        decisions=["Approuve le dispositif."],
        convened_on=SAT_ON,
        sat_on=SAT_ON,
        chaired_by="Présidence (fictif)",
        secretary="Secrétariat (fictif)",
        ballot=ballot,
    )


@pytest.mark.parametrize("chair_votes_for", [True, False])
def test_on_a_tie_the_vote_of_the_chair_is_kept_and_decides(world: World, chair_votes_for: bool) -> None:
    ballot = Ballot(24, 14, 7, 7, 0, chair_votes_for=chair_votes_for)
    act_id = record_deliberation(
        authority_id=world.authority_id, act=voted(world, "2022-09", ballot), by=world.manager, at=on(SAT_ON)
    )
    assert ballot_of(access_deliberation(world.manager, act_id)) == ballot
    if chair_votes_for:
        assert adopted_decision(world.authority_id, act_id).number == "2022-09"
    else:
        with pytest.raises(NotAdopted):
            adopted_decision(world.authority_id, act_id)


def test_a_tie_of_which_the_chair_says_nothing_adopts_nothing() -> None:
    assert not Ballot(24, 14, 7, 7, 0).adopted
    assert Ballot(24, 14, 8, 6, 0).adopted
