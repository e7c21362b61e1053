"""A bank's statement, camt.053 (versions 02 and 08): read as a stream, checked against its own balances. Pure.

Nothing outside the file is ever fetched and no entity is expanded: a file that declares a document type is
refused before anything of it is read. Amounts are integer cents, taken with a dot or a comma.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from passnumerique.settlement.rules.refusals import (
    BalanceWrong,
    StatementAmount,
    StatementCurrency,
    StatementNotOne,
    StatementUnreadable,
    StatementUnsafe,
    StatementVersion,
    StatementWithoutAccount,
    StatementWithoutBalance,
)

_SPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d\d)\}(\w+)")
_AMOUNT = re.compile(r"(\d{1,13})(?:[.,](\d{1,2})0*)?")
VERSIONS = frozenset({"02", "08"})
OPENING, CLOSING = frozenset({"OPBD", "PRCD"}), "CLBD"
BOOKED = "BOOK"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of the account: below zero when money left. `key` is the same in every statement that
    tells it, so that overlapping statements count it once."""

    key: str
    booked_on: date
    cents: int
    reference: str = ""
    end_to_end: str = ""
    batch: str = ""
    code: str = ""
    counterpart: str = field(default="", repr=False)
    words: str = field(default="", repr=False)


@dataclass
class Statement:
    """One statement of one account: its balances, its days, its booked movements."""

    version: str
    reference: str = ""
    iban: str = field(default="", repr=False)
    opening_cents: int | None = None
    closing_cents: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    movements: list[Movement] = field(default_factory=list)
    pending: int = 0
    """Entries that the bank has not booked yet: they count for nothing."""
    _seen: Counter[str] = field(default_factory=Counter, repr=False)


def read_statements(content: bytes) -> list[Statement]:
    """Every statement of a file, each checked. Refuses a file that is no camt.053, declares entities, is cut
    or wrongly encoded, is in another currency than euros, lacks a balance, or does not add up."""
    try:
        found = list(_statements(content))
    except DefusedXmlException:
        raise StatementUnsafe from None
    except ParseError as error:
        line, column = error.position
        raise StatementUnreadable(line=line, column=column + 1) from None
    except (UnicodeDecodeError, LookupError, ValueError):
        raise StatementUnreadable(line=1, column=1) from None
    if not found:
        raise StatementNotOne
    for one in found:
        _check(one)
    return found


def _statements(content: bytes) -> Iterator[Statement]:
    now: Statement | None = None
    root: Any = None
    for event, node in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if root is None:
            root = node
            _version(node.tag)
        version, name = _named(node.tag)
        if event == "start":
            if name == "Stmt":
                now = Statement(version)
            continue
        if now is None:
            continue
        if name == "Ntry":
            _read_entry(now, _Reader(node))
            node.clear()
        elif name in _HEADS:
            _HEADS[name](now, _Reader(node))
        elif name == "Stmt":
            now.reference = _Reader(node).text("Id")[:35]
            yield now
            now = None
            node.clear()


def _version(tag: str) -> None:
    match = _SPACE.fullmatch(tag)
    if not match:
        raise StatementNotOne
    if match[1] not in VERSIONS:
        raise StatementVersion(version=match[1])


def _named(tag: str) -> tuple[str, str]:
    cut = tag.rfind("}")
    return tag[cut - 2 : cut], tag[cut + 1 :]


@lru_cache(maxsize=512)
def _inside(head: str, path: str) -> str:
    """A path of names in the namespace of a version: there are few, and each is asked of every entry."""
    return "/".join(head + name for name in path.split("/"))


class _Reader:
    """The texts below one node, by the path of their names, whatever the version's namespace."""

    __slots__ = ("head", "node")

    def __init__(self, node: Element) -> None:
        self.node = node
        self.head = node.tag[: node.tag.rfind("}") + 1]

    def text(self, *paths: str) -> str:
        """The first text found at one of these paths, without blanks around it."""
        for path in paths:
            found = self.node.findtext(_inside(self.head, path))
            if found and found.strip():
                return " ".join(found.split())
        return ""

    def all(self, path: str) -> "list[_Reader]":
        """Every node at a path."""
        return [_Reader(node) for node in self.node.findall(_inside(self.head, path))]

    def cents(self, path: str = "Amt") -> int | None:
        """The amount at a path, in euros; None when there is none."""
        nodes = self.node.findall(_inside(self.head, path))
        if not nodes:
            return None
        if nodes[0].get("Ccy", "EUR") != "EUR":
            raise StatementCurrency(currency=str(nodes[0].get("Ccy"))[:3])
        return cents_of(nodes[0].text or "")

    def day(self, path: str) -> date | None:
        """The day at a path, given as such or with its time."""
        text = self.text(f"{path}/Dt", f"{path}/DtTm")
        return date.fromisoformat(text[:10]) if text else None


