"""Handing passes to a person at the counter: brackets and a commune, never a name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.beneficiaries.operations import erase_contacts, note_contact, note_recipient
from passnumerique.beneficiaries.queries import contacts_known, keys_of, same_person
from passnumerique.beneficiaries.rules import Profile
from passnumerique.directory.queries import accredited_on
from passnumerique.directory.rules import AccreditationKind, Actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, Refusal
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, held_on, in_territory, merged_commune
from passnumerique.programmes.rules import CommuneMerged, Eligible, OutsideTerritory, Terms
from passnumerique.vouchers.models import Handover
from passnumerique.vouchers.operations.moving import Target, new_deed
from passnumerique.vouchers.operations.stock import move_all
from passnumerique.vouchers.queries.listing import access_handover
from passnumerique.vouchers.queries.reading import Range, every_voucher_in
from passnumerique.vouchers.queries.stock import handed_to
from passnumerique.vouchers.rules import BOOK, Act, State, require_date, require_role
from passnumerique.vouchers.rules.refusals import EmptyRange, StructureNotActive, TooManyForOnePerson


def hand_over(
    *,
    programme_id: UUID,
    structure_id: UUID,
    numbers: Sequence[Range],
    profile: Profile,
    by: Actor,
    at: datetime,
    cause: str = "",
) -> UUID:
    """Give passes of the structure's stock to a person; returns the hand-over's id.

    For a prescriber, from its own stock. Refuses a structure not accredited that day, a day after the
    end of the distribution, a commune outside the territory where residents alone are eligible, more
    passes than one person may have, a contact or an identity that cannot be read, a contact without consent,
    numbers unknown, and passes not in its stock. All or nothing.
    """
    require_role(Act.HAND_OVER, by)
    access_programme(by, programme_id)
    if by.organisation_id != structure_id:
        raise NotAllowed
    _may_hand_over(programme_id, structure_id, profile, at)
    vouchers = every_voucher_in(programme_id, numbers)
    if not vouchers:
        raise EmptyRange
    handover_id = new_id(at)
    deed = new_deed(programme_id, Act.HAND_OVER, by, at, subject_id=handover_id, cause=cause)
    with transaction.atomic():
        _keep_to_cap(programme_id, profile, len(vouchers), at)
        recipient_id = note_recipient(programme_id=programme_id, profile=profile, at=at)
        for wanted in profile.wants:
            note_contact(programme_id=programme_id, recipient_id=recipient_id, wanted=wanted, by=by, at=at)
        handover = Handover.objects.create(
            id=handover_id,
            programme_id=programme_id,
            structure_id=structure_id,
            recipient_id=recipient_id,
            quantity=len(vouchers),
            at=at,
            by_user=by.user_id,
        )
        move_all(
            deed,
            [vouchers],
            structure_id,
            Target(State.HELD, sets={"handover_id": handover.id, "commune": profile.commune}),
        )
    return handover.id


def withdraw_contacts_of(*, programme_id: UUID, handover_id: UUID, by: Actor, at: datetime) -> int:
    """Forget every contact that the person of a hand-over left; returns how many were still kept.

    For the structure that made the hand-over, and for who manages the programme. What recognises the person
    for the cap stays until closing. Refuses a hand-over out of reach.
    """
    recipient_id = access_handover(by, programme_id, handover_id).recipient_id
    known = contacts_known(programme_id, [recipient_id]).get(recipient_id, [])
    kept = [one.id for one in known if one.gone_at is None]
    return erase_contacts(programme_id=programme_id, contact_ids=kept, by=by, at=at)


def _may_hand_over(programme_id: UUID, structure_id: UUID, profile: Profile, at: datetime) -> None:
    day = day_of(at)
    held = held_on(programme_id, day)
    require_date(BOOK[Act.HAND_OVER].need, held.calendar, held.terms.tolerance_days, day)
    if not accredited_on(programme_id, structure_id, AccreditationKind.PRESCRIBER, day):
        raise StructureNotActive(day=day)
    if _residents_only(held.terms) and not in_territory(programme_id, profile.commune):
        raise _why_outside(programme_id, profile.commune)


def _why_outside(programme_id: UUID, commune: str) -> Refusal:
    merged = merged_commune(programme_id, commune)
    if merged:
        return CommuneMerged(commune=merged.name, now=merged.now_name, code=merged.now_code)
    return OutsideTerritory(commune=commune)


def _residents_only(terms: Terms) -> bool:
    return terms.eligible is Eligible.RESIDENTS


def _keep_to_cap(programme_id: UUID, profile: Profile, asked: int, at: datetime) -> None:
    """The cap counts what the same contact or identity had before, when one is given; otherwise this
    hand-over alone."""
    cap = held_on(programme_id, day_of(at)).terms.passes_per_person
    keys = keys_of(programme_id, profile)
    if keys:
        take_turn(programme_id)
    before = handed_to(programme_id, same_person(programme_id, keys)) if keys else 0
    if before + asked > cap:
        raise TooManyForOnePerson(cap=cap, count=before + asked)
