"""Tokens: what a program may do for one organisation, and for how long."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from passnumerique.ground.dates import day_of
from passnumerique.ground.words import N_

MOST_TOKEN_DAYS = 400
"""The longest life of a token, in days, the one on which it is made included: a year and a month to replace it."""
LONGEST_LABEL = 80
SECRET_MARK = "pn_"  # noqa: S105 — how every secret begins, so that a leaked one is recognised
SECRET_BYTES = 32
_SECRET = re.compile(r"pn_[A-Za-z0-9_-]{43}")


class Scope(StrEnum):
    """One thing that a token may be used for."""

    REDEEM = "redemptions:write"
    READ = "vouchers:read"


SCOPE_LABELS: dict[Scope, str] = {
    Scope.REDEEM: N_("Enregistrer l’utilisation de pass"),
    Scope.READ: N_("Lire l’état d’un pass"),
}


def looks_like_a_secret(text: str) -> bool:
    """Whether a text is written as our secrets are: nothing else is worth a look in the database."""
    return _SECRET.fullmatch(text) is not None


def last_token_day(at: datetime) -> date:
    """The latest day, itself included, on which a token made at `at` may still be used."""
    return day_of(at) + timedelta(days=MOST_TOKEN_DAYS - 1)


def final_day(expires_at: datetime) -> date:
    """The last day on which a token that ends at that instant is of use: the one before, at midnight."""
    return day_of(expires_at - timedelta.resolution)
