"""What is agreed is written once, even when two people of the authority press at the same moment."""

from datetime import date
from functools import partial
from typing import Any

import pytest

from passnumerique.programmes.models import CalendarRevision, Document, FundingShare, TrainingPeriod
from passnumerique.programmes.operations import (
    add_training_period,
    authorise_envelope,
    extend,
    open_calendar,
    record_document,
)
from passnumerique.programmes.queries import calendar_on, envelope
from passnumerique.programmes.rules import Calendar, DocumentKind, Paper
from tests.rooms.race import at_once, clean, faults, refusals
from tests.rooms.world import CALENDAR, World, build_world, deliberate, on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DAY = date(2022, 12, 20)
END = date(2023, 12, 31)
LATER = Calendar(END, END, END, END, date(2024, 3, 31))


@pytest.fixture
def world() -> World:
    return build_world(quantity=0, structures=0, places=0)


def common(world: World) -> dict[str, Any]:
    return {"programme_id": world.programme_id, "by": world.manager, "at": on(DAY)}


def test_one_extension_is_one_revision(world: World) -> None:
    act = deliberate(world, "2022-24", date(2022, 12, 13))
    kinds = (DocumentKind.DELIBERATION, DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT)
    papers = [
        record_document(
            paper=Paper(kind, kind.value, signed_on=DAY, in_force_on=DAY, deliberation_id=act), **common(world)
        )
        for kind in kinds
    ]
    names = ("deliberation_id", "convention_amendment_id", "mandate_amendment_id")
    given: dict[str, Any] = dict(zip(names, papers, strict=True))
    press = partial(extend, calendar=LATER, **given, **common(world))
    answers = at_once(press, press, press)
    assert (faults(answers), refusals(answers)) == ([], ["nothing_extended"] * 2)
    assert CalendarRevision.objects.count() == 2
    assert calendar_on(world.programme_id, DAY) == LATER
    assert clean(world)


def test_periods_written_at_once_do_not_overlap(world: World) -> None:
    days: dict[str, Any] = {"starts_on": date(2022, 1, 3), "ends_on": date(2022, 6, 30)}
    acts = [
        partial(add_training_period, number=number, name=f"Période {number}", **days, **common(world))
        for number in (2, 3, 4)
    ]
    answers = at_once(*acts)
    assert (faults(answers), refusals(answers)) == ([], ["period_overlaps"] * 2)
    assert TrainingPeriod.objects.count() == 2


def test_a_paper_and_what_it_authorises_are_written_once(world: World) -> None:
    paper = Paper(DocumentKind.DECISION, "DEC-1", signed_on=DAY, in_force_on=DAY)
    answers = at_once(*[partial(record_document, paper=paper, **common(world))] * 3)
    assert (faults(answers), refusals(answers)) == ([], ["reference_taken"] * 2)
    document = Document.objects.get(reference="DEC-1").id
    more = partial(authorise_envelope, amount_cents=500, shares={"EPCI": 500}, document_id=document, **common(world))
    answers = at_once(more, more, more)
    assert (faults(answers), refusals(answers)) == ([], ["reference_taken"] * 2)
    assert FundingShare.objects.filter(document_id=document).count() == 1
    assert envelope(world.programme_id).authorised_cents == 100_500
    assert clean(world)


def test_a_calendar_is_opened_once(world: World) -> None:
    CalendarRevision.objects.all().delete()
    given: dict[str, Any] = {"calendar": CALENDAR, "document_id": world.convention_id, "in_force_on": DAY}
    answers = at_once(*[partial(open_calendar, **given, **common(world))] * 3)
    assert (faults(answers), refusals(answers)) == ([], ["document_missing"] * 2)
    assert CalendarRevision.objects.count() == 1
