"""What people say of a difference: whose it is, why, and whether it is settled. Appended, never changed."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.models import DifferenceNote
from passnumerique.settlement.queries.reconciling import difference
from passnumerique.settlement.rules.issuer.refusals import DifferenceChanged, DifferenceGone, ExplanationMissing
from passnumerique.settlement.rules.reconciling import FollowUp, Owner


def note_difference(
    *,
    programme_id: UUID,
    key: str,
    after: int,
    state: FollowUp,
    owner: Owner,
    reason: str,
    by: Actor,
    at: datetime,
) -> UUID:
    """Say whose a difference is, why it is there and how far it has come; the note's id.

    For the manager and finance. `after` is how many notes the writer had read. Refuses an explained or
    settled difference without a reason, one on which somebody wrote meanwhile, and one that is gone.
    """
    require(by, Permission.IMPORT_ISSUER_FILES)
    access_programme(by, programme_id)
    require_open_books(programme_id)
    if state is not FollowUp.OPEN and not reason.strip():
        raise ExplanationMissing
    standing = difference(by, programme_id, key, day_of(at))
    if standing is None:
        raise DifferenceGone
    if standing.notes != after:
        raise DifferenceChanged
    note = DifferenceNote(
        id=new_id(at),
        programme_id=programme_id,
        key=key,
        gap=standing.apart.gap,
        rank=after + 1,
        state=state,
        owner=owner,
        reason=reason.strip()[:400],
        at=at,
        by_user=by.user_id,
    )
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError as error:
        raise DifferenceChanged from error
    return note.id
