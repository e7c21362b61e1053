"""Callers remembered for a moment, so that a scanner's token is not looked up for each pass."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from passnumerique.api.gate import Caller, let_in
from passnumerique.directory.rules import Scope
from passnumerique.programmes.queries import programme_named

MOST_REMEMBERED = 10_000
BELIEVED = timedelta(seconds=5)
"""How long a token that was let in, or a programme, is not looked up again."""


class Callers:
    """Lets callers in as the gate does, and believes its answer for a moment.

    A token revoked, or barred for wrong codes that another way in heard, is refused that much later at
    most. Refusals are never remembered.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Caller] = {}
        self._programmes: dict[str, tuple[Any, datetime]] = {}

    def known(self, secret: str, slug: str, now: datetime) -> Caller | None:
        """The caller, if it was let in a moment ago; on the clock of now."""
        caller = self._known.get((secret, slug))
        if caller is None or not caller.now <= now < caller.now + BELIEVED:
            return None
        return replace(caller, now=now, at=caller.at + (now - caller.now))

    def let_in(self, secret: str, slug: str, now: datetime) -> Caller:
        """The caller, asked of the gate. Refuses what the gate refuses."""
        caller = let_in(secret, slug, Scope.REDEEM, now=now, find=lambda name: self._programme(name, now))
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[secret, slug] = caller
        return caller

    def forget(self, secret: str) -> None:
        """Ask the gate again next time, whatever the programme."""
        for key in [key for key in self._known if key[0] == secret]:
            del self._known[key]

    def _programme(self, slug: str, now: datetime) -> Any:
        found, since = self._programmes.get(slug, (None, now))
        if found is None or not since <= now < since + BELIEVED:
            found = programme_named(slug)
            self._programmes[slug] = found, now
        return found
