"""A scenario as a TOML file, and as the form of a page gives it: read whole, or refused with the line to mend.

docs/forecast.md shows every key. Days are written 2023-12-31, structures by their name, ranges as
`[low, likely, high]`.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from passnumerique.ground.dates import next_month
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_, say
from passnumerique.insight.forecast.model.levers import Extend, Move, Range, Recruit, Remind, Scenario, Sessions

MOST_SESSIONS, MOST_PASSES, MOST_STRUCTURES, MOST_CENTS = 10_000, 10_000_000, 1000, 100_000_000
MONTHS = 4
"""How long a period of training lasts where nothing else is said."""
T = TypeVar("T")


class ScenarioUnreadable(Refusal):
    sentence = N_("Le scénario n’est pas un fichier TOML lisible\u202f: {why}. Corrigez-le, puis recommencez.")


class ScenarioKeyUnknown(Refusal):
    sentence = N_(
        "Le scénario dit «\u202f{key}\u202f» dans {part}, qui n’existe pas. Écrivez l’un de ceux-ci\u202f: {known}."
    )


class ScenarioValueWrong(Refusal):
    sentence = N_("Dans {part}, «\u202f{key}\u202f» ne va pas\u202f: {expected}")


class ScenarioStructureUnknown(Refusal):
    sentence = N_(
        "Aucune structure ne s’appelle «\u202f{name}\u202f». Écrivez son nom comme dans la liste des structures."
    )


class ScenarioDatesWrong(Refusal):
    sentence = N_("Dans {part}, le dernier jour ({last}) vient avant le premier ({first}). Corrigez l’un des deux.")


DAY = N_("écrivez un jour comme 2023-12-31.")
COUNT = N_("écrivez un nombre entier de {low} à {high}.")
RANGE = N_("écrivez trois nombres croissants, comme [0.0, 0.1, 0.25], de {low} à {high}.")
TEXT = N_("écrivez un texte.")
MISSING = N_("cette valeur manque.")


class _Part:
    """One table of the file: each key is read once, and what is left over is refused."""

    def __init__(self, name: str, values: Any, names: Mapping[UUID, str]) -> None:
        if not isinstance(values, Mapping):
            raise ScenarioValueWrong(part=name, key=name, expected=TEXT)
        self.name, self.values, self.names, self.known = name, dict(values), names, list[str]()

    def _read(self, key: str, read: Callable[[Any], T | None], expected: str, default: T | None) -> T | None:
        self.known.append(key)
        if key not in self.values:
            return default
        found = read(self.values.pop(key))
        if found is None:
            raise ScenarioValueWrong(part=self.name, key=key, expected=expected)
        return found

    def _needed(self, key: str, found: T | None) -> T:
        if found is None:
            raise ScenarioValueWrong(part=self.name, key=key, expected=MISSING)
        return found

    def day(self, key: str) -> date:
        return self._needed(key, self.day_or_none(key))

    def day_or_none(self, key: str) -> date | None:
        return self._read(key, _day, DAY, None)

    def count(self, key: str, high: int, default: int | None = None, low: int = 1) -> int:
        return self._needed(key, self.count_or_none(key, high, default, low))

    def count_or_none(self, key: str, high: int, default: int | None = None, low: int = 0) -> int | None:
        expected = say(COUNT, {"low": low, "high": high})
        return self._read(
            key, lambda value: value if _whole(value) and low <= value <= high else None, expected, default
        )

    def range(self, key: str, high: float = 1.0) -> Range | None:
        return self._read(key, lambda value: _range(value, high), say(RANGE, {"low": 0, "high": f"{high:g}"}), None)

    def text(self, key: str, default: str = "") -> str:
        return self._read(key, lambda value: value if isinstance(value, str) else None, TEXT, default) or default

    def structure(self, key: str) -> UUID | None:
        name = self.text(key)
        if not name:
            return None
        found = [one for one, known in self.names.items() if known.casefold() == name.strip().casefold()]
        if len(found) != 1:
            raise ScenarioStructureUnknown(name=name)
        return found[0]

    def span(self, first: date, last: date) -> tuple[date, date]:
        if last < first:
            raise ScenarioDatesWrong(part=self.name, first=first, last=last)
        return first, last

    def done(self, made: T) -> T:
        """What was made of it. Refuses a key that was not read: a word misspelt changes nothing in silence."""
        for key in self.values:
            raise ScenarioKeyUnknown(key=key, part=self.name, known=", ".join(self.known))
        return made


def read_scenario(text: str, names: Mapping[UUID, str]) -> Scenario:
    """The scenario that a file holds; `names` are the structures of the programme. Refuses, by key, whatever it
    cannot read: nothing is guessed."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioUnreadable(why=str(error)) from error
    return scenario_from(told, names)


