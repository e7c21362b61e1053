"""The checks that come before a human: their signs are recorded with the lines of a claim."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import id_of
from passnumerique.settlement.models import Claim, ClaimLine, SignFound
from passnumerique.settlement.rules import Found


def record_signs(claim: Claim, lines: Sequence[ClaimLine], found: Mapping[UUID, Sequence[Found]]) -> None:
    """Record what was found on the lines of a claim just written; in the caller's transaction."""
    for chunk in in_chunks(list(_rows(claim, lines, found))):
        SignFound.objects.bulk_create(chunk)


def _rows(claim: Claim, lines: Sequence[ClaimLine], found: Mapping[UUID, Sequence[Found]]) -> Iterator[SignFound]:
    for line in lines:
        for one in found.get(line.redemption_id, ()):
            yield SignFound(
                id=id_of(claim.filed_at, f"{line.id} {one.sign}"),
                programme_id=claim.programme_id,
                line=line,
                sign=one.sign,
                weight=one.weight,
                details=dict(one.details),
                at=claim.filed_at,
            )
