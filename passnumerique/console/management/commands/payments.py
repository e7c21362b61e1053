"""`passnum payments export`: the bank's file of an approved run, the same bytes each time until it is sent."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from passnumerique.console.asking import refusals_are_errors
from passnumerique.directory.rules import Actor, Role
from passnumerique.programmes.queries import every_programme
from passnumerique.settlement.queries.runs import hash_of, run_file, run_numbered


class Command(BaseCommand):
    """For who runs the installation for an authority's finance desk."""

    help = "Écrit le fichier SEPA (pain.001.001.09) d’un lot de virements approuvé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="le fichier d’un lot approuvé ; refuse un lot déjà envoyé")
        export.add_argument("--run", required=True, help="identifiant du lot, ou son numéro avec --programme")
        export.add_argument("--programme", help="nom court du dispositif, quand --run est un numéro")
        export.add_argument("--out", required=True, type=Path, help="fichier à écrire")

    @refusals_are_errors
    def handle(self, *, run: str, programme: str | None, out: Path, **_: Any) -> None:
        for one in every_programme():
            actor = Actor(None, "passnum", Role.FINANCE, one.authority_id)
            found = run_numbered(actor, one.id, run) if programme in {None, one.slug} else None
            if found:
                break
        else:
            raise CommandError(f"Lot introuvable : {run}. Son identifiant est dans l’adresse de sa page.")
        _name, content = run_file(actor, found)
        out.write_bytes(content)
        self.stdout.write(f"{out} : {len(content)} octets, SHA-256 {hash_of(content)}")
