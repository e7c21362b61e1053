"""The forecast of a programme read from its register: honest as of a day, kept once, held against what happened."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.refusals import NotAllowed, Refusal
from passnumerique.insight.forecast.comparing import ExtensionBackwards, compare
from passnumerique.insight.forecast.extension import EXTENSION_WORDS, extension_told
from passnumerique.insight.forecast.model.evidence import Kind
from passnumerique.insight.forecast.model.levers import Extend, Scenario
from passnumerique.insight.forecast.reading import evidence_on
from passnumerique.insight.forecast.reviewing import review_on
from passnumerique.insight.forecast.saying import cannot_know
from passnumerique.insight.forecast.scenario_file import (
    ScenarioDatesWrong,
    ScenarioKeyUnknown,
    ScenarioStructureUnknown,
    ScenarioUnreadable,
    ScenarioValueWrong,
    after_months,
    read_scenario,
)
from passnumerique.insight.forecast.telling import ForecastBackwards, ForecastTooFar, foretold, known_on
from passnumerique.insight.forecast.weeks import week_of
from passnumerique.journeys.foretelling import keep_forecast_of
from passnumerique.training.operations.cancelling import cancel_session
from passnumerique.vouchers.queries.pace import lasted_by_day
from passnumerique.vouchers.queries.stock import stock_by_structure
from tests.rooms.world import CALENDAR, START, World, build_world, on

pytestmark = pytest.mark.django_db
AS_OF = date(2022, 3, 15)


@pytest.fixture(scope="module")
def names() -> dict[UUID, str]:
    return {UUID(int=1): "CCAS de Verdun (fictif)", UUID(int=2): "Médiathèque (fictif)"}


def wide(quantity: int = 200, booklets: int = 10, slug: str = "verdun") -> World:
    """A world whose envelope is no limit."""
    return build_world(slug, quantity=quantity, booklets=booklets, envelope_cents=10_000_000)


def lived(world: World, weeks: int = 20, first: date = START) -> World:
    """Two passes handed over and one used in each week."""
    for rank in range(weeks):
        world.hand_over(1, day=first + timedelta(days=7 * rank + 1))
        world.spend(1, first + timedelta(days=7 * rank + 2), rank % 2)
    return world


def test_nothing_known_only_later_is_used() -> None:
    world = lived(wide(), 20)
    session = world.session(AS_OF + timedelta(days=2))
    before, told = evidence_on(world.programme_id, AS_OF), foretold(known_on(world.programme_id, AS_OF))
    later = AS_OF + timedelta(days=1)
    world.allocate(3, structure=1, day=later)
    world.hand_over(8, day=later)
    world.spend(5, later)
    world.session(AS_OF + timedelta(days=9))
    world.issue(50, day=later)
    world.set(day=later, face_value_cents=1500, tolerance_days=60)
    cancel_session(
        programme_id=world.programme_id, session_id=session, cause="salle fermée", by=world.manager, at=on(later)
    )
    assert evidence_on(world.programme_id, AS_OF) == before
    assert foretold(known_on(world.programme_id, AS_OF)).as_json() == told.as_json()
    assert foretold(known_on(world.programme_id, later)).as_json() != told.as_json()


def test_a_calendar_that_ends_beyond_what_a_forecast_reaches_is_looked_at_as_far_as_it_goes() -> None:
    far = replace(CALENDAR, validity_until=date(2040, 1, 1), end_of_training=date(2040, 1, 1))
    far = replace(far, claims_until=date(2040, 1, 1), closing=date(2040, 1, 1))
    world = build_world(quantity=60, calendar=far)
    told = foretold(known_on(world.programme_id, AS_OF), draws=20)
    assert told.until == AS_OF + timedelta(weeks=160)


def test_what_is_known_is_what_the_counters_say() -> None:
    world = lived(wide(), 12)
    evidence = evidence_on(world.programme_id, AS_OF)
    assert sum(evidence.handed) == 24
    assert sum(evidence.used) == evidence.used_so_far == 12
    assert evidence.held == 12
    assert {desk.name: desk.stock for desk in evidence.desks if desk.stock} == stock_by_structure(world.programme_id)
    assert evidence.reserve == 100
    assert evidence.received == 200
    assert evidence.value_cents == 188_000
    assert sum(evidence.lasted.values()) == 24
    assert sum(count for (_, delay), count in evidence.lasted.items() if delay == 0) == 12


def test_delays_are_sampled_evenly_where_there_are_many() -> None:
    world = lived(wide(), 12)
    every, some = (lasted_by_day(world.programme_id, AS_OF, most) for most in (8000, 70))
    assert 3 <= sum(some.values()) <= 12 < sum(every.values())
    assert set(some) <= set(every)


def test_an_undone_use_is_held_again() -> None:
    world = build_world()
    world.spend(1, START + timedelta(days=3))
    assert [used for (_, used) in lasted_by_day(world.programme_id, AS_OF)] == [START + timedelta(days=3)]


def test_holidays_follow_the_territory() -> None:
    assert week_of(date(2022, 8, 10), "55545").kind is Kind.SUMMER
    assert week_of(date(2022, 12, 28), "55545").kind is Kind.CHRISTMAS
    assert week_of(date(2022, 2, 12), "55545").kind is Kind.SCHOOL_HOLIDAYS
    assert week_of(date(2022, 2, 26), "75056").kind is Kind.SCHOOL_HOLIDAYS
    assert week_of(date(2022, 2, 26), "55545").kind is Kind.ORDINARY
    assert week_of(date(2022, 5, 29), "55545").open == pytest.approx(0.8)
    assert week_of(date(2040, 8, 10), "55545").kind is Kind.SUMMER


def test_a_forecast_is_kept_once_and_scored_when_it_is_known() -> None:
    world = lived(wide(), 30)
    first, by = START + timedelta(days=91), system_actor(world.authority_id)
    assert keep_forecast_of(programme_id=world.programme_id, by=by, at=on(first))
    assert not keep_forecast_of(programme_id=world.programme_id, by=by, at=on(first, 18))
    assert not review_on(world.programme_id, first).looked
    review = review_on(world.programme_id, first + timedelta(weeks=14))
    assert [one.weeks for one in review.looked] == [4, 13]
    one = review.looked[0]
    assert one.happened == 17
    assert one.low <= one.middle <= one.high
    assert review.marks is not None
    assert review.marks.count == 2
    assert (review.marks.crps > 0, review.line_error >= 0) == (True, True)


def test_no_forecast_is_kept_of_a_programme_without_passes_or_over() -> None:
    world = build_world(quantity=0)
    by = system_actor(world.authority_id)
    assert not keep_forecast_of(programme_id=world.programme_id, by=by, at=on(START + timedelta(days=30)))
    assert not keep_forecast_of(programme_id=world.programme_id, by=by, at=on(START - timedelta(days=30)))
    with_passes = build_world("fini")
    by = system_actor(with_passes.authority_id)
    assert not keep_forecast_of(programme_id=with_passes.programme_id, by=by, at=on(date(2023, 3, 1)))


def test_a_structure_keeps_no_forecast() -> None:
    world = build_world()
    with pytest.raises(NotAllowed):
        keep_forecast_of(programme_id=world.programme_id, by=world.actor(Role.PRESCRIBER), at=on(AS_OF))


def test_the_forecast_says_what_it_cannot_know() -> None:
    world = wide()
    unsure = cannot_know(known_on(world.programme_id, START + timedelta(days=6)), date(2022, 12, 31))
    assert any(words.startswith("Le dispositif a moins de deux mois") for words in unsure)
    assert any(words.startswith("Aucun pass n’a été remis") for words in unsure)
    assert any(words.startswith("Aucun pass n’a été utilisé") for words in unsure)
    lived(world, 20)
    world.set(day=date(2022, 1, 10), face_value_cents=1500)
    unsure = cannot_know(known_on(world.programme_id, AS_OF), date(2023, 12, 31))
    assert any("Une règle a changé le 10 janvier 2022" in words for words in unsure)
    assert any("Les 100 pass en stock à la collectivité" in words for words in unsure)
    assert any("Aucun pass ne s’utilise après le 31 décembre 2022" in words for words in unsure)
    over = cannot_know(known_on(world.programme_id, date(2023, 2, 1)), date(2023, 2, 1))
    assert over == ["La dernière date d’usage est passée\u202f: plus rien ne peut changer, sauf une prolongation."]
    nothing = build_world("vide", quantity=0)
    assert cannot_know(known_on(nothing.programme_id, AS_OF), AS_OF) == [
        "Aucun pass n’est encore reçu\u202f: il n’y a rien à prévoir."
    ]


def test_a_silence_and_a_late_lot_are_said() -> None:
    world = lived(wide(400, 20), 14)
    lived(world, 6, date(2022, 2, 1))
    for rank in range(14):
        world.hand_over(4, day=START + timedelta(days=7 * rank + 1))
    unsure = cannot_know(known_on(world.programme_id, AS_OF), AS_OF)
    assert any(words.startswith("Rien n’est écrit du") for words in unsure)
    late = wide(100, 0, "tard")
    late.allocate(5, day=date(2022, 2, 1))
    lived(late, 6, date(2022, 2, 1))
    unsure = cannot_know(known_on(late.programme_id, AS_OF), AS_OF)
    assert any(words.startswith("Les structures n’ont eu du stock que") for words in unsure)


def test_dates_out_of_reach_are_refused() -> None:
    world = build_world()
    known = known_on(world.programme_id, AS_OF)
    with pytest.raises(ForecastBackwards):
        foretold(known, AS_OF - timedelta(days=1))
    with pytest.raises(ForecastTooFar):
        foretold(known, AS_OF + timedelta(days=2000))
    with pytest.raises(ExtensionBackwards):
        compare(known, [Scenario("s", extend=Extend(date(2022, 6, 1)))])


def test_an_extension_is_told_for_a_draft_deliberation() -> None:
    world = lived(wide(), 20)
    told = extension_told(world.programme_id, AS_OF, date(2023, 12, 31))
    assert set(told.figures) == set(EXTENSION_WORDS)
    assert "20 pass sont utilisés sur 200" in told.sentences[0]
    assert "Une prolongation jusqu’au 31 décembre 2023" in told.sentences[2]
    assert "(hypothèse)" in told.sentences[-1]
    assert told.compared.added.mean > 0


GOOD = """
name = "Tout à la fois"
[extend]
use_until = 2023-12-31
distribution_until = 2023-10-31
[[period]]
from = 2023-01-03
sessions = 40
[[places]]
commune = "Étain"
from = 2023-02-01
until = 2023-06-30
sessions_per_week = 1
[[recruit]]
structures = 2
from = 2023-02-01
[[remind]]
from = 2023-01-03
until = 2023-12-31
more = [0.0, 0.05, 0.2]
[[move]]
passes = 30
from = "ccas de verdun (fictif)"
to = "Médiathèque (fictif)"
"""


def test_a_whole_scenario_is_read(names: dict[UUID, str]) -> None:
    scenario = read_scenario(GOOD, names)
    assert [one.sessions for one in scenario.sessions] == [40, 22]
    assert scenario.sessions[0].last == date(2023, 5, 2)
    assert (scenario.moves[0].giver, scenario.moves[0].receiver) == (UUID(int=1), UUID(int=2))
    assert scenario.reminders[0].more == (0.0, 0.05, 0.2)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("name = ", ScenarioUnreadable),
        ("nom = 'x'", ScenarioKeyUnknown),
        ("[extend]\nuntil = 2023-12-31", ScenarioValueWrong),
        ("[extend]\nuse_until = 'demain'", ScenarioValueWrong),
        ("[extend]\nuse_until = 2023-06-30\ndistribution_until = 2023-12-31", ScenarioDatesWrong),
        ("[[period]]\nfrom = 2023-01-03\nsessions = 0", ScenarioValueWrong),
        ("[[period]]\nfrom = 2023-01-03\nsessions = 4\nfilled = [3, 2, 1]", ScenarioValueWrong),
        ("[[remind]]\nfrom = 2023-06-01\nuntil = 2023-01-01", ScenarioDatesWrong),
        ("[[move]]\npasses = 10\nfrom = 'ailleurs'", ScenarioStructureUnknown),
        ("move = 3", ScenarioValueWrong),
        ("extend = 3", ScenarioValueWrong),
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused_by_key(
    text: str, refusal: type[Refusal], names: dict[UUID, str]
) -> None:
    with pytest.raises(refusal) as refused:
        read_scenario(text, names)
    assert refused.value.say()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2023, 1, 3), date(2023, 5, 2)),
        (date(2023, 10, 31), date(2024, 2, 29)),
        (date(2023, 3, 1), date(2023, 6, 30)),
    ],
)
def test_a_period_lasts_four_months(first: date, last: date) -> None:
    assert after_months(first, 4) == last
