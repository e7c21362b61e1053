"""Playing: one day after the other, each day's acts in the order in which people do them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import system_actor
from passnumerique.ground.chance import seeded
from passnumerique.ground.refusals import NotFound
from passnumerique.journeys.demonstration.cast import cast_of
from passnumerique.journeys.demonstration.gestures import (
    bookings,
    calendar,
    council_papers,
    counter,
    crediting,
    ending,
    issuer_files,
    offices,
    refusing,
    returning,
    sealing,
    sheets,
    sittings,
    treasury,
    undue,
    workshops,
)
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.journeys.set_up import read_programme_file
from passnumerique.ledger.queries import books_closed_on
from passnumerique.programmes.operations import move_demonstration_day
from passnumerique.programmes.queries import every_programme
from passnumerique.programmes.rules import NotADemonstration

Progress = Callable[[date], None]

GESTURES = (
    sittings.convene_council,
    sittings.hold_sitting,
    calendar.extend_when_voted,
    calendar.open_periods,
    offices.receive_lots,
    offices.allocate,
    workshops.schedule,
    counter.hand_over,
    counter.lose_and_find,
    bookings.book_ahead,
    workshops.hold,
    offices.settle,
    undue.answer_once,
    undue.find_a_mistake,
    offices.take_back,
    sealing.seal_month,
    sheets.sign_sheets,
    sheets.take_twice,
    council_papers.publish_council_papers,
    issuer_files.compare_issuer,
    treasury.bring_funds,
    treasury.take_undue_back,
    refusing.refuse_for_good,
    ending.lose_range,
    crediting.explain_credit,
    ending.wind_up,
    returning.pay_again,
)
AFTER_CLOSING = (sealing.seal_month,)
"""Once the books are closed, nothing is left to play but the seals."""


def play_until(programme_id: UUID, until: date, progress: Progress = lambda _: None) -> date:
    """Play each day up to `until`, included, and return the day on which the demonstration now lives.

    Each day is one transaction: stopped half-way, it starts again from its morning. A day already
    played changes nothing. Refuses a programme that is no demonstration.
    """
    programme = every_programme().filter(id=programme_id).first()
    if programme is None:
        raise NotFound
    if programme.demonstration_day is None:
        raise NotADemonstration
    file = read_programme_file(programme.demonstration_script)
    for day in _days(programme.demonstration_day, until):
        _play(Stage(file, programme_id, programme.authority_id, day))
        progress(day)
    if programme.demonstration_day < until:
        sealing.seal_evening(programme_id, until, system_actor(programme.authority_id))
    return max(programme.demonstration_day, until)


def _days(lived: date, until: date) -> Iterator[date]:
    return (lived + timedelta(days=ahead) for ahead in range(1, (until - lived).days + 1))


def _play(stage: Stage) -> None:
    seed = f"{stage.script.seed}:{stage.file.programme.slug}:{stage.day.isoformat()}"
    with seeded(seed), transaction.atomic():
        cast = cast_of(stage.authority_id, stage.programme_id, stage.day)
        for gesture in AFTER_CLOSING if books_closed_on(stage.programme_id) else GESTURES:
            gesture(stage, cast)
        move_demonstration_day(programme_id=stage.programme_id, day=stage.day, by=cast.manager)
