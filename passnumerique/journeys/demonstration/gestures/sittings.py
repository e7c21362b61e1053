"""The council of a demonstration: convened on its day, then it sits and votes."""

from uuid import UUID

from passnumerique.council.operations import (
    Cast,
    Noted,
    Proposed,
    close_sitting,
    open_sitting,
    plan_sitting,
    propose_item,
    record_delegate,
)
from passnumerique.council.queries import access_sitting, delegates, sittings
from passnumerique.council.rules import Move
from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import at_time
from passnumerique.journeys.deliberating import vote
from passnumerique.journeys.demonstration.cast import Cast as Players
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.journeys.set_up.file import CouncilGiven, SittingGiven
from passnumerique.journeys.sitting_papers import convene_with_notes

People = dict[str, UUID]
"""The members of the council and their substitutes, by last name."""


def convene_council(stage: Stage, cast: Players) -> None:
    """Plan the sittings whose convocation goes out today, with their agenda, and note that it went."""
    for given in stage.script.council.sittings if stage.script.council else ():
        if given.convened_on == stage.day:
            _convene(stage, cast.manager, given)


def _convene(stage: Stage, by: Actor, given: SittingGiven) -> None:
    starts_at, at = at_time(given.on, given.at.hour, given.at.minute), stage.at(9, 15)
    sitting = plan_sitting(by=by, at=at, starts_at=starts_at, mode=given.mode, place=given.place)
    for item in given.items:
        proposed = Proposed(
            item.title,
            item.matter,
            visas=item.visas,
            expose=item.expose,
            articles=item.articles,
            programme=stage.programme_id,
        )
        propose_item(sitting_id=sitting, item=proposed, by=by, at=at)
    convene_with_notes(sitting_id=sitting, convened_on=stage.day, by=by, at=at)


def hold_sitting(stage: Stage, cast: Players) -> None:
    """Hold today's sittings: everybody named sits, every item is adopted by all of them."""
    council = stage.script.council
    for given in council.sittings if council else ():
        if council and given.on == stage.day:
            _hold(stage, cast.manager, given, _people(cast.manager, council, stage))


def _hold(stage: Stage, by: Actor, given: SittingGiven, people: People) -> None:
    starts_at = at_time(given.on, given.at.hour, given.at.minute)
    sitting = sittings(by).filter(starts_at=starts_at, opened_at=None).get()
    moves: list[Noted] = [(people[name], Move.SITS, None) for name in given.present]
    moves += [(people[name], Move.REPLACED, people[other]) for name, other in given.replaced.items()]
    open_sitting(
        sitting_id=sitting.id,
        chair=people[given.chair],
        secretary=people[given.secretary],
        moves=moves,
        by=by,
        at=starts_at,
    )
    for item in access_sitting(by, sitting.id).items.all():
        vote(item_id=item.id, ballot=Cast(), by=by, at=starts_at)
    close_sitting(sitting_id=sitting.id, by=by, at=starts_at)


def _people(by: Actor, council: CouncilGiven, stage: Stage) -> People:
    """The members, written on the first sitting; substitutes after those whom they replace."""
    known = {row.last_name: row.id for row in delegates(by)}
    for given in sorted(council.delegates, key=lambda one: bool(one.substitute_for)):
        if given.last_name not in known:
            known[given.last_name] = record_delegate(
                by=by,
                at=stage.at(8),
                last_name=given.last_name,
                first_name=given.first_name,
                civility=given.civility,
                office=given.office,
                substitute_for=known[given.substitute_for] if given.substitute_for else None,
                from_day=council.since,
            )
    return known
