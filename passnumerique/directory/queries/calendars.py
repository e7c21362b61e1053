"""The private address of an organisation's calendar: a mark that nobody can forge.

The mark holds the organisation's id and a keyed seal of it, of the programme and of a version. Renewing
raises the version, and every older address is closed at once. Of the two ways at hand this is the lesser:
a token with a scope of its own would have to be shown once and never again, would end after 400 days
in the middle of somebody's telephone, and would stand in an address with whatever else it may do. The
mark does one thing, can be read again at the desk, and leaves no secret in the database.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from passnumerique.directory.models import Organisation

_PURPOSE = b"calendar "
_SEAL = 16


def calendar_mark(programme_id: UUID, organisation: Organisation) -> str:
    """What stands in the address of the organisation's calendar in that programme: 43 letters. Only for
    who acts for the organisation."""
    sealed = organisation.id.bytes + _seal(programme_id, organisation)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def organisation_of_calendar(programme_id: UUID, mark: str) -> Organisation | None:
    """The organisation whose calendar that mark opens in the programme; None for a mark that was renewed,
    that is of another programme, or that this installation did not make."""
    try:
        known = base64.b64decode(mark + "=" * (-len(mark) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(known) != 2 * _SEAL:
        return None
    organisation = Organisation.objects.filter(id=UUID(bytes=known[:_SEAL])).first()
    if organisation is None or not hmac.compare_digest(mark, calendar_mark(programme_id, organisation)):
        return None
    return organisation


def _seal(programme_id: UUID, organisation: Organisation) -> bytes:
    version = organisation.calendar_version.to_bytes(4, "big")
    text = _PURPOSE + programme_id.bytes + organisation.id.bytes + version
    return hmac.digest(settings.INDEX_KEY, text, hashlib.sha256)[:_SEAL]
