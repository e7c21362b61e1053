"""What older acts say and an act made here does not, or says besides, and why. Pure.

For whoever lays an act made here beside one typed by hand: each difference has its legal reason and its source.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """Words that older acts hold. `shape` finds them in a text without accents and capitals."""

    words: str
    shape: str
    reason: str
    source: str


DROPPED = (
    Formula(
        "Ont signé au registre tous les membres présents",
        r"ont signe (au registre )?tous les membres presents",
        "Depuis le 1er juillet 2022, un acte est signé par la présidence et le secrétariat de séance seulement.",
        "CGCT, L2121-23, rédaction de l’ordonnance n° 2021-1310 du 7 octobre 2021",
    ),
    Formula(
        "Ont délibéré en séance les jour, mois et an susdits",
        r"(ont|fait et) delibere en seance,? les jour,? mois et an susdits",
        "La date et l’heure de la séance sont en tête de l’acte\u202f: aucun texte ne demande de les rappeler.",
        "CGCT, L2121-23",
    ),
    Formula(
        "Pour copie certifiée conforme par le Président",
        r"pour (copie|extrait|expedition) certifiee? conforme",
        "Le fichier est l’acte lui-même, à signer\u202f: ce n’est pas une copie du registre.",
        "CGCT, L2121-23",
    ),
)
"""What an act made here does not repeat."""

ADDED = (
    Formula(
        "Signature du secrétariat de séance",
        r"le secretariat de seance",
        "L’acte porte deux signatures\u202f: celle de la présidence et celle du secrétariat de séance.",
        "CGCT, L2121-23",
    ),
    Formula(
        "Pour, contre, abstentions",
        r"pour \d+ contre \d+ abstentions \d+",
        "Le résultat du vote est dit en nombres de voix, aussi quand il est unanime.",
        "CGCT, L2121-20 et L2121-21",
    ),
)
"""What an act made here says besides."""


def dropped_from(original: str) -> list[Formula]:
    """The formulas of an original that an act made here does not repeat."""
    plain = _plain(original)
    return [one for one in DROPPED if re.search(one.shape, plain)]


def added_to(original: str) -> list[Formula]:
    """What an act made here says and an original does not."""
    plain = _plain(original)
    return [one for one in ADDED if not re.search(one.shape, plain)]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\s+", " ", "".join(letter for letter in letters if not unicodedata.combining(letter)))
