"""Reading the extension that is being prepared."""

from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.programmes.models import ExtensionDraft
from passnumerique.programmes.queries.agreements import access_programme
from passnumerique.programmes.rules import Calendar, ExtensionWithoutDates, NoExtensionOpen


def open_extension(actor: Actor, programme_id: UUID) -> ExtensionDraft | None:
    """The extension in preparation, with both its amendments; None when there is none. For whoever reads acts."""
    require(actor, Permission.READ_COUNCIL)
    access_programme(actor, programme_id)
    rows = ExtensionDraft.objects.filter(programme_id=programme_id, done_at__isnull=True, dropped_at__isnull=True)
    return rows.select_related(
        "convention_amendment__base",
        "convention_amendment__document",
        "mandate_amendment__base",
        "mandate_amendment__document",
    ).first()


def access_extension(actor: Actor, programme_id: UUID) -> ExtensionDraft:
    """The extension in preparation. Refuses (NoExtensionOpen) when there is none."""
    row = open_extension(actor, programme_id)
    if row is None:
        raise NoExtensionOpen
    return row


def dates_of_draft(row: ExtensionDraft) -> Calendar:
    """The dates chosen. Refuses (ExtensionWithoutDates) a draft without."""
    if row.dates is None:
        raise ExtensionWithoutDates
    return Calendar.from_json(row.dates)
