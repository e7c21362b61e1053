"""The forecasts that were kept, oldest first."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from passnumerique.vouchers.models import KeptForecast


@dataclass(frozen=True)
class Kept:
    """A forecast as it was made. `weeks` are the quantiles at `levels` of what is used by each day."""

    as_of: date
    until: date
    received: int
    used_so_far: int
    levels: tuple[float, ...]
    weeks: dict[date, tuple[int, ...]]
    method: str


def kept_forecasts(programme_id: UUID, before: date) -> list[Kept]:
    """Those made as of a day before `before`. The caller has checked that the reader may see the programme."""
    rows = KeptForecast.objects.filter(programme_id=programme_id, as_of__lt=before).order_by("as_of", "made_at")
    return [
        Kept(
            row.as_of,
            row.until,
            row.received,
            row.used_so_far,
            tuple(row.levels),
            {date.fromisoformat(last): tuple(values) for last, values in row.weeks},
            row.method,
        )
        for row in rows
    ]
