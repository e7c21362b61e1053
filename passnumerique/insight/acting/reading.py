"""What asks for an act today, read from the register, and what each act is expected to bring.

Costs what the forecast, the lives of at most 8,000 passes and the coverage cost, whatever the number of passes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from passnumerique.directory.queries import accredited_names, organisations_by_id
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, may
from passnumerique.ground.dates import day_of
from passnumerique.insight.acting.advice import Advice, Kind, filled, missing, ranked, woken
from passnumerique.insight.coverage import coverage_on
from passnumerique.insight.dashboard import dates_near
from passnumerique.insight.forecast.comparing import compare
from passnumerique.insight.forecast.model.levers import FILLED, Extend, Scenario, filled_by
from passnumerique.insight.forecast.telling import Known
from passnumerique.insight.funnel.lives import Life, Stage, life_of
from passnumerique.insight.funnel.telling import MOST
from passnumerique.insight.reallocation.reading import proposal_on
from passnumerique.programmes.queries import calendar_on, terms_on
from passnumerique.programmes.rules import MILESTONE_WORDS
from passnumerique.settlement.queries import late_claims
from passnumerique.training.queries.capacity import sessions_by_place
from passnumerique.training.rules.reminding import SLEEPING_DAYS
from passnumerique.vouchers.queries.lives import Told, lives_on

AHEAD_WEEKS, PACE_WEEKS = 4, 26
"""How many weeks ahead a place without a session is said to be empty, and over how many its pace is read."""
NEAR_KM, FAR_WEEKS = 10, 13
TERM_DAYS = 7
"""How many days before it a payment term is about to be missed."""
EXTEND_DAYS = 120
"""How many days before the last day of use an extension is spoken of: council and funder need some months."""
YEAR = timedelta(days=365)
MOVES, STRUCTURES, PLACES = 5, 5, 5
DRAWS = 100


@dataclass(frozen=True)
class Seen:
    """What the advices are read from: the day, the forecast, and the lives followed, each standing for `times`."""

    programme_id: UUID
    at: datetime
    known: Known
    told: Sequence[Told]
    lives: Sequence[Life]
    times: float

    @property
    def day(self) -> date:
        return day_of(self.at)

    @property
    def weeks(self) -> float:
        """Weeks left to use a pass."""
        return max((self.known.evidence.use_until - self.day).days / 7, 0.0)


def advices_on(actor: Actor, programme_id: UUID, at: datetime, known: Known) -> list[Advice]:
    """What may be done now, the most useful first. The caller has checked that the reader may see the forecast; claims
    are told only to who may read them."""
    seen = seen_on(programme_id, at, known)
    readers = (_moves, _asleep, _empty_places, _far, _extension, _public, _deadlines)
    found = [one for read in readers for one in read(seen)]
    if may(actor, Permission.READ_CLAIMS):
        found += _terms(actor, seen)
    return ranked(found)


def seen_on(programme_id: UUID, at: datetime, known: Known) -> Seen:
    """The lives of the passes beside the forecast."""
    told, received = lives_on(programme_id, day_of(at), MOST)
    return Seen(programme_id, at, known, told, [life_of(one) for one in told], received / len(told) if told else 1.0)


def _moves(seen: Seen) -> Iterator[Advice]:
    """Stock that sleeps where others lack it."""
    for reason in proposal_on(seen.programme_id, seen.day, seen.known).reasons[:MOVES]:
        move, gain = reason.move, (reason.move.gain,) * 3
        yield Advice(Kind.MOVE, gain, move.receiver, reason.receiver, move.passes, reason=reason)


def sleeping_by_structure(seen: Seen) -> Mapping[UUID, list[int]]:
    """The ages in weeks of the passes held for more than thirty days without a seat booked, by structure."""
    found: dict[UUID, list[int]] = {}
    for life in seen.lives:
        if life.ended or life.stage is not Stage.HANDED:
            continue
        days = (seen.day - life.reached[Stage.HANDED]).days
        if days > SLEEPING_DAYS:
            found.setdefault(life.structure_id, []).append(days // 7)
    return found


@dataclass(frozen=True)
class Called:
    """A structure to call: its stock, the passes that its people hold without a seat booked, and the share of the
    target public in what it handed over (basis points; None where it handed over nothing)."""

    structure_id: UUID
    name: str
    phone: str
    email: str
    stock: int
    asleep: int
    share: int | None


def calls_on(programme_id: UUID, at: datetime, known: Known) -> list[Called]:
    """Every structure accredited now, with what there is to speak of. The caller has checked that the reader may see
    the network and the forecast."""
    seen = seen_on(programme_id, at, known)
    names, asleep = known.evidence.names, sleeping_by_structure(seen)
    handed, target = _publics(seen)
    stock = {desk.name: desk.stock for desk in known.evidence.desks}
    rows = organisations_by_id(names)
    return [
        Called(
            one,
            name,
            rows[one].phone,
            rows[one].contact_email or next(iter(rows[one].emails), ""),
            stock.get(one, 0),
            round(len(asleep.get(one, ())) * seen.times),
            round(10_000 * target[one] / handed[one]) if handed[one] else None,
        )
        for one, name in sorted(names.items(), key=lambda pair: pair[1])
    ]


def _asleep(seen: Seen) -> Iterator[Advice]:
    """Passes held and not booked, by the structure that handed them over."""
    names, delays = seen.known.evidence.names, seen.known.fit.delays
    by_structure = sleeping_by_structure(seen)
    for one, ages in sorted(by_structure.items(), key=lambda pair: -len(pair[1]))[:STRUCTURES]:
        if one in names and seen.weeks > 0:
            gain = woken(ages, delays, seen.weeks, seen.times)
            yield Advice(Kind.REMIND, gain, one, names[one], round(len(ages) * seen.times))


def _empty_places(seen: Seen) -> Iterator[Advice]:
    """Places that hold nothing in the coming weeks, at the pace that was theirs (that of the others where they had
    none)."""
    places = accredited_names(seen.programme_id, seen.day)[AccreditationKind.PLACE]
    ahead = sessions_by_place(seen.programme_id, seen.day + timedelta(days=1), _last_ahead(seen), seen.day)
    past = sessions_by_place(seen.programme_id, seen.day - timedelta(weeks=PACE_WEEKS), seen.day, seen.day)
    usual = sum(past.values()) / len(past) if past else 1.0
    evidence, found = seen.known.evidence, []
    for one, name in places.items():
        if ahead.get(one) or _last_ahead(seen) <= seen.day:
            continue
        lacking = max(past.get(one, usual) / PACE_WEEKS * AHEAD_WEEKS, 1.0)
        gain = filled(lacking, filled_by(evidence) or FILLED, evidence.held)
        found.append(Advice(Kind.EMPTY_PLACE, gain, one, name, past.get(one, 0), of=evidence.held))
    yield from ranked(found)[:PLACES]


def _last_ahead(seen: Seen) -> date:
    return min(seen.day + timedelta(weeks=AHEAD_WEEKS), seen.known.evidence.use_until)


def _far(seen: Seen) -> Iterator[Advice]:
    """The organisation whose workshops would bring most residents near one; its gain is what as many residents used of
    late where there are workshops."""
    evidence = seen.known.evidence
    weeks = min(seen.weeks, FAR_WEEKS)
    if weeks <= 0:
        return
    found = coverage_on(seen.programme_id, seen.at, km=NEAR_KM)
    recent = sum(evidence.used[-PACE_WEEKS:]) / max(min(len(evidence.used), PACE_WEEKS), 1)
    if not found.covered or not recent:
        return
    for one in found.candidates[:PLACES]:
        likely = min(recent * weeks * one.residents / found.covered, evidence.held)
        low, high = likely * 0.3, min(likely * 1.2, evidence.held)
        yield Advice(Kind.FAR, (low, likely * 0.6, high), one.site.id, one.site.name, one.residents, names=one.communes)


def _extension(seen: Seen) -> Iterator[Advice]:
    """Passes that will not be used in time, when the end is near."""
    evidence = seen.known.evidence
    left = (evidence.use_until - seen.day).days
    if not 0 <= left <= EXTEND_DAYS or not evidence.unused:
        return
    longer = Scenario("", extend=Extend(evidence.use_until + YEAR))
    added = compare(seen.known, [longer], draws=DRAWS).scenarios[0].added
    gain = (float(added.p10), added.mean, float(added.p90))
    yield Advice(Kind.EXTEND, gain, count=evidence.unused, due=evidence.use_until)


def _public(seen: Seen) -> Iterator[Advice]:
    """The funder's target public below its share; the structures that hand over least to it are named first."""
    rate = terms_on(seen.programme_id, seen.day).target_public_rate
    handed, target = _publics(seen)
    lacking = round(missing(target.total(), handed.total(), rate) * seen.times)
    if lacking and handed:
        names = seen.known.evidence.names
        least = sorted(
            (one for one in handed if one in names), key=lambda one: (target[one] / handed[one], -handed[one])
        )
        share = round(10_000 * target.total() / handed.total())
        yield Advice(Kind.PUBLIC, count=lacking, of=rate, share=share, names=[names[one] for one in least[:3]])


