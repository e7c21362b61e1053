"""The audit of the register: everything that can be recomputed from the events, recomputed.

Reads only. It asks for no actor: the roofs that call it are the console and the auditor's desk.
"""

from collections.abc import Iterator
from uuid import UUID

from passnumerique.ground.differences import Difference
from passnumerique.vouchers.queries.audit import deeds, projecting
from passnumerique.vouchers.queries.audit.law import law, law_broken, law_differences
from passnumerique.vouchers.queries.audit.replaying import replay_programme

__all__ = ["law_broken", "law_differences", "register_differences"]


def register_differences(programme_id: UUID) -> Iterator[Difference]:
    """Every row of the register, of the transfers and of the envelope that disagrees with the events."""
    found = replay_programme(programme_id)
    yield from projecting.vouchers(programme_id, found)
    yield from projecting.counters(programme_id, found)
    yield from deeds.one_deed(found)
    yield from deeds.lots(programme_id, found)
    yield from deeds.notes(programme_id, found)
    yield from deeds.handovers(programme_id, found)
    yield from deeds.redemptions(programme_id, found)
    yield from deeds.reversals(programme_id, found)
    yield from deeds.replacements(found)
    yield from projecting.money(programme_id, found)
    yield from projecting.envelope(programme_id, found)
    yield from law(programme_id)
