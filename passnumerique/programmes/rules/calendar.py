"""The calendar of a programme, and how an extension changes it (law 2 of the design).

Five dates belong to the programme, none to a voucher. A revision holds all five as absolute days,
the day from which it is in force and the documents that set it. What any day says is found here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from passnumerique.ground.words import N_
from passnumerique.programmes.rules.documents import DocumentKind, Paper
from passnumerique.programmes.rules.refusals import (
    DatesOutOfOrder,
    DocumentMissing,
    DocumentNotInForce,
    ExtensionGoesBack,
    NothingExtended,
    WrongDocument,
)


class Milestone(StrEnum):
    """The five dates, in the order in which they must follow one another."""

    DISTRIBUTION_UNTIL = "distribution_until"
    VALIDITY_UNTIL = "validity_until"
    END_OF_TRAINING = "end_of_training"
    CLAIMS_UNTIL = "claims_until"
    CLOSING = "closing"


MILESTONE_WORDS = {
    Milestone.DISTRIBUTION_UNTIL: N_("fin de la remise des pass"),
    Milestone.VALIDITY_UNTIL: N_("fin de validité des pass"),
    Milestone.END_OF_TRAINING: N_("fin des formations"),
    Milestone.CLAIMS_UNTIL: N_("fin des demandes de remboursement"),
    Milestone.CLOSING: N_("clôture du programme"),
}


@dataclass(frozen=True)
class Calendar:
    """Five days, each the last on which the thing may be done."""

    distribution_until: date
    validity_until: date
    end_of_training: date
    claims_until: date
    closing: date

    def items(self) -> list[tuple[Milestone, date]]:
        return [(milestone, getattr(self, milestone.value)) for milestone in Milestone]

    def as_json(self) -> dict[str, str]:
        """The five days by name, as ISO texts."""
        return {milestone.value: day.isoformat() for milestone, day in self.items()}

    @classmethod
    def from_json(cls, given: Mapping[str, str]) -> "Calendar":
        """The calendar that `as_json` told."""
        return cls(**{milestone.value: date.fromisoformat(given[milestone.value]) for milestone in Milestone})

    def check(self) -> None:
        """Refuses days that do not follow one another (equal days may stand)."""
        for (earlier, earlier_day), (later, later_day) in pairwise(self.items()):
            if earlier_day > later_day:
                raise DatesOutOfOrder(
                    earlier=MILESTONE_WORDS[earlier],
                    earlier_day=earlier_day,
                    later=MILESTONE_WORDS[later],
                    later_day=later_day,
                )


@dataclass(frozen=True)
class CalendarInForce:
    """One revision: its dates, and since when they hold."""

    calendar: Calendar
    in_force_on: date
    rank: int


def in_force(revisions: Iterable[CalendarInForce], day: date) -> Calendar | None:
    """The dates that hold on `day`: those of the latest revision in force by then. None before the first."""
    standing = [revision for revision in revisions if revision.in_force_on <= day]
    return max(standing, key=lambda revision: (revision.in_force_on, revision.rank)).calendar if standing else None


def check_extension(
    before: Calendar,
    after: Calendar,
    deliberation: Paper | None,
    convention_amendment: Paper | None,
    mandate_amendment: Paper | None,
) -> date:
    """The day from which an extension holds: the latest of its three documents.

    Refuses a date moved back, no date moved at all, a document missing or of another kind, an
    amendment that does not cite the deliberation, and a document that binds nobody yet. Money is not
    an argument: an extension writes dates only.
    """
    check_later(before, after)
    act = _required(deliberation, DocumentKind.DELIBERATION, None)
    papers = [
        act,
        _required(convention_amendment, DocumentKind.CONVENTION_AMENDMENT, act.deliberation_id),
        _required(mandate_amendment, DocumentKind.MANDATE_AMENDMENT, act.deliberation_id),
    ]
    return max(_binding_day(paper) for paper in papers)


def check_later(before: Calendar, after: Calendar) -> None:
    """Refuses dates out of order, a date moved back, and no date moved at all."""
    after.check()
    for (milestone, earlier), (_, later) in zip(before.items(), after.items(), strict=True):
        if later < earlier:
            raise ExtensionGoesBack(milestone=MILESTONE_WORDS[milestone], before=earlier, after=later)
    if after == before:
        raise NothingExtended


def _required(paper: Paper | None, kind: DocumentKind, cites: UUID | None) -> Paper:
    if paper is None:
        raise DocumentMissing(kind=kind.words)
    if paper.kind != kind or paper.deliberation_id is None or cites not in (None, paper.deliberation_id):
        raise WrongDocument(reference=paper.reference, kind=kind.words)
    return paper


def _binding_day(paper: Paper) -> date:
    if paper.in_force_on is None:
        raise DocumentNotInForce(reference=paper.reference)
    return paper.in_force_on
