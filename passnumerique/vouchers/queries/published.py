"""Passes used, as what is published counts them: by the month in which the register learnt of it, and by hand-over,
so that people can be counted too. Nobody is named. Whoever calls hides the small figures."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, DateField
from django.db.models.functions import TruncMonth

from passnumerique.ground.dates import PARIS, day_of, month_of
from passnumerique.vouchers.models import Handover, Redemption, Reversal


class Used(NamedTuple):
    """Where and when passes of one hand-over were used: the month (its first day) in which it was recorded."""

    month: date
    place_id: UUID
    module_id: UUID
    commune: str
    handover_id: UUID | None


class Holder(NamedTuple):
    """What is known of who received passes by a hand-over."""

    structure_id: UUID
    age_bracket: str
    status: str
    target_public: bool


def uses_recorded(programme_id: UUID, before: datetime, told_at: Callable[[date], datetime]) -> Counter[Used]:
    """The passes used whose use was recorded before an instant, less those undone before their month was told
    (`told_at`): what comes later changes no figure."""
    rows = Redemption.objects.filter(programme_id=programme_id, recorded_at__lt=before)
    month = TruncMonth("recorded_at", output_field=DateField(), tzinfo=PARIS)
    keys = ("month", "place_id", "module_id", "voucher__commune", "voucher__handover_id")
    counted = rows.annotate(month=month).values_list(*keys).annotate(n=Count("id")).order_by()
    found = Counter({Used(*row[:-1]): row[-1] for row in counted})
    for at, recorded, place, module, commune, handover in _undone(programme_id, before):
        first = month_of(day_of(recorded))
        if at < told_at(first):
            found[Used(first, place, module, commune, handover)] -= 1
    return +found


def _undone(programme_id: UUID, before: datetime) -> list[tuple[datetime, datetime, UUID, UUID, str, UUID | None]]:
    rows = Reversal.objects.filter(programme_id=programme_id, redemption__recorded_at__lt=before)
    names = ("recorded_at", "place_id", "module_id", "voucher__commune", "voucher__handover_id")
    return list(rows.order_by().values_list("at", *(f"redemption__{name}" for name in names)))


def holders(programme_id: UUID, before: datetime) -> dict[UUID, Holder]:
    """Who received the passes of each hand-over made before an instant: brackets and flags, never a name."""
    rows = Handover.objects.filter(programme_id=programme_id, at__lt=before).order_by()
    told = rows.values_list(
        "id", "structure_id", "recipient__age_bracket", "recipient__status", "recipient__target_public"
    )
    return {row[0]: Holder(*row[1:]) for row in told}
