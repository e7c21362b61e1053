"""`passnum council`: the acts of a council as papers and as open data, and those it voted before."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from passnumerique.console.asking import programme_meant, refusals_are_errors
from passnumerique.council.operations import import_acts
from passnumerique.council.queries import deliberations
from passnumerique.council.rules.formulas import ADDED, DROPPED, Formula, added_to, dropped_from
from passnumerique.directory.rules import Actor, system_actor
from passnumerique.ground.sheets import read_sheet
from passnumerique.insight.open_data import deliberations_csv, grants_csv
from passnumerique.journeys.deliberating import act_on_paper
from passnumerique.programmes.queries import instant_of


class Command(BaseCommand):
    """Writes one act as a PDF (`act NUMBER`), the list of acts or of grants as open data (`export-scdl`,
    `export-scdl-grants`), and reads the acts voted before from such a list (`import-scdl FILE`)."""

    help = "Les actes du conseil : un acte en PDF, les listes en données ouvertes, la reprise des actes passés."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        act = verbs.add_parser("act", help="un acte en PDF, à partir des seules données")
        act.add_argument("number", help="le numéro de l’acte, comme DE_2022_12_003")
        act.add_argument("--original", type=Path, help="le texte d’un acte saisi à la main, à comparer")
        export = verbs.add_parser("export-scdl", help="la liste des actes, SCDL Délibérations 2.1.5")
        grants = verbs.add_parser("export-scdl-grants", help="la liste des subventions, SCDL Subventions 2.1.1")
        for verb in (act, export, grants):
            verb.add_argument("--out", type=Path, required=True, help="fichier à écrire")
        taking = verbs.add_parser("import-scdl", help="reprendre les actes passés, SCDL Délibérations 2.1.5")
        taking.add_argument("file", type=Path, help="le fichier CSV, XLSX ou ODS")
        taking.add_argument("--dry-run", action="store_true", help="vérifier sans rien écrire")
        for verb in (act, export, grants, taking):
            verb.add_argument("--programme", help="nom court du dispositif, ou son fichier")

    @refusals_are_errors
    def handle(self, *, verb: str, programme: str | None, **given: Any) -> None:
        meant = programme_meant(programme)
        actor = system_actor(meant.authority_id)
        if verb == "import-scdl":
            self._import(actor, meant, given["file"], dry_run=given["dry_run"])
            return
        if verb == "export-scdl":
            given["out"].write_bytes(deliberations_csv(actor))
        elif verb == "export-scdl-grants":
            given["out"].write_bytes(grants_csv(actor))
        else:
            self._act(actor, meant.name, **{name: given[name] for name in ("number", "out", "original")})
        self.stdout.write(f"{given['out']}")

    def _act(self, actor: Actor, programme: str, *, number: str, out: Path, original: Path | None) -> None:
        """Write the act, then what it says otherwise than an act typed by hand, each with its reason."""
        row = deliberations(actor).filter(number=number).first()
        if row is None:
            raise CommandError(f"Aucun acte ne porte le numéro {number}.")
        text = original.read_text("utf-8") if original else None
        out.write_bytes(act_on_paper(actor, row.id, programme))
        dropped, added = (dropped_from(text), added_to(text)) if text is not None else (DROPPED, ADDED)
        self._tell("Ce que l’acte ne reprend pas", dropped)
        self._tell("Ce que l’acte dit en plus", added)

    def _tell(self, heading: str, formulas: Any) -> None:
        if formulas:
            self.stdout.write(f"{heading} :")
        for one in formulas:
            self._say(one)

    def _say(self, one: Formula) -> None:
        self.stdout.write(f"  « {one.words} »\n    {one.reason} ({one.source})")

    def _import(self, actor: Actor, programme: Any, file: Path, *, dry_run: bool) -> None:
        sheet = read_sheet(file.read_bytes(), file.name)
        at = instant_of(programme, timezone.now())
        report = import_acts(rows=sheet.rows, columns=sheet.columns, by=actor, at=at, dry_run=dry_run)
        for cell in report.bad:
            self.stderr.write(f"ligne {cell.line}, {cell.column}, « {cell.value} » : {cell.say()}")
        if report.bad:
            many = "s" if report.bad_lines > 1 else ""
            raise CommandError(f"Rien n’a été écrit : {report.bad_lines} ligne{many} à corriger.")
        done = "Vérification : rien n’a été écrit. À reprendre" if dry_run else "Actes repris"
        self.stdout.write(f"{done} : {report.created}, déjà là : {report.unchanged}.")
