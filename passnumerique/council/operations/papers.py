"""After the sitting: what was said, the list of its deliberations, its minutes."""

from datetime import date, datetime
from uuid import UUID

from passnumerique.council.models import AgendaItem, Sitting
from passnumerique.council.queries.sittings import access_item, access_sitting
from passnumerique.council.rules import check_done
from passnumerique.council.rules.deadlines import MinutesNotSettled, MinutesSettled
from passnumerique.council.rules.refusals import NotOpen, SittingNotClosed
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of


def write_debate(*, item_id: UUID, debate: str, by: Actor, at: datetime) -> None:
    """Write what was said of a matter, for the minutes (L2121-15). For the secretary and the manager; refuses a
    sitting that is not open, and minutes already settled."""
    require(by, Permission.MANAGE_COUNCIL)
    row = access_item(by, item_id)
    if row.sitting.opened_at is None:
        raise NotOpen
    rows = AgendaItem.objects.filter(id=row.id, sitting__minutes_settled_on__isnull=True)
    if not rows.update(debate=debate.strip()):
        raise MinutesSettled


def publish_list(*, sitting_id: UUID, on: date, by: Actor, at: datetime) -> None:
    """Note when the list of the deliberations that a sitting examined was published: within a week (L2121-25);
    later is noted too, as it was. For the secretary and the manager; refuses a sitting that is not closed, a day
    before it and one to come."""
    _closed(by, sitting_id, on, at, "L2121-25")
    Sitting.objects.filter(id=sitting_id).update(list_published_on=on)


def settle_minutes(*, sitting_id: UUID, on: date, by: Actor, at: datetime) -> None:
    """Note when the council settled the minutes of a sitting, at the beginning of the next one (L2121-15). For
    the secretary and the manager; refuses what `publish_list` refuses, and minutes settled already."""
    _closed(by, sitting_id, on, at, "L2121-15")
    if not Sitting.objects.filter(id=sitting_id, minutes_settled_on__isnull=True).update(minutes_settled_on=on):
        raise MinutesSettled


def publish_minutes(*, sitting_id: UUID, on: date, by: Actor, at: datetime) -> None:
    """Note when the minutes were published: within the week that follows the sitting that settled them
    (L2121-15). For the secretary and the manager; refuses minutes not settled by then, and a day to come."""
    row = _closed(by, sitting_id, on, at, "L2121-15")
    if row.minutes_settled_on is None or on < row.minutes_settled_on:
        raise MinutesNotSettled
    Sitting.objects.filter(id=sitting_id).update(minutes_published_on=on)


def _closed(by: Actor, sitting_id: UUID, on: date, at: datetime, article: str) -> Sitting:
    require(by, Permission.MANAGE_COUNCIL)
    row = access_sitting(by, sitting_id)
    if row.closed_at is None:
        raise SittingNotClosed
    check_done(on, sat_on=day_of(row.starts_at), today=day_of(at), article=article)
    return row
