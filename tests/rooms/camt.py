"""Statements of a bank for tests, written as banks write them: camt.053, version 02 or 08."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from passnumerique.settlement.rules.runs import end_to_end_id
from tests.rooms.payees import IBANS


@dataclass(frozen=True)
class Entry:
    """One entry: below zero when money leaves."""

    cents: int
    day: date
    line: UUID | None = None
    reference: str = ""
    code: str = ""
    words: str = ""
    end_to_end: str = ""
    batch: str = ""
    status: str = "BOOK"


def amount(cents: int) -> str:
    return f"{abs(cents) // 100}.{abs(cents) % 100:02}"


def side(cents: int) -> str:
    return "DBIT" if cents < 0 else "CRDT"


def statement(
    entries: Sequence[Entry], *, opening: int = 1_000_000, version: str = "08", iban: str = IBANS[39], name: str = "R-1"
) -> bytes:
    """A file of one statement whose balances agree with its booked entries."""
    closing = opening + sum(one.cents for one in entries if one.status == "BOOK")
    days = [one.day for one in entries] or [date(2021, 11, 10)]
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>M-{name}</MsgId><CreDtTm>2021-11-12T06:00:00</CreDtTm></GrpHdr><Stmt><Id>{name}</Id>"
        f"<CreDtTm>2021-11-12T06:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>",
        balance("OPBD", opening, min(days)),
        balance("CLBD", closing, max(days)),
        *(entry(one, version) for one in entries),
        "</Stmt></BkToCstmrStmt></Document>\n",
    ]
    return "".join(parts).encode()


def balance(kind: str, cents: int, day: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount(cents)}</Amt>'
        f"<CdtDbtInd>{side(cents)}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def entry(one: Entry, version: str) -> str:
    status = f"<Cd>{one.status}</Cd>" if version == "08" else one.status
    end_to_end = one.end_to_end or (end_to_end_id(one.line) if one.line else "")
    refs = f"<Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>" if end_to_end else ""
    batch = f"<Btch><PmtInfId>{one.batch}</PmtInfId></Btch>" if one.batch else ""
    code = f"<RtrInf><Rsn><Cd>{one.code}</Cd></Rsn></RtrInf>" if one.code else ""
    words = f"<RmtInf><Ustrd>{one.words}</Ustrd></RmtInf>" if one.words else ""
    reference = f"<AcctSvcrRef>{one.reference}</AcctSvcrRef>" if one.reference else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount(one.cents)}</Amt><CdtDbtInd>{side(one.cents)}</CdtDbtInd>'
        f"<Sts>{status}</Sts><BookgDt><Dt>{one.day}</Dt></BookgDt><ValDt><Dt>{one.day}</Dt></ValDt>{reference}"
        f"<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd><NtryDtls>{batch}<TxDtls>{refs}{words}{code}</TxDtls></NtryDtls></Ntry>\n"
    )
