"""Writes one organisation as the national standard has it, and as a person types it again."""

from datetime import date

from passnumerique.directory.rules.standard import FIELDS, SEPARATOR


def standard_headings() -> list[str]:
    """The 32 columns of « lieux de médiation numérique » 1.0.2, in its order."""
    return [field.standard for field in FIELDS]


def standard_line(organisation: object) -> list[str]:
    """One organisation under those headings. Our own contacts are never among them."""
    return [written(getattr(organisation, field.name)) for field in FIELDS]


def written(value: object) -> str:
    """The text of one value: lists parted by `|`, days as 2022-12-13, nothing for what is not known."""
    if isinstance(value, list | tuple):
        return SEPARATOR.join(map(str, value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
