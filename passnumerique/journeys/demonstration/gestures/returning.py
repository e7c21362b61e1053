"""One payment of the demonstration comes back and is paid again: by a run, and by the bank's statement that tells it.

The bank, its account numbers and its statement are invented.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from schwifty import IBAN

from passnumerique.directory.operations.banking import (
    confirm_bank_account,
    note_account_told,
    propose_bank_account,
)
from passnumerique.directory.rules.banking import Channel
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.operations.payees import confirm_place_account, propose_place_account
from passnumerique.settlement.operations.runs import approve_run, mark_run_sent, prepare_run, record_return
from passnumerique.settlement.operations.statements import import_statement
from passnumerique.settlement.queries import claims, payment_of
from passnumerique.settlement.queries.recoveries import undue_of_lines
from passnumerique.settlement.queries.runs import access_run, run_lines, runs
from passnumerique.settlement.rules import ClaimState
from passnumerique.settlement.rules.runs import LineState, end_to_end_id

BACK_ON, AGAIN_ON, TOLD_ON = date(2023, 2, 20), date(2023, 3, 7), date(2023, 3, 9)
OPENING_CENTS = 2_500_000


def pay_again(stage: Stage, cast: Cast) -> None:
    """On 20 February 2023 the bank sends a payment back; on 7 March it is paid again by a run, to the account that the
    place gave meanwhile; on 9 March the statement tells it."""
    if not settings.CONTACT_KEYS or stage.terms.payer is not Payer.AUTHORITY:
        return
    if stage.day == BACK_ON:
        _come_back(stage, cast)
    elif stage.day == AGAIN_ON:
        _pay_again(stage, cast)
    elif stage.day == TOLD_ON:
        _tell(stage, cast)


def _come_back(stage: Stage, cast: Cast) -> None:
    """The latest payment of which nothing was declared undue."""
    for claim in claims(cast.finance, stage.programme_id, state=ClaimState.PAID):
        payment = payment_of(claim)
        if payment and claim.place_id in cast.places and not undue_of_lines(claim):
            record_return(
                payment_id=payment.id,
                code="AC04",
                reference="AVIS-2023-0220",
                returned_on=stage.day,
                by=cast.finance,
                at=stage.at(10, 40),
            )
            return


def _pay_again(stage: Stage, cast: Cast) -> None:
    returned = [
        one for one in claims(cast.finance, stage.programme_id, state=ClaimState.ORDERED) if payment_of(one) is None
    ]
    if not returned:
        return
    _open_accounts(stage, cast, {claim.place_id for claim in returned})
    run = prepare_run(
        programme_id=stage.programme_id,
        claim_ids=[claim.id for claim in returned],
        pay_on=TOLD_ON,
        by=cast.finance,
        at=stage.at(11),
    )
    cents = sum(line.amount_cents for line in run_lines(access_run(cast.finance, run)))
    given: dict[str, Any] = {"expected_cents": cents, "reference": "LOT-2023-03"}
    approve_run(run_id=run, by=cast.manager, at=stage.at(14), **given)
    mark_run_sent(run_id=run, by=cast.finance, at=stage.at(15))


def _open_accounts(stage: Stage, cast: Cast, places: set[UUID]) -> None:
    """The account from which the authority pays, and those of the places: proposed, told, confirmed by another."""
    own = propose_bank_account(organisation_id=None, texts=_rib(0), by=cast.finance, at=stage.at(9))
    confirm_bank_account(account_id=own.id, delay_days=0, by=cast.manager, at=stage.at(9, 30))
    for rank, place_id in enumerate(sorted(places), start=1):
        row = propose_place_account(
            programme_id=stage.programme_id, place_id=place_id, texts=_rib(rank), by=cast.finance, at=stage.at(9, 5)
        )
        note_account_told(
            account_id=row, channel=Channel.PHONE, note="la direction du lieu", by=cast.finance, at=stage.at(9, 15)
        )
        confirm_place_account(programme_id=stage.programme_id, account_id=row, by=cast.manager, at=stage.at(9, 40))


def _rib(rank: int) -> dict[str, str]:
    """A well-formed account of nobody."""
    return {
        "holder": "Titulaire (fictif)",
        "iban": str(IBAN.generate("FR", bank_code="30006", branch_code="00001", account_code=f"DEMO{rank:07}")),
        "building": "4",
        "street": "rue de la Gare",
        "postcode": "55100",
        "town": "Verdun",
    }


def _tell(stage: Stage, cast: Cast) -> None:
    run = runs(cast.finance, stage.programme_id).first()
    lines = [line for line in run_lines(run) if line.state == LineState.WAITING] if run else []
    if not lines:
        return
    import_statement(
        programme_id=stage.programme_id,
        filename="releve-2023-03-09-fictif.xml",
        content=_statement(stage.day, lines),
        by=cast.finance,
        at=stage.at(16),
    )


def _statement(day: date, lines: list[Any]) -> bytes:
    """What the bank of the demonstration would send: camt.053 with one entry for each transfer."""
    closing = OPENING_CENTS - sum(line.amount_cents for line in lines)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">',
        f"<BkToCstmrStmt><GrpHdr><MsgId>DEMO-{day}</MsgId><CreDtTm>{day}T18:00:00</CreDtTm></GrpHdr><Stmt>",
        f"<Id>RELEVE-{day}</Id><Acct><Id><IBAN>{_rib(0)['iban']}</IBAN></Id></Acct>",
        _balance("OPBD", OPENING_CENTS, day),
        _balance("CLBD", closing, day),
        *(_entry(line, rank, day) for rank, line in enumerate(lines, start=1)),
        "</Stmt></BkToCstmrStmt></Document>\n",
    ]
    return "".join(parts).encode()


def _balance(kind: str, cents: int, day: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{_euros(cents)}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(line: Any, rank: int, day: date) -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{_euros(line.amount_cents)}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>DEMO-{day}-{rank}</AcctSvcrRef><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{end_to_end_id(line.id)}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"
    )


def _euros(cents: int) -> str:
    return str(Decimal(cents) / 100)
