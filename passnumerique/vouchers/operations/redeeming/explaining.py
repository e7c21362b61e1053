"""Why passes presented were not taken: asked of the database as it is now, for a whole set, and only then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from passnumerique.directory.queries import organisations_named
from passnumerique.ground.codes import LENGTH, fold, grouped_code, well_formed
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import Refusal
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.operations.redeeming.presenting import Asked, Outcome
from passnumerique.vouchers.queries.reading import (
    Seen,
    ids_redeemed,
    live_redemptions,
    programme_of_code,
    redemptions_with_ids,
    vouchers_with_codes,
)
from passnumerique.vouchers.rules import Act, State, refusal_of
from passnumerique.vouchers.rules.refusals import (
    AlreadyRedeemed,
    CodeOfAnotherProgramme,
    IdAlreadyUsed,
    UnknownCode,
    WrongCheckLetter,
)

WhyNoSeat = Callable[[UUID, Sequence[Asked]], Mapping[UUID, Refusal]]
"""Of those whose passes are held, why some cannot sit down, by the scan's id."""


@dataclass(frozen=True)
class _Known:
    """What the register holds about a set of scans."""

    ids: Mapping[UUID, Redemption]
    elsewhere: set[UUID]
    vouchers: Mapping[str, Seen]
    live: Mapping[UUID, Redemption]
    places: Mapping[UUID, str]


def explain(programme_id: UUID, asked: Sequence[Asked], why_no_seat: WhyNoSeat) -> dict[UUID, Outcome]:
    """The outcome of each of these scans, none of which was taken just now, by its id. A scan that nothing
    refuses is left out: it may be asked again."""
    known = _look(programme_id, asked)
    told = {one.scan.id: outcome for one in asked if (outcome := _told(one, known))}
    held = [one for one in asked if one.scan.id not in told]
    for scan_id, refusal in (why_no_seat(programme_id, held) if held else {}).items():
        scan = next(one.scan for one in held if one.scan.id == scan_id)
        told[scan_id] = Outcome(scan, refusal, known.vouchers[fold(scan.code)].number)
    return told


def _look(programme_id: UUID, asked: Sequence[Asked]) -> _Known:
    ids = redemptions_with_ids(programme_id, [one.scan.id for one in asked])
    vouchers = vouchers_with_codes(programme_id, [one.scan.code for one in asked])
    spent = [seen.id for seen in vouchers.values() if seen.state is not State.HELD]
    live = live_redemptions(programme_id, spent)
    return _Known(
        ids=ids,
        elsewhere=ids_redeemed(one.scan.id for one in asked) - set(ids),
        vouchers=vouchers,
        live=live,
        places=organisations_named(row.place_id for row in live.values()),
    )


def _told(one: Asked, known: _Known) -> Outcome | None:
    scan, code = one.scan, fold(one.scan.code)
    seen = known.vouchers.get(code)
    if row := known.ids.get(scan.id):
        same = seen and seen.id == row.voucher_id and row.training_session_id == one.workshop.id
        if same and seen:
            return Outcome(scan, None, seen.number, replayed=True, redeemed_at=row.redeemed_at)
        return Outcome(scan, IdAlreadyUsed(), seen.number if seen else None)
    if scan.id in known.elsewhere:
        return Outcome(scan, IdAlreadyUsed(), seen.number if seen else None)
    if seen is None:
        return Outcome(scan, why_unknown(code))
    if seen.state is State.HELD:
        return None
    live = known.live.get(seen.id)
    return Outcome(scan, _already_used(live, known) if live else refusal_of(Act.REDEEM, seen.state), seen.number)


def _already_used(live: Redemption, known: _Known) -> AlreadyRedeemed:
    place, day = known.places.get(live.place_id, ""), day_of(live.redeemed_at)
    return AlreadyRedeemed(where=f" le {day:%d/%m/%Y} ({place})" if place else f" le {day:%d/%m/%Y}")


def why_unknown(code: str) -> Refusal:
    """Why no voucher of the programme has this folded code: mistyped, of another programme, or unknown."""
    if programme_of_code(code):
        return CodeOfAnotherProgramme()
    if len(code) == LENGTH and not well_formed(code):
        return WrongCheckLetter(code=grouped_code(code))
    return UnknownCode(code=grouped_code(code)[:40])
