"""The issuer's credit note at the end: what it is worth by the register, and what it says."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Max, Sum

from passnumerique.ground.money import euros
from passnumerique.settlement.models import ClosingStep, IssuerRow
from passnumerique.settlement.rules.closing import ClosingTask
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.settlement.rules.reconciling import Apart, Gap
from passnumerique.vouchers.models import Lot, Stock
from passnumerique.vouchers.rules import UNSPENT, State

_NEVER_USED = (*(state.value for state in UNSPENT), State.BLOCKED.value, State.CANCELLED.value)


def unspent_face_cents(programme_id: UUID) -> int:
    """Face value of the passes that were never used, those already returned to the envelope included."""
    return _face_cents(programme_id, _NEVER_USED)


def refused_face_cents(programme_id: UUID) -> int:
    """Face value of the passes whose payment was refused for good: no place is paid for them."""
    return _face_cents(programme_id, (State.REFUSED.value,))


def credit_cents(programme_id: UUID) -> int:
    """What the credit note is worth: the passes for which no place is paid, at face value only."""
    return unspent_face_cents(programme_id) + refused_face_cents(programme_id)


def _face_cents(programme_id: UUID, states: tuple[str, ...]) -> int:
    rows = Stock.objects.filter(programme_id=programme_id, state__in=states)
    faces = dict(Lot.objects.filter(programme_id=programme_id).values_list("id", "face_value_cents").order_by())
    counts = rows.values_list("lot_id").annotate(n=Sum("count")).order_by()
    return sum(n * faces[lot_id] for lot_id, n in counts)


def credit_note_of(programme_id: UUID) -> ClosingStep | None:
    """The credit note that was noted last."""
    rows = ClosingStep.objects.filter(programme_id=programme_id, task=ClosingTask.CREDIT_NOTE)
    return rows.order_by("-at", "-id").first()


def credit_apart(programme_id: UUID) -> Iterator[Apart]:
    """Where the credit note says another amount than the register: as it was noted, and as the issuer's files
    of credit notes say."""
    noted = credit_note_of(programme_id)
    if noted is not None and noted.stated_cents is not None:
        yield from _against("note", programme_id, noted.stated_cents, noted.done_on)
    told = IssuerRow.objects.filter(
        programme_id=programme_id, kind=IssuerKind.CREDIT_NOTES, verdict=RowVerdict.TAKEN
    ).aggregate(cents=Sum("amount_cents"), since=Max("day"))
    if told["cents"] is not None and told["since"] is not None:
        yield from _against("file", programme_id, abs(told["cents"]), told["since"])


def _against(subject: str, programme_id: UUID, stated: int, since: object) -> Iterator[Apart]:
    here = credit_cents(programme_id)
    if stated != here:
        yield Apart(Gap.CREDIT_APART, subject, since, here=euros(here), there=euros(stated), cents=stated - here)  # type: ignore[arg-type]
