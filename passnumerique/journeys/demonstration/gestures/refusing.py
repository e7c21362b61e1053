"""What becomes of contested passes whose place did not answer, or was not followed: refused for good, once a month."""

from collections import defaultdict
from uuid import UUID

from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.settlement import operations as settlement
from passnumerique.settlement.queries import claims, lines_of
from passnumerique.settlement.queries.answers import answer_until, lines_answered
from passnumerique.settlement.rules import Verdict

FIRST_YEAR = 2023
REFUSING_DAY = 24
WHY = "Aucune feuille signée dans le délai (fictif)"


def refuse_for_good(stage: Stage, cast: Cast) -> None:
    """On the 24th, from 2023 on, the manager, who did not contest them, refuses the lines whose delay is over."""
    if stage.day.year < FIRST_YEAR or stage.day.day != REFUSING_DAY:
        return
    for claim_id, line_ids in _unheard(stage, cast).items():
        settlement.refuse_lines(claim_id=claim_id, line_ids=line_ids, reason=WHY, by=cast.manager, at=stage.at(16))


def _unheard(stage: Stage, cast: Cast) -> dict[UUID, list[UUID]]:
    """The contested lines whose place may answer no more and does not wait for an answer, by claim."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for claim in claims(cast.manager, stage.programme_id).filter(lines__verdict=Verdict.REJECTED).distinct():
        until = answer_until(claim)
        if until is None or stage.day <= until:
            continue
        contested = lines_of(cast.manager, claim.id).filter(verdict=Verdict.REJECTED)
        ids = [line.id for line in contested]
        waiting = lines_answered(stage.programme_id, ids)
        found[claim.id] += [line_id for line_id in ids if line_id not in waiting]
    return {claim_id: ids for claim_id, ids in found.items() if ids}
