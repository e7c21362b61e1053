"""The published figures as lines of an open file, its columns described by a Table Schema and a Data Package."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from passnumerique.beneficiaries.rules import AGE_WORDS, AgeBracket
from passnumerique.directory.queries import organisations_named
from passnumerique.ground.sheets import write_csv
from passnumerique.insight.published.counting import ALL, ELSEWHERE, Dimension, Figures, Public, Row, figures_told
from passnumerique.insight.published.periods import PUBLISHED_ON, Grain, Period
from passnumerique.programmes.queries import calendar_revisions
from passnumerique.training.queries import modules_named

_PUBLIC_WORDS = {Public.TARGET: "public cible", Public.OTHER: "autre public"}
VERSION = "1.0.0"


@dataclass(frozen=True)
class Line:
    """One figure: over which months, of what, and how many passes; None when it is hidden."""

    period: Period
    dimension: Dimension
    code: str
    name: str
    epci: str
    passes: int | None

    @property
    def is_hidden(self) -> bool:
        return self.passes is None


def usage_lines(programme_id: UUID, day: date) -> tuple[list[Line], Figures]:
    """Every figure told by a day, in order of time; what is not there is zero. The same on any later day, as long as
    the territory is: an EPCI is the sum of the communes that it has today."""
    first = min((row.in_force_on for row in calendar_revisions(programme_id)), default=day)
    figures = figures_told(programme_id, first.replace(day=1), day)
    names = _names(figures)
    lines = [_line(row, period, figures, names) for row, period in figures.cells]
    order = {period: rank for rank, period in enumerate(figures.periods)}
    ranks = {one: rank for rank, one in enumerate(Dimension)}
    lines.sort(key=lambda one: (order[one.period], ranks[one.dimension], one.name, one.code))
    return lines, figures


def _line(row: Row, period: Period, figures: Figures, names: Mapping[Row, str]) -> Line:
    dimension, code = _split(row)
    area = figures.areas.get(code) if dimension is Dimension.COMMUNE else None
    passes = None if (row, period) in figures.hidden else figures.cells[row, period].value
    return Line(period, dimension, "" if code == ELSEWHERE else code, names[row], area.epci if area else "", passes)


def _split(row: Row) -> tuple[Dimension, str]:
    if row == ALL:
        return Dimension.WHOLE, ""
    dimension, _, code = row.partition(":")
    return Dimension(dimension), code


def _names(figures: Figures) -> dict[Row, str]:
    rows = {row for row, _ in figures.cells}
    split = {row: _split(row) for row in rows}
    known = _known(
        figures, {UUID(code) for kind, code in split.values() if kind in {Dimension.PLACE, Dimension.MODULE}}
    )
    return {row: known.get(split[row], split[row][1]) for row in rows}


def _known(figures: Figures, ids: set[UUID]) -> dict[tuple[Dimension, str], str]:
    found = {(Dimension.WHOLE, ""): "tout le dispositif", (Dimension.COMMUNE, ELSEWHERE): "hors du territoire"}
    found |= {(Dimension.COMMUNE, insee): area.name for insee, area in figures.areas.items()}
    found |= {(Dimension.EPCI, area.epci): area.epci_name for area in figures.areas.values() if area.epci}
    found |= {(Dimension.PLACE, str(one)): name for one, name in organisations_named(ids).items()}
    found |= {(Dimension.MODULE, str(one)): name for one, name in modules_named(ids).items()}
    found |= {(Dimension.AGE, one.value): AGE_WORDS[one] for one in AgeBracket}
    found[Dimension.AGE, ELSEWHERE] = "non connu"
    return found | {(Dimension.PUBLIC, one.value): words for one, words in _PUBLIC_WORDS.items()}


_FIELDS: tuple[dict[str, Any], ...] = (
    {
        "name": "periode",
        "type": "string",
        "title": "Période",
        "description": "Le mois, plusieurs mois comptés ensemble, le trimestre ou l’année.",
        "example": "2022-03",
        "constraints": {
            "required": True,
            "pattern": r"^\d{4}(-(0[1-9]|1[0-2])(/\d{4}-(0[1-9]|1[0-2]))?|-T[1-4])?$",
        },
    },
    {
        "name": "granularite",
        "type": "string",
        "title": "Durée de la période",
        "description": "Plusieurs mois sont comptés ensemble quand trop peu de personnes ont utilisé des pass.",
        "example": "mois",
        "constraints": {"required": True, "enum": [one.value for one in Grain]},
    },
    {
        "name": "debut",
        "type": "date",
        "title": "Premier jour",
        "description": "Le premier jour de la période.",
        "example": "2022-03-01",
        "constraints": {"required": True},
    },
    {
        "name": "fin",
        "type": "date",
        "title": "Dernier jour",
        "description": "Le dernier jour de la période.",
        "example": "2022-03-31",
        "constraints": {"required": True},
    },
    {
        "name": "dimension",
        "type": "string",
        "title": "Ce que compte la ligne",
        "description": (
            "Les lignes d’une dimension s’additionnent à celle de l’ensemble, les communes à celle de leur EPCI."
        ),
        "example": "commune",
        "constraints": {"required": True, "enum": [one.value for one in Dimension]},
    },
    {
        "name": "code",
        "type": "string",
        "title": "Code",
        "description": (
            "INSEE de la commune, SIREN de l’EPCI, identifiant du lieu ou du module, ou tranche d’âge\u202f; vide pour "
            "l’ensemble et hors du territoire."
        ),
        "example": "55545",
        "constraints": {"required": False},
    },
    {
        "name": "nom",
        "type": "string",
        "title": "Nom",
        "description": "Comment on le nomme. La commune est celle de la personne qui a reçu le pass.",
        "example": "Verdun",
        "constraints": {"required": True},
    },
    {
        "name": "epci",
        "type": "string",
        "title": "EPCI de la commune",
        "description": "Le SIREN de l’EPCI, pour une commune seulement.",
        "example": "200049187",
        "constraints": {"required": False},
    },
    {
        "name": "pass_utilises",
        "type": "integer",
        "title": "Pass utilisés",
        "description": "Vide quand le chiffre est masqué. Une ligne qui manque vaut zéro.",
        "example": 12,
        "constraints": {"required": False, "minimum": 1},
    },
    {
        "name": "masque",
        "type": "boolean",
        "title": "Chiffre masqué",
        "description": (
            "Oui quand trop peu de personnes sont derrière le chiffre, ou qu’il permettrait d’en retrouver un autre."
        ),
        "example": "non",
        "trueValues": ["oui"],
        "falseValues": ["non"],
        "constraints": {"required": True},
    },
)
COLUMNS = tuple(str(one["name"]) for one in _FIELDS)


def usage_csv(lines: list[Line]) -> bytes:
    """The lines as the open file: UTF-8, commas, no BOM."""
    return write_csv(COLUMNS, _cells(lines), delimiter=",", bom=False)


def _cells(lines: list[Line]) -> Iterator[list[Any]]:
    for one in lines:
        yield [
            one.period.name,
            one.period.grain.value,
            one.period.first,
            one.period.ends,
            one.dimension.value,
            one.code,
            one.name,
            one.epci,
            one.passes,
            one.is_hidden,
        ]


def table_schema(address: str) -> dict[str, Any]:
    """The columns, as the Table Schema standard describes them."""
    return {
        "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
        "name": "usage-pass-numerique",
        "title": "Pass numériques utilisés, par période, territoire, lieu, module et public",
        "description": "Une ligne par chiffre. Les petits effectifs sont masqués, y compris par différence.",
        "version": VERSION,
        "path": address,
        "fields": list(_FIELDS),
    }


def described(
    programme: str, authority: str, figures: Figures, *, csv: str, schema: str, invented: bool
) -> dict[str, Any]:
    """What the file is, as a Data Package: whose, over which months, under which licence, and how it is made."""
    last = figures.periods[-1].ends.isoformat() if figures.periods else None
    notes = [
        f"Un mois est publié le {PUBLISHED_ON} du suivant et ne change plus ensuite.",
        "Un pass est compté dans le mois où le registre en a reçu l’utilisation.",
        f"Un chiffre derrière lequel se tiennent moins de {figures.threshold} remises de pass (le plus souvent, autant "
        "de personnes) est masqué, et d’autres avec lui, pour qu’aucune différence ne le redonne.",
        "Une ligne qui manque vaut zéro.",
    ]
    if invented:
        notes.append("Ces données sont une démonstration\u202f: une partie en est inventée ou supposée.")
    return {
        "profile": "tabular-data-package",
        "name": "usage-pass-numerique",
        "title": f"{programme}\u202f: pass utilisés",
        "description": " ".join(notes),
        "contributors": [{"title": authority, "role": "publisher"}],
        "licenses": [{"name": "etalab-2.0", "title": "Licence Ouverte 2.0", "path": _LICENCE}],
        "temporal": {"start": figures.periods[0].first.isoformat() if figures.periods else None, "end": last},
        "resources": [
            {
                "name": "usage-pass-numerique",
                "path": csv,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ","},
                "schema": schema,
            }
        ],
    }


_LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
