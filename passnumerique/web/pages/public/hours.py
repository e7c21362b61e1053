"""Opening hours in words: what OpenStreetMap writes `Mo-Fr 09:00-12:00` is read « du lundi au vendredi »."""

import re

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_SPAN = r"\d\d:\d\d-\d\d:\d\d"
_RULE = re.compile(rf"(?P<days>[A-Z][A-Za-z,\- ]*?)? ?(?P<times>{_SPAN}(?:, ?{_SPAN})*|off|closed)")


def hours_in_words(text: str) -> list[str]:
    """Each rule as a short sentence; a rule that says more than days and hours stays as it is written."""
    return [_said(rule.strip()) for rule in text.split(";") if rule.strip()]


def _said(rule: str) -> str:
    if rule == "24/7":
        return _("Tous les jours, jour et nuit")
    found = _RULE.fullmatch(rule)
    days = _days((found["days"] or "Mo-Su").strip()) if found else None
    if found is None or days is None:
        return rule
    return capfirst(_("%(days)s\u202f: %(hours)s") % {"days": days, "hours": _times(found["times"])})


def _days(text: str) -> str | None:
    """`Mo-Fr,Su` in words, or None for what is no day of the week."""
    if text == "Mo-Su":
        return _("tous les jours")
    parts = [_span(part.strip()) for part in text.split(",")]
    return ", ".join(part for part in parts if part) if all(parts) else None


def _span(part: str) -> str | None:
    if part in {"PH", "SH"}:
        return _("jours fériés") if part == "PH" else _("vacances scolaires")
    first, dash, last = part.partition("-")
    if first not in _DAYS or (dash and last not in _DAYS):
        return None
    if not dash:
        return str(WEEKDAYS[_DAYS.index(first)])
    return _("du %(first)s au %(last)s") % {
        "first": WEEKDAYS[_DAYS.index(first)],
        "last": WEEKDAYS[_DAYS.index(last)],
    }


def _times(text: str) -> str:
    if text in {"off", "closed"}:
        return _("fermé")
    spans = [span.strip().split("-") for span in text.split(",")]
    told = [_("de %(start)s à %(end)s") % {"start": _clock(start), "end": _clock(end)} for start, end in spans]
    return _(" et ").join(told)


def _clock(text: str) -> str:
    """`09:00` as it is read: `9 h 00`."""
    hours, minutes = text.split(":")
    return _("%(hours)s\u202fh\u202f%(minutes)s") % {"hours": int(hours), "minutes": minutes}
