"""Failed codes are counted in the database, so that every worker counts with the others."""

from datetime import datetime

from django.db import connection, transaction

from passnumerique.directory.models import FailedTries
from passnumerique.directory.queries import subject_key
from passnumerique.directory.rules import FAILED_CODES_WINDOW

SWEPT_AT_ONCE = 20
"""How many windows that are over go away with each write: more than come, and a bounded work."""

# The right-hand sides see the row as it was; a window that is over begins anew with these codes.
_COUNT = """
INSERT INTO directory_failedtries AS tries (subject, since, count) VALUES (%s, %s, %s)
ON CONFLICT (subject) DO UPDATE SET
    count = CASE WHEN tries.since <= %s THEN excluded.count ELSE tries.count + excluded.count END,
    since = CASE WHEN tries.since <= %s THEN excluded.since ELSE tries.since END
"""


def note_failed_codes(subject: str, many: int, *, at: datetime) -> None:
    """Count `many` failed codes against whoever gave them (`token:<id>`, an address): one upsert, exact
    whatever the number of workers. Nothing is written for none. Rows whose window is over are removed."""
    if many <= 0:
        return
    over = at - FAILED_CODES_WINDOW
    written, ended = map(connection.ops.adapt_datetimefield_value, (at, over))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [subject_key(subject), written, many, ended, ended])
        _sweep(over)


def _sweep(over: datetime) -> None:
    """Remove some windows that are over. Rows that another worker holds are passed by, so that two
    workers never wait for each other in a circle."""
    rows = FailedTries.objects.select_for_update(skip_locked=True).filter(since__lte=over).order_by("since")
    ended = list(rows.values_list("subject", flat=True)[:SWEPT_AT_ONCE])
    if ended:
        FailedTries.objects.filter(subject__in=ended, since__lte=over).delete()
