"""`passnum issuer`: the files of the issuer are imported, its payments recorded, the four sources compared."""

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from passnumerique.console.asking import finance_meant, programme_meant, refusals_are_errors
from passnumerique.directory.queries import access_mappings
from passnumerique.directory.rules import Actor, Role, system_actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.money import euros
from passnumerique.ground.sheets import BadCell, Mapping, Sheet, read_sheet, suggest_mapping
from passnumerique.ground.words import say
from passnumerique.programmes.queries import instant_of
from passnumerique.settlement.operations.issuer import (
    import_issuer_file,
    receive_issuer_lot,
    record_payments_of_issuer,
)
from passnumerique.settlement.queries.reconciling import Standing, reconcile
from passnumerique.settlement.rules.issuer import IssuerKind, mapping_kind, synonyms_of
from passnumerique.settlement.rules.issuer.paying import Matched
from passnumerique.settlement.rules.reconciling import FollowUp


class Command(BaseCommand):
    """For whoever runs the installation, in the place of the manager: `import` a file, `reconcile`; `pay` in the
    name of somebody of the finance desk."""

    help = "Fichiers de l’émetteur : en importer un, enregistrer ses paiements, comparer les quatre sources."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        one = verbs.add_parser("import", help="garder chaque ligne d’un fichier, sans rien déplacer")
        one.add_argument("--kind", required=True, choices=[kind.value for kind in IssuerKind], help="son contenu")
        one.add_argument("--file", required=True, type=Path, help="le fichier : CSV, XLSX ou ODS")
        one.add_argument("--sheet", help="la feuille du classeur (la première par défaut)")
        one.add_argument("--issuer", help="l’émetteur, dont les colonnes retenues servent (celui du dispositif)")
        one.add_argument("--own-name", default="", help="ce que le fichier appelle ce dispositif, s’il en a plusieurs")
        one.add_argument("--reference", default="", help="la référence du lot, pour un lot")
        one.add_argument("--dry-run", action="store_true", help="tout vérifier sans rien écrire")
        two = verbs.add_parser("reconcile", help="comparer registre, émetteur, lieux et comptabilité")
        two.add_argument("--json", action="store_true", help="en JSON, écart par écart")
        three = verbs.add_parser("pay", help="enregistrer les paiements que l’émetteur a faits aux lieux")
        three.add_argument("--person", required=True, help="adresse de la personne des finances qui enregistre")
        three.add_argument("--dry-run", action="store_true", help="dire ce que chaque ligne paierait, sans rien écrire")
        for verb in (one, two, three):
            verb.add_argument("--programme", help="nom court du dispositif, ou son fichier")

    @refusals_are_errors
    def handle(self, *, verb: str, programme: str | None, **given: Any) -> None:
        meant = programme_meant(programme)
        if verb == "pay":
            self.stdout.write(_paid(meant, **given))
            return
        by = replace(system_actor(meant.authority_id), role=Role.MANAGER)
        told = self._import(meant, by, **given) if verb == "import" else _reconciled(meant, by, in_json=given["json"])
        self.stdout.write(told)

    def _import(self, meant: Any, by: Actor, *, file: Path, sheet: str | None, kind: str, **given: Any) -> str:
        if not file.is_file():
            raise CommandError(f"Le fichier {file} est introuvable. Vérifiez son chemin.")
        content = file.read_bytes()
        table = read_sheet(content, file.name, sheet)
        issuer = given["issuer"] or meant.issuer or "émetteur"
        shared = {
            "programme_id": meant.id,
            "issuer": issuer,
            "sheet": table,
            "mapping": _mapping(by, IssuerKind(kind), issuer, table),
            "file": content,
            "by": by,
            "at": instant_of(meant, timezone.now()),
            "dry_run": given["dry_run"],
        }
        if kind == IssuerKind.LOTS:
            return _lot_told(receive_issuer_lot(reference=given["reference"], **shared), dry=given["dry_run"])
        report = import_issuer_file(kind=IssuerKind(kind), own_name=given["own_name"], **shared)
        counts = (
            f"{report.taken} prises en compte, {report.already} déjà connues, {report.refused} non prises en compte"
        )
        done = "essai, rien n’est écrit" if given["dry_run"] else "gardé"
        return "\n".join([*map(_cell_told, report.bad), f"{file.name} ({done}) : {report.lines} lignes, {counts}"])


def _mapping(by: Actor, kind: IssuerKind, issuer: str, sheet: Sheet) -> Mapping:
    """The mapping kept for the issuer, as far as the file has its columns; else what the headings suggest."""
    known = access_mappings(by, mapping_kind(kind)).get(issuer)
    if known is None:
        return suggest_mapping(sheet.columns, synonyms_of(kind))
    return Mapping({name: column for name, column in known.columns.items() if column in sheet.columns})


def _cell_told(cell: BadCell) -> str:
    return f"ligne {cell.line}, colonne « {cell.column} », « {cell.value} » : {cell.say()}"


def _lot_told(report: Any, *, dry: bool) -> str:
    done = "déjà reçu" if report.known else "essai, rien n’est écrit" if dry else "reçu"
    numbers = f"{report.passes} pass, numéros {report.first_number} à {report.last_number}"
    return "\n".join([*map(_cell_told, report.bad), f"lot ({done}) : {numbers}"])


def _paid(meant: Any, *, person: str, dry_run: bool, **_: Any) -> str:
    """What each line of the issuer pays, or why it pays nothing."""
    done = record_payments_of_issuer(
        programme_id=meant.id,
        by=finance_meant(person, meant),
        at=instant_of(meant, timezone.now()),
        dry_run=dry_run,
    )
    told = "essai, rien n’est écrit" if dry_run else "enregistré"
    lines = [_line_told(one) for one in done.matched]
    return "\n".join([*lines, f"paiements ({told}) : {len(done.payments)}, {euros(done.cents)}"])


def _line_told(one: Matched) -> str:
    numbers = ", ".join(str(claim.number) for claim in one.claims)
    what = say(one.doubt.words) if one.doubt else f"demande(s) {numbers}"
    return f"{one.line.day} {one.line.reference}, {euros(one.line.cents)} : {what}"


def _reconciled(meant: Any, by: Actor, *, in_json: bool) -> str:
    today = day_of(instant_of(meant, timezone.now()))
    found = reconcile(by, meant.id, today).differences
    if in_json:
        return json.dumps({"differences": [_row(one) for one in found]}, ensure_ascii=False, indent=2)
    counts = Counter((one.apart.gap, one.state) for one in found)
    lines = [f"{many:>8}  {say(gap.words)}, {say(state.words)}" for (gap, state), many in sorted(counts.items())]
    left = sum(one.state is FollowUp.OPEN for one in found)
    return "\n".join([*lines, f"{meant.slug} : {len(found)} écart(s), {left} à expliquer"])


def _row(one: Standing) -> dict[str, Any]:
    return {
        "key": one.apart.key,
        "place": one.place,
        "since": one.apart.since.isoformat(),
        "age_days": one.age_days,
        "here": one.apart.here,
        "there": one.apart.there,
        "cents": one.apart.cents,
        "owner": one.owner.value,
        "state": one.state.value,
        "reason": one.reason,
    }
