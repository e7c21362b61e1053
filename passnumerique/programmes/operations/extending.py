"""Preparing an extension, step by step: nothing of it binds before its three documents do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import new_id
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes import queries
from passnumerique.programmes.models import ExtensionDraft
from passnumerique.programmes.operations.agreements import take_turn
from passnumerique.programmes.rules import Calendar, DocumentKind, DocumentMissing, ExtensionDecided, check_later


def begin_extension(*, programme_id: UUID, by: Actor, at: datetime) -> UUID:
    """Open the draft of an extension and return its id; the one already open when there is one. For the manager.

    Refuses a programme without calendar.
    """
    require(by, Permission.MANAGE_CALENDAR)
    queries.access_programme(by, programme_id)
    if not queries.revisions(programme_id):
        raise DocumentMissing(kind=DocumentKind.CONVENTION.words)
    with transaction.atomic():
        take_turn(programme_id)
        standing = queries.open_extension(by, programme_id)
        row = standing or ExtensionDraft.objects.create(
            id=new_id(at), programme_id=programme_id, opened_at=at, by_user=by.user_id
        )
    return row.id


def _change(programme_id: UUID, by: Actor, **values: Any) -> None:
    """Change the open draft until its council voted. Refuses when none is open, and once it is decided."""
    require(by, Permission.MANAGE_CALENDAR)
    require_open_books(programme_id)
    row = queries.access_extension(by, programme_id)
    rows = ExtensionDraft.objects.filter(
        id=row.id, programme_id=programme_id, figures__isnull=True, done_at__isnull=True, dropped_at__isnull=True
    )
    if not rows.update(**values):
        raise ExtensionDecided


def give_reason(*, programme_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Write why the extension is proposed, in the manager's words. For the manager; refuses one already voted."""
    _change(programme_id, by, reason=reason.strip())


def choose_dates(*, programme_id: UUID, dates: Calendar, by: Actor, at: datetime) -> None:
    """Write the five dates proposed. For the manager. Refuses dates out of order, a date moved back, no date moved,
    and an extension already voted."""
    require(by, Permission.MANAGE_CALENDAR)
    queries.access_extension(by, programme_id)
    check_later(queries.revisions(programme_id)[-1].calendar, dates)
    _change(programme_id, by, dates=dates.as_json())


def put_before_council(
    *,
    programme_id: UUID,
    item_id: UUID,
    convention_amendment_id: UUID,
    mandate_amendment_id: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Note the matter and both amendments by which the extension is proposed. For the manager."""
    _change(
        programme_id,
        by,
        item=item_id,
        convention_amendment_id=convention_amendment_id,
        mandate_amendment_id=mandate_amendment_id,
    )


def freeze_extension(*, programme_id: UUID, item_id: UUID, figures: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Keep the figures of the vote: what the council was shown does not move any more. For whoever votes the matter,
    inside the transaction of the vote; does nothing when no extension is open."""
    require(by, Permission.MANAGE_COUNCIL)
    queries.access_programme(by, programme_id)
    rows = ExtensionDraft.objects.filter(
        programme_id=programme_id, figures__isnull=True, done_at__isnull=True, dropped_at__isnull=True
    )
    rows.update(item=item_id, figures=dict(figures))


def reopen_extension(*, programme_id: UUID, by: Actor, at: datetime) -> None:
    """Let a draft be proposed again, after its matter was put off or rejected. For the manager."""
    require(by, Permission.MANAGE_CALENDAR)
    require_open_books(programme_id)
    row = queries.access_extension(by, programme_id)
    ExtensionDraft.objects.filter(id=row.id, programme_id=programme_id).update(item=None, figures=None)


def drop_extension(*, programme_id: UUID, by: Actor, at: datetime) -> None:
    """Give the draft up. For the manager; refuses when none is open. Its journey undoes what it wrote elsewhere."""
    require(by, Permission.MANAGE_CALENDAR)
    require_open_books(programme_id)
    row = queries.access_extension(by, programme_id)
    ExtensionDraft.objects.filter(id=row.id, programme_id=programme_id, done_at__isnull=True).update(dropped_at=at)


def close_extension(*, programme_id: UUID, by: Actor, at: datetime) -> None:
    """Note that the extension in preparation is carried out. For the manager, inside the transaction that does it."""
    require(by, Permission.MANAGE_CALENDAR)
    require_open_books(programme_id)
    row = queries.access_extension(by, programme_id)
    ExtensionDraft.objects.filter(id=row.id, programme_id=programme_id, dropped_at__isnull=True).update(done_at=at)
