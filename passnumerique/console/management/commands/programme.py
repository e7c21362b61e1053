"""`passnum programme FILE`: a real programme set up from its declarative file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from passnumerique.console.asking import refusals_are_errors
from passnumerique.directory.rules import system_actor
from passnumerique.journeys.set_up import beside_file, read_programme_file, set_up_programme


class Command(BaseCommand):
    """Reads the file, says all that is wrong with it, and builds the programme: all of it or nothing."""

    help = "Crée un dispositif à partir de son fichier déclaratif."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier du dispositif (TOML)")
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier sans rien écrire")

    @refusals_are_errors
    def handle(self, *, file: Path, dry_run: bool, **_: Any) -> None:
        if not file.is_file():
            raise CommandError(f"Le fichier {file} est introuvable. Vérifiez son chemin.")
        given = read_programme_file(file.read_text(encoding="utf-8"))
        with transaction.atomic():
            set_up_programme(
                file=given,
                beside=beside_file(file),
                by=system_actor(),
                at=timezone.now(),
            )
            transaction.set_rollback(dry_run)
        done = "peut être créé : rien n’a été écrit" if dry_run else "est créé"
        self.stdout.write(f"« {given.programme.name} » {done}.")
        if not dry_run:
            self.stdout.write(f"Invitez sa gestion : passnum invite ADRESSE --authority {given.authority.slug}")
