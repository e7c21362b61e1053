"""The files of a takeover: which there are, what each line says, and every cell that cannot be read."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from passnumerique.ground.sheets import Line, read_sheet, suggest_mapping
from passnumerique.ground.words import N_, say
from passnumerique.journeys.takeover.refusals import FileOfTheFolderMissing
from passnumerique.settlement.rules.issuer import IssuerField, Shape, Told, read_fields

_DATE = ("date", "le", "jour")
_FIRST = ("premier numéro", "du numéro", "premier", "de", "début")
_LAST = ("dernier numéro", "au numéro", "dernier", "à", "fin")

FILES: Mapping[str, tuple[IssuerField, ...]] = {
    "lots": (
        IssuerField("lot", N_("Référence du lot"), Shape.TEXT, True, ("lot", "référence du lot", "bon de livraison")),
        IssuerField("day", N_("Date de réception"), Shape.DAY, True, _DATE),
        IssuerField("number", N_("Numéro du pass"), Shape.NUMBER, True, ("numéro", "numéro du pass", "n°", "pass")),
        IssuerField("booklet", N_("Numéro du carnet"), Shape.NUMBER, True, ("carnet", "n° carnet")),
        IssuerField("code", N_("Code du pass"), Shape.TEXT, True, ("code", "code du pass")),
    ),
    "allocations": (
        IssuerField("day", N_("Date de livraison"), Shape.DAY, True, _DATE),
        IssuerField("structure", N_("Structure"), Shape.TEXT, True, ("structure", "prescripteur")),
        IssuerField("first", N_("Premier carnet"), Shape.NUMBER, True, ("premier carnet", "du carnet", *_FIRST)),
        IssuerField("last", N_("Dernier carnet"), Shape.NUMBER, True, ("dernier carnet", "au carnet", *_LAST)),
    ),
    "remises": (
        IssuerField("day", N_("Date de remise"), Shape.DAY, True, _DATE),
        IssuerField("structure", N_("Structure"), Shape.TEXT, True, ("structure", "prescripteur")),
        IssuerField("first", N_("Premier numéro"), Shape.NUMBER, True, _FIRST),
        IssuerField("last", N_("Dernier numéro"), Shape.NUMBER, True, _LAST),
        IssuerField("commune", N_("Commune (code INSEE)"), Shape.TEXT, True, ("commune", "code insee", "insee")),
        IssuerField("age", N_("Tranche d’âge"), Shape.TEXT, True, ("tranche d’âge", "tranche d'âge", "âge")),
    ),
    "utilisations": (
        IssuerField("day", N_("Date d’utilisation"), Shape.DAY, True, _DATE),
        IssuerField("place", N_("Lieu"), Shape.TEXT, True, ("lieu", "lieu de médiation")),
        IssuerField("number", N_("Numéro du pass"), Shape.NUMBER, True, ("numéro", "numéro du pass", "n°", "pass")),
        IssuerField("module", N_("Module"), Shape.TEXT, False, ("module", "atelier", "thème")),
    ),
    "paiements": (
        IssuerField("day", N_("Date du paiement"), Shape.DAY, True, ("date du paiement", *_DATE)),
        IssuerField("place", N_("Lieu"), Shape.TEXT, True, ("lieu", "lieu de médiation")),
        IssuerField("until", N_("Utilisations jusqu’au"), Shape.DAY, True, ("jusqu’au", "jusqu'au", "fin de période")),
        IssuerField("reference", N_("Référence"), Shape.TEXT, True, ("référence", "réf", "virement")),
        IssuerField("amount_cents", N_("Montant payé"), Shape.AMOUNT, True, ("montant", "montant payé", "net")),
    ),
    "releve": (
        IssuerField("item", N_("Rubrique"), Shape.TEXT, True, ("rubrique", "poste")),
        IssuerField("place", N_("Lieu"), Shape.TEXT, False, ("lieu",)),
        IssuerField("passes", N_("Nombre de pass"), Shape.COUNT, True, ("pass", "nombre", "nombre de pass")),
        IssuerField("amount_cents", N_("Valeur faciale"), Shape.SIGNED, True, ("montant", "valeur", "valeur faciale")),
    ),
}
"""The files of a folder, by the name that each begins with, and what is read of each."""
MAY_MISS = frozenset({"allocations", "remises", "utilisations", "paiements"})
"""A programme that has not come so far has no such file."""
_ENDINGS = (".csv", ".xlsx", ".ods", ".xls")
NO_COLUMN = N_("Le fichier n’a pas de colonne pour ce champ. Ajoutez-la.")


@dataclass(frozen=True)
class Bad:
    """One cell of the folder that cannot be used: its file, line, column, content, and why."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)

    def say(self) -> str:
        """The reason in the reader's language."""
        return say(self.reason, self.params)


@dataclass(frozen=True)
class Row:
    """One line of a file of the folder, read."""

    file: str
    line: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def bad(self, name: str, reason: str, **params: object) -> Bad:
        """What is wrong with one of its cells."""
        label = next((one.label for one in FILES[self.file] if one.name == name), name)
        value = self.values.get(name, "")
        return Bad(self.file, self.line, say(label), "" if name == "code" else str(value), reason, params)


@dataclass(frozen=True)
class Folder:
    """The files of a takeover as they came: name and bytes of each."""

    files: Mapping[str, tuple[str, bytes]]

    @property
    def sha256(self) -> bytes:
        """Of all of them together, whatever their names end with."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(name.encode() + hashlib.sha256(self.files[name][1]).digest())
        return digest.digest()

    def read(self) -> tuple[dict[str, list[Row]], list[Bad]]:
        """The lines of each file, and every cell that cannot be read. Refuses (FileOfTheFolderMissing) a
        folder without its lots or its statement, and a file that is no table."""
        rows: dict[str, list[Row]] = {name: [] for name in FILES}
        bad: list[Bad] = []
        for name in FILES:
            if name in self.files:
                good, wrong = self._rows(name)
                rows[name], bad = good, bad + wrong
            elif name not in MAY_MISS:
                raise FileOfTheFolderMissing(file=name)
        return rows, bad

    def _rows(self, name: str) -> tuple[list[Row], list[Bad]]:
        filename, content = self.files[name]
        sheet, fields = read_sheet(content, filename), FILES[name]
        mapping = suggest_mapping(sheet.columns, {one.name: one.synonyms for one in fields})
        missing = [one for one in fields if one.required and one.name not in mapping.columns]
        if missing:
            return [], [Bad(name, 1, say(one.label), "", NO_COLUMN) for one in missing]
        good: list[Row] = []
        bad: list[Bad] = []
        for line in sheet.rows:
            read = read_fields(fields, mapping.read(line))
            bad += _wrong(name, line, mapping.columns, read.told)
            if not read.told:
                good.append(Row(name, line.number, read.values))
        return good, bad


def _wrong(name: str, line: Line, columns: Mapping[str, str], told: tuple[Told, ...]) -> Iterator[Bad]:
    return (Bad(name, line.number, columns[one.name], one.value, one.reason, one.params) for one in told)


def folder_at(path: Path) -> Folder:
    """The files of a folder on the disk that a takeover knows."""
    found = {}
    for name in FILES:
        here = next((path / f"{name}{ending}" for ending in _ENDINGS if (path / f"{name}{ending}").is_file()), None)
        if here:
            found[name] = here.name, here.read_bytes()
    return Folder(found)
