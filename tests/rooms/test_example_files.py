"""The example files of a takeover and of an issuer: synthetic, say so, and do what the documentation says."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from passnumerique.ground.dates import at_time
from passnumerique.ground.sheets import read_sheet

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
FOLDER, ISSUER = EXAMPLES / "reprise" / "dossier", EXAMPLES / "emetteur"


@pytest.fixture(autouse=True)
def _the_day(time_machine: Any) -> None:
    time_machine.move_to(at_time(date(2023, 3, 2), 12))


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().replace("\u202f", " ")


def every_file() -> Iterator[Path]:
    yield from sorted([*FOLDER.glob("*.csv"), *ISSUER.glob("*.csv")])


@pytest.mark.parametrize("path", list(every_file()), ids=lambda path: path.name)
def test_each_example_file_says_on_each_line_that_it_is_synthetic(path: Path) -> None:
    sheet = read_sheet(path.read_bytes(), path.name)
    assert {line.cells["Remarque"] for line in sheet.rows} == {"exemple synthétique (inventé)"}


def test_the_example_is_taken_over_then_compared_with_what_its_issuer_says() -> None:
    run("programme", str(EXAMPLES / "reprise" / "programme.toml"))
    given = [
        "takeover",
        "--folder",
        str(FOLDER),
        "--former",
        "Ancien émetteur (fictif)",
        "--statement-on",
        "2022-12-31",
    ]
    assert "vallee : essai réussi, rien n’est écrit" in run(*given, "--dry-run")
    assert "vallee : repris" in run(*given)
    assert run("audit", "--json") == '{\n  "differences": []\n}\n'
    assert run("audit", "--law") == "vallee : aucune différence ; aucun sceau\n"
    kinds = {
        "orders": ["commandes"],
        "redemptions": ["utilisations-1", "utilisations-2"],
        "payments": ["paiements"],
        "credit_notes": ["avoir"],
    }
    for kind, names in kinds.items():
        for name in names:
            told = run("issuer", "import", "--kind", kind, "--file", str(ISSUER / f"exemple-{name}.csv"))
            assert "0 non prises en compte" in told, told
    told = run("issuer", "reconcile")
    assert "1  avoir de l’émetteur et pass non dépensés diffèrent, à expliquer" in told
    assert "1  utilisé au registre, absent chez l’émetteur, à expliquer" in told
    assert "1  utilisé dans un autre lieu selon l’émetteur, à expliquer" in told
    assert [line.split(",")[0] for line in told.splitlines()][:-1] == [
        "       1  avoir de l’émetteur et pass non dépensés diffèrent",
        "       1  utilisé au registre",
        "       1  utilisé",
        "       1  utilisé dans un autre lieu selon l’émetteur",
    ]
