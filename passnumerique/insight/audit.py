"""The audit: states, counters and balances recomputed from the events alone, and the seals verified.

Every difference names a row: its table, its id, the pass's number where there is one, what the row
holds and what the rest of the journal says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from passnumerique.council.queries import act_differences
from passnumerique.ground.differences import Difference
from passnumerique.ground.words import N_, say
from passnumerique.programmes import queries as programmes
from passnumerique.settlement.queries.audit import JOURNALS as SETTLEMENT
from passnumerique.settlement.queries.audit import settlement_differences
from passnumerique.training.queries.audit import training_differences
from passnumerique.vouchers.queries.audit import law_differences, register_differences
from passnumerique.vouchers.queries.seals import JOURNALS as REGISTER
from passnumerique.vouchers.queries.seals import last_seal, seal_differences

EVERY_JOURNAL = (*programmes.JOURNALS, *REGISTER, *SETTLEMENT)
"""What a seal covers: the columns, of every floor, that never change once written."""

_ROW = N_("Table {table}, ligne {id}")
_PASS = N_(", pass n° {number}")
_APART = N_("\u202f: la base porte «\u202f{stored}\u202f», les événements disent «\u202f{recomputed}\u202f».")
_MISSING = N_("\u202f: la ligne manque. Les événements disent «\u202f{recomputed}\u202f».")
_TOO_MANY = N_("\u202f: la base porte «\u202f{stored}\u202f», que rien n’explique.")


@dataclass(frozen=True)
class Audit:
    """What the audit of one programme found; `last_hash` is the hash of its latest seal, in hexadecimal."""

    programme: str
    differences: tuple[Difference, ...]
    seals: int
    last_hash: str

    def as_json(self) -> list[dict[str, Any]]:
        """The differences with the keys of `passnum audit --json`."""
        return [
            {
                "check": one.check.name,
                "table": one.table,
                "id": str(one.id) if one.id else None,
                "number": one.number,
                "stored": one.stored,
                "recomputed": one.recomputed,
                "programme": self.programme,
            }
            for one in self.differences
        ]


def audit_programme(programme_id: UUID, *, law_only: bool = False) -> Audit:
    """Recompute one programme and compare. Reads only; takes seconds for some thousands of passes.

    `law_only`: the one law and the sums of the states alone, in two statements, whatever the size.
    """
    programme = programmes.every_programme().get(id=programme_id)
    seal = last_seal(programme_id)
    return Audit(
        programme=programme.slug,
        differences=tuple(law_differences(programme_id) if law_only else _differences(programme_id)),
        seals=seal.number if seal else 0,
        last_hash=bytes(seal.hash).hex() if seal else "",
    )


def _differences(programme_id: UUID) -> Iterable[Difference]:
    yield from programmes.calendar_differences(programme_id)
    yield from programmes.amendment_differences(programme_id)
    yield from act_differences(programmes.every_programme().get(id=programme_id).authority_id)
    yield from register_differences(programme_id)
    yield from training_differences(programme_id)
    yield from settlement_differences(programme_id)
    yield from seal_differences(programme_id, EVERY_JOURNAL)


def sentence(one: Difference) -> str:
    """A difference for the reader: what is wrong, which row, what it holds and what it should."""
    row = say(_ROW, {"table": one.table, "id": str(one.id or "–")})
    if one.number is not None:
        row += say(_PASS, {"number": one.number})
    sides = {"stored": one.stored, "recomputed": one.recomputed}
    ending = _APART if one.stored and one.recomputed else _TOO_MANY if one.stored else _MISSING
    return f"{say(one.check.words)} {row}{say(ending, sides)}"
