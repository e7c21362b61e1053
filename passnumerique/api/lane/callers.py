"""Callers remembered for a moment, so that a scanner's token is not looked up for each pass."""

from dataclasses import replace
from datetime import datetime, timedelta

from passnumerique.api.gate import Caller, let_in
from passnumerique.directory.rules import Scope

MOST_REMEMBERED = 10_000


class Callers:
    """Lets callers in as the gate does, and believes its answer for `fresh`.

    A token revoked, or barred for its wrong codes, is refused that much later at most. Refusals are never
    remembered.
    """

    def __init__(self, fresh: timedelta) -> None:
        self._fresh = fresh
        self._known: dict[tuple[str, str], Caller] = {}

    def known(self, secret: str, slug: str, now: datetime) -> Caller | None:
        """The caller, if it was let in a moment ago; on the clock of now."""
        caller = self._known.get((secret, slug))
        if caller is None or not caller.now <= now < caller.now + self._fresh:
            return None
        return replace(caller, now=now, at=caller.at + (now - caller.now))

    def let_in(self, secret: str, slug: str, now: datetime) -> Caller:
        """The caller, asked of the gate. Refuses what the gate refuses."""
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        caller = self._known[secret, slug] = let_in(secret, slug, Scope.REDEEM, now=now)
        return caller

    def forget(self, secret: str, slug: str) -> None:
        """Ask the gate again next time."""
        self._known.pop((secret, slug), None)