def cents_of(text: str) -> int:
    """Cents from `1234.5`, `1234,50` or `10`. Refuses thirds of a cent, signs and thousands."""
    match = _AMOUNT.fullmatch(text.strip())
    if not match:
        raise StatementAmount(amount=text.strip()[:24])
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def _signed(reader: _Reader, cents: int) -> int:
    return -cents if reader.text("CdtDbtInd") == "DBIT" else cents


def _read_account(now: Statement, reader: _Reader) -> None:
    if not now.iban:  # the statement's own comes first; those of an entry stand below it and are cleared
        now.iban = reader.text("Id/IBAN").replace(" ", "")


def _read_balance(now: Statement, reader: _Reader) -> None:
    kind, cents = reader.text("Tp/CdOrPrtry/Cd"), reader.cents()
    if cents is None:
        return
    if kind in OPENING and now.opening_cents is None:
        now.opening_cents, now.opened_on = _signed(reader, cents), reader.day("Dt")
    if kind == CLOSING:
        now.closing_cents, now.closed_on = _signed(reader, cents), reader.day("Dt")


_HEADS = {"Acct": _read_account, "Bal": _read_balance}


def _read_entry(now: Statement, entry: _Reader) -> None:
    cents, booked_on = entry.cents(), entry.day("BookgDt") or entry.day("ValDt") or now.closed_on
    if entry.text("Sts/Cd", "Sts") != BOOKED:
        now.pending += 1
        return
    if cents is None or booked_on is None:
        raise StatementAmount(amount="")
    details = entry.all("NtryDtls/TxDtls")
    amounts = [_amount_of(one) for one in details]
    whole = len(details) > 1 and None not in amounts and sum(one or 0 for one in amounts) == cents
    if whole:
        for one, part in zip(details, amounts, strict=True):
            _add(now, entry, one, _signed(entry, part or 0), booked_on)
    else:
        _add(now, entry, details[0] if len(details) == 1 else None, _signed(entry, cents), booked_on)


def _amount_of(detail: _Reader) -> int | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        cents = detail.cents(path)
        if cents is not None:
            return cents
    return None


def _add(now: Statement, entry: _Reader, detail: _Reader | None, cents: int, booked_on: date) -> None:
    side = "Cdtr" if cents < 0 else "Dbtr"
    reference = entry.text("AcctSvcrRef")
    end_to_end = detail.text("Refs/EndToEndId")[:35] if detail else ""
    batch = entry.text("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId")
    if not batch and detail and not end_to_end:
        batch = detail.text("Refs/PmtInfId")
    words = (detail.text("RmtInf/Ustrd", "AddtlTxInf") if detail else "") or entry.text("AddtlNtryInf")
    counterpart = detail.text(f"RltdPties/{side}/Pty/Nm", f"RltdPties/{side}/Nm") if detail else ""
    if not reference and detail:
        reference = detail.text("Refs/AcctSvcrRef", "Refs/InstrId")
    told = f"{reference}|{booked_on}|{cents}|{end_to_end}|{batch}|{counterpart}|{words}"
    now._seen[told] += 1
    rank = now._seen[told]
    now.movements.append(
        Movement(
            key=hashlib.sha256(f"{told}|{rank}".encode()).hexdigest()[:32],
            booked_on=booked_on,
            cents=cents,
            reference=reference[:35],
            end_to_end=end_to_end,
            batch=batch[:35],
            code=detail.text("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")[:4] if detail else "",
            counterpart=counterpart[:70],
            words=words[:140],
        )
    )


def _check(one: Statement) -> None:
    if not one.iban:
        raise StatementWithoutAccount
    if one.opening_cents is None or one.closing_cents is None:
        raise StatementWithoutBalance(statement=one.reference)
    made = one.opening_cents + sum(movement.cents for movement in one.movements)
    if made != one.closing_cents:
        raise BalanceWrong(statement=one.reference, made_cents=made, told_cents=one.closing_cents)
