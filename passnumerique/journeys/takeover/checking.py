"""What the files of a takeover say of each pass, followed in order: every line that cannot be true is named
before anything is done. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from passnumerique.beneficiaries.rules import AgeBracket
from passnumerique.ground.sheets.mapping import normalised
from passnumerique.ground.words import N_
from passnumerique.journeys.takeover.folder import Bad, Row

NUMBER_TWICE = N_("Ce numéro est déjà à la ligne {line} des lots.")
LOT_HOLE = N_("Les numéros d’un lot forment une suite sans trou\u202f: il manque des numéros avant celui-ci.")
LOT_DAYS = N_("Un lot est reçu en un jour\u202f: cette ligne en dit un autre que la ligne {line}.")
REVERSED = N_("Le dernier numéro vient avant le premier.")
NOT_RECEIVED = N_("Ces pass ne sont dans aucun lot reçu à cette date\u202f: {numbers}.")
NOT_THERE = N_("Ces pass ne sont pas dans le stock de cette structure à cette date\u202f: {numbers}.")
NO_BOOKLET = N_("Ces carnets ne sont dans aucun lot reçu à cette date\u202f: {numbers}.")
NOT_FREE = N_("Ces pass ont déjà été confiés à une structure\u202f: {numbers}.")
NOT_HELD = N_("Ce pass n’a été remis à personne avant cette date.")
USED_TWICE = N_("Ce pass est déjà utilisé à la ligne {line}.")
UNKNOWN_STRUCTURE = N_("Cette structure n’est pas au réseau de ce dispositif. Écrivez son nom comme au réseau.")
UNKNOWN_PLACE = N_("Ce lieu n’est pas au réseau de ce dispositif. Écrivez son nom comme au réseau.")
UNKNOWN_MODULE = N_("Ce module n’est pas au plan de formation. Ajoutez-le au plan, ou corrigez son nom.")
AFTER_STATEMENT = N_("Cette date vient après celle du relevé. La reprise s’arrête au relevé.")
NO_AGE = N_("Cette tranche d’âge n’est pas connue. Écrivez-la comme 25-39, ou 70 et plus.")
NO_PLAN = N_("Le plan de formation est vide. Saisissez-le avant la reprise\u202f: chaque utilisation a son module.")

_TOLD, _MOST = 8, 1_000_000


@dataclass(frozen=True)
class Names:
    """What the files may name, normalised: structures, places, modules."""

    structures: Mapping[str, UUID]
    places: Mapping[str, UUID]
    modules: Mapping[str, UUID]


@dataclass
class _Pass:
    """How far one pass has come, and since when."""

    received: date
    structure: str = ""
    allocated: date | None = None
    held: date | None = None
    used_line: int = 0


@dataclass
class Checked:
    """Every line that cannot be true, found by following each pass."""

    names: Names
    until: date
    bad: list[Bad] = field(default_factory=list)
    passes: dict[int, _Pass] = field(default_factory=dict)
    booklets: dict[int, list[int]] = field(default_factory=dict)

    def follow(self, rows: Mapping[str, list[Row]]) -> list[Bad]:
        """Read the files in the order in which things happen."""
        for some in rows.values():
            for row in some:
                if (row.values.get("day") or self.until) > self.until:
                    self.bad.append(row.bad("day", AFTER_STATEMENT))
        self._lots(rows["lots"])
        for row in sorted(rows["allocations"], key=_by_day):
            self._allocate(row)
        for row in sorted(rows["remises"], key=_by_day):
            self._hand_over(row)
        for row in sorted(rows["utilisations"], key=_by_day):
            self._use(row)
        for row in rows["paiements"]:
            self._place(row)
        return self.bad

    def _lots(self, rows: list[Row]) -> None:
        lines: dict[int, int] = {}
        first: dict[str, Row] = {}
        for row in sorted(rows, key=lambda row: (row["number"], row.line)):
            before = first.setdefault(row["lot"], row)
            if row["number"] in lines:
                self.bad.append(row.bad("number", NUMBER_TWICE, line=lines[row["number"]]))
            elif before is not row and self.passes and row["number"] - 1 not in lines:
                self.bad.append(row.bad("number", LOT_HOLE))
            if before["day"] != row["day"]:
                self.bad.append(row.bad("day", LOT_DAYS, line=before.line))
            lines.setdefault(row["number"], row.line)
            if row["number"] not in self.passes:
                self.passes[row["number"]] = _Pass(row["day"])
                self.booklets.setdefault(row["booklet"], []).append(row["number"])

    def _range(self, row: Row) -> list[int]:
        """The numbers of a line that are received; those that are not are told."""
        if row["last"] < row["first"]:
            self.bad.append(row.bad("last", REVERSED))
            return []
        asked = range(row["first"], min(row["last"], row["first"] + _MOST) + 1)
        missing = [n for n in asked if n not in self.passes or self.passes[n].received > row["day"]]
        if missing:
            self.bad.append(row.bad("first", NOT_RECEIVED, numbers=_told(missing)))
            return []
        return list(asked)

    def _of_booklets(self, row: Row) -> list[int]:
        """The numbers of the booklets of a line; booklets that are not received are told."""
        if row["last"] < row["first"]:
            self.bad.append(row.bad("last", REVERSED))
            return []
        asked = range(row["first"], min(row["last"], row["first"] + _MOST) + 1)
        missing = [b for b in asked if b not in self.booklets or self._later(self.booklets[b], row["day"])]
        if missing:
            self.bad.append(row.bad("first", NO_BOOKLET, numbers=_told(missing)))
            return []
        return [number for booklet in asked for number in self.booklets[booklet]]

    def _later(self, numbers: list[int], day: date) -> bool:
        return any(self.passes[number].received > day for number in numbers)

    def _structure(self, row: Row) -> str:
        name = normalised(row["structure"])
        if name not in self.names.structures:
            self.bad.append(row.bad("structure", UNKNOWN_STRUCTURE))
            return ""
        return str(self.names.structures[name])

    def _place(self, row: Row) -> None:
        if normalised(row["place"]) not in self.names.places:
            self.bad.append(row.bad("place", UNKNOWN_PLACE))

    def _allocate(self, row: Row) -> None:
        structure, numbers = self._structure(row), self._of_booklets(row)
        gone = [n for n in numbers if self.passes[n].structure]
        if gone:
            self.bad.append(row.bad("first", NOT_FREE, numbers=_told(gone)))
        for n in numbers if structure else ():
            self.passes[n].structure, self.passes[n].allocated = structure, row["day"]

    def _hand_over(self, row: Row) -> None:
        structure, numbers = self._structure(row), self._range(row)
        if age_bracket(row["age"]) is None:
            self.bad.append(row.bad("age", NO_AGE))
        wrong = [n for n in numbers if not self._is_there(self.passes[n], structure, row["day"])]
        if wrong and structure:
            self.bad.append(row.bad("first", NOT_THERE, numbers=_told(wrong)))
        for n in numbers:
            self.passes[n].held = self.passes[n].held or row["day"]

    def _is_there(self, one: _Pass, structure: str, day: date) -> bool:
        return one.structure == structure and one.allocated is not None and one.allocated <= day and one.held is None

    def _use(self, row: Row) -> None:
        self._place(row)
        if not self.names.modules:
            self.bad.append(row.bad("module", NO_PLAN))
        elif row.values.get("module") and normalised(row["module"]) not in self.names.modules:
            self.bad.append(row.bad("module", UNKNOWN_MODULE))
        one = self.passes.get(row["number"])
        if one is None or one.held is None or one.held > row["day"]:
            self.bad.append(row.bad("number", NOT_HELD))
        elif one.used_line:
            self.bad.append(row.bad("number", USED_TWICE, line=one.used_line))
        else:
            one.used_line = row.line


_AGES = {"12": AgeBracket.FROM_12, "18": AgeBracket.FROM_18, "25": AgeBracket.FROM_25} | {
    "40": AgeBracket.FROM_40,
    "60": AgeBracket.FROM_60,
    "70": AgeBracket.FROM_70,
}


def age_bracket(text: str) -> AgeBracket | None:
    """The bracket that a file means by `25-39`, `25 à 39 ans`, `moins de 12` or `70 et plus`."""
    if text in set(AgeBracket):
        return AgeBracket(text)
    first = re.search(r"\d+", text)
    if first and first[0] == "12" and "moins" in normalised(text):
        return AgeBracket.UNDER_12
    return _AGES.get(first[0]) if first else None


def _by_day(row: Row) -> tuple[date, int]:
    return row["day"], row.line


def _told(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:_TOLD]))
    return f"{shown}, …" if numbers[_TOLD:] else shown
