"""`passnum council`: the acts of a council as papers and as open data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from passnumerique.console.asking import programme_meant, refusals_are_errors
from passnumerique.council.queries import deliberations
from passnumerique.directory.rules import system_actor
from passnumerique.insight.open_data import deliberations_csv
from passnumerique.journeys.deliberating import act_on_paper


class Command(BaseCommand):
    """Writes one act as a PDF (`act NUMBER`), or the list of acts as SCDL Délibérations 2.1.5 (`export-scdl`)."""

    help = "Les actes du conseil : un acte en PDF, la liste en données ouvertes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        act = verbs.add_parser("act", help="un acte en PDF, à partir des seules données")
        act.add_argument("number", help="le numéro de l’acte, comme DE_2022_12_003")
        export = verbs.add_parser("export-scdl", help="la liste des actes, SCDL Délibérations 2.1.5")
        for verb in (act, export):
            verb.add_argument("--out", type=Path, required=True, help="fichier à écrire")
            verb.add_argument("--programme", help="nom court du dispositif, ou son fichier")

    @refusals_are_errors
    def handle(self, *, verb: str, out: Path, programme: str | None, number: str = "", **_: Any) -> None:
        meant = programme_meant(programme)
        actor = system_actor(meant.authority_id)
        if verb == "act":
            row = deliberations(actor).filter(number=number).first()
            if row is None:
                raise CommandError(f"Aucun acte ne porte le numéro {number}.")
            content = act_on_paper(actor, row.id, meant.name)
        else:
            content = deliberations_csv(actor)
        out.write_bytes(content)
        self.stdout.write(f"{out}")
