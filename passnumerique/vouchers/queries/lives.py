"""The lives of passes as they were known on the evening of a day: what happened to each, step by step.

Of every pass where there are at most `most`, of an even sample otherwise, so that ten million cost what some
thousands do: some six rows for each pass read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from passnumerique.ground.dates import day_of, end_of
from passnumerique.ground.db import in_chunks
from passnumerique.vouchers.models import Event, Handover, Redemption, Voucher
from passnumerique.vouchers.queries.pace import sample_of
from passnumerique.vouchers.rules import Act, State


@dataclass(frozen=True)
class Lived:
    """One step of a pass: the act, the state after it, the day, the structure it was with, and what the act was
    about (for a seat: the training session)."""

    act: Act
    target: State
    day: date
    structure_id: UUID
    subject_id: UUID | None


@dataclass(frozen=True)
class Told:
    """A pass and its steps in order; who received it and where it was used, as far as it was by that day."""

    number: int
    steps: list[Lived] = field(default_factory=list)
    commune: str = ""
    target_public: bool | None = None
    session_id: UUID | None = None
    module_id: UUID | None = None
    place_id: UUID | None = None


def lives_on(programme_id: UUID, until: date, most: int) -> tuple[list[Told], int]:
    """The lives of the passes sampled by the evening of a day, and how many passes were received by then. The
    caller has checked that the reader may see the programme."""
    numbers, received = sample_of(programme_id, end_of(until), most)
    return [one for chunk in in_chunks(numbers) for one in _lives(programme_id, chunk, end_of(until))], received


def _lives(programme_id: UUID, numbers: Sequence[int], before: datetime) -> list[Told]:
    rows = Voucher.objects.filter(programme_id=programme_id, number__in=list(numbers)).order_by("number")
    passes = list(rows.values_list("id", "number", "handover_id"))
    ids = [one for one, _, _ in passes]
    steps, used = _steps(programme_id, ids, before), _uses(programme_id, ids, before)
    people = _people(programme_id, {handover for _, _, handover in passes if handover}, before)
    nobody, nowhere = ("", None), (None, None, None)
    return [
        Told(number, steps[one], *people.get(handover, nobody), *used.get(one, nowhere))
        for one, number, handover in passes
        if one in steps
    ]


def _steps(programme_id: UUID, ids: Sequence[UUID], before: datetime) -> dict[UUID, list[Lived]]:
    rows = Event.objects.filter(programme_id=programme_id, voucher_id__in=list(ids), at__lt=before)
    told = rows.order_by("voucher_id", "step").values_list(
        "voucher_id", "act", "to_state", "at", "structure_id", "subject_id"
    )
    found: dict[UUID, list[Lived]] = {}
    for voucher, act, target, at, structure_id, subject_id in told:
        found.setdefault(voucher, []).append(Lived(Act(act), State(target), day_of(at), structure_id, subject_id))
    return found


def _uses(
    programme_id: UUID, ids: Sequence[UUID], before: datetime
) -> dict[UUID, tuple[UUID | None, UUID | None, UUID | None]]:
    """The session, module and place of the last use of each."""
    rows = Redemption.objects.filter(programme_id=programme_id, voucher_id__in=list(ids), recorded_at__lt=before)
    told = rows.order_by("turn").values_list("voucher_id", "training_session_id", "module_id", "place_id")
    return {voucher: (session_id, module_id, place_id) for voucher, session_id, module_id, place_id in told}


def _people(programme_id: UUID, ids: set[UUID], before: datetime) -> dict[UUID | None, tuple[str, bool | None]]:
    """The commune and the public of who received each of these hand-overs."""
    rows = Handover.objects.filter(programme_id=programme_id, id__in=sorted(ids), at__lt=before).order_by()
    told = rows.values_list("id", "recipient__commune", "recipient__target_public")
    return {handover: (commune, target) for handover, commune, target in told}
