"""Opening hours as OpenStreetMap writes them: a light check of the grammar, not of the calendar.

What is read: rules parted by `;`, each with optional months, weeks and days, then times, `off`,
`closed` or a comment in quotes; and `24/7`. Enough for what French places write; the rare rest is refused.
"""

import re

_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_NTH = r"(?:\[-?\d(?:[,-]\d)*\])?"
_DAYS = rf"{_DAY}{_NTH}(?:-{_DAY}{_NTH})?(?:,\s?{_DAY}{_NTH}(?:-{_DAY}{_NTH})?)*"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{1,2})?"
_MONTHS = rf"{_MONTH}(?:-(?:{_MONTH}|\d{{1,2}}))?(?:,\s?{_MONTH}(?:-(?:{_MONTH}|\d{{1,2}}))?)*"
_WEEKS = r"week \d{1,2}(?:-\d{1,2}(?:/\d{1,2})?)?(?:,\d{1,2}(?:-\d{1,2}(?:/\d{1,2})?)?)*"
_TIME = r"(?:[01]\d|2[0-6]):[0-5]\d"
_TIMES = rf"{_TIME}-{_TIME}\+?(?:,\s?{_TIME}-{_TIME}\+?)*"
_STATE = r"(?:off|closed|open|unknown)"
_COMMENT = r'"[^"]{1,120}"'
_WHEN = rf"(?:{_WEEKS} ?)?(?:{_MONTHS}:? ?)?(?:{_WEEKS} ?)?(?:{_DAYS}:? ?)?"
_RULE = re.compile(rf"(?:24/7|{_WHEN}(?:{_TIMES})?(?: ?{_STATE})?(?: ?{_COMMENT})?)")


def well_formed_hours(text: str) -> bool:
    """Whether the text reads as `Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00; PH off`."""
    rules = [rule.strip() for rule in text.strip().rstrip(";").split(";")]
    return all(rule and _RULE.fullmatch(rule) for rule in rules)
