"""What the checks look at: each redemption of a claim with its session, sheet, place, structure and person.

A few statements, whatever the number of lines: sets are named by the claim, never by their rows.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from passnumerique.directory.queries import accreditation_periods, organisations_by_id
from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY
from passnumerique.programmes.queries import terms_on, terms_on_days
from passnumerique.programmes.rules import Terms
from passnumerique.settlement.models import Claim, ClaimLine, SignFound
from passnumerique.settlement.rules import Found, Limits, Use, signs_of
from passnumerique.training.models import SheetClosing, SheetEvidence, TrainingSession
from passnumerique.vouchers.models import Handover, Redemption

_MINUTE = 60


def limits_of(terms: Terms) -> Limits:
    """From when on signs show, by the parameters of a day."""
    return Limits(terms.hours_margin_minutes, terms.series_passes, terms.series_minutes)


def signs_now(programme_id: UUID, place_id: UUID, redeemed: QuerySet[Redemption], day: date) -> dict[UUID, list[Found]]:
    """The signs that redemptions of a place show on a day, by redemption: a few statements for any number."""
    limits = limits_of(terms_on(programme_id, day))
    return signs_of(uses_among(programme_id, place_id, redeemed.order_by().values("id")), limits)


def uses_among(programme_id: UUID, place_id: UUID, redemption_ids: QuerySet[Any, Any]) -> list[Use]:
    """The redemptions of a place that a subquery names, as the checks see them now."""
    person = Handover.objects.filter(programme_id=programme_id, id=OuterRef("voucher__handover_id"))
    redeemed = Redemption.objects.filter(programme_id=programme_id, id__in=redemption_ids)
    rows = list(
        redeemed.select_related("voucher__lot")
        .annotate(person=Subquery(person.values("recipient_id")[:1]))
        .order_by("voucher__number")
    )
    seen = _Seen(programme_id, place_id, redeemed.order_by().values("training_session_id"), rows)
    return [seen.use(row) for row in rows]


class _Seen:
    """What is known of the sessions, the place and the structures of some redemptions."""

    def __init__(self, programme_id: UUID, place_id: UUID, session_ids: QuerySet[Any, Any], rows: list[Any]) -> None:
        self.place_id = place_id
        sessions = TrainingSession.objects.filter(programme_id=programme_id, id__in=session_ids)
        self.sessions = {row.id: row for row in sessions.select_related("module").order_by()}
        self.signed = _signed(programme_id, session_ids)
        self.periods = accreditation_periods(programme_id, AccreditationKind.PLACE).get(place_id, [])
        self.same = _same_organisation(place_id, {row.structure_id for row in rows})
        self.terms = terms_on_days(programme_id, {day_of(row.redeemed_at) for row in rows})

    def use(self, row: Any) -> Use:
        """One redemption as the checks see it."""
        session, day = self.sessions.get(row.training_session_id), day_of(row.redeemed_at)
        return Use(
            redemption_id=row.id,
            number=row.voucher.number,
            booklet=row.voucher.booklet,
            redeemed_at=row.redeemed_at,
            session_id=row.training_session_id,
            starts_at=session.starts_at if session else None,
            ends_at=session.ends_at if session else None,
            sheet=row.training_session_id in self.signed,
            accredited=_within(self.periods, day),
            same_organisation=row.structure_id in self.same,
            person_id=row.person,
            booklet_size=row.voucher.lot.booklet_size,
            passes_a_person=_price(self.terms[day], session),
        )


def _signed(programme_id: UUID, session_ids: QuerySet[Any, Any]) -> set[UUID]:
    """The sessions whose sheet is closed, or of which a signed sheet was attached."""
    closed = SheetClosing.objects.filter(
        programme_id=programme_id, training_session_id__in=session_ids, reopened_at__isnull=True
    )
    scanned = SheetEvidence.objects.filter(programme_id=programme_id, training_session_id__in=session_ids)
    found = [rows.order_by().values_list("training_session_id", flat=True) for rows in (closed, scanned)]
    return {one for rows in found for one in rows}


def _within(periods: Iterable[tuple[date, date | None]], day: date) -> bool:
    return any(first <= day and (last is None or day <= last) for first, last in periods)


def _same_organisation(place_id: UUID, structure_ids: set[UUID]) -> set[UUID]:
    """The structures that are the place itself, or the same legal person by the SIREN of their SIRET."""
    known = organisations_by_id({place_id, *structure_ids} - {NOBODY})
    siren = known[place_id].pivot[:9] if place_id in known else ""
    twins = {one for one in structure_ids if siren and one in known and known[one].pivot[:9] == siren}
    return twins | ({place_id} & structure_ids)


def _price(terms: Terms, session: Any) -> int:
    if session is None:
        return 1
    minutes = int((session.ends_at - session.starts_at).total_seconds()) // _MINUTE
    return max(1, terms.passes_for(minutes, session.module.price_passes))


def signs_on(claim: Claim) -> dict[UUID, list[SignFound]]:
    """The signs recorded on the lines of a claim, by line, heaviest first."""
    return signs_on_lines(claim.lines.order_by())


def signs_on_lines(lines: Iterable[ClaimLine]) -> dict[UUID, list[SignFound]]:
    """The signs recorded on these lines of one claim, by line, heaviest first."""
    claims = {(line.programme_id, line.claim_id) for line in lines}
    found: dict[UUID, list[SignFound]] = {}
    for programme_id, claim_id in claims:
        rows = SignFound.objects.filter(programme_id=programme_id, line__claim=claim_id)
        for row in rows.order_by("-weight", "sign"):
            found.setdefault(row.line_id, []).append(row)
    return found
