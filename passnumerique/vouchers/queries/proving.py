"""Passes that booked a seat: known by their number, proved by the end of their code. Who has the card can read
it, who has only the list cannot. The codes stay inside the operations: no page and no paper gets them here."""

from collections.abc import Mapping
from uuid import UUID

from passnumerique.vouchers.models import Event, Voucher
from passnumerique.vouchers.queries.history import printed_code
from passnumerique.vouchers.rules import Act


def codes_of_numbers(programme_id: UUID, numbers: set[int]) -> Mapping[int, str]:
    """The codes of these passes, by number; those whose code came from an issuer's file are not there: it is
    not kept. Only for an operation that compares them with what somebody reads on a card."""
    rows = Voucher.objects.filter(programme_id=programme_id, number__in=numbers).select_related("lot")
    return {row.number: code for row in rows.order_by("number") if (code := printed_code(row))}


def reserved_for(programme_id: UUID, number: int, session_id: UUID) -> bool:
    """Whether this pass ever reserved a seat at that session."""
    rows = Event.objects.filter(programme_id=programme_id, voucher__number=number, act=Act.RESERVE)
    return rows.filter(subject_id=session_id).exists()
