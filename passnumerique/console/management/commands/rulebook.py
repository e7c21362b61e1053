"""`passnum rulebook`: the rule book as a page of documentation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from passnumerique.console.rulebook import drawing, page, scanner


class Command(BaseCommand):
    """Prints the page; writes it and its drawing with `--out`, the scanner's rules and their vectors with
    `--scanner`; with `--check`, refuses what is not current."""

    help = "Écrit le livre des règles : actes, états, refus, dates et paramètres."
    requires_system_checks = []  # it reads rules only

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, help="fichier à écrire, comme docs/rules.md")
        parser.add_argument("--scanner", type=Path, help="fichier à écrire, comme frontend/scanner/rules.json")
        parser.add_argument("--check", type=Path, metavar="FICHIER", help="vérifie que ce fichier est à jour")

    def handle(self, *, out: Path | None, scanner: Path | None, check: Path | None, **_: Any) -> None:
        if check:
            self._check(check)
        for path in (one for one in (out, scanner) if one):
            self._write(path)
        if not (out or scanner or check):
            self.stdout.write(page(), ending="")

    def _write(self, asked: Path) -> None:
        for path, text in _files(asked).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{path}")

    def _check(self, path: Path) -> None:
        for known, text in _files(path).items():
            if not known.is_file() or known.read_text(encoding="utf-8") != text:
                option = "--scanner" if path.suffix == ".json" else "--out"
                raise CommandError(f"{known} n’est pas à jour : lancez « passnum rulebook {option} {path} ».")
        self.stdout.write(f"{path} est à jour.")


def _files(path: Path) -> dict[Path, str]:
    if path.suffix == ".json":
        return scanner.files(path)
    return {path: page(), path.parent / "pictures" / "states.svg": drawing()}
