"""The funnel of a programme by the evening of any day, whole and by structure, place, module, EPCI, commune, period or
public.

The whole is read from the counters, at the same cost for 1,800 and ten million passes. How long steps take, seats
booked, and the figures by period and public are read from the lives of at most `MOST` passes: all of them in most
programmes. Where there are more, structures, places, modules and communes are counted by the counters of the months
(today, or up to the last month that was over on that day), and the rest is estimated from the sample and said so.
Whoever calls has checked that the reader may see the programme.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from passnumerique.directory.queries import organisations_named
from passnumerique.ground.dates import month_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.words import N_
from passnumerique.insight.funnel.lasting import Lasting, lasting
from passnumerique.insight.funnel.lives import (
    OUT,
    STAGE_OF_STATE,
    STEPS,
    Funnel,
    Life,
    Stage,
    funnel_of,
    lengths_of,
    life_of,
)
from passnumerique.programmes.queries import communes, training_periods
from passnumerique.training.queries import modules_named, sessions_with_ids
from passnumerique.vouchers.queries.lives import Told, lives_on
from passnumerique.vouchers.queries.pace import DayStep, moved_after, steps_by_day
from passnumerique.vouchers.queries.stock import By, activity_by
from passnumerique.vouchers.rules import Act

MOST = 8000
"""How many passes are followed one by one: all of them up to there."""
Key = UUID | str


class Apart(StrEnum):
    """What the funnel may be told apart by."""

    STRUCTURE = "structure"
    PLACE = "place"
    MODULE = "module"
    EPCI = "epci"
    COMMUNE = "commune"
    PERIOD = "period"
    PUBLIC = "public"


APART_WORDS = {
    Apart.STRUCTURE: N_("Structure"),
    Apart.PLACE: N_("Lieu"),
    Apart.MODULE: N_("Module"),
    Apart.EPCI: N_("EPCI"),
    Apart.COMMUNE: N_("Commune"),
    Apart.PERIOD: N_("Période de remise"),
    Apart.PUBLIC: N_("Public"),
}
FIRST = {Apart.STRUCTURE: Stage.ALLOCATED, Apart.PLACE: Stage.BOOKED, Apart.MODULE: Stage.BOOKED}
"""From which stage on a pass belongs to one of them; from the hand-over for the others."""
COUNTED = {
    Apart.STRUCTURE: By.STRUCTURE,
    Apart.PLACE: By.PLACE,
    Apart.MODULE: By.MODULE,
    Apart.EPCI: By.COMMUNE,
    Apart.COMMUNE: By.COMMUNE,
}
_SHOWN: dict[Apart, tuple[Stage, ...]] = {Apart.PLACE: (Stage.USED, Stage.PAID), Apart.MODULE: (Stage.USED,)}
TARGET, OTHERS = "target", "others"
PUBLIC_WORDS = {TARGET: N_("Public visé par le financeur"), OTHERS: N_("Autres personnes")}
NOWHERE = N_("Non précisé")
_GOES = {Act.HAND_OVER: (Stage.HANDED, 1), Act.SUBSTITUTE: (Stage.HANDED, 1)}
_GOES |= {Act.REDEEM: (Stage.USED, 1), Act.UNDO: (Stage.USED, -1)}
_GOES |= {Act.PAY: (Stage.PAID, 1), Act.BOUNCE: (Stage.PAID, -1)}


@dataclass(frozen=True)
class Part:
    """One structure, place… : the passes that reached each stage (None where that is not counted), those that wait
    or were lost on the way, and how long a pass takes from the hand-over to its use."""

    key: Key
    name: str
    reached: Mapping[Stage, int | None]
    asleep: int | None
    """In stock at the structure, or held by a person without a seat booked."""
    lost: int | None
    to_use: Lasting


@dataclass(frozen=True)
class FunnelTold:
    """The funnel on one day. `sampled` passes were followed of `received`; `counted_to` is the day that the parts
    are counted to."""

    day: date
    whole: Funnel
    lengths: Mapping[tuple[Stage, Stage], Lasting]
    missed: int
    """Booked, their session over, and not used."""
    apart: Apart
    parts: Sequence[Part]
    received: int
    sampled: int
    counted_to: date

    @property
    def exact(self) -> bool:
        """Whether every pass was followed."""
        return self.sampled >= self.received

    @property
    def estimated(self) -> bool:
        """Whether the parts are estimated from the sample."""
        return not self.exact and self.apart not in COUNTED


@dataclass(frozen=True)
class _Followed:
    """The lives read, each beside what was told of it."""

    told: Sequence[Told]
    lives: Sequence[Life]
    day: date
    times: float
    """How many passes each stands for."""


def funnel_on(programme_id: UUID, day: date, apart: Apart = Apart.STRUCTURE, most: int = MOST) -> FunnelTold:
    """The funnel by the evening of `day`, or up to now when it is not over."""
    told, received = lives_on(programme_id, day, most)
    read = _Followed(told, [life_of(one) for one in told], day, received / len(told) if told else 1.0)
    places = _seats(programme_id, read)
    parts, counted_to = _parts(programme_id, apart, read, places, exact=len(told) >= received)
    return FunnelTold(
        day,
        _whole(steps_by_day(programme_id, day), read),
        lengths_of(read.lives, day),
        round(read.times * sum(_missed(one, places, day) for one in read.lives)),
        apart,
        parts,
        received,
        len(told),
        counted_to,
    )


def _whole(steps: Iterable[DayStep], read: _Followed) -> Funnel:
    """From the counters, but for the seats booked, which no counter keeps apart."""
    waiting, lost = Counter[Stage](), Counter[Stage]()
    for one in steps:
        if one.target not in OUT:
            waiting[STAGE_OF_STATE[one.target]] += one.count
        if one.source and one.source not in OUT:
            waiting[STAGE_OF_STATE[one.source]] -= one.count
        if one.target in OUT and one.source and one.source not in OUT:
            lost[STAGE_OF_STATE[one.source]] += one.count
        if one.source in OUT and one.target not in OUT:
            lost[STAGE_OF_STATE[one.target]] -= one.count
    for counts, ended in ((waiting, False), (lost, True)):
        booked = _booked_of(read.lives, counts[Stage.HANDED], ended)
        counts[Stage.HANDED] -= booked
        counts[Stage.BOOKED] += booked
    return Funnel(waiting, lost)


def _booked_of(lives: Iterable[Life], many: int, ended: bool) -> int:
    """How many of so many passes held (or lost by who held them) had a seat booked, as those followed had."""
    stages = Counter(one.stage for one in lives if bool(one.ended) is ended)
    seen = stages[Stage.HANDED] + stages[Stage.BOOKED]
    return round(many * stages[Stage.BOOKED] / seen) if seen else 0


Seat = tuple[date, UUID, UUID]
"""The day of a session, its place and its module."""


def _seats(programme_id: UUID, read: _Followed) -> dict[UUID, Seat]:
    ids = {one.booked_at for one in read.lives if one.booked_at and Stage.USED not in one.reached}
    found = sessions_with_ids(programme_id, ids)
    return {one: (row.starts_at.date(), row.place_id, row.module_id) for one, row in found.items()}


def _missed(life: Life, seats: Mapping[UUID, Seat], day: date) -> bool:
    seat = seats.get(life.booked_at) if life.booked_at else None
    return seat is not None and not life.ended and life.stage is Stage.BOOKED and seat[0] < day


def _parts(
    programme_id: UUID, apart: Apart, read: _Followed, seats: Mapping[UUID, Seat], *, exact: bool
) -> tuple[list[Part], date]:
    key_of = _keys(programme_id, apart, read.day, seats)
    groups: dict[Key, list[Life]] = {}
    for told, life in zip(read.told, read.lives, strict=True):
        key = key_of(told, life)
        if key is not None:
            groups.setdefault(key, []).append(life)
    if exact or apart not in COUNTED:
        names = _names(programme_id, apart, groups)
        parts = [_followed_part(key, names[key], apart, lives, read) for key, lives in groups.items()]
        return _ordered(parts), read.day
    return _counted(programme_id, apart, groups, read)


def _ordered(parts: Iterable[Part]) -> list[Part]:
    """Those with most passes first."""
    return sorted(parts, key=lambda one: (-max(n or 0 for n in one.reached.values()), one.name))


def _followed_part(key: Key, name: str, apart: Apart, lives: Sequence[Life], read: _Followed) -> Part:
    funnel = funnel_of(lives)
    first = FIRST.get(apart, Stage.HANDED)
    stages = [stage for stage in Stage if list(Stage).index(stage) >= list(Stage).index(first)]
    waiting = funnel.waiting[Stage.ALLOCATED] + funnel.waiting[Stage.HANDED]
    return Part(
        key,
        name,
        {stage: round(funnel.reached(stage) * read.times) for stage in stages},
        round(waiting * read.times),
        round(funnel.lost.total() * read.times),
        _to_use(lives, read.day),
    )


def _to_use(lives: Iterable[Life], day: date) -> Lasting:
    return lasting(wait for life in lives if (wait := life.wait(STEPS[3], day)))


def _counted(
    programme_id: UUID, apart: Apart, groups: Mapping[Key, Sequence[Life]], read: _Followed
) -> tuple[list[Part], date]:
    """By the counters of the months: up to the last that was over, or to now where the day is today."""
    last = month_of(read.day) - timedelta(days=1) if moved_after(programme_id, read.day) else read.day
    counts: dict[Key, Counter[Stage]] = {}
    where = _epci_of(programme_id) if apart is Apart.EPCI else {}
    for figure in activity_by(programme_id, COUNTED[apart], list(_GOES), None, last):
        stage, sign = _GOES[figure.act]
        key = where.get(str(figure.of), "") if apart is Apart.EPCI else figure.of
        if isinstance(key, date) or key == NOBODY:
            continue
        counts.setdefault(key, Counter())[stage] += sign * figure.count
    names = _names(programme_id, apart, counts)
    shown = _SHOWN.get(apart, (Stage.HANDED, Stage.USED, Stage.PAID))
    parts = [
        Part(key, names[key], {one: found[one] for one in shown}, None, None, _to_use(groups.get(key, ()), read.day))
        for key, found in counts.items()
    ]
    return _ordered(parts), last


def _keys(
    programme_id: UUID, apart: Apart, day: date, seats: Mapping[UUID, Seat]
) -> Callable[[Told, Life], Key | None]:
    """What a pass belongs to; None for one that belongs to nothing yet."""
    epci = _epci_of(programme_id) if apart is Apart.EPCI else {}
    periods = [(str(one.id), one.starts_on, one.ends_on) for one in training_periods(programme_id)]

    def seat(life: Life) -> Seat | None:
        return seats.get(life.booked_at) if life.booked_at else None

    def place(told: Told, life: Life) -> Key | None:
        booked = seat(life)
        return told.place_id if Stage.USED in life.reached else booked[1] if booked else None

    def module(told: Told, life: Life) -> Key | None:
        booked = seat(life)
        return told.module_id if Stage.USED in life.reached else booked[2] if booked else None

    def handed(told: Told, life: Life) -> Key | None:
        when = life.reached.get(Stage.HANDED)
        if when is None:
            return None
        if apart is Apart.PERIOD:
            return next((one for one, first, last in periods if first <= when <= last), "")
        if apart is Apart.PUBLIC:
            return TARGET if told.target_public else OTHERS
        return epci.get(told.commune, "") if apart is Apart.EPCI else told.commune

    def structure(_told: Told, life: Life) -> Key | None:
        return life.structure_id if Stage.ALLOCATED in life.reached or Stage.HANDED in life.reached else None

    return {Apart.STRUCTURE: structure, Apart.PLACE: place, Apart.MODULE: module}.get(apart, handed)


def _epci_of(programme_id: UUID) -> dict[str, str]:
    return dict(communes(programme_id).values_list("insee_code", "epci_name"))


def _names(programme_id: UUID, apart: Apart, keys: Iterable[Key]) -> dict[Key, str]:
    """What each is called, words of the house in French; a commune out of the territory keeps its code."""
    found: dict[Key, str] = {key: str(key) or NOWHERE for key in keys}
    known: dict[Key, str] = {key: words for key, words in PUBLIC_WORDS.items()}  # noqa: C416
    ids = [key for key in found if isinstance(key, UUID)]
    if ids:
        known.update((modules_named if apart is Apart.MODULE else organisations_named)(ids).items())
    if apart is Apart.PERIOD:
        known |= {str(one.id): one.name for one in training_periods(programme_id)}
    if apart is Apart.COMMUNE:
        known |= dict(communes(programme_id).values_list("insee_code", "name"))
    return {key: known.get(key) or name for key, name in found.items()}
