"""Reading deliberations, each authority its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.council.models import Deliberation, Numbering, Vote
from passnumerique.council.rules import Ballot, NotAdopted, enforceable_on
from passnumerique.council.rules.numbering import Restart, rank_in, scope_of
from passnumerique.directory.rules import Actor
from passnumerique.ground.differences import Check, Difference
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import N_


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
    if not is_adopted(row):
        raise NotAdopted(number=row.number)
    return Decision(row.id, row.number, row.sat_on, enforceable_on(row.transmitted_on, row.published_on))


def ballot_of(row: Deliberation) -> Ballot:
    """The vote of a deliberation, with its quorum. An imported act whose list tells no votes has zeros: ask
    `votes_known` first."""
    return Ballot(
        row.members_in_office or 0,
        row.voters or 0,
        row.votes_for or 0,
        row.votes_against or 0,
        row.abstentions or 0,
        row.chair_votes_for,
    )


def votes_known(row: Deliberation) -> bool:
    """Whether the votes of an act are known: always, but for one imported from a list that leaves them out."""
    return row.voters is not None


def is_adopted(row: Deliberation) -> bool:
    """Whether the council adopted the act. The list that acts are imported from holds adopted ones only."""
    return row.imported or ballot_of(row).adopted


def published_acts(authority_id: UUID, day: date) -> QuerySet[Deliberation]:
    """The acts of an authority that anybody may read on a day, oldest first: those published by then."""
    rows = Deliberation.objects.filter(authority_id=authority_id, published_on__lte=day)
    return rows.order_by("sat_on", "number")


def voices_of(row: Deliberation) -> QuerySet[Vote]:
    """The voices of a public ballot, by the name of the seat."""
    rows = Vote.objects.filter(deliberation=row).select_related("seat", "cast_by")
    return rows.order_by("seat__last_name", "seat__first_name", "id")


NUMBERS = Check("act_numbers", N_("Les délibérations ne se suivent pas sans trou."))


def act_differences(authority_id: UUID) -> Iterator[Difference]:
    """The acts voted here before which a number is missing, by the authority's own scheme. Acts recorded or imported
    fill a gap and make none: older registers may have theirs."""
    scheme = Numbering.objects.filter(authority_id=authority_id).first()
    if scheme is None:
        return
    rows = Deliberation.objects.filter(authority_id=authority_id).order_by("sat_on", "number")
    known: dict[date, set[int]] = {}
    for row in rows:
        first, _last = scope_of(Restart(scheme.restarts), row.sat_on)
        known.setdefault(first, set()).add(rank_in(scheme.pattern, row.number))
    for row in rows:
        rank = rank_in(scheme.pattern, row.number)
        first, _last = scope_of(Restart(scheme.restarts), row.sat_on)
        before = max((one for one in known[first] if one < rank), default=0)
        if row.item_id and rank > before + 1 and before:
            table = Deliberation._meta.db_table
            yield Difference(NUMBERS, table, row.id, f"number={row.number}", f"rank={before + 1}")
