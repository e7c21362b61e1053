"""`passnum payments`: an approved run for the bank or the finance software, and what the software paid of it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from passnumerique.console.asking import finance_meant, refusals_are_errors
from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.sheets import BadCell, Report, read_sheet, suggest_mapping
from passnumerique.journeys.accounting_export import accounting_archive
from passnumerique.programmes.queries import every_programme, instant_of
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.operations.accounting import record_accounting_file
from passnumerique.settlement.queries.runs import access_run, hash_of, run_file, run_numbered
from passnumerique.settlement.rules.accounting import SYNONYMS


class Command(BaseCommand):
    """For who runs the installation for an authority's finance desk: `export` a run; `record` what came back of it."""

    help = "Les lots de virements : écrire le fichier d’un lot approuvé, enregistrer ce que le logiciel a payé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="le fichier d’un lot approuvé ; refuse un lot déjà envoyé")
        export.add_argument("--out", required=True, type=Path, help="fichier à écrire : XML, ou ZIP pour le logiciel")
        record = verbs.add_parser("record", help="les mandats et les dates que le logiciel de finances rend")
        record.add_argument("--file", required=True, type=Path, help="les lignes complétées : CSV, XLSX ou ODS")
        record.add_argument("--person", required=True, help="adresse de la personne des finances qui enregistre")
        record.add_argument("--dry-run", action="store_true", help="tout vérifier sans rien écrire")
        for verb in (export, record):
            verb.add_argument("--run", required=True, help="identifiant du lot, ou son numéro avec --programme")
            verb.add_argument("--programme", help="nom court du dispositif, quand --run est un numéro")

    @refusals_are_errors
    def handle(self, *, verb: str, run: str, programme: str | None, **given: Any) -> None:
        meant, found = _run_meant(run, programme)
        if verb == "export":
            self._export(meant, found, given["out"])
        else:
            self._record(meant, found, given["file"], given["person"], dry_run=given["dry_run"])

    def _export(self, meant: Any, run_id: UUID, out: Path) -> None:
        actor = _finance(meant)
        to_bank = access_run(actor, run_id).payer != Payer.ACCOUNTING
        _name, content = run_file(actor, run_id) if to_bank else accounting_archive(actor, run_id)
        out.write_bytes(content)
        self.stdout.write(f"{out} : {len(content)} octets, SHA-256 {hash_of(content)}")

    def _record(self, meant: Any, run_id: UUID, file: Path, person: str, *, dry_run: bool) -> None:
        if not file.is_file():
            raise CommandError(f"Le fichier {file} est introuvable. Vérifiez son chemin.")
        sheet = read_sheet(file.read_bytes(), file.name)
        report = record_accounting_file(
            run_id=run_id,
            sheet=sheet,
            mapping=suggest_mapping(sheet.columns, SYNONYMS),
            by=finance_meant(person, meant),
            at=instant_of(meant, timezone.now()),
            dry_run=dry_run,
        )
        for cell in report.bad:
            self.stdout.write(_cell_told(cell))
        if report.bad and not dry_run:
            raise CommandError("Rien n’est enregistré : corrigez ces cellules, puis importez le fichier de nouveau.")
        self.stdout.write(_told(file, report))


def _run_meant(run: str, programme: str | None) -> tuple[Any, UUID]:
    """The run that is named, and its programme."""
    for one in every_programme():
        found = run_numbered(_finance(one), one.id, run) if programme in {None, one.slug} else None
        if found:
            return one, found
    raise CommandError(f"Lot introuvable : {run}. Son identifiant est dans l’adresse de sa page.")


def _finance(programme: Any) -> Actor:
    return Actor(None, "passnum", Role.FINANCE, programme.authority_id)


def _cell_told(cell: BadCell) -> str:
    return f"ligne {cell.line}, colonne « {cell.column} », « {cell.value} » : {cell.say()}"


def _told(file: Path, report: Report) -> str:
    done = "enregistré" if report.written else "essai, rien n’est écrit"
    return f"{file.name} ({done}) : {report.created} paiement(s), {report.unchanged} ligne(s) sans changement"
