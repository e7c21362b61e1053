"""What follows a contested pass and a sum paid by mistake, once each: an answer that is heard, an undue taken back."""

from typing import Any

from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.settlement import operations as settlement
from passnumerique.settlement.queries import claims, lines_of
from passnumerique.settlement.queries.answers import answer_until, answers
from passnumerique.settlement.queries.recoveries import undue_sums
from passnumerique.settlement.rules import ClaimState, Verdict

FIRST_YEAR = 2023
ANSWERING_DAY, HEARING_DAY, MISTAKE_DAY = 18, 22, 27
SHEET = b"%PDF-1.4\n% feuille d'emargement (fictive)\n%%EOF\n"


def answer_once(stage: Stage, cast: Cast) -> None:
    """On the 18th a place answers about its first contested pass, with the sheet; on the 22nd the manager, who did
    not contest it, hears it."""
    if stage.day.year < FIRST_YEAR:
        return
    known = answers(cast.manager, stage.programme_id)
    if stage.day.day == ANSWERING_DAY and not known.exists():
        _answer(stage, cast)
    if stage.day.day == HEARING_DAY:
        for row in known.filter(decided_at__isnull=True):
            settlement.decide_answer(
                answer_id=row.id, accept=True, reason="Feuille reçue, signée", by=cast.manager, at=stage.at(11)
            )


def _answer(stage: Stage, cast: Cast) -> None:
    for claim in claims(cast.finance, stage.programme_id):
        until = answer_until(claim)
        line = lines_of(cast.finance, claim.id).filter(verdict=Verdict.REJECTED).first()
        if line and until and stage.day <= until and claim.place_id in cast.places:
            settlement.answer_rejection(
                line_id=line.id,
                text="La feuille était restée au lieu. Elle est jointe, signée par chaque personne présente.",
                file_name="feuille-signee.pdf",
                content=SHEET,
                by=cast.places[claim.place_id],
                at=stage.at(10),
            )
            return


def find_a_mistake(stage: Stage, cast: Cast) -> None:
    """On the 27th, once, finance finds a pass that was paid by mistake; the next claim of its place gives it back."""
    if stage.day.year < FIRST_YEAR or stage.day.day != MISTAKE_DAY:
        return
    if undue_sums(cast.finance, stage.programme_id).exists():
        return
    paid = claims(cast.finance, stage.programme_id, state=ClaimState.PAID)
    wrong: Any = next((line for claim in paid for line in _paid_lines(cast, claim)), None)
    if wrong:
        settlement.recover(
            claim_id=wrong.claim_id,
            line_ids=[wrong.id],
            cause="Atelier annulé, pass payé à tort",
            by=cast.finance,
            at=stage.at(11),
        )


def _paid_lines(cast: Cast, claim: Any) -> Any:
    return lines_of(cast.finance, claim.id).filter(verdict=Verdict.APPROVED)[:1]
