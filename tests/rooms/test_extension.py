"""An extension from its first reason to its new dates: proposed from the register, refused without its three
documents, carried out without writing a pass, and asked for as of any day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnumerique.council.operations import Proposed, drop_item, propose_item, take_up
from passnumerique.council.queries import access_item, draft_of
from passnumerique.council.rules import Outcome
from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, Refusal
from passnumerique.insight.pace import recent_pace
from passnumerique.insight.status import status_on
from passnumerique.journeys.deliberating import written_out
from passnumerique.journeys.extending import (
    Effects,
    Stage,
    abandon_extension,
    carry_out_extension,
    effects_shown,
    foreseen_proposal,
    pieces_of,
    proposal_on,
    propose_extension,
    redate_extension,
    reword_extension,
)
from passnumerique.journeys.extending.foreseeing import ForecastWithoutExtension
from passnumerique.programmes import rules
from passnumerique.programmes.models import Amendment, CalendarRevision, ExtensionDraft
from passnumerique.programmes.operations import begin_extension, extend, sign_amendment
from passnumerique.programmes.queries import calendar_on, documents, open_extension
from passnumerique.programmes.rules import Calendar, Reason
from tests.rooms.extending import LATER, PUBLISHED, SITS, TODAY, build_council_world, decide, plan, publish, sit
from tests.rooms.world import CALENDAR, World, on

pytestmark = pytest.mark.django_db
SIGNED = PUBLISHED + timedelta(days=2)


@pytest.fixture
def world() -> World:
    world = build_council_world(quantity=40)
    world.spend(4, date(2022, 10, 11))
    return world


def common(world: World, day: date = TODAY) -> dict[str, Any]:
    return {"programme_id": world.programme_id, "by": world.manager, "at": on(day)}


def begun(world: World, dates: Calendar = LATER) -> None:
    begin_extension(**common(world))
    reword_extension(reason="L’ANCT propose un avenant (fictif).", **common(world))
    redate_extension(dates=dates, **common(world))


def proposed(world: World) -> tuple[UUID, UUID]:
    """The sitting and the matter of an extension that is drafted."""
    begun(world)
    sitting = plan(world)
    return sitting, propose_extension(sitting_id=sitting, **common(world))


def amendment_ids(world: World) -> list[UUID]:
    draft = open_extension(world.manager, world.programme_id)
    assert draft is not None
    return [one for one in (draft.convention_amendment_id, draft.mandate_amendment_id) if one]


def ready(world: World) -> None:
    """Voted, published, both amendments signed and in force."""
    sitting, item = proposed(world)
    sit(world, sitting)
    decide(world, item)
    publish(world, item)
    for one in amendment_ids(world):
        sign_amendment(amendment_id=one, signed_on=SIGNED, in_force_on=SIGNED, **common(world, SIGNED))


def use(world: World, numbers: list[int], day: date) -> None:
    outcomes = world.redeem(world.session(day), numbers, day)
    assert all(one.refusal is None for one in outcomes)


def test_the_lengths_offered_come_from_the_pace_the_calendar_and_the_holidays(world: World) -> None:
    reason = recent_pace(world.programme_id, TODAY)
    assert (reason.unused, reason.used, reason.weeks) == (36, 4, 10)
    assert reason.weeks_needed == 90
    told = proposal_on(world.programme_id, TODAY)
    assert [one.calendar.end_of_training for one in told.choices] == [
        date(2023, 6, 30),
        date(2023, 12, 31),
        date(2024, 6, 30),
    ]
    assert [wave.ends_on for wave in told.choices[1].waves] == [date(2023, 6, 30), date(2023, 12, 31)]
    assert told.choices[1].calendar == LATER
    assert told.advised == 2
    forecast = proposal_on(world.programme_id, TODAY, lambda _programme, _day: Reason(36, 20, 10, 30))
    assert forecast.advised == 1


def test_the_forecast_advises_a_length_and_says_what_each_would_bring() -> None:
    world = build_council_world(quantity=200, booklets=10, envelope_cents=10_000_000)
    for week in range(20):
        day = date(2022, 10, 28) - timedelta(days=7 * (20 - week))
        world.hand_over(3, day=day)
        world.spend(2, day + timedelta(days=1), week % 2)
    plain, told = (propose(world.programme_id, TODAY) for propose in (proposal_on, foreseen_proposal))
    assert told.reason == plain.reason
    assert [one.calendar for one in told.choices] == [one.calendar for one in plain.choices]
    assert told.foreseen is not None
    assert told.ahead is not None
    assert told.foreseen.used_so_far == 40
    used = [one.used for one in told.foreseen.each]
    assert told.foreseen.as_it_is.used < used[0] < used[1] < used[2]
    assert told.ahead.used == used[0] - 40
    assert all(one.low <= one.used <= one.high for one in told.foreseen.each)
    begun(world)
    item = propose_extension(sitting_id=plan(world), **common(world))
    effects = effects_shown(world.manager, world.programme_id, on(TODAY))
    assert effects is not None
    assert effects.after.outlook == told.foreseen.each[1]
    text = written_out(draft_of(world.manager, item), world.manager, on(TODAY)).expose
    assert f"ce serait environ {used[1]} (huit chances sur dix d’être entre" in text
    assert "(hypothèse)" in text
    assert Effects.from_json(effects.as_json()) == effects


def test_effects_frozen_before_there_was_a_forecast_are_still_read(world: World) -> None:
    begun(world)
    effects = effects_shown(world.manager, world.programme_id, on(TODAY))
    assert effects is not None
    old = effects.as_json()
    for side in ("before", "after"):
        del old[side]["outlook"]
    assert Effects.from_json(old).after.outlook is None


def test_a_figure_of_the_forecast_asks_for_an_extension_with_its_dates(world: World) -> None:
    sitting = plan(world)
    matter = Proposed(
        "Autre", "7.5", expose="Environ {prevision_avec}.", articles=["DIT"], programme=world.programme_id
    )
    item = propose_item(sitting_id=sitting, item=matter, by=world.manager, at=on(TODAY))
    with pytest.raises(ForecastWithoutExtension):
        written_out(draft_of(world.manager, item), world.manager, on(TODAY))


def test_nothing_received_nothing_foreseen() -> None:
    world = build_council_world(quantity=0)
    assert foreseen_proposal(world.programme_id, TODAY).foreseen is None


def test_what_changes_stands_beside_today_and_money_does_not_move(world: World) -> None:
    world.session(date(2022, 12, 20))
    world.session(date(2022, 12, 30))
    begun(world)
    told = effects_shown(world.manager, world.programme_id, on(TODAY))
    assert told is not None
    assert (told.before.passes, told.after.passes) == (0, 36)
    assert (told.before.sessions, told.after.sessions) == (2, 2)
    assert told.before.weeks < told.after.weeks
    assert (told.authorised_cents, told.committed_cents, told.due_cents) == (100_000, 40_000, 4_000)


def test_a_draft_is_kept_taken_up_again_and_only_one(world: World) -> None:
    first = begin_extension(**common(world))
    assert begin_extension(**common(world, TODAY + timedelta(days=3))) == first
    abandon_extension(**common(world))
    assert begin_extension(**common(world)) != first
    assert ExtensionDraft.objects.filter(dropped_at__isnull=False).count() == 1


def test_three_documents_are_drafted_at_once(world: World) -> None:
    _sitting, item = proposed(world)
    text = written_out(draft_of(world.manager, item), world.manager, on(TODAY))
    assert "Il reste moins de 100 pass sur 40" in text.expose
    assert "Au rythme de 4 pass en 10 semaines d’atelier, il faudrait 90 semaines d’atelier" in text.expose
    assert "L’ANCT propose un avenant (fictif)." in text.expose
    assert "du 1er juillet 2023 au 31 décembre 2023, période de formation n°\u202f3" in text.expose
    assert any("31 mars 2024" in one for one in text.articles)
    assert (
        "MAINTIENT l’enveloppe du dispositif à hauteur de sa définition initiale, soit 1\u202f000,00\u202f€"
        in text.articles
    )
    assert "Vu la convention CONV-2021 du 1er septembre 2021," in text.visas
    assert [piece.stage for piece in pieces_of(world.manager, world.programme_id)] == [
        Stage.ON_AGENDA,
        Stage.DRAFTED,
        Stage.DRAFTED,
    ]


def test_without_its_base_document_nothing_is_half_drafted(world: World) -> None:
    documents(world.programme_id).filter(kind="mandate").delete()
    begun(world)
    sitting = plan(world)
    with pytest.raises(rules.BaseMissing):
        propose_extension(sitting_id=sitting, **common(world))
    assert not Amendment.objects.exists()
    draft = open_extension(world.manager, world.programme_id)
    assert draft is not None
    assert draft.item is None


@pytest.mark.parametrize("missing", ["draft", "dates", "vote", "publication", "signature", "force"])
def test_without_one_of_the_three_documents_it_is_refused_by_name(world: World, missing: str) -> None:
    steps = ["draft", "dates", "vote", "publication", "signature", "force"]
    until = steps.index(missing)
    if until > 0:
        begin_extension(**common(world))
    if until > 1:
        redate_extension(dates=LATER, **common(world))
        sitting = plan(world)
        item = propose_extension(sitting_id=sitting, **common(world))
        sit(world, sitting)
    if until > 2:
        decide(world, item)
    if until > 3:
        publish(world, item)
        for one in amendment_ids(world)[: until - 3]:
            sign_amendment(amendment_id=one, signed_on=SIGNED, **common(world, SIGNED))
    names = {
        "draft": "no_extension_open",
        "dates": "extension_without_dates",
        "vote": "not_yet_decided",
        "publication": "document_not_in_force",
        "signature": "document_not_in_force",
        "force": "document_not_in_force",
    }
    with pytest.raises(Refusal) as told:
        carry_out_extension(**common(world, SIGNED))
    assert told.value.name == names[missing]
    assert CalendarRevision.objects.count() == 1


def test_a_matter_refused_or_put_off_extends_nothing_and_can_be_proposed_again(world: World) -> None:
    sitting, item = proposed(world)
    sit(world, sitting)
    decide(world, item, Outcome.POSTPONED)
    with pytest.raises(rules.DecisionPutOff):
        carry_out_extension(**common(world, SIGNED))
    later = plan(world, date(2022, 12, 27))
    again = propose_extension(sitting_id=later, **common(world, date(2022, 12, 14)))
    sit(world, later, date(2022, 12, 27))
    decide(world, again, Outcome.REJECTED, date(2022, 12, 27))
    with pytest.raises(rules.DecisionRefused):
        carry_out_extension(**common(world, date(2022, 12, 28)))
    assert sorted(Amendment.objects.values_list("kind", "number")) == [
        ("convention_amendment", 1),
        ("mandate_amendment", 1),
    ]


def test_a_matter_taken_up_by_a_later_sitting_is_followed(world: World) -> None:
    sitting, item = proposed(world)
    sit(world, sitting)
    decide(world, item, Outcome.POSTPONED)
    later = plan(world, date(2022, 12, 27))
    again = take_up(item_id=item, sitting_id=later, by=world.manager, at=on(date(2022, 12, 14)))
    assert pieces_of(world.manager, world.programme_id)[0].item_id == again
    sit(world, later, date(2022, 12, 27))
    decide(world, again, day=date(2022, 12, 27))
    act, *_amendments = pieces_of(world.manager, world.programme_id)
    assert (act.stage, act.item_id) == (Stage.ADOPTED, again)
    draft = open_extension(world.manager, world.programme_id)
    assert draft is not None
    assert draft.figures is not None


def test_a_matter_taken_off_its_agenda_can_be_proposed_again(world: World) -> None:
    sitting, item = proposed(world)
    drop_item(item_id=item, by=world.manager, at=on(TODAY))
    assert pieces_of(world.manager, world.programme_id)[0].stage is Stage.TO_DRAFT
    with pytest.raises(rules.NotYetDecided):
        sign_amendment(amendment_id=amendment_ids(world)[0], signed_on=TODAY, **common(world))
    redate_extension(dates=proposal_on(world.programme_id, TODAY).choices[0].calendar, **common(world))
    propose_extension(sitting_id=sitting, **common(world))
    assert pieces_of(world.manager, world.programme_id)[0].stage is Stage.ON_AGENDA


def test_carried_out_it_changes_five_dates_and_writes_no_pass(world: World) -> None:
    ready(world)
    before = {day: status_on(world.programme_id, day) for day in (SITS, SIGNED - timedelta(days=1))}
    with CaptureQueriesContext(
        connection,
    ) as log:
        assert carry_out_extension(**common(world, SIGNED)) == SIGNED
    written = [one["sql"] for one in log if one["sql"].split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}]
    tables = {sql.split('"')[1] for sql in written}
    assert "programmes_calendarrevision" in tables
    assert tables <= {
        "programmes_calendarrevision",
        "programmes_document",
        "programmes_envelope",
        "programmes_extensiondraft",
    }
    assert calendar_on(world.programme_id, SIGNED - timedelta(days=1)) == CALENDAR
    assert calendar_on(world.programme_id, SIGNED) == LATER
    for day, then in before.items():
        assert status_on(world.programme_id, day) == then
    after = status_on(world.programme_id, SIGNED)
    assert (after.vouchers, after.money_cents) == (before[SITS].vouchers, before[SITS].money_cents)
    assert open_extension(world.manager, world.programme_id) is None
    with pytest.raises(rules.NoExtensionOpen):
        carry_out_extension(**common(world, SIGNED))


def test_documents_extend_once(world: World) -> None:
    ready(world)
    carry_out_extension(**common(world, SIGNED))
    used = CalendarRevision.objects.get(rank=2)
    papers = {
        "deliberation_id": used.document_id,
        "convention_amendment_id": used.convention_amendment_id,
        "mandate_amendment_id": used.mandate_amendment_id,
    }
    more = Calendar(*[day + timedelta(days=30) for _name, day in LATER.items()])
    with pytest.raises(rules.PapersUsed):
        extend(calendar=more, **papers, **common(world, SIGNED))


def test_dates_that_the_amendments_do_not_carry_are_refused(world: World) -> None:
    ready(world)
    more = Calendar(*[day + timedelta(days=30) for _name, day in LATER.items()])
    draft = open_extension(world.manager, world.programme_id)
    ExtensionDraft.objects.filter(id=draft.id if draft else None).update(dates=more.as_json())
    with pytest.raises(rules.DatesDiffer):
        carry_out_extension(**common(world, SIGNED))


def test_figures_follow_the_register_until_the_vote_and_then_no_more(world: World) -> None:
    numbers = world.hand_over(5, day=date(2022, 10, 12))
    sitting, item = proposed(world)
    use(world, numbers[:2], date(2022, 12, 6))
    sit(world, sitting)
    told = effects_shown(world.manager, world.programme_id, on(SITS))
    assert told is not None
    assert told.after.passes == 34
    decide(world, item)
    use(world, numbers[2:], date(2022, 12, 14))
    frozen = effects_shown(world.manager, world.programme_id, on(SIGNED))
    assert frozen is not None
    assert (frozen.on, frozen.after.passes) == (SITS, 34)
    act = access_item(world.manager, item).deliberation
    assert "sur 40" in act.text["expose"]
    with pytest.raises(rules.ExtensionDecided):
        redate_extension(dates=proposal_on(world.programme_id, SITS).choices[2].calendar, **common(world, SIGNED))


def test_other_dates_before_the_vote_are_written_in_all_three(world: World) -> None:
    _sitting, item = proposed(world)
    shorter = proposal_on(world.programme_id, TODAY).choices[0].calendar
    redate_extension(dates=shorter, **common(world))
    assert {row.after["closing"] for row in Amendment.objects.all()} == {"2023-09-30"}
    assert "30 septembre 2023" in written_out(draft_of(world.manager, item), world.manager, on(TODAY)).articles[1]


def test_dropped_it_leaves_the_agenda_and_frees_both_numbers(world: World) -> None:
    sitting, _item = proposed(world)
    abandon_extension(**common(world))
    assert Amendment.objects.filter(dropped_at__isnull=True).count() == 0
    begun(world)
    propose_extension(sitting_id=sitting, **common(world))
    assert set(Amendment.objects.filter(dropped_at__isnull=True).values_list("number", flat=True)) == {1}


def test_only_the_manager_prepares_and_carries_out(world: World) -> None:
    ready(world)
    for role in (Role.SECRETARY, Role.FINANCE, Role.AUDITOR, Role.PLACE):
        given = common(world, SIGNED) | {"by": world.actor(role)}
        for act in (begin_extension, carry_out_extension, abandon_extension):
            with pytest.raises(NotAllowed):
                act(**given)
    assert CalendarRevision.objects.count() == 1
