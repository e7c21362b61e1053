"""The money of the scheme: what funders bring, an undue sum that comes back, what is given back at the end."""

from datetime import timedelta

from passnumerique.directory.rules import Actor
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.ledger.queries import balances, cash_totals
from passnumerique.ledger.rules import Account, Cash, Pocket
from passnumerique.programmes.queries import funding_shares, revisions
from passnumerique.settlement import operations as settlement
from passnumerique.settlement.queries import claims, lines_of
from passnumerique.settlement.rules import CashKind, ClaimState
from passnumerique.vouchers.queries.reading import vouchers_in_state
from passnumerique.vouchers.rules import State

FIRST_MONEY = timedelta(days=44)
UNDUE_BEFORE_END, BACK_AFTER = timedelta(days=104), timedelta(days=20)


def extended(stage: Stage) -> bool:
    """Whether the dates are those that nobody puts off any more."""
    return stage.script.extension is None or len(revisions(stage.programme_id)) > 1


def bring_funds(stage: Stage, cast: Cast) -> None:
    """Six weeks after the start, each contributor pays its share into the scheme's treasury."""
    if stage.day != stage.file.programme.starts_on + FIRST_MONEY:
        return
    for rank, share in enumerate(funding_shares(stage.programme_id), start=1):
        settlement.record_funds(
            programme_id=stage.programme_id,
            contributor=share.contributor,
            amount_cents=share.amount_cents,
            reference=f"TITRE-DEMO-{rank}",
            received_on=stage.day,
            by=cast.finance,
            at=stage.at(17, 20),
        )


def take_undue_back(stage: Stage, cast: Cast) -> None:
    """Once, after an extension: a line paid by mistake is declared undue, and the place gives it back."""
    if not extended(stage):
        return
    declared = stage.calendar.validity_until - UNDUE_BEFORE_END
    if stage.day == declared:
        _declare(stage, cast.finance)
    elif stage.day == declared + BACK_AFTER:
        _give_back(stage, cast.finance)


def _declare(stage: Stage, by: Actor) -> None:
    claim = claims(by, stage.programme_id, state=ClaimState.PAID).first()
    line = lines_of(by, claim.id).filter(reason="").first() if claim else None
    if claim and line:
        settlement.recover(
            claim_id=claim.id,
            line_ids=[line.id],
            cause="Atelier annulé, payé par erreur",
            by=by,
            at=stage.at(16, 30),
        )


def _give_back(stage: Stage, by: Actor) -> None:
    undue = {seen.id for seen in vouchers_in_state(stage.programme_id, State.TO_RECOVER)}
    owed = {pocket.owner_id: cents for pocket, cents in balances(stage.programme_id).items() if _undue(pocket)}
    for place_id, cents in owed.items():
        if not cents:
            continue
        reference = f"TITRE-DEMO-INDU-{stage.day:%Y%m}"
        for claim in claims(by, stage.programme_id, state=ClaimState.PAID, place_id=place_id):
            lines = [line.id for line in lines_of(by, claim.id) if line.voucher_id in undue]
            if lines:
                settlement.offset(claim_id=claim.id, line_ids=lines, cause=reference, by=by, at=stage.at(16, 30))
        settlement.record_cash(
            programme_id=stage.programme_id,
            kind=CashKind.RECOVERED,
            amount_cents=cents,
            reference=reference,
            happened_on=stage.day,
            place_id=place_id,
            by=by,
            at=stage.at(16, 40),
        )


def _undue(pocket: Pocket) -> bool:
    return pocket.account is Account.UNDUE


def give_funds_back(stage: Stage, by: Actor) -> None:
    """What is left of the treasury goes back to the contributors, by their shares."""
    left = cash_totals(stage.programme_id)[Cash.TREASURY]
    shares = list(funding_shares(stage.programme_id))
    whole = sum(share.amount_cents for share in shares)
    given = 0
    for rank, share in enumerate(shares, start=1):
        cents = left - given if rank == len(shares) else left * share.amount_cents // whole
        given += cents
        if cents > 0:
            settlement.record_funds(
                programme_id=stage.programme_id,
                contributor=share.contributor,
                amount_cents=cents,
                reference=f"REVERSEMENT-DEMO-{rank}",
                received_on=stage.day,
                by=by,
                at=stage.at(16, 50),
                back=True,
            )
