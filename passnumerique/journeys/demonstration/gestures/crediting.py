"""The issuer's credit note: it forgets the passes whose payment was refused; somebody says so a week later."""

from datetime import timedelta

from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.settlement.operations.reconciling import note_difference
from passnumerique.settlement.queries.credit import credit_apart, credit_note_of
from passnumerique.settlement.queries.reconciling import is_explained, notes_of
from passnumerique.settlement.rules.reconciling import FollowUp, Owner

AFTER = timedelta(days=7)
WHY = "L’émetteur a oublié les pass au remboursement refusé\u202f: avoir rectificatif promis par écrit (fictif)."


def explain_credit(stage: Stage, cast: Cast) -> None:
    """From a week after the credit note on, a difference with the register is explained on the day it is seen."""
    noted = credit_note_of(stage.programme_id)
    if noted is None or stage.day < noted.done_on + AFTER:
        return
    for apart in credit_apart(stage.programme_id):
        if not is_explained(stage.programme_id, apart.key):
            note_difference(
                programme_id=stage.programme_id,
                key=apart.key,
                after=notes_of(cast.finance, stage.programme_id, apart.key).count(),
                state=FollowUp.EXPLAINED,
                owner=Owner.ISSUER,
                reason=WHY,
                by=cast.finance,
                at=stage.at(15),
            )
