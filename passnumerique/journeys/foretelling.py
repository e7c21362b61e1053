"""Keeping a forecast: `insight` makes it and only reads; the register keeps it."""

from datetime import datetime, timedelta
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of
from passnumerique.insight.forecast.model.futures import LEVELS
from passnumerique.insight.forecast.telling import METHOD, SEED, foretold, known_on
from passnumerique.programmes.rules import NoCalendar
from passnumerique.vouchers.operations.foretelling import Foretold, keep_forecast


def keep_forecast_of(*, programme_id: UUID, by: Actor, at: datetime, seed: str = SEED) -> bool:
    """Forecast with what was known on the evening before `at`, until the last day of use, and keep it once.
    Returns whether one was kept: not before a programme has a calendar and passes, nor once it is over."""
    as_of = day_of(at) - timedelta(days=1)
    try:
        known = known_on(programme_id, as_of)
    except NoCalendar:
        return False
    if not known.evidence.received or known.until <= as_of:
        return False
    futures = foretold(known, seed=seed)
    told = Foretold(
        as_of=as_of,
        until=futures.until,
        received=known.evidence.received,
        used_so_far=known.evidence.used_so_far,
        levels=LEVELS,
        weeks=[(fan.last, values) for fan, values in zip(futures.fans, futures.kept, strict=True)],
        seed=seed,
        method=METHOD,
    )
    return keep_forecast(programme_id=programme_id, foretold=told, by=by, at=at)
