"""The file of a run for the bank: SEPA credit transfers, pain.001.001.09. Pure: the same run, the same bytes.

The library writes the message; what it draws from the clock and from chance (message id, instant, batch id)
is put right here, from the run. Banks have refused free lines of address since 15 November 2026 although
the schema still takes them: `check_addresses` refuses to hand out a file that holds one.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from xml.etree import ElementTree as ET

import sepaxml

from passnumerique.directory.rules.banking import Payee
from passnumerique.ground.dates import PARIS
from passnumerique.settlement.rules.refusals import FileWithFreeAddress

SCHEMA = "pain.001.001.09"
_SPACE = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
"""What banks may refuse in a name or a label (EPC 217-08)."""


@dataclass(frozen=True)
class Transfer:
    """One credit transfer: to whom, how much, under which reference, with which words."""

    payee: Payee
    amount_cents: int
    end_to_end: str
    words: str


@dataclass(frozen=True)
class Message:
    """Everything that the bank's file says."""

    message_id: str
    batch_id: str
    made_at: datetime
    pay_on: date
    debtor: Payee
    transfers: Sequence[Transfer]


def sepa_file(message: Message) -> bytes:
    """The file, for a run of at least one transfer. Refuses an address that is not in fields of its own."""
    made: Any = cast(Any, sepaxml).SepaTransfer(_config(message.debtor), schema=SCHEMA, clean=False)
    for one in message.transfers:
        made.add_payment(_payment(one, message.pay_on))
    content = _settled(made.export(validate=False), message)
    check_addresses(content)
    return content


def _config(debtor: Payee) -> dict[str, object]:
    return {
        "name": plain(debtor.holder, 70),
        "IBAN": debtor.iban,
        **({"BIC": debtor.bic} if debtor.bic else {}),
        "batch": True,
        "currency": "EUR",
        "address": _address(debtor),
    }


def _payment(one: Transfer, pay_on: date) -> dict[str, object]:
    return {
        "name": plain(one.payee.holder, 70),
        "IBAN": one.payee.iban,
        **({"BIC": one.payee.bic} if one.payee.bic else {}),
        "amount": one.amount_cents,
        "execution_date": pay_on,
        "description": plain(one.words, 140),
        "endtoend_id": one.end_to_end,
        "address": _address(one.payee),
    }


def _address(payee: Payee) -> Mapping[str, str]:
    told = {
        "street_name": plain(payee.street, 70),
        "building_number": plain(payee.building, 16),
        "postcode": plain(payee.postcode, 16),
        "town": plain(payee.town, 35),
        "country": payee.country,
    }
    return {name: text for name, text in told.items() if text}


def plain(text: str, most: int) -> str:
    """The text in the letters that every bank takes, cut to its length."""
    split = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'"))
    bare = "".join(sign for sign in split if not unicodedata.combining(sign))
    return " ".join(_OUTSIDE.sub(" ", bare).split())[:most].strip()


def _settled(written: bytes, message: Message) -> bytes:
    """The message with its own references and instant; each transfer is booked by itself, so that the
    statement tells one from another."""
    root = ET.fromstring(written)  # noqa: S314 — just written by this process
    told = {
        "MsgId": message.message_id,
        "PmtInfId": message.batch_id,
        "CreDtTm": message.made_at.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S"),
        "BtchBookg": "false",
    }
    for name, text in told.items():
        for node in root.iter(_SPACE + name):
            node.text = text
    ET.register_namespace("", _SPACE.strip("{}"))
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root)


def check_addresses(content: bytes) -> None:
    """Refuses a file with a free line of address, or an address without its town or its country."""
    root = ET.fromstring(content)  # noqa: S314 — just written by this process
    for node in root.iter(_SPACE + "PstlAdr"):
        names = {child.tag.removeprefix(_SPACE) for child in node}
        if "AdrLine" in names or not {"TwnNm", "Ctry"} <= names:
            raise FileWithFreeAddress
    for party in [*root.iter(_SPACE + "Cdtr"), *root.iter(_SPACE + "Dbtr")]:
        if party.find(_SPACE + "PstlAdr") is None:
            raise FileWithFreeAddress
