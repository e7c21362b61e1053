"""What the lane's one thread does: let callers in, and redeem what they present, programme by programme."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import Error as DatabaseFault
from django.db import connection
from django.utils import timezone

from passnumerique.api.gate import Caller, note_outcomes
from passnumerique.api.lane.callers import Callers, Key
from passnumerique.api.wire import failed_codes
from passnumerique.ground.db import lost_connection, retried
from passnumerique.training.operations import Doors, Presented, redeem_together
from passnumerique.vouchers.operations import Outcome

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=5)
"""How long the door of a session is believed."""

PLANS_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the token, whom it let in, and the passes presented."""

    secret: str
    caller: Caller
    presented: Sequence[Presented]


class Spending:
    """Does groups of calls in one thread."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers
        self._connected_at = monotonic()
        self._doors: dict[UUID, Doors] = {}

    def let_in(self, asked: Sequence[Key]) -> Sequence[Caller | BaseException]:
        """Each caller with its token, or what refuses it."""
        return retried(lambda: self._callers.let_in(asked, timezone.now()))

    def spend(self, calls: Sequence[Call]) -> list[list[Outcome] | BaseException]:
        """The outcomes of each call, in order, or what refuses it. Calls of one programme are one set."""
        self._plan_afresh()
        told: dict[int, list[Outcome] | BaseException] = {}
        programmes: dict[UUID, list[tuple[int, Call, Caller]]] = {}
        for place, call in enumerate(calls):
            programmes.setdefault(call.caller.programme_id, []).append((place, call, call.caller))
        for programme_id, group in programmes.items():
            told |= self._redeem(programme_id, group)
        return [told[place] for place in range(len(calls))]

    def renew(self) -> None:
        """Ask again what is believed of those who keep coming, between two groups rather than within one."""
        try:
            self._callers.renew(timezone.now())
            for doors in self._doors.values():
                doors.renew()
        except Exception as fault:  # what is not renewed is asked by the group that needs it
            lost_connection()
            log.warning("lane_not_renewed", exc_info=fault)

    def _plan_afresh(self) -> None:
        """A statement's plan is kept by the connection: one made while a table was small would stay for ever."""
        if monotonic() - self._connected_at > PLANS_KEPT_SECONDS:
            connection.close()
            self._connected_at = monotonic()

    def _redeem(
        self, programme_id: UUID, group: Sequence[tuple[int, Call, Caller]]
    ) -> dict[int, list[Outcome] | BaseException]:
        try:
            outcomes = redeem_together(
                programme_id=programme_id,
                sets=[(caller.actor, call.presented) for _place, call, caller in group],
                at=max(caller.at for _place, _call, caller in group),
                doors=self._doors.setdefault(programme_id, Doors(programme_id, FRESH)),
            )
        except Exception as fault:
            lost_connection()  # whoever comes next begins with another
            if len(group) == 1:
                return {group[0][0]: fault}
            log.warning("lane_group_alone", exc_info=fault)
            return {place: told for one in group for place, told in self._redeem(programme_id, [one]).items()}
        return {
            place: self._noted(call, caller, told) for (place, call, caller), told in zip(group, outcomes, strict=True)
        }

    def _noted(self, call: Call, caller: Caller, told: list[Outcome]) -> list[Outcome] | BaseException:
        """The outcomes, once the codes that failed are counted; what prevents that refuses this call alone."""
        if not failed_codes(told):
            return told
        self._callers.forget(call.secret)
        try:
            note_outcomes(caller, told)
        except DatabaseFault as fault:
            lost_connection()
            return fault
        return told
