"""A small world whose council can decide: a mandate agreement, three members, a sitting to come."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from passnumerique.council.operations import (
    Cast,
    convene,
    open_sitting,
    plan_sitting,
    put_off,
    record_delegate,
    record_publication,
)
from passnumerique.council.queries import access_item, delegates
from passnumerique.council.rules import Mode, Move, Outcome
from passnumerique.journeys.deliberating import vote
from passnumerique.programmes.operations import record_document
from passnumerique.programmes.rules import Calendar, DocumentKind, Paper
from tests.rooms.world import START, World, build_world, on

WHY = "Le dossier est incomplet (fictif)."
TODAY, SITS = date(2022, 12, 1), date(2022, 12, 13)
PUBLISHED = date(2022, 12, 19)
LATER = Calendar(date(2023, 10, 31), date(2023, 12, 31), date(2023, 12, 31), date(2024, 3, 15), date(2024, 3, 31))


def build_council_world(**given: Any) -> World:
    """A world with the mandate agreement beside the convention, a president and two members."""
    world = build_world(**given)
    paper = Paper(
        DocumentKind.MANDATE, "MANDAT-2021", counterpart="Émetteur (fictif)", signed_on=START, in_force_on=START
    )
    record_document(programme_id=world.programme_id, paper=paper, by=world.manager, at=on(START))
    for name, office in (("FICTIVE", "Présidente"), ("EXEMPLE", ""), ("MODÈLE", "")):
        record_delegate(by=world.manager, at=on(START), last_name=name, office=office, from_day=START)
    return world


def plan(world: World, day: date = SITS) -> UUID:
    """A sitting of that evening, in one place; its id."""
    return plan_sitting(by=world.manager, at=on(TODAY), starts_at=on(day, 18), mode=Mode.IN_PERSON)


def sit(world: World, sitting: UUID, day: date = SITS) -> None:
    """Convene a sitting in time and open it, everybody sitting."""
    sent = day - timedelta(days=7)
    convene(sitting_id=sitting, convened_on=sent, by=world.manager, at=on(sent))
    people = [row.id for row in delegates(world.manager)]
    open_sitting(
        sitting_id=sitting,
        chair=people[0],
        secretary=people[1],
        moves=[(one, Move.SITS, None) for one in people],
        by=world.manager,
        at=on(day, 18),
    )


def decide(world: World, item: UUID, outcome: Outcome = Outcome.ADOPTED, day: date = SITS) -> UUID | None:
    """What the council makes of a matter; the deliberation's id when it is voted."""
    people = frozenset(row.id for row in delegates(world.manager))
    if outcome in {Outcome.POSTPONED, Outcome.WITHDRAWN}:
        put_off(item_id=item, outcome=outcome, reason=WHY, by=world.manager, at=on(day, 19))
        return None
    against = people if outcome is Outcome.REJECTED else frozenset()
    return vote(item_id=item, ballot=Cast(against), by=world.manager, at=on(day, 19))


def publish(world: World, item: UUID, day: date = PUBLISHED) -> None:
    """The deliberation of a matter transmitted and published, both on that day."""
    act = access_item(world.manager, item).deliberation
    record_publication(deliberation_id=act.id, transmitted_on=day, published_on=day, by=world.manager, at=on(day))
