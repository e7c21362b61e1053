"""How many failed codes somebody has given of late, whichever worker heard them."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from passnumerique.directory.models import FailedTries
from passnumerique.directory.rules import FAILED_CODES_WINDOW, MOST_FAILED_CODES, seconds_to_wait


def too_many_failed_codes(subject: str, *, at: datetime, most: int = MOST_FAILED_CODES) -> int | None:
    """The seconds until this subject may try codes again, or None when it may now.

    `subject` names whoever tries (`token:<id>`, an address); at `most` failed codes within ten minutes of
    the first of them, it waits until these are over. One lookup by key.
    """
    return waiting_after_failed_codes([subject], at=at, most=most).get(subject)


def tries_left(subject: str, *, at: datetime, most: int = MOST_FAILED_CODES) -> int:
    """How many codes may still fail for this subject before it has to wait."""
    row = FailedTries.objects.filter(subject=subject_key(subject), since__gt=at - FAILED_CODES_WINDOW).first()
    return max(0, most - row.count) if row else most


def waiting_after_failed_codes(
    subjects: Iterable[str], *, at: datetime, most: int = MOST_FAILED_CODES
) -> dict[str, int]:
    """Those of these subjects that must wait, and how many seconds: one statement for all."""
    keys = {subject_key(subject): subject for subject in subjects}
    told = {
        keys[row.subject]: seconds_to_wait(row.count, row.since, at, most)
        for row in FailedTries.objects.filter(subject__in=list(keys)).order_by()
    }
    return {subject: seconds for subject, seconds in told.items() if seconds}


def subject_key(subject: str) -> str:
    """What is kept of a subject: a keyed hash, so that nobody can try all addresses against the table."""
    return hmac.digest(settings.INDEX_KEY, b"failed codes " + subject.encode(), hashlib.sha256).hex()[:32]
