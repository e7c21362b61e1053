"""What the forecast says of an extension: how many passes each length would see used, and the figures of its draft.

Reads only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.insight.forecast.comparing import ExtensionBackwards, compare
from passnumerique.insight.forecast.extension import extension_told
from passnumerique.insight.forecast.model.futures import Futures
from passnumerique.insight.forecast.model.levers import Extend, Scenario
from passnumerique.insight.forecast.telling import ForecastTooFar, known_on
from passnumerique.programmes.queries import dates_of_draft, open_extension
from passnumerique.programmes.rules import Calendar, NoCalendar


class ForecastWithoutExtension(Refusal):
    sentence = N_(
        "Le texte demande une prévision de prolongation, mais aucune prolongation n’a ses dates. Choisissez-les sous "
        "«\u202fProlonger le dispositif\u202f», ou ôtez ce chiffre du texte."
    )


@dataclass(frozen=True)
class Outlook:
    """Passes used by the end of some dates, in the middle future and within the bounds that hold eight futures of
    ten, and passes left unused then, in the middle one."""

    used: int
    low: int
    high: int
    unused: int

    def as_json(self) -> dict[str, int]:
        """As the draft of an extension keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, Any] | None) -> "Outlook | None":
        """The outlook that `as_json` told; None of nothing."""
        return cls(**given) if given else None


@dataclass(frozen=True)
class Foreseen:
    """Passes used by the evening of the forecast, the outlook of today's dates, and that of each extension."""

    used_so_far: int
    as_it_is: Outlook
    each: Sequence[Outlook]


def foresee(programme_id: UUID, day: date, lengths: Sequence[Calendar]) -> Foreseen | None:
    """The outlook of each of these dates, with what was known on the evening of `day`. About a second of work.

    None where nothing can be foreseen: no pass received, dates that let no pass be used longer, or an end more than
    three years ahead. Whoever calls has checked that the reader may see the programme.
    """
    try:
        known = known_on(programme_id, day)
        if not known.evidence.received:
            return None
        found = compare(known, [Scenario("Prolongation", extend=_extend(one)) for one in lengths])
    except (NoCalendar, ExtensionBackwards, ForecastTooFar):
        return None
    each = [_outlook(one.futures) for one in found.scenarios]
    return Foreseen(known.evidence.used_so_far, _outlook(found.as_it_is), each)


def brings_more(programme_id: UUID, day: date, dates: Calendar) -> bool:
    """Whether the forecast sees more passes used with these dates than with today's."""
    seen = foresee(programme_id, day, [dates])
    return seen is not None and seen.each[0].used > seen.as_it_is.used


def _extend(dates: Calendar) -> Extend:
    return Extend(min(dates.validity_until, dates.end_of_training), dates.distribution_until)


def _outlook(futures: Futures) -> Outlook:
    return Outlook(futures.used(0.5), futures.used(0.1), futures.used(0.9), futures.unused(0.5))


def extension_figures(actor: Actor, programme_id: UUID, day: date) -> Mapping[str, str]:
    """The figures of the forecast, by name, for the extension that is being prepared, as a French text holds them.

    For whoever reads acts. Refuses when no extension has its dates, and dates beyond three years.
    """
    draft = open_extension(actor, programme_id)
    if draft is None or draft.dates is None:
        raise ForecastWithoutExtension
    told = _extend(dates_of_draft(draft))
    return extension_told(programme_id, day, told.use_until, told.distribution_until).figures
