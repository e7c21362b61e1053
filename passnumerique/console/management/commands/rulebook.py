"""`passnum rulebook`: the rule book as a page of documentation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from passnumerique.console.rulebook import drawing, page


class Command(BaseCommand):
    """Prints the page; writes it and its drawing with `--out`; with `--check`, refuses one that is not current."""

    help = "Écrit le livre des règles : actes, états, refus, dates et paramètres."
    requires_system_checks = []  # it reads rules only

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, help="fichier à écrire, comme docs/rules.md")
        parser.add_argument("--check", type=Path, metavar="FICHIER", help="vérifie que ce fichier est à jour")

    def handle(self, *, out: Path | None, check: Path | None, **_: Any) -> None:
        if check:
            self._check(check)
        elif out:
            for path, text in _files(out).items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"{path}")
        else:
            self.stdout.write(page(), ending="")

    def _check(self, path: Path) -> None:
        for known, text in _files(path).items():
            if not known.is_file() or known.read_text(encoding="utf-8") != text:
                raise CommandError(f"{known} n’est pas à jour : lancez « passnum rulebook --out {path} ».")
        self.stdout.write(f"{path} est à jour.")


def _files(path: Path) -> dict[Path, str]:
    return {path: page(), path.parent / "pictures" / "states.svg": drawing()}
