"""A file imported by mistake is withdrawn: it stays as evidence, and its lines count no more."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.db import in_chunks
from passnumerique.programmes.operations import take_turn
from passnumerique.settlement.models import IssuerFile, IssuerRow
from passnumerique.settlement.queries.issuer import access_issuer_file, has_paid, rows_of_file, rows_to_count_again
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.settlement.rules.issuer.refusals import (
    FileAlreadyWithdrawn,
    FileHasPaid,
    LotFileStays,
    WithdrawalWithoutReason,
)


def withdraw_issuer_file(*, programme_id: UUID, file_id: UUID, reason: str, by: Actor, at: datetime) -> int:
    """Let the lines of a file count no more; returns how many counted. What another file says too counts
    from there.

    For the manager and finance. Refuses a missing reason, the file of a lot that was received, one from which
    payments were recorded, and a file withdrawn already. The same file may be imported anew afterwards.
    """
    require(by, Permission.IMPORT_ISSUER_FILES)
    file = access_issuer_file(by, programme_id, file_id)
    if not reason.strip():
        raise WithdrawalWithoutReason
    if file.kind == IssuerKind.LOTS:
        raise LotFileStays
    with transaction.atomic():
        take_turn(programme_id)
        if has_paid(file):
            raise FileHasPaid
        standing = IssuerFile.objects.filter(programme_id=programme_id, id=file.id, withdrawn_at__isnull=True)
        if not standing.update(withdrawn_at=at, withdrawn_by=by.user_id, withdrawn_reason=reason.strip()[:240]):
            raise FileAlreadyWithdrawn
        taken = rows_of_file(file, RowVerdict.TAKEN.value).values_list("fingerprint", flat=True)
        prints = [bytes(one) for one in taken]
        rows_of_file(file).update(verdict=RowVerdict.WITHDRAWN)
        for chunk in in_chunks(rows_to_count_again(programme_id, IssuerKind(file.kind), prints)):
            again = IssuerRow.objects.filter(programme_id=programme_id, id__in=list(chunk))
            again.update(verdict=RowVerdict.TAKEN, told="")
    return len(prints)
