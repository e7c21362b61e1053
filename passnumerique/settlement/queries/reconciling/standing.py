"""The reconciliation as people read it: each difference with its owner, its reason and its age."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import NOBODY
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.models import DifferenceNote
from passnumerique.settlement.queries.reconciling.asking import MOST
from passnumerique.settlement.queries.reconciling.money import of_money
from passnumerique.settlement.queries.reconciling.passes import pass_by_pass
from passnumerique.settlement.queries.reconciling.sources import Cell, cells, not_claimed
from passnumerique.settlement.rules.reconciling import Apart, FollowUp, Gap, Owner


@dataclass(frozen=True)
class Standing:
    """One difference as it stands: what it is, at which place, who answers for it, what was said of it last."""

    apart: Apart
    place: str
    other_place: str
    state: FollowUp
    owner: Owner
    reason: str
    age_days: int
    notes: int


@dataclass(frozen=True)
class Reconciliation:
    """The four sources side by side, and every difference between them."""

    cells: list[Cell]
    places: dict[UUID, str]
    differences: list[Standing]

    @property
    def open(self) -> int:
        """How many differences nobody has explained or settled."""
        return sum(one.state is FollowUp.OPEN for one in self.differences)

    @property
    def cut(self) -> list[Gap]:
        """Kinds of which there are more than are told."""
        counts = Counter(one.apart.gap for one in self.differences)
        return [gap for gap, many in counts.items() if many > MOST]


def reconcile(actor: Actor, programme_id: UUID, today: date) -> Reconciliation:
    """Compare the four sources of a programme. For who reads the accounts; time grows with the number of
    passes used, and memory with the number of differences."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    every = cells(programme_id)
    found = [*pass_by_pass(programme_id, every), *not_claimed(every, today), *of_money(programme_id)]
    ids = {one.place_id for one in every} | {one.place_id for one in found} | {one.other_place_id for one in found}
    places = organisations_named(ids - {NOBODY})
    return Reconciliation(every, places, _standing(programme_id, found, places, today))


def _standing(programme_id: UUID, found: Iterable[Apart], places: dict[UUID, str], today: date) -> list[Standing]:
    notes = _latest(programme_id)
    rows = (_one(apart, notes.get(apart.key), places, today) for apart in found)
    return sorted(rows, key=lambda one: (list(FollowUp).index(one.state), -one.age_days, one.apart.key))


def _one(apart: Apart, note: DifferenceNote | None, places: dict[UUID, str], today: date) -> Standing:
    return Standing(
        apart,
        places.get(apart.place_id, ""),
        places.get(apart.other_place_id, ""),
        FollowUp(note.state) if note else FollowUp.OPEN,
        Owner(note.owner) if note else apart.rule.owner,
        note.reason if note else "",
        apart.age_on(today),
        note.rank if note else 0,
    )


def _latest(programme_id: UUID) -> dict[str, DifferenceNote]:
    """The latest note of each difference that anybody wrote about."""
    rows = DifferenceNote.objects.filter(programme_id=programme_id).order_by("rank")
    return {row.key: row for row in rows}


def is_explained(programme_id: UUID, key: str) -> bool:
    """Whether somebody has said last that a difference is explained or settled."""
    last = DifferenceNote.objects.filter(programme_id=programme_id, key=key).order_by("-rank").first()
    return last is not None and last.state != FollowUp.OPEN


def difference(actor: Actor, programme_id: UUID, key: str, today: date) -> Standing | None:
    """One difference as it stands; None when the sources agree by now."""
    return next((one for one in reconcile(actor, programme_id, today).differences if one.apart.key == key), None)


def notes_of(actor: Actor, programme_id: UUID, key: str) -> QuerySet[DifferenceNote]:
    """What was said of a difference, first to last; it stays when the difference is gone."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    return DifferenceNote.objects.filter(programme_id=programme_id, key=key).order_by("rank")


def notes_by_key(actor: Actor, programme_id: UUID) -> QuerySet[DifferenceNote]:
    """Everything that was said of differences, latest first."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    return DifferenceNote.objects.filter(programme_id=programme_id).order_by("-at", "-rank")
