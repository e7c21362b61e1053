"""`passnum report`: a report as of a day, as a paper and as a workbook."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from passnumerique.console.asking import day, programme_meant, refusals_are_errors, today_of
from passnumerique.directory.rules import system_actor
from passnumerique.insight.reports import Kind, Offered, offered
from passnumerique.journeys.reporting import write_report
from passnumerique.programmes.queries import instant_of


class Command(BaseCommand):
    """Writes the report of the council, of the funder, of one EPCI, structure or place, or of all of these."""

    help = "Un rapport au soir d’un jour, en PDF et en tableur : council, funder, epci, structure ou place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[kind.value for kind in Kind], help="à qui le rapport s’adresse")
        parser.add_argument("--of", default="", help="le nom, le SIREN ou l’identifiant ; tous sans cette option")
        parser.add_argument("--as-of", type=day, help="le jour du rapport (aujourd’hui par défaut)")
        parser.add_argument("--out", type=Path, required=True, help="dossier à remplir")
        parser.add_argument("--programme", help="nom court du dispositif, ou son fichier")

    @refusals_are_errors
    def handle(self, *, kind: str, of: str, as_of: date | None, out: Path, programme: str | None, **_: Any) -> None:
        meant = programme_meant(programme)
        actor, on = system_actor(meant.authority_id), as_of or today_of(meant)
        for one in _asked(offered(actor, meant.id, on), Kind(kind), of):
            paths = write_report(
                actor=actor,
                programme_id=meant.id,
                kind=one.kind,
                subject=one.subject,
                day=on,
                at=instant_of(meant, timezone.now()),
                out=out,
            )
            self.stdout.write("\n".join(str(path) for path in paths))


def _asked(known: list[Offered], kind: Kind, of: str) -> list[Offered]:
    """Those of that kind, or the one meant. Refuses a name that is none, and one that is several."""
    there = [one for one in known if one.kind is kind]
    if not of:
        return there
    meant = [one for one in there if of == one.subject] or [
        one for one in there if of.casefold() in one.name.casefold()
    ]
    if len(meant) == 1:
        return meant
    names = ", ".join(one.name for one in (meant or there)) or "aucun"
    raise CommandError(f"Précisez --of. Possibles : {names}.")
