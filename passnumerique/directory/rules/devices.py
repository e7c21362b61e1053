"""Devices that take passes without network: how they are paired, and for how long they are believed."""

import re
from datetime import timedelta
from uuid import UUID

from passnumerique.ground.codes import fold, well_formed

PAIRING_MINUTES = 15
"""How long the code that pairs a device may be used, once."""
DEVICE_DAYS = 400
"""How long a device may be used after it was added: a year and a month to replace it, as for tokens."""
DEVICE_MARK = "pnd_"
"""How the secret of every device begins, so that a leaked one is recognised."""
SEEN_EVERY = timedelta(minutes=1)
"""How often it is noted at most that a device spoke to us."""
MOST_PAIRING_TRIES = 10
"""How many wrong pairing codes one address may give within ten minutes."""
_SECRET = re.compile(r"pnd_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")


def programme_of_secret(text: str) -> UUID | None:
    """The programme that a device's secret names, so that it is looked up among that programme's rows alone;
    None for a text that is not written as our secrets are."""
    found = _SECRET.fullmatch(text)
    return UUID(found[1]) if found else None


def pairing_code(typed: str) -> str | None:
    """The folded pairing code that was typed or read; None when it is mistyped."""
    code = fold(typed)
    return code if well_formed(code) else None
