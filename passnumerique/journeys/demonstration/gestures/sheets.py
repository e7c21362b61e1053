"""Sheets signed on the tablet of the place, and now and then a pass that two places took without network.

They come after everything else of the day, so that what they draw by chance moves nothing of it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from passnumerique.directory.operations import add_device, pair_device
from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import start_of
from passnumerique.ground.ids import new_id
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.training.operations.disputing import keep_recorded_use
from passnumerique.training.operations.sheets import close_sheet, sign
from passnumerique.training.operations.syncing import Queued, sync_queued
from passnumerique.training.queries.attending import sheet_of
from passnumerique.training.queries.disputes import access_disputes
from passnumerique.training.queries.sessions import sessions
from passnumerique.training.rules import DisputeState
from passnumerique.vouchers.queries.history import codes_of, redemptions

TABLETS_SINCE = date(2022, 10, 1)
"""Since then the places of the demonstration have a tablet to sign on, and a telephone that takes passes."""
TWICE_ON, MOST_TWICE, LATELY = 12, 2, 21
"""The day of the month on which a pass is found to be taken twice, and how often at most; the other place took
it within so many days."""
STROKES = (
    [40, 620, 150, 300, 230, 700, 330, 380, 410, 640, 520, 500, 640, 560],
    [60, 500, 120, 250, 200, 780, 260, 420, 360, 600, 430, 380, 560, 620, 700, 480],
    [50, 400, 180, 720, 250, 330, 340, 690, 470, 410, 610, 660, 780, 520],
)
"""What invented people draw."""


def sign_sheets(stage: Stage, cast: Cast) -> None:
    """The sheets of the day before are signed by everybody who was present, and closed."""
    if stage.day < TABLETS_SINCE:
        return
    yesterday = stage.day - timedelta(days=1)
    for session in sessions(cast.manager, stage.programme_id, after=start_of(yesterday), before=start_of(stage.day)):
        actor = cast.places.get(session.place_id)
        if actor and session.state == "planned":
            _sign_and_close(stage.programme_id, session, actor)


def _sign_and_close(programme_id: UUID, session: Any, actor: Actor) -> None:
    sheet = sheet_of(actor, programme_id, session.id)
    if not sheet.present or sheet.expected or sheet.closing:
        return
    for rank, line in enumerate(line for line in sheet.lines if line.present and line.signature is None):
        sign(
            programme_id=programme_id,
            attendance_id=line.seat.id,
            strokes=[STROKES[rank % len(STROKES)]],
            by=actor,
            at=session.ends_at,
        )
    close_sheet(
        programme_id=programme_id,
        session_id=session.id,
        trainer=session.trainer,
        typed=session.trainer,
        by=actor,
        at=session.ends_at + timedelta(minutes=10),
    )


def take_twice(stage: Stage, cast: Cast) -> None:
    """Once in a while, a telephone without network sends a pass that another place took not long before. The one
    before is settled by then."""
    if stage.day < TABLETS_SINCE or stage.day.day != TWICE_ON or not stage.working:
        return
    known = list(access_disputes(cast.manager, stage.programme_id))
    for row in known:
        if row.state == DisputeState.OPEN:
            keep_recorded_use(
                programme_id=stage.programme_id,
                number=row.number,
                reason="La feuille signée est celle du lieu dont la prise est enregistrée.",
                by=cast.manager,
                at=stage.at(16),
            )
    lately = list(
        sessions(
            cast.manager, stage.programme_id, after=start_of(stage.day - timedelta(days=LATELY)), before=stage.at(8)
        )
    )
    if len(known) < MOST_TWICE:
        _send(stage, cast, lately)


def _send(stage: Stage, cast: Cast, lately: Sequence[Any]) -> None:
    uses = redemptions(cast.manager, stage.programme_id).filter(training_session_id__in=[one.id for one in lately])
    use = uses.order_by("redeemed_at", "id").last()
    elsewhere = [one for one in lately if use and one.place_id not in {use.place_id} and one.place_id in cast.places]
    if use is None or not elsewhere:
        return
    session = min(elsewhere, key=lambda one: (abs(one.starts_at - use.redeemed_at), str(one.id)))
    code = codes_of(stage.programme_id, [use.voucher_id])[use.voucher_id]
    at = session.starts_at + timedelta(minutes=15)
    queued = Queued(new_id(at), session.id, at, code=code)
    sync_queued(
        programme_id=stage.programme_id,
        queued=[queued],
        ahead=timedelta(0),
        since=session.starts_at,
        by=_telephone(stage, cast.places[session.place_id], session.starts_at - timedelta(hours=1)),
        at=stage.at(16, 30),
    )


def _telephone(stage: Stage, place: Actor, at: datetime) -> Actor:
    """A telephone of the place, paired."""
    added = add_device(
        programme_id=stage.programme_id,
        organisation_id=place.organisation_id or stage.programme_id,
        label="Téléphone de l’équipe (fictif)",
        by=place,
        at=at,
    )
    return pair_device(pairing=added.pairing, at=at).holder.actor