def scenario_from(told: Mapping[str, Any], names: Mapping[UUID, str]) -> Scenario:
    """The scenario of these values, as TOML gives them."""
    whole = _Part("scenario", told, names)
    parts = {key: whole.values.pop(key, []) for key in ("period", "places", "recruit", "remind", "move")}
    extend = whole.values.pop("extend", None)
    whole.known += ["extend", *parts]
    made = {key: [_Part(key, one, names) for one in _listed(value, key)] for key, value in parts.items()}
    return whole.done(
        Scenario(
            name=whole.text("name", "Scénario"),
            extend=_extend(_Part("extend", extend, names)) if extend is not None else None,
            sessions=[*map(_period, made["period"]), *map(_places, made["places"])],
            recruits=[*map(_recruit, made["recruit"])],
            reminders=[*map(_remind, made["remind"])],
            moves=[*map(_move, made["move"])],
        )
    )


def _listed(value: Any, key: str) -> list[Any]:
    if isinstance(value, Mapping):
        return [value]
    if not isinstance(value, list):
        raise ScenarioValueWrong(part=key, key=key, expected=TEXT)
    return value


def _extend(part: _Part) -> Extend:
    until, distribution = part.day("use_until"), part.day_or_none("distribution_until")
    if distribution:
        part.span(distribution, until)
    return part.done(Extend(until, distribution, part.range("postponed")))


def _period(part: _Part) -> Sessions:
    """A period of training: four months, unless its last day or its months are given."""
    first, last = part.day("from"), part.day_or_none("until")
    months = part.count("months", 24, MONTHS)
    return _added(part, part.text("name", "Période"), first, last or after_months(first, months), "sessions")


def _places(part: _Part) -> Sessions:
    """Places or hours added in a commune: so many sessions a week."""
    first, last = part.span(part.day("from"), part.day("until"))
    weeks = ((last - first).days + 7) // 7
    return _added(part, part.text("commune", "Commune"), first, last, "sessions_per_week", weeks)


def _added(part: _Part, name: str, first: date, last: date, key: str, times: int = 1) -> Sessions:
    part.span(first, last)
    count = part.count(key, MOST_SESSIONS) * times
    filled, displaced = part.range("filled", 100), part.range("displaced")
    return part.done(
        Sessions(name, first, last, count, filled, displaced, part.count_or_none("session_cents", MOST_CENTS))
    )


def _recruit(part: _Part) -> Recruit:
    count, first = part.count("structures", MOST_STRUCTURES, 1), part.day("from")
    stock = part.count("stock", MOST_PASSES, 20, low=0)
    return part.done(Recruit(count, first, stock, part.count("cost_cents", MOST_CENTS, 0, low=0)))


def _remind(part: _Part) -> Remind:
    first, last = part.span(part.day("from"), part.day("until"))
    return part.done(Remind(first, last, part.range("more"), part.count_or_none("message_cents", MOST_CENTS)))


def _move(part: _Part) -> Move:
    giver, receiver = part.structure("from"), part.structure("to")
    passes = part.count("passes", MOST_PASSES)
    return part.done(Move(passes, giver, receiver, part.count("cost_cents", MOST_CENTS, 0, low=0)))


def after_months(first: date, months: int) -> date:
    """The eve of the same day, so many months later; of the first of the next where that month is shorter."""
    month = first.replace(day=1)
    for _ in range(months):
        month = next_month(month)
    following = next_month(month)
    day = date.fromordinal(min(month.toordinal() + first.day - 1, following.toordinal()))
    return date.fromordinal(day.toordinal() - 1)


def _day(value: Any) -> date | None:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _range(value: Any, high: float) -> Range | None:
    if not isinstance(value, list) or len(value) != 3:  # noqa: PLR2004
        return None
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in value):
        return None
    low, likely, most = (float(one) for one in value)
    return (low, likely, most) if 0 <= low <= likely <= most <= high else None
