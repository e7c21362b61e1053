"""Where the places are paid: what is read of a bank account, who may confirm it, from when it is paid to. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from schwifty import BIC, IBAN
from schwifty.exceptions import (
    InvalidBBANChecksum,
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    SchwiftyException,
)

from passnumerique.directory.rules.refusals import (
    BicUnlikeIban,
    HolderMissing,
    IbanKeyWrong,
    IbanLength,
    IbanOutsideSepa,
    IbanUnreadable,
    PayeeAddressMissing,
    UnknownBic,
)
from passnumerique.directory.rules.roles import NEEDS_ORGANISATION, Actor
from passnumerique.ground.words import N_


class Channel(StrEnum):
    """How an organisation was told of a new account: never by the way on which it came in."""

    EMAIL = "email"
    PHONE = "phone"
    MEETING = "meeting"


CHANNEL_WORDS = {
    Channel.EMAIL: N_("par message, à l’adresse connue avant"),
    Channel.PHONE: N_("par téléphone, au numéro connu avant"),
    Channel.MEETING: N_("de vive voix, sur place"),
}

PAYEE_FIELDS = ("holder", "iban", "bic", "building", "street", "postcode", "town", "country")
_COUNTRY = re.compile("[A-Z]{2}")
_MOST = {"holder": 70, "building": 16, "street": 70, "postcode": 16, "town": 35}


@dataclass(frozen=True)
class Payee:
    """Whom a transfer is for: the holder, the account, and a postal address in fields of their own, since
    banks no longer take an address written in free lines (November 2026)."""

    holder: str
    iban: str = field(repr=False)
    bic: str
    street: str
    building: str
    postcode: str
    town: str
    country: str


def read_payee(texts: Mapping[str, str]) -> Payee:
    """A bank account from what was typed. Refuses an IBAN whose key is wrong, that cannot exist or is
    outside SEPA, a BIC of another country, a missing holder, and an address without postcode, town or
    country. A BIC left out is found from the IBAN where it is known."""
    texts = {name: " ".join(str(texts.get(name, "")).split())[: _MOST.get(name, 40)] for name in PAYEE_FIELDS}
    if not texts["holder"]:
        raise HolderMissing
    iban = read_iban(texts["iban"])
    country = texts["country"].upper() or str(iban.country_code)
    if not (texts["postcode"] and texts["town"] and _COUNTRY.fullmatch(country)):
        raise PayeeAddressMissing
    return Payee(
        holder=texts["holder"],
        iban=str(iban),
        bic=_bic_for(iban, texts["bic"]),
        street=texts["street"],
        building=texts["building"],
        postcode=texts["postcode"],
        town=texts["town"],
        country=country,
    )


def read_iban(text: str) -> IBAN:
    """An IBAN of the SEPA zone. Refuses any other, each fault by its own name."""
    try:
        iban = IBAN(text.replace("-", ""), validate_bban=True)
    except (InvalidChecksumDigits, InvalidBBANChecksum):
        raise IbanKeyWrong from None
    except InvalidLength:
        raise IbanLength from None
    except InvalidCountryCode:
        raise IbanUnreadable from None
    except SchwiftyException:
        raise IbanUnreadable from None
    if not iban.in_sepa_zone:
        raise IbanOutsideSepa(country=iban.country_code)
    return iban


def _bic_for(iban: IBAN, text: str) -> str:
    if not text:
        return str(iban.bic or "")
    try:
        bic = BIC(text.replace(" ", ""))
    except SchwiftyException:
        raise UnknownBic(bic=text[:20]) from None
    if bic.country_code != iban.country_code and not {bic.country_code, iban.country_code} <= _FRANCE:
        raise BicUnlikeIban(bic=str(bic), country=iban.country_code)
    return str(bic)


_FRANCE = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "MC"})
"""Where French banks stand: their BIC may bear the code of the territory, their IBAN always FR (or MC)."""


def masked_iban(country: str, end: str) -> str:
    """`FR•• •••• 0189`: enough to know an account again, useless to pay into it."""
    return f"{country}•• •••• {end}"


def another_looks(proposer_role: str, proposer: UUID | None, confirmer: Actor) -> bool:
    """Whether somebody may confirm what another proposed: another person, and one of them at the authority."""
    outside = proposer_role in NEEDS_ORGANISATION and confirmer.role in NEEDS_ORGANISATION
    return confirmer.user_id is not None and confirmer.user_id != proposer and not outside


def first_day(confirmed_on: date, delay_days: int, *, replaces: bool) -> date:
    """From when a confirmed account is paid to: at once when it is the first, after the delay otherwise."""
    return confirmed_on + timedelta(days=delay_days if replaces else 0)


class Standing(Protocol):
    """What the rule below reads of an account."""

    in_force_on: date | None
    confirmed_at: datetime | None


S = TypeVar("S", bound=Standing)


def account_on(accounts: Iterable[S], day: date) -> S | None:
    """The account paid to on a day: of those confirmed and in force by then, the one confirmed last."""
    standing = [one for one in accounts if one.in_force_on and one.confirmed_at and one.in_force_on <= day]
    return max(standing, key=lambda one: (one.confirmed_at, one.in_force_on), default=None)
