"""`passnum accounts`: the rendering of accounts of a period, and the ledger as a plain-text journal."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from passnumerique.console.asking import day, programme_meant, refusals_are_errors
from passnumerique.directory.rules import system_actor
from passnumerique.insight.accounts import Period
from passnumerique.journeys.rendering import journal_of, render_accounts


class Command(BaseCommand):
    """`render` writes paper, workbook, journal and manifest into a directory; `journal` the journal alone."""

    help = "La reddition des comptes d’une période, et le grand livre en journal de texte (beancount)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        render = verbs.add_parser("render", help="la reddition des comptes : PDF, XLSX, journal et manifeste")
        journal = verbs.add_parser("journal", help="le journal seul")
        for verb, out in ((render, "dossier à remplir"), (journal, "fichier à écrire")):
            verb.add_argument("--from", dest="first", type=day, required=True, help="premier jour de la période")
            verb.add_argument("--to", dest="last", type=day, required=True, help="dernier jour, compris")
            verb.add_argument("--out", type=Path, required=True, help=out)
            verb.add_argument("--programme", help="nom court du dispositif, ou son fichier")

    @refusals_are_errors
    def handle(self, *, verb: str, first: date, last: date, out: Path, programme: str | None, **_: Any) -> None:
        meant = programme_meant(programme)
        actor, period = system_actor(meant.authority_id), Period(first, last)
        if verb == "journal":
            with out.open("wb") as file:
                file.writelines(journal_of(actor, meant.id, period))
            self.stdout.write(str(out))
            return
        for one in render_accounts(actor=actor, programme_id=meant.id, period=period, out=out):
            self.stdout.write(f"{one.sha256}  {out / one.name}")
