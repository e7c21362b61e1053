"""How a paper is written, for the acts of this room."""

from datetime import datetime
from uuid import UUID

from passnumerique.ground.ids import new_id
from passnumerique.programmes.models import Document
from passnumerique.programmes.rules import Paper, ReferenceTaken


def write_paper(programme_id: UUID, paper: Paper, at: datetime) -> Document:
    """The row of a paper, inside the caller's transaction and turn. Refuses a reference already taken."""
    if Document.objects.filter(programme_id=programme_id, reference=paper.reference).exists():
        raise ReferenceTaken(reference=paper.reference)
    return Document.objects.create(
        id=new_id(at),
        programme_id=programme_id,
        kind=paper.kind,
        reference=paper.reference,
        title=paper.title,
        counterpart=paper.counterpart,
        deliberation_id=paper.deliberation_id,
        signed_on=paper.signed_on,
        in_force_on=paper.in_force_on,
        recorded_at=at,
    )
