"""Callers remembered for a moment, so that a scanner's token is not looked up for each pass."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from passnumerique.api.gate import Caller, let_each_in
from passnumerique.directory.rules import Scope
from passnumerique.ground.refusals import Refusal

MOST_REMEMBERED = 10_000
BELIEVED = timedelta(seconds=5)
"""How long a token that was let in opens without being looked up again."""
Key = tuple[str, str]
"""A secret, and a programme's short name."""


class Callers:
    """Lets callers in as the gate does, and believes its answer for a moment.

    A token revoked, or barred for wrong codes that another way in heard, is refused that much later at
    most. Refusals are never remembered.
    """

    def __init__(self) -> None:
        self._known: dict[Key, Caller] = {}
        self._came: set[Key] = set()

    def known(self, secret: str, slug: str, now: datetime) -> Caller | None:
        """The caller, if it was let in a moment ago; on the clock of now."""
        key = secret, slug
        caller = self._known.get(key)
        if caller is None or not caller.now <= now < caller.now + BELIEVED:
            return None
        self._came.add(key)
        return replace(caller, now=now, at=caller.at + (now - caller.now))

    def let_in(self, asked: Sequence[Key], now: datetime) -> list[Caller | Refusal]:
        """Each caller, or why not, asked of the gate together."""
        told = let_each_in(asked, Scope.REDEEM, now=now)
        if len(self._known) + len(asked) > MOST_REMEMBERED:
            self._known.clear()
        for key, caller in zip(asked, told, strict=True):
            if isinstance(caller, Caller):
                self._known[key] = caller
            else:
                self._known.pop(key, None)
        return told

    def renew(self, now: datetime) -> None:
        """Ask the gate again, together, about those who came since: nobody who keeps coming waits for it."""
        came, self._came = self._came, set()
        if again := [key for key in came if key in self._known]:
            self.let_in(again, now)

    def forget(self, secret: str) -> None:
        """Ask the gate again next time, whatever the programme."""
        for key in [key for key in self._known if key[0] == secret]:
            del self._known[key]
