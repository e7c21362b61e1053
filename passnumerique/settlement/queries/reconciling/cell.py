"""One place in one month, pass by pass: what each of the four sources says of each."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, next_month, start_of
from passnumerique.ground.db import in_chunks
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.models import ClaimLine, IssuerRow, Payment
from passnumerique.settlement.rules import Verdict
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.training.models import Attendance
from passnumerique.training.rules import AttendanceStatus
from passnumerique.vouchers.models import Redemption


@dataclass
class PassSaid:
    """One pass: the day of its use by the register and by the issuer, whether somebody is on the sheet, its
    claim and its payment. None: that source says nothing."""

    number: int
    register: date | None = None
    issuer: date | None = None
    sheet: bool = False
    claim_id: UUID | None = None
    claim_number: int | None = None
    payment: str = ""

    @property
    def agrees(self) -> bool:
        """Whether register, issuer and sheet say the same."""
        return self.register is not None and self.register == self.issuer and self.sheet


def passes_of(actor: Actor, programme_id: UUID, place_id: UUID, month: date) -> list[PassSaid]:
    """The passes used at a place in a month according to the register or the issuer, by number."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    found: dict[int, PassSaid] = {}
    uses = _uses(programme_id, place_id, start_of(month), start_of(next_month(month)))
    seated = _seated(programme_id, [use.participant_id for use in uses if use.participant_id])
    for use in uses:
        number = use.voucher.number
        found[number] = PassSaid(number, day_of(use.redeemed_at), sheet=use.participant_id in seated)
    _add_issuer(programme_id, place_id, month, found)
    _add_claims(programme_id, [use.id for use in uses], found)
    return [found[number] for number in sorted(found)]


def _uses(programme_id: UUID, place_id: UUID, first: datetime, until: datetime) -> list[Redemption]:
    rows = Redemption.objects.filter(
        programme_id=programme_id,
        place_id=place_id,
        redeemed_at__gte=first,
        redeemed_at__lt=until,
        reversals__isnull=True,
    )
    return list(rows.select_related("voucher").order_by("redeemed_at", "id"))


def _seated(programme_id: UUID, ids: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for chunk in in_chunks(ids):
        rows = Attendance.objects.filter(programme_id=programme_id, id__in=chunk, status=AttendanceStatus.PRESENT)
        found.update(rows.values_list("id", flat=True).order_by())
    return found


def _add_issuer(programme_id: UUID, place_id: UUID, month: date, found: dict[int, PassSaid]) -> None:
    told = IssuerRow.objects.filter(programme_id=programme_id, kind=IssuerKind.REDEMPTIONS, verdict=RowVerdict.TAKEN)
    for number, day in told.filter(place_id=place_id, month=month).values_list("number", "day").order_by():
        if number is not None:
            found.setdefault(number, PassSaid(number)).issuer = day
    for chunk in in_chunks(sorted(found)):
        for number, day in told.filter(number__in=chunk).values_list("number", "day").order_by():
            if number is not None:
                found[number].issuer = found[number].issuer or day


def _add_claims(programme_id: UUID, use_ids: list[UUID], found: dict[int, PassSaid]) -> None:
    for chunk in in_chunks(use_ids):
        lines = ClaimLine.objects.filter(programme_id=programme_id, redemption_id__in=chunk).select_related("claim")
        claims = {line.claim_id for line in lines}
        paid = dict(
            Payment.objects.filter(programme_id=programme_id, claim_id__in=claims)
            .order_by("at")
            .values_list("claim_id", "reference")
        )
        for line in lines:
            one = found[line.voucher_number]
            one.claim_id, one.claim_number = line.claim_id, line.claim.number
            one.payment = paid.get(line.claim_id, "") if line.verdict == Verdict.APPROVED else ""
