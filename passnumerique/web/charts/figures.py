"""What charts are given and what they are: the words shared by every picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.safestring import SafeString


class Part(NamedTuple):
    """One share of a whole, in the order it is drawn."""

    label: str
    value: int


class Series(NamedTuple):
    """One value per month, in the order of the months."""

    label: str
    values: Sequence[int]


class Event(NamedTuple):
    """Something that happened on a day, marked on a curve or a timeline."""

    day: date
    label: str


@dataclass(frozen=True)
class Chart:
    """A picture and all that must stand beside it."""

    title: str
    sentence: str
    svg: SafeString
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
