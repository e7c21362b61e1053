"""The text of an act: what it rests on, what is said, what is decided. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Text:
    """The visas, the exposé and the articles, in order."""

    visas: tuple[str, ...]
    expose: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """A text whose figures, between braces, are those of a programme on a day (the day of the vote by default)."""

    text: Text
    programme: UUID | None = None
    figures_on: date | None = None
