"""Money is integer cents. This module only reads and writes it as people do."""

import re

NNBSP = "\u202f"
_AMOUNT = re.compile(r"^(?P<sign>-?)(?P<euros>\d{1,12})(?:[.,](?P<cents>\d{1,2}))?$")


def euros(cents: int) -> str:
    """`123450` as `1 234,50 €`, with the narrow no-break spaces of French typography."""
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{grouped(whole)},{rest:02d}{NNBSP}€"


def grouped(number: int) -> str:
    """`1800` as `1 800`, with narrow no-break spaces between the thousands."""
    return f"{number:,}".replace(",", NNBSP)


def parse_cents(text: str) -> int:
    """Cents from what a person typed: `1 234,50 €`, `1234.5`, `10`. Raises ValueError on anything else."""
    bare = re.sub(r"[\s€\u00a0\u202f]", "", text).replace("−", "-")
    match = _AMOUNT.match(bare)
    if not match:
        raise ValueError(text)
    cents = int(match["euros"]) * 100 + int((match["cents"] or "0").ljust(2, "0"))
    return -cents if match["sign"] else cents
