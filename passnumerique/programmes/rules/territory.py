"""Reads the communes of a territory from a table, each text becoming a value or a reason why not."""

import re
from collections.abc import Mapping as AnyMapping
from typing import Any

from passnumerique.ground.sheets.cells import FORMULA, BadCell, starts_like_formula
from passnumerique.ground.sheets.mapping import Mapping, suggest_mapping
from passnumerique.ground.sheets.tables import Line, Sheet
from passnumerique.ground.words import N_

COMMUNE_FIELDS: AnyMapping[str, tuple[str, ...]] = {
    "insee_code": ("code_insee", "insee", "code commune", "com", "codgeo"),
    "name": ("nom", "commune", "libgeo", "nom de la commune", "libelle"),
    "postcodes": ("codes_postaux", "code_postal", "cp"),
    "population": ("population", "habitants", "pmun"),
    "epci_siren": ("siren_epci", "siren", "code epci"),
    "epci_name": ("nom_epci", "epci", "intercommunalite"),
    "former": ("anciennes_communes", "communes_fusionnees", "communes_deleguees"),
}
"""The fields of a commune, and the headings under which files hold them."""

_INSEE = re.compile(r"([013-9]\d|2[AB1-9])\d{3}")
_SIREN = re.compile(r"\d{9}")
_POSTCODES = re.compile(r"\d{5}([ ,;|/]+\d{5})*")
_FORMER = re.compile(r"\s*([013-9]\d\d{3}|2[AB1-9]\d{3})\s+([^|]{1,120}?)\s*")
_LIMIT, _FORMER_LIMIT = 120, 400
_TEXTS = ("name", "epci_name", "former")


def former_communes(text: str) -> list[tuple[str, str]]:
    """Code and name of each commune that merged into one: of `55164 Douaumont|55537 Vaux-devant-Damloup`."""
    found = (_FORMER.fullmatch(part) for part in text.split("|") if part.strip())
    return [(one[1], one[2]) for one in found if one]


def read_communes(sheet: Sheet) -> tuple[list[dict[str, Any]], list[BadCell]]:
    """The communes of a table, its columns known by their headings, and every cell that cannot be used.

    Refuses `missing_columns` without a column for the INSEE code or for the name.
    """
    mapping = suggest_mapping(sheet.columns, COMMUNE_FIELDS)
    mapping.check(sheet, required=("insee_code", "name"))
    communes: list[dict[str, Any]] = []
    bad: list[BadCell] = []
    seen: dict[str, int] = {}
    for line in sheet.rows:
        values, problems = _read(line, mapping)
        code = str(values["insee_code"])
        if not problems and code in seen:
            problems = [_cell(line, mapping, "insee_code", _TWICE, {"first": seen[code]})]
        if problems:
            bad += problems
        else:
            seen[code] = line.number
            communes.append(values)
    return communes, bad


_TWICE = N_("Cette commune est déjà à la ligne {first} du fichier. Gardez une seule des deux lignes.")
_REASONS = {
    "insee_code": N_("Un code INSEE de commune a 5 signes, comme 55545."),
    "name": N_("Le nom de la commune manque, ou il est trop long."),
    "postcodes": N_("Un code postal a 5 chiffres. Séparez-en plusieurs par une virgule."),
    "population": N_("Écrivez un nombre d’habitants, sans unité."),
    "epci_siren": N_("Un SIREN a 9 chiffres."),
    "epci_name": N_("Ce nom est trop long."),
    "former": N_("Écrivez le code INSEE puis le nom de chaque ancienne commune, séparées par une barre verticale."),
}


def _read(line: Line, mapping: Mapping) -> tuple[dict[str, Any], list[BadCell]]:
    texts = dict.fromkeys(COMMUNE_FIELDS, "") | mapping.read(line)
    # A spreadsheet drops the first zero of 01001: four digits alone can only be that.
    code = texts["insee_code"].upper()
    texts["insee_code"] = code.zfill(5) if re.fullmatch(r"\d{4}", code) else code
    people = re.sub(r"[\s\u00a0\u202f]", "", texts["population"]) or "0"
    sound = {
        "insee_code": bool(_INSEE.fullmatch(texts["insee_code"])),
        "name": 0 < len(texts["name"]) <= _LIMIT,
        "postcodes": not texts["postcodes"]
        or (bool(_POSTCODES.fullmatch(texts["postcodes"])) and len(texts["postcodes"]) <= _LIMIT),
        "population": people.isascii() and people.isdigit() and len(people) < 9,  # noqa: PLR2004 — a commune
        "epci_siren": not texts["epci_siren"] or bool(_SIREN.fullmatch(texts["epci_siren"])),
        "epci_name": len(texts["epci_name"]) <= _LIMIT,
        "former": len(texts["former"]) <= _FORMER_LIMIT
        and len(former_communes(texts["former"])) == sum(bool(part.strip()) for part in texts["former"].split("|")),
    }
    problems = [_cell(line, mapping, name, _REASONS[name]) for name, good in sound.items() if not good]
    problems += [
        _cell(line, mapping, name, FORMULA)
        for name in ("name", "epci_name", "former")
        if starts_like_formula(texts[name])
    ]
    return {**texts, "population": int(people) if sound["population"] else 0}, problems


def _cell(
    line: Line, mapping: Mapping, name: str, reason: str, params: AnyMapping[str, object] | None = None
) -> BadCell:
    column = mapping.columns.get(name, name)
    return BadCell(line.number, column, line.cells.get(column, ""), reason, params or {})
