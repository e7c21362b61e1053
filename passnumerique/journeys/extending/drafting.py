"""Writing an extension's three drafts: the matter of a coming sitting, and both amendments; and giving them up."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.council.operations import Proposed, change_item, drop_item, propose_item
from passnumerique.council.queries import access_item
from passnumerique.council.rules import Outcome
from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound
from passnumerique.journeys.extending.foreseeing import brings_more
from passnumerique.journeys.extending.proposing import waves_until
from passnumerique.journeys.extending.wording import Grounds, text_of, title_of
from passnumerique.programmes.operations import (
    await_item,
    choose_dates,
    draft_amendment,
    drop_amendment,
    drop_extension,
    give_reason,
    put_before_council,
    redate_amendment,
    reopen_extension,
)
from passnumerique.programmes.queries import (
    access_amendment,
    access_extension,
    access_programme,
    consulted_on,
    dates_of_draft,
    documents,
    paper_of,
    revisions,
    title_of_amendment,
    training_periods,
)
from passnumerique.programmes.rules import Calendar, DocumentKind

MATTER = "7.5"
"""Finances locales, subventions: that of the act by which Verdun extended."""
_KINDS = (DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT)


def propose_extension(*, programme_id: UUID, sitting_id: UUID, by: Actor, at: datetime) -> UUID:
    """Put the extension on the agenda of a coming sitting, draft both amendments, and return the matter's id.

    For the manager. All or nothing: refuses a draft without dates, a sitting already convened, a base document that
    is missing and one whose last amendment is not signed. Amendments drafted before, for a matter put off or
    rejected, wait for the new one.
    """
    dates = dates_of_draft(access_extension(by, programme_id))
    foreseen = brings_more(programme_id, day_of(at), dates)
    with transaction.atomic():
        draft = access_extension(by, programme_id)
        if draft.item is not None:
            _leave_item(by, programme_id, draft.item, at)
        item_id = propose_item(sitting_id=sitting_id, item=Proposed(title_of("…"), MATTER), by=by, at=at)
        standing = (draft.convention_amendment_id, draft.mandate_amendment_id)
        ids = [
            _amendment(programme_id, kind, one, dates, item_id, by, at)
            for kind, one in zip(_KINDS, standing, strict=True)
        ]
        put_before_council(
            programme_id=programme_id,
            item_id=item_id,
            convention_amendment_id=ids[0],
            mandate_amendment_id=ids[1],
            by=by,
            at=at,
        )
        write_item(programme_id=programme_id, foreseen=foreseen, by=by, at=at)
    return item_id


def _amendment(
    programme_id: UUID,
    kind: DocumentKind,
    standing: UUID | None,
    dates: Calendar,
    item_id: UUID,
    by: Actor,
    at: datetime,
) -> UUID:
    if standing is None:
        return draft_amendment(programme_id=programme_id, kind=kind, dates=dates, item_id=item_id, by=by, at=at)
    await_item(programme_id=programme_id, amendment_id=standing, item_id=item_id, by=by, at=at)
    redate_amendment(programme_id=programme_id, amendment_id=standing, dates=dates, by=by, at=at)
    return standing


def _leave_item(by: Actor, programme_id: UUID, item_id: UUID, at: datetime) -> None:
    """Take the first matter off its agenda while it can be; one put off or rejected stays where it was."""
    try:
        item = access_item(by, item_id)
    except NotFound:  # the secretary took it off the agenda
        return reopen_extension(programme_id=programme_id, by=by, at=at)
    if item.outcome == Outcome.PENDING and not item.sitting.cancelled_at and not item.sitting.closed_at:
        drop_item(item_id=item_id, by=by, at=at)
    if item.outcome != Outcome.ADOPTED:
        reopen_extension(programme_id=programme_id, by=by, at=at)
    return None


def write_item(*, programme_id: UUID, foreseen: bool, by: Actor, at: datetime) -> None:
    """Write the text of the matter again from the draft as it stands, with the forecast where it is worth telling.
    For the manager, until the vote."""
    draft = access_extension(by, programme_id)
    if draft.item is None or _gone(by, draft.item):
        return
    programme, dates = access_programme(by, programme_id), dates_of_draft(draft)
    first = training_periods(programme_id).count() + 1
    ids = (draft.convention_amendment_id, draft.mandate_amendment_id)
    text = text_of(
        Grounds(
            programme=programme.name,
            papers=[paper_of(row) for row in documents(programme_id)],
            said=draft.reason,
            before=revisions(programme_id)[-1].calendar,
            after=dates,
            waves=waves_until(programme_id, day_of(at), dates),
            first_period=first,
            foreseen=foreseen,
            consulted=consulted_on(programme_id, day_of(at)) is not None,
            amendments=[title_of_amendment(access_amendment(by, programme_id, one)) for one in ids if one],
        )
    )
    item = access_item(by, draft.item)
    title = item.title if item.sitting.convened_on else title_of(programme.name)
    proposed = Proposed(
        title,
        item.matter,
        visas=text.visas,
        expose=text.expose,
        articles=text.articles,
        programme=programme_id,
    )
    change_item(item_id=item.id, item=proposed, by=by, at=at)


def redate_extension(*, programme_id: UUID, dates: Calendar, by: Actor, at: datetime) -> None:
    """Choose the dates, or choose others: what is drafted already is written again. For the manager; refuses as
    `choose_dates`, and once the council voted."""
    drafted = access_extension(by, programme_id).item is not None
    foreseen = drafted and brings_more(programme_id, day_of(at), dates)
    with transaction.atomic():
        choose_dates(programme_id=programme_id, dates=dates, by=by, at=at)
        draft = access_extension(by, programme_id)
        for one in (draft.convention_amendment_id, draft.mandate_amendment_id):
            if one is not None:
                redate_amendment(programme_id=programme_id, amendment_id=one, dates=dates, by=by, at=at)
        write_item(programme_id=programme_id, foreseen=foreseen, by=by, at=at)


def reword_extension(*, programme_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Say why in other words: what is drafted already is written again. For the manager, until the vote."""
    draft = access_extension(by, programme_id)
    drafted = draft.item is not None and draft.dates is not None
    foreseen = drafted and brings_more(programme_id, day_of(at), dates_of_draft(draft))
    with transaction.atomic():
        give_reason(programme_id=programme_id, reason=reason, by=by, at=at)
        write_item(programme_id=programme_id, foreseen=foreseen, by=by, at=at)


def abandon_extension(*, programme_id: UUID, by: Actor, at: datetime) -> None:
    """Give the extension up: the matter leaves its agenda while it can, both drafts their numbers. What was voted or
    signed stays. For the manager."""
    with transaction.atomic():
        draft = access_extension(by, programme_id)
        if draft.item is not None:
            _take_off(by, draft.item, at)
        for one in (draft.convention_amendment, draft.mandate_amendment):
            if one is not None and one.document_id is None and one.dropped_at is None:
                drop_amendment(programme_id=programme_id, amendment_id=one.id, by=by, at=at)
        drop_extension(programme_id=programme_id, by=by, at=at)


def _gone(by: Actor, item_id: UUID) -> bool:
    """Whether the secretary took the matter off its agenda."""
    try:
        access_item(by, item_id)
    except NotFound:
        return True
    return False


def _take_off(by: Actor, item_id: UUID, at: datetime) -> None:
    try:
        item = access_item(by, item_id)
    except NotFound:
        return
    if item.outcome == Outcome.PENDING and not item.sitting.convened_on:
        drop_item(item_id=item_id, by=by, at=at)
