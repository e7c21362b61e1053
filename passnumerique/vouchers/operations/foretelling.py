"""A forecast kept as it was made, so that it can be held against what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.programmes.queries import access_programme
from passnumerique.vouchers.models import KeptForecast


class ForecastOfTheFuture(Refusal):
    sentence = N_("Une prévision se garde une fois son jour terminé. Choisissez un jour avant le {today}.")


@dataclass(frozen=True)
class Foretold:
    """What is kept of a forecast: for each week, quantiles of what is used by its end. Passes."""

    as_of: date
    until: date
    received: int
    used_so_far: int
    levels: Sequence[float]
    weeks: Sequence[tuple[date, Sequence[int]]]
    seed: str
    method: str


def keep_forecast(*, programme_id: UUID, foretold: Foretold, by: Actor, at: datetime) -> bool:
    """Keep the forecast of a day; the same day by the same method is kept once, and the first one stays. Returns
    whether it was kept now. For who manages the programme, and the system. Refuses a day that is not over."""
    require(by, Permission.MANAGE_PROGRAMME)
    access_programme(by, programme_id)
    if foretold.as_of >= day_of(at):
        raise ForecastOfTheFuture(today=day_of(at))
    row = KeptForecast(
        id=new_id(at),
        programme_id=programme_id,
        as_of=foretold.as_of,
        until=foretold.until,
        received=foretold.received,
        used_so_far=foretold.used_so_far,
        levels=list(foretold.levels),
        weeks=[[last.isoformat(), list(values)] for last, values in foretold.weeks],
        seed=foretold.seed,
        method=foretold.method,
        made_at=at,
        by_user=by.user_id,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not KeptForecast.objects.filter(
            programme_id=programme_id, as_of=foretold.as_of, method=foretold.method
        ).exists():
            raise
        return False
    return True
