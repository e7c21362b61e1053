"""Days, times and numbers as French typography writes them; what is not said here is Django's own.

`1er janvier 2023`, `13 décembre 2022`, `17 h 30`, `1 800`: the spaces inside are narrow and do not break.
"""

from django.utils import dateformat
from django.utils.translation import get_language

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
SHORT_DATE_FORMAT = "d/m/Y"
TIME_FORMAT = "G\u202f\\h\u202fi"
DATETIME_FORMAT = f"j F Y à {TIME_FORMAT}"
SHORT_DATETIME_FORMAT = f"d/m/Y {TIME_FORMAT}"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3

_day_of_month = dateformat.DateFormat.j


def _french_day_of_month(self: dateformat.DateFormat) -> int | str:
    """Django has no letter for `1er`: the letter `j` says it wherever French is in force."""
    if getattr(self.data, "day", None) == 1 and (get_language() or "").startswith("fr"):
        return "1er"
    return _day_of_month(self)


dateformat.DateFormat.j = _french_day_of_month  # type: ignore[method-assign,assignment]
