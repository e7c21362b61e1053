"""A place asks for its money: one claim for everything it took up to the end of a month."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.models import Claim, ClaimLine, PreparedClaim
from passnumerique.settlement.operations.checking import record_signs
from passnumerique.settlement.operations.proposing import close_prepared, open_for_claims, prepare_places
from passnumerique.settlement.queries.checking import signs_now
from passnumerique.settlement.queries.claims import next_claim_number
from passnumerique.settlement.queries.dues import ToClaim, numbers_undone, with_fees
from passnumerique.settlement.queries.preparing import access_prepared, open_prepared, proposed_ids, standing
from passnumerique.settlement.rules import ClaimState, Found, risk_of, sum_of
from passnumerique.settlement.rules.refusals import AlreadyConfirmed, NothingToClaim
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.queries.reading import as_words, ranges_of
from passnumerique.vouchers.rules import Act
from passnumerique.vouchers.rules.refusals import RangePartlyGone


def file_claim(*, programme_id: UUID, place_id: UUID, month: date, by: Actor, at: datetime) -> UUID:
    """Prepare the claim of a place for a month and confirm it at once, with what had been prepared already;
    returns its id.

    For the place. The fee of each line is that of the day on which the pass was taken. Refuses another
    place (NotFound), a month that still runs (but the one in which claims or the programme close), a
    day after the end of the claims, and a place with nothing to claim.
    """
    require(by, Permission.FILE_CLAIM)
    access_programme(by, programme_id)
    if by.organisation_id != place_id:
        raise NotFound
    open_for_claims(programme_id, month_of(month), day_of(at))
    signatory(by)
    with transaction.atomic():
        take_turn(programme_id)
        prepare_places(programme_id, month_of(month), [place_id], by, at)
        prepared = open_prepared(programme_id, place_id)
        if prepared is None:
            raise NothingToClaim
        return _confirm(prepared, by, at)


def confirm_claim(*, prepared_id: UUID, by: Actor, at: datetime) -> UUID:
    """Ask for the passes of a prepared claim, but those that the place left for later; the claim's id.

    For the place. What was undone since it was prepared falls out of it. The signs of each line are looked
    for and recorded with it. Refuses a claim confirmed already, a day after the end of the claims, and one
    with no pass left.
    """
    require(by, Permission.FILE_CLAIM)
    prepared = access_prepared(by, prepared_id)
    open_for_claims(prepared.programme_id, prepared.month, day_of(at))
    signatory(by)
    with transaction.atomic():
        take_turn(prepared.programme_id)
        now = open_prepared(prepared.programme_id, prepared.place_id)
        if now is None or now.id != prepared.id:
            raise AlreadyConfirmed
        return _confirm(now, by, at)


def _confirm(prepared: PreparedClaim, by: Actor, at: datetime) -> UUID:
    """Make the claim; in the caller's transaction, which holds the programme's turn."""
    programme_id = prepared.programme_id
    asked = standing(programme_id).filter(id__in=proposed_ids(prepared))
    found = with_fees(asked)
    if not found:
        raise NothingToClaim
    claim = _write(
        Claim(
            id=new_id(at),
            programme_id=programme_id,
            place_id=prepared.place_id,
            month=prepared.month,
            prepared_by=signatory(by),
            filed_at=at,
        ),
        found,
        signs_now(programme_id, prepared.place_id, asked, day_of(at)),
    )
    close_prepared(prepared, claim)
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


def signatory(by: Actor) -> UUID:
    """The person behind an act that needs one by law. Refuses (NotAllowed) an actor that is nobody."""
    if by.user_id is None:
        raise NotAllowed
    return by.user_id


def _write(claim: Claim, found: Sequence[ToClaim], signs: Mapping[UUID, Sequence[Found]]) -> Claim:
    amounts = sum_of((one.face_value_cents, one.fee_cents) for one in found)
    claim.number, claim.state = next_claim_number(claim.programme_id), ClaimState.FILED
    claim.passes, claim.net_cents = amounts.passes, amounts.net_cents
    claim.face_cents, claim.fee_cents = amounts.face_cents, amounts.fee_cents
    claim.save(force_insert=True)
    for chunk in in_chunks(found):
        lines = ClaimLine.objects.bulk_create(_line(claim, one, signs) for one in chunk)
        record_signs(claim, lines, signs)
    return claim


def _line(claim: Claim, one: ToClaim, signs: Mapping[UUID, Sequence[Found]]) -> ClaimLine:
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
        risk=risk_of(signs.get(one.redemption_id, ())),
    )
