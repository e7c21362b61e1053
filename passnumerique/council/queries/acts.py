"""Reading deliberations, each authority its own."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.council.models import Deliberation
from passnumerique.council.rules import Ballot, NotAdopted, enforceable_on
from passnumerique.directory.rules import Actor
from passnumerique.ground.refusals import NotFound


@dataclass(frozen=True)
class Decision:
    """An adopted deliberation: its number, its sitting, and the day from which it binds (None: not yet)."""

    id: UUID
    number: str
    sat_on: date
    binds_from: date | None


def deliberations(actor: Actor) -> QuerySet[Deliberation]:
    """The deliberations of the actor's authority, latest sitting first."""
    return Deliberation.objects.filter(authority_id=actor.authority_id).order_by("-sat_on", "-number")


def access_deliberation(actor: Actor, deliberation_id: UUID) -> Deliberation:
    """One deliberation of the actor's authority. Refuses (NotFound) any other."""
    row = deliberations(actor).filter(id=deliberation_id).first()
    if row is None:
        raise NotFound
    return row


def adopted_decision(authority_id: UUID, deliberation_id: UUID) -> Decision:
    """The decision that a convention or a calendar may rest on. Refuses one that was not adopted."""
    row = Deliberation.objects.filter(authority_id=authority_id, id=deliberation_id).first()
    if row is None:
        raise NotFound
    if not ballot_of(row).adopted:
        raise NotAdopted(number=row.number)
    return Decision(row.id, row.number, row.sat_on, enforceable_on(row.transmitted_on, row.published_on))


def ballot_of(row: Deliberation) -> Ballot:
    """The vote of a deliberation, with its quorum."""
    return Ballot(
        row.members_in_office, row.voters, row.votes_for, row.votes_against, row.abstentions, row.chair_votes_for
    )
