"""What was agreed, as far as a redemption needs it: on which days, where, and on which terms passes are taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from passnumerique.directory.queries import accreditation_periods
from passnumerique.directory.queries.network import organisations_where
from passnumerique.directory.rules import AccreditationKind, in_force
from passnumerique.ledger.queries import books_closed_on
from passnumerique.ledger.rules import ProgrammeClosed
from passnumerique.programmes.queries import authority_of, commune_ids, parameter_values, revisions
from passnumerique.programmes.rules import Calendar, CalendarInForce, NoCalendar, Terms, Zone, terms_from
from passnumerique.programmes.rules import in_force as calendar_in_force
from passnumerique.vouchers.operations.redeeming.presenting import Workshop
from passnumerique.vouchers.rules import BOOK, Act, require_date
from passnumerique.vouchers.rules.refusals import PlaceNotAccredited, PlaceOutsideZone, TrainingOver


@dataclass(frozen=True)
class Agreed:
    """The papers of one programme, read once: any day is answered from them without another question."""

    authority_id: UUID | None
    calendars: Sequence[CalendarInForce]
    values: Sequence[tuple[str, Any, date]]
    places: Mapping[UUID, Sequence[tuple[date, date | None]]]
    """The days from and until which each place is accredited."""
    outside: frozenset[UUID]
    """Places whose commune is not of the territory."""
    closed_on: date | None = None
    """The day since which the books are closed."""
    _terms: dict[date, Terms] = field(default_factory=dict)

    def calendar(self, day: date) -> Calendar:
        """The dates in force on that day. Refuses a day before the programme had a calendar."""
        found = calendar_in_force(self.calendars, day)
        if found is None:
            raise NoCalendar(day=day)
        return found

    def terms(self, day: date) -> Terms:
        """The parameters in force on that day."""
        if day not in self._terms:
            self._terms[day] = terms_from(self.values, day)
        return self._terms[day]

    def require_open(self, workshop: Workshop, day: date) -> None:
        """Refuses a workshop at which no pass is taken on that day: training over, passes lapsed, the place
        not accredited, or outside the zone; and everything once the books are closed."""
        if self.closed_on is not None:
            raise ProgrammeClosed(day=self.closed_on)
        calendar, terms = self.calendar(day), self.terms(day)
        if workshop.day > calendar.end_of_training + timedelta(days=terms.tolerance_days):
            raise TrainingOver(until=calendar.end_of_training)
        require_date(BOOK[Act.REDEEM].need, calendar, terms.tolerance_days, day)
        if not any(in_force(*span, day) for span in self.places.get(workshop.place_id, ())):
            raise PlaceNotAccredited(day=day)
        if terms.zone is Zone.TERRITORY and workshop.place_id in self.outside:
            raise PlaceOutsideZone


def agreed_of(programme_id: UUID) -> Agreed:
    """What a programme agreed to, as it stands now, for every day: the same few questions at any size."""
    places = accreditation_periods(programme_id, AccreditationKind.PLACE)
    inside, where = commune_ids(programme_id), organisations_where(places)
    return Agreed(
        authority_id=authority_of(programme_id),
        calendars=revisions(programme_id),
        values=parameter_values(programme_id),
        places=places,
        outside=frozenset(place for place in places if where[place].insee_code not in inside),
        closed_on=books_closed_on(programme_id),
    )
