"""Disputes: passes that two places took. Each of the two sees them, and the authority's desks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet

from passnumerique.directory.queries import devices_named, organisations_named
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme
from passnumerique.training.models import Dispute, TrainingSession
from passnumerique.training.queries.sessions import sessions_with_ids, title_of
from passnumerique.training.rules import DisputeState
from passnumerique.vouchers.queries.reading import StandingUse, redemptions_with_ids, uses_standing
from passnumerique.vouchers.rules import State


def access_disputes(actor: Actor, programme_id: UUID) -> QuerySet[Dispute]:
    """The disputes that the actor may see, those to be settled first, then the latest: all for the authority's
    desks that read training, those about its own uses for a place and its mediators."""
    require(actor, Permission.READ_TRAINING)
    access_programme(actor, programme_id)
    rows = Dispute.objects.filter(programme_id=programme_id)
    if actor.organisation_id is not None:
        own = actor.organisation_id or NOBODY
        rows = rows.filter(Q(standing_place_id=own) | Q(contested_place_id=own))
    return rows.order_by(F("decided_at").desc(nulls_first=True), "-number")


def access_dispute(actor: Actor, programme_id: UUID, number: int) -> Dispute:
    """One dispute by its number. Refuses (NotFound) one that the actor may not see."""
    row = access_disputes(actor, programme_id).filter(number=number).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class UseTold:
    """One of the two uses, as people read it. `stands`: it is the one that holds now."""

    place_id: UUID
    place: str
    session_id: UUID
    title: str
    starts_at: datetime | None
    device: str
    taken_at: datetime
    received_at: datetime
    stands: bool


@dataclass(frozen=True)
class DisputeTold:
    """A dispute with its two uses side by side. `claimed`: what stands is in a claim already, and stays."""

    row: Dispute
    state: DisputeState
    recorded: UseTold
    contested: UseTold
    claimed: bool


def dispute_told(row: Dispute) -> DisputeTold:
    """Both uses of a dispute that the reader may see."""
    return disputes_told(row.programme_id, [row])[0]


def disputes_told(programme_id: UUID, rows: Sequence[Dispute]) -> list[DisputeTold]:
    """Disputes that the reader may see, with their uses: the same few statements for any number."""
    recorded = redemptions_with_ids(programme_id, {row.standing_redemption_id for row in rows})
    live = uses_standing(programme_id, {row.voucher_number for row in rows})
    takers = {row.device_id for row in rows} | {one.by_user for one in recorded.values() if one.by_user}
    ids = {row.contested_session_id for row in rows} | {one.training_session_id for one in recorded.values()}
    names = _Names(
        organisations_named({one for row in rows for one in (row.standing_place_id, row.contested_place_id)}),
        devices_named(programme_id, takers),
        sessions_with_ids(programme_id, ids),
    )
    return [_told(row, recorded[row.standing_redemption_id], live.get(row.voucher_number), names) for row in rows]


@dataclass(frozen=True)
class _Names:
    """What the rows of disputes point to."""

    places: Mapping[UUID, str]
    devices: Mapping[UUID, str]
    sessions: Mapping[UUID, TrainingSession]

    def use(self, place_id: UUID, session_id: UUID, by: UUID | None, **more: Any) -> UseTold:
        session = self.sessions.get(session_id)
        title, starts_at = (title_of(session), session.starts_at) if session else ("", None)
        device = self.devices.get(by, "") if by else ""
        return UseTold(place_id, self.places.get(place_id, ""), session_id, title, starts_at, device, **more)


def _told(row: Dispute, before: Any, live: StandingUse | None, names: _Names) -> DisputeTold:
    stands = live.id if live else None
    recorded = names.use(
        row.standing_place_id,
        before.training_session_id,
        before.by_user,
        taken_at=before.redeemed_at,
        received_at=before.recorded_at,
        stands=stands == before.id,
    )
    contested = names.use(
        row.contested_place_id,
        row.contested_session_id,
        row.device_id,
        taken_at=row.contested_at,
        received_at=row.received_at,
        stands=stands == row.contested_id,
    )
    claimed = live is not None and live.state is not State.REDEEMED
    return DisputeTold(row, DisputeState(row.state), recorded, contested, claimed)


def disputes_with_ids(programme_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Dispute]:
    """The dispute in which each of these ids of uses lost or waits: as the contested one, or as one that had
    been recorded and was passed over."""
    wanted = set(ids)
    taken = Q(standing_redemption_id__in=wanted, state=DisputeState.TRANSFERRED)
    waits = Q(contested_id__in=wanted) & ~Q(state=DisputeState.TRANSFERRED)
    found: dict[UUID, Dispute] = {}
    for row in Dispute.objects.filter(taken | waits, programme_id=programme_id).order_by("number"):
        lost = row.standing_redemption_id if row.state == DisputeState.TRANSFERRED else row.contested_id
        found[lost] = row
    return found


def uses_of_disputes(programme_id: UUID, rows: Sequence[Dispute]) -> dict[UUID, tuple[str, datetime]]:
    """Where and when the pass of each of these disputes was used by the other place: of a contested use, the
    recorded one; of a recorded use that was passed over, the other."""
    recorded = redemptions_with_ids(programme_id, [row.standing_redemption_id for row in rows])
    names = organisations_named({one for row in rows for one in (row.standing_place_id, row.contested_place_id)})
    found = {}
    for row in rows:
        passed = row.state == DisputeState.TRANSFERRED
        place_id = row.contested_place_id if passed else row.standing_place_id
        at = row.contested_at if passed else recorded[row.standing_redemption_id].redeemed_at
        found[row.id] = names.get(place_id, ""), at
    return found


def open_disputes(actor: Actor, programme_id: UUID) -> int:
    """How many disputes wait for a decision, of those that the actor may see."""
    return access_disputes(actor, programme_id).filter(state=DisputeState.OPEN).count()


def next_dispute_number(programme_id: UUID) -> int:
    """The number of the next dispute: without gap, from 1."""
    top = Dispute.objects.filter(programme_id=programme_id).aggregate(number=Max("number"))
    return (top["number"] or 0) + 1
