"""Why passes presented were not taken: asked of the database as it is now, for a whole set, and only then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from passnumerique.directory.queries import organisations_named
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import Refusal
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.operations.redeeming.presenting import Asked, Outcome
from passnumerique.vouchers.queries.reading import (
    Seen,
    codes_of_siblings,
    ids_redeemed,
    live_redemptions,
    redemptions_with_ids,
    vouchers_with_codes,
    why_unknown,
)
from passnumerique.vouchers.rules import Act, State, refusal_of
from passnumerique.vouchers.rules.refusals import AlreadyRedeemed, IdAlreadyUsed

WhyNoSeat = Callable[[UUID, Sequence[Asked]], Sequence[Refusal | None]]
"""Of passes that are held, why their bearers cannot sit down, in order; None for one who can."""


@dataclass(frozen=True)
class _Known:
    """What the register holds about a set of scans."""

    ids: Mapping[UUID, Redemption]
    elsewhere: set[UUID]
    vouchers: Mapping[str, Seen]
    live: Mapping[UUID, Redemption]
    places: Mapping[UUID, str]
    strangers: set[str]
    """Codes of other programmes of the same authority."""


def explain(programme_id: UUID, asked: Sequence[Asked], why_no_seat: WhyNoSeat) -> list[Outcome | None]:
    """The outcome of each of these scans, in order, none of which was taken just now. None for one that
    nothing speaks against: it may be asked again."""
    known = _look(programme_id, asked)
    told = [_told(one, known) for one in asked]
    held = [place for place, outcome in enumerate(told) if outcome is None]
    if held:
        seats = why_no_seat(programme_id, [asked[place] for place in held])
        for place, refusal in zip(held, seats, strict=True):
            if refusal:
                one = asked[place]
                told[place] = Outcome(one.scan, refusal, known.vouchers[one.code].number)
    return told


def _look(programme_id: UUID, asked: Sequence[Asked]) -> _Known:
    ids = redemptions_with_ids(programme_id, [one.scan.id for one in asked])
    vouchers = vouchers_with_codes(programme_id, [one.code for one in asked])
    live = live_redemptions(programme_id, [seen.id for seen in vouchers.values() if seen.state is not State.HELD])
    return _Known(
        ids=ids,
        elsewhere=ids_redeemed(one.scan.id for one in asked) - set(ids),
        vouchers=vouchers,
        live=live,
        places=organisations_named(row.place_id for row in live.values()),
        strangers=codes_of_siblings(programme_id, {one.code for one in asked} - set(vouchers)),
    )


def _told(one: Asked, known: _Known) -> Outcome | None:
    scan, seen = one.scan, known.vouchers.get(one.code)
    if row := known.ids.get(scan.id):
        if seen and _same_use(one, row, seen):
            return Outcome(scan, None, seen.number, replayed=True)
        return Outcome(scan, IdAlreadyUsed(), seen.number if seen else None)
    if scan.id in known.elsewhere:
        return Outcome(scan, IdAlreadyUsed(), seen.number if seen else None)
    if seen is None:
        return Outcome(scan, why_unknown(one.code, sibling=one.code in known.strangers))
    if seen.state is State.HELD:
        return None
    live = known.live.get(seen.id)
    return Outcome(scan, _already_used(live, known) if live else refusal_of(Act.REDEEM, seen.state), seen.number)


def _same_use(one: Asked, row: Redemption, seen: Seen) -> bool:
    """Whether the redemption recorded under this id says the same. Who nobody named may have been found."""
    then = not one.timed or row.redeemed_at == one.redeemed_at
    who = one.scan.participant_id in {None, row.participant_id}
    return then and who and row.voucher_id == seen.id and row.training_session_id == one.workshop.id


def _already_used(live: Redemption, known: _Known) -> AlreadyRedeemed:
    place, day = known.places.get(live.place_id, ""), day_of(live.redeemed_at)
    return AlreadyRedeemed(where=f" le {day:%d/%m/%Y} ({place})" if place else f" le {day:%d/%m/%Y}")
