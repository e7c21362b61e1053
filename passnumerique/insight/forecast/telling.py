"""A forecast of a programme from its register: what is known, the model fitted to it, its futures."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.insight.forecast.model.courses import course_of, weeks_until
from passnumerique.insight.forecast.model.evidence import Evidence
from passnumerique.insight.forecast.model.fitting import Fit, fit
from passnumerique.insight.forecast.model.futures import Futures, futures_of
from passnumerique.insight.forecast.model.simulating import DRAWS, lucks, simulate
from passnumerique.insight.forecast.reading import MOST_WEEKS, evidence_on

METHOD = "1"
"""The version of the model: forecasts kept say which one made them."""
SEED = "passnum"
"""The seed where the roof names no other: the same day gives the same forecast."""


class ForecastBackwards(Refusal):
    sentence = N_(
        "La date demandée ({until}) vient avant le jour de la prévision ({as_of}). Choisissez une date plus tardive."
    )


class ForecastTooFar(Refusal):
    sentence = N_("La prévision ne va pas au-delà de trois ans. Choisissez une date avant le {most}.")


@dataclass(frozen=True)
class Known:
    """A programme as it was known on a day, and what the model makes of it."""

    evidence: Evidence
    fit: Fit

    @property
    def until(self) -> date:
        """The date a forecast looks to when none is named: the last day on which a pass can be used, or as far as a
        forecast looks."""
        furthest = date.fromordinal(self.evidence.as_of.toordinal() + 7 * MOST_WEEKS)
        return min(max(self.evidence.use_until, self.evidence.as_of), furthest)


def known_on(programme_id: UUID, day: date) -> Known:
    """What was known on that evening. Refuses a day before the programme had a calendar."""
    evidence = evidence_on(programme_id, day)
    return Known(evidence, fit(evidence))


def foretold(known: Known, until: date | None = None, seed: str = SEED, draws: int = DRAWS) -> Futures:
    """The futures of a programme that goes on as it is, under the calendar in force. Refuses a date before the
    day of the forecast, or more than three years after it."""
    until = until or known.until
    check_dates(known.evidence.as_of, until)
    course = course_of(known.evidence, known.fit, until)
    paths = simulate(known.fit, course, lucks(known.fit, course.kinds, seed, draws))
    return futures_of(known.evidence, until, paths)


def check_dates(as_of: date, until: date) -> None:
    """Refuses a date that no forecast of that day reaches."""
    if until < as_of:
        raise ForecastBackwards(until=until, as_of=as_of)
    if weeks_until(as_of, until) > MOST_WEEKS:
        raise ForecastTooFar(most=date.fromordinal(as_of.toordinal() + 7 * MOST_WEEKS))
