"""Sentences: marked where they are written, translated where they are said.

The source language of every sentence is French: what a volunteer reads at the counter is never a
translation. English comes from `locale/en`, and a test keeps it complete.
"""

from collections.abc import Mapping
from datetime import date, datetime

from passnumerique.ground.money import euros


def N_(sentence: str) -> str:  # noqa: N802 — the name that gettext tools know for "mark, do not translate yet"
    """Mark a sentence for translation where nothing may know the language yet (rules)."""
    return sentence


def say(sentence: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence in the reader's language, its {fields} filled.

    Days, instants and amounts (fields whose name ends in `_cents`) are written as people do; fields
    that are marked sentences themselves (a state, an act) are translated too.
    """
    from django.utils.translation import gettext

    return gettext(sentence).format(**{key: _written(key, value) for key, value in (params or {}).items()})


def _written(key: str, value: object) -> object:
    from django.utils.formats import date_format
    from django.utils.timezone import localtime
    from django.utils.translation import gettext

    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, int) and key.endswith("_cents"):
        return euros(value)
    return gettext(value) if isinstance(value, str) and value else value
