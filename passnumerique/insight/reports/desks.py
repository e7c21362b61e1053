"""The reports to a structure and to a place: what it did itself, to the unit, and what comes."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from passnumerique.beneficiaries.rules import AGE_WORDS, AgeBracket
from passnumerique.directory.queries import accreditation_periods, organisations_named
from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.dates import day_of, end_of, month_of, next_month
from passnumerique.ground.money import grouped
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import N_, say
from passnumerique.insight.reports.model import (
    KIND_WORDS,
    Columns,
    Figure,
    Grid,
    Kind,
    Report,
    Section,
    Unit,
    Value,
    share,
    told,
)
from passnumerique.ledger.queries import balances
from passnumerique.ledger.rules import Account, Pocket
from passnumerique.training.queries import modules_named
from passnumerique.training.queries.held import held_at
from passnumerique.training.queries.nearby import as_public, sessions_to_come
from passnumerique.vouchers.queries import reports as counted

WEEKS, MOST_SESSIONS, MOST_MONTHS, MOST_MODULES = 8, 8, 24, 8


def structure_report(programme_id: UUID, structure_id: UUID, day: date, at: datetime) -> Report:
    """What a structure received, handed over, and what became of it. Refuses (NotFound) one that never was."""
    name = _name(programme_id, structure_id, AccreditationKind.PRESCRIBER)
    before = end_of(day)
    handed, used = (of(programme_id, structure_id, before) for of in (counted.handed_by, counted.used_from))
    given, spent = sum(handed.values()), sum(used.values())
    figures = (
        Figure("structure_received", say(N_("Pass reçus")), counted.received_by(programme_id, structure_id, before)),
        Figure("structure_handed", say(N_("Pass remis")), given),
        Figure("structure_used", say(N_("Utilisés depuis")), spent),
        Figure("structure_share", say(N_("Part utilisée")), share(spent, given), Unit.SHARE),
    )
    series = ((say(N_("Remis")), handed), (say(N_("Utilisés")), used))
    sections = (
        Section(
            say(N_("Vos pass")),
            figures=figures,
            pictures=_months(say(N_("Pass remis et utilisés chaque mois")), series, day),
        ),
        Section(say(N_("Les personnes")), grids=(_ages(programme_id, structure_id, before),)),
        Section(say(N_("Ateliers à proposer")), grids=(coming_grid(programme_id, at),)),
    )
    headline = say(N_("{handed} pass remis, {used} utilisés."), {"handed": grouped(given), "used": grouped(spent)})
    return _report(Kind.STRUCTURE, name, structure_id, day, headline, sections)


def place_report(programme_id: UUID, place_id: UUID, day: date, at: datetime) -> Report:
    """What a place held and took, what is due to it, what it announces. Refuses (NotFound) one that never was."""
    name = _name(programme_id, place_id, AccreditationKind.PLACE)
    before = end_of(day)
    used, held = counted.used_at(programme_id, place_id, before), held_at(programme_id, place_id, before)
    stands = balances(programme_id, before)
    coming = sessions_to_come(programme_id, before, until_day=day + timedelta(weeks=WEEKS), need_seats=0)
    figures = (
        Figure("place_sessions", say(N_("Ateliers tenus")), held.sessions),
        Figure("place_filled", say(N_("Places prises")), share(held.taken, held.seats), Unit.SHARE),
        Figure("place_used", say(N_("Pass pris")), sum(used.values())),
        Figure("place_coming", say(N_("Ateliers annoncés")), coming.filter(place_id=place_id).count()),
        Figure(
            "place_due",
            say(N_("Reste dû, en valeur des pass")),
            stands.get(Pocket(Account.DUE, place_id), 0),
            Unit.CENTS,
        ),
        Figure(
            "place_paid", say(N_("Payé, en valeur des pass")), stands.get(Pocket(Account.PAID, place_id), 0), Unit.CENTS
        ),
    )
    series = ((say(N_("Utilisés")), used),)
    sections = (
        Section(
            say(N_("Vos ateliers")), figures=figures, pictures=_months(say(N_("Pass pris chaque mois")), series, day)
        ),
        Section(say(N_("Par module")), grids=(_modules(programme_id, place_id, before),)),
        Section(say(N_("Vos ateliers à venir")), grids=(coming_grid(programme_id, at, places={place_id}),)),
    )
    said = {"sessions": grouped(held.sessions), "used": grouped(sum(used.values()))}
    return _report(
        Kind.PLACE, name, place_id, day, say(N_("{sessions} ateliers tenus, {used} pass pris."), said), sections
    )


def _report(kind: Kind, name: str, subject: UUID, day: date, headline: str, sections: tuple[Section, ...]) -> Report:
    return Report(kind, say(KIND_WORDS[kind]), day, headline, told(sections), about=name, subject=str(subject))


def _name(programme_id: UUID, organisation_id: UUID, kind: AccreditationKind) -> str:
    if organisation_id not in accreditation_periods(programme_id, kind):
        raise NotFound
    return organisations_named([organisation_id])[organisation_id]


def _months(title: str, series: tuple[tuple[str, Mapping[date, int]], ...], day: date) -> tuple[Columns, ...]:
    """Every month since the first in which something was counted."""
    known = [month for _label, counts in series for month in counts]
    if not known:
        return ()
    months = [month_of(min(known))]
    while months[-1] < month_of(day):
        months.append(next_month(months[-1]))
    shown = tuple(months[-MOST_MONTHS:])
    values = tuple((label, tuple(counts.get(month, 0) for month in shown)) for label, counts in series)
    best = max(count for _label, counts in values for count in counts)
    return (Columns(title, say(N_("Au plus {count} en un mois."), {"count": grouped(best)}), shown, values),)


def _ages(programme_id: UUID, structure_id: UUID, before: datetime) -> Grid:
    counts = counted.handed_by_age(programme_id, structure_id, before)
    rows = tuple((say(AGE_WORDS[one]), counts[one.value]) for one in AgeBracket if counts[one.value])
    headings = ((say(N_("Tranche d’âge")), Unit.TEXT), (say(N_("Remises")), Unit.COUNT))
    return Grid(say(N_("Remises, par tranche d’âge")), headings, rows, empty=say(N_("Aucun pass n’est encore remis.")))


def _modules(programme_id: UUID, place_id: UUID, before: datetime) -> Grid:
    counts = counted.used_at_by_module(programme_id, place_id, before)
    names = modules_named(counts)
    rows = tuple((names.get(one, str(one)), count) for one, count in list(counts.items())[:MOST_MODULES])
    headings = ((say(N_("Module")), Unit.TEXT), (say(N_("Pass pris")), Unit.COUNT))
    return Grid(say(N_("Pass pris, par module")), headings, rows, empty=say(N_("Aucun pass n’est encore pris.")))


def coming_grid(programme_id: UUID, at: datetime, places: Collection[UUID] | None = None) -> Grid:
    """The next sessions of these places, or of all; as they are announced now."""
    rows = sessions_to_come(programme_id, at, until_day=day_of(at) + timedelta(weeks=WEEKS), need_seats=0)
    if places is not None:
        rows = rows.filter(place_id__in=places)
    found = as_public(list(rows.order_by("starts_at", "id")[:MOST_SESSIONS]))
    lines: list[tuple[Value, ...]] = [
        (day_of(one.starts_at), one.title, one.place, one.commune, one.free_seats) for one in found
    ]
    headings = (
        (say(N_("Date")), Unit.DAY),
        (say(N_("Atelier")), Unit.TEXT),
        (say(N_("Lieu")), Unit.TEXT),
        (say(N_("Commune")), Unit.TEXT),
        (say(N_("Places libres")), Unit.COUNT),
    )
    empty = say(N_("Aucun atelier n’est annoncé pour les huit semaines qui viennent."))
    return Grid(say(N_("Les prochains ateliers")), headings, tuple(lines), empty=empty)
