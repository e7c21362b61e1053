"""Four letters instead of a whole code: the end of the card of a pass that already booked a seat.

The list names the pass by its number; only the card tells its letters, so they show that the card is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from passnumerique.directory.operations import note_failed_codes
from passnumerique.directory.queries import too_many_failed_codes
from passnumerique.ground.codes import fold
from passnumerique.ground.refusals import Refusal
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries.attending import seats_with_passes
from passnumerique.training.rules import ENDING, MOST_WRONG_ENDINGS
from passnumerique.training.rules.refusals import EndingOfSeveral, EndingsTriedTooOften, EndingUnknown, EndingWrong
from passnumerique.vouchers.operations.redeeming import Scan
from passnumerique.vouchers.queries.proving import codes_of_numbers


@dataclass(frozen=True, slots=True)
class Read:
    """The passes of one line with whole codes, the seat that an ending found, or why one was not understood."""

    scans: tuple[Scan, ...]
    seat_id: UUID | None = None
    refusal: Refusal | None = None


class Endings:
    """Four letters read against the passes that booked seats of one session; wrong ones are counted, outside
    of the act, so that nobody tries them all."""

    def __init__(self, session: TrainingSession, at: datetime) -> None:
        self._session, self._at, self._wrong = session, at, 0
        self._subject = f"sheet:{session.id}"
        self._cards: dict[UUID, str] | None = None

    def read(self, lines: Sequence[tuple[UUID | None, Sequence[Scan]]], keys: Sequence[UUID] = ()) -> dict[UUID, Read]:
        """Each line's passes, under its seat or its key. An ending without a seat finds one."""
        found = {}
        for place, (seat_id, scans) in enumerate(lines):
            found[keys[place] if keys else seat_id or scans[0].id] = self._line(seat_id, scans)
        note_failed_codes(self._subject, self._wrong, at=self._at)
        return found

    def _line(self, seat_id: UUID | None, scans: Sequence[Scan]) -> Read:
        whole: list[Scan] = []
        for scan in scans:
            if len(ending := fold(scan.code)) == ENDING:
                try:
                    seat_id, code = self._whole(ending, seat_id)
                except Refusal as refusal:
                    return Read(tuple(scans), seat_id, refusal)
                scan = replace(scan, code=code)  # noqa: PLW2901 — the same pass, now with its whole code
            whole.append(scan)
        return Read(tuple(whole), seat_id)

    def _whole(self, ending: str, seat_id: UUID | None) -> tuple[UUID, str]:
        if self._wrong >= MOST_WRONG_ENDINGS or self._waits():
            raise EndingsTriedTooOften
        fits = {seat: code for seat, code in self._known().items() if code.endswith(ending)}
        if seat_id is not None and seat_id in fits:
            return seat_id, fits[seat_id]
        if seat_id is None and len(fits) == 1:
            return next(iter(fits.items()))
        if seat_id is None and fits:
            raise EndingOfSeveral
        self._wrong += 1
        raise EndingUnknown if seat_id is None or seat_id not in self._known() else EndingWrong

    def _known(self) -> dict[UUID, str]:
        """The codes of the passes that booked seats here, by seat; those of an issuer's lot are not kept."""
        if self._cards is None:
            seats = {seat.id: seat.voucher_number or 0 for seat in seats_with_passes(*self._key)}
            codes = codes_of_numbers(self._session.programme_id, set(seats.values()))
            self._cards = {seat: codes[number] for seat, number in seats.items() if number in codes}
        return self._cards

    def _waits(self) -> bool:
        return too_many_failed_codes(self._subject, at=self._at, most=MOST_WRONG_ENDINGS) is not None

    @property
    def _key(self) -> tuple[UUID, UUID]:
        return self._session.programme_id, self._session.id
