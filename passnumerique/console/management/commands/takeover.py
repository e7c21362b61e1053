"""`passnum takeover`: a running programme kept elsewhere is taken over from the files of a folder."""

from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from passnumerique.console.asking import day, programme_meant, refusals_are_errors
from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.money import euros, grouped
from passnumerique.ground.words import say
from passnumerique.journeys.takeover import TakeoverReport, folder_at, take_over_programme
from passnumerique.journeys.takeover.proving import Proof
from passnumerique.programmes.queries import instant_of


class Command(BaseCommand):
    """For whoever runs the installation, in the place of the manager. Exits 1 when a line cannot be taken."""

    help = "Reprend un dispositif tenu ailleurs : lots, remises, utilisations, paiements, à leurs dates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", help="nom court du dispositif, ou son fichier")
        parser.add_argument("--folder", required=True, type=Path, help="le dossier des fichiers")
        parser.add_argument("--former", required=True, help="qui tenait ce dispositif")
        parser.add_argument("--statement-on", required=True, type=day, help="le jour du dernier relevé")
        parser.add_argument("--dry-run", action="store_true", help="tout faire et tout prouver, puis ne rien écrire")

    @refusals_are_errors
    def handle(self, *, programme: str | None, folder: Path, former: str, statement_on: date, **given: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"Le dossier {folder} est introuvable. Vérifiez son chemin.")
        meant = programme_meant(programme)
        report = take_over_programme(
            programme_id=meant.id,
            folder=folder_at(folder),
            former=former,
            statement_on=statement_on,
            by=replace(system_actor(meant.authority_id), role=Role.MANAGER, user_id=NOBODY),
            at=instant_of(meant, timezone.now()),
            dry_run=given["dry_run"],
            progress=self._tell,
        )
        self.stdout.write(told(report, meant.slug))
        if report.bad:
            raise SystemExit(1)

    def _tell(self, done: int, of: int) -> None:
        """On a terminal one line that is written again; in a log one for each tenth."""
        if self.stdout.isatty():
            self.stdout.write(f"{grouped(done)} / {grouped(of)} actes", ending="\r" if done < of else "\n")
        elif done == of or done % max(of // 10, 1) == 0:
            self.stdout.write(f"{grouped(done)} / {grouped(of)} actes")


def told(report: TakeoverReport, slug: str) -> str:
    """What a takeover did, line by line: what is wrong, the proof, the end."""
    if report.known:
        return f"{slug} : ce dossier est déjà repris, rien n’a changé"
    lines = [f"{one.file}, ligne {one.line}, « {one.column} », « {one.value} » : {one.say()}" for one in report.bad]
    lines += map(_proof, report.proofs)
    end = "repris" if report.written else "refusé, rien n’est écrit" if report.bad else "essai réussi, rien n’est écrit"
    return "\n".join([*lines, f"{slug} : {end}"])


def _proof(one: Proof) -> str:
    where = f" ({one.place})" if one.place else ""
    stated, found = f"{grouped(one.stated)} pass, {euros(one.stated_cents)}", f"{grouped(one.found)} pass"
    sign = "=" if one.holds else "≠"
    return f"  {say(one.item)}{where} : relevé {stated} {sign} reprise {found}, {euros(one.found_cents)}"
