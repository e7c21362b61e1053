"""The four sources side by side: what each says of the passes used at a place in a month."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from passnumerique.ground.dates import next_month
from passnumerique.settlement.queries.reconciling.asking import as_day, as_id, ask
from passnumerique.settlement.rules.reconciling import Apart, Gap


@dataclass
class Said:
    """What one source says: passes, and their value in cents (None where it tells none)."""

    passes: int = 0
    cents: int | None = 0


@dataclass
class Cell:
    """One place in one month: the register, the issuer, what was claimed and stands on sheets, what was paid."""

    place_id: UUID
    month: date
    register: Said = field(default_factory=Said)
    sheets: int = 0
    issuer: Said = field(default_factory=Said)
    claimed: Said = field(default_factory=Said)
    paid: Said = field(default_factory=Said)
    told: bool = False
    """Whether the issuer has told anything of that month."""

    @property
    def agrees(self) -> bool:
        """Whether the issuer, where it has spoken, and the sheets say as many passes as the register."""
        return self.sheets == self.register.passes and (not self.told or self.issuer.passes == self.register.passes)


def cells(programme_id: UUID) -> list[Cell]:
    """Every place and month that a source knows, by month and place. Each source is read once, and the
    database does the sums."""
    found: dict[tuple[UUID, date], Cell] = {}

    def cell(place: object, month: object) -> Cell:
        key = as_id(place), as_day(month)
        return found.setdefault(key, Cell(*key))

    for place, month, passes, cents, sheets in ask("register", programme_id):
        one = cell(place, month)
        one.register, one.sheets = Said(passes, int(cents)), sheets
    for place, month, passes, cents in ask("issuer", programme_id):
        cell(place, month).issuer = Said(passes, None if cents is None else int(cents))
    for place, month, claimed, claimed_cents, paid, paid_cents in ask("claims", programme_id):
        one = cell(place, month)
        one.claimed, one.paid = Said(claimed, int(claimed_cents)), Said(int(paid), int(paid_cents))
    months = {one.month for one in found.values() if one.issuer.passes}
    for one in found.values():
        one.told = one.month in months
    return sorted(found.values(), key=lambda one: (one.month, one.place_id))


def not_claimed(every: list[Cell], today: date) -> Iterator[Apart]:
    """Places that have not claimed all they took in a month that is over."""
    for one in every:
        missing = one.register.passes - one.claimed.passes
        since = next_month(one.month)
        if missing > 0 and since <= today:
            cents = (one.register.cents or 0) - (one.claimed.cents or 0)
            subject = f"{one.place_id}:{one.month:%Y-%m}"
            yield Apart(
                Gap.NOT_CLAIMED,
                subject,
                since,
                one.place_id,
                here=str(one.register.passes),
                there=str(one.claimed.passes),
                cents=cents,
                month=one.month,
            )
