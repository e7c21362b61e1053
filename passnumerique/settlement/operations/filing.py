"""A place asks for its money: one claim for everything it took up to the end of a month."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.settlement.models import Claim, ClaimLine
from passnumerique.settlement.queries.claims import next_claim_number
from passnumerique.settlement.queries.dues import ToClaim, numbers_undone, redemptions_to_claim
from passnumerique.settlement.rules import ClaimState, check_month, sum_of
from passnumerique.settlement.rules.refusals import NothingToClaim
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.queries.reading import as_words, ranges_of
from passnumerique.vouchers.rules import BOOK, Act, require_date
from passnumerique.vouchers.rules.refusals import RangePartlyGone


def file_claim(*, programme_id: UUID, place_id: UUID, month: date, by: Actor, at: datetime) -> UUID:
    """Put every pass that the place took up to the end of the month, and not claimed yet, in one claim;
    returns its id.

    For the place. The fee of each line is that of the day on which the pass was taken. Refuses another
    place (NotFound), a month that still runs (but the one in which claims or the programme close), a
    day after the end of the claims, and a place with nothing to claim.
    """
    require(by, Permission.FILE_CLAIM)
    access_programme(by, programme_id)
    if by.organisation_id != place_id:
        raise NotFound
    _open_for_claims(programme_id, month_of(month), day_of(at))
    with transaction.atomic():
        take_turn(programme_id)
        found = redemptions_to_claim(programme_id, place_id, month_of(month))
        if not found:
            raise NothingToClaim
        claim = _write(
            Claim(
                id=new_id(at),
                programme_id=programme_id,
                place_id=place_id,
                month=month_of(month),
                prepared_by=signatory(by),
                filed_at=at,
            ),
            found,
        )
        settle(
            programme_id=programme_id,
            act=Act.CLAIM,
            voucher_ids=[one.voucher_id for one in found],
            subject_id=claim.id,
            by=by,
            at=at,
        )
        if undone := numbers_undone(programme_id, [one.redemption_id for one in found]):
            # Undone and used again between the reading and the claim: the claim would name what no longer stands.
            raise RangePartlyGone(numbers=as_words(ranges_of(undone)))
    return claim.id


def _open_for_claims(programme_id: UUID, month: date, day: date) -> None:
    held = held_on(programme_id, day)
    require_date(BOOK[Act.CLAIM].need, held.calendar, held.terms.tolerance_days, day)
    check_month(month, day, held.calendar)


def signatory(by: Actor) -> UUID:
    """The person behind an act that needs one by law. Refuses (NotAllowed) an actor that is nobody."""
    if by.user_id is None:
        raise NotAllowed
    return by.user_id


def _write(claim: Claim, found: Sequence[ToClaim]) -> Claim:
    amounts = sum_of((one.face_value_cents, one.fee_cents) for one in found)
    claim.number, claim.state = next_claim_number(claim.programme_id), ClaimState.FILED
    claim.passes, claim.net_cents = amounts.passes, amounts.net_cents
    claim.face_cents, claim.fee_cents = amounts.face_cents, amounts.fee_cents
    claim.save(force_insert=True)
    for chunk in in_chunks(found):
        ClaimLine.objects.bulk_create(_line(claim, one) for one in chunk)
    return claim


def _line(claim: Claim, one: ToClaim) -> ClaimLine:
    return ClaimLine(
        id=new_id(claim.filed_at),
        programme_id=claim.programme_id,
        claim=claim,
        first_claim=claim,
        redemption_id=one.redemption_id,
        voucher_id=one.voucher_id,
        voucher_number=one.number,
        redeemed_at=one.redeemed_at,
        training_session_id=one.training_session_id,
        module_id=one.module_id,
        face_value_cents=one.face_value_cents,
        fee_cents=one.fee_cents,
    )