def _publics(seen: Seen) -> tuple[Counter[UUID], Counter[UUID]]:
    """By structure, the passes handed over, and those to the target public."""
    handed, target = Counter[UUID](), Counter[UUID]()
    for told, life in zip(seen.told, seen.lives, strict=True):
        if Stage.HANDED in life.reached:
            handed[life.structure_id] += 1
            target[life.structure_id] += bool(told.target_public)
    return handed, target


def _deadlines(seen: Seen) -> Iterator[Advice]:
    """The dates of the calendar that are near."""
    near: dict[date, list[str]] = {}
    for milestone, when in dates_near(calendar_on(seen.programme_id, seen.day), seen.day):
        near.setdefault(when, []).append(MILESTONE_WORDS[milestone])
    for when, names in near.items():
        yield Advice(Kind.DEADLINE, due=when, names=names)


def _terms(actor: Actor, seen: Seen) -> Iterator[Advice]:
    """Claims whose payment term is over, or will be within a week."""
    rows = late_claims(actor, seen.programme_id, seen.day + timedelta(days=TERM_DAYS))
    late = late_claims(actor, seen.programme_id, seen.day).count()
    if many := rows.count():
        yield Advice(Kind.PAYMENT, count=many, of=late, due=seen.day if late else seen.day + timedelta(days=TERM_DAYS))
