"""`passnum audit`: everything recomputed from the events, and every row that disagrees named."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from passnumerique.console.asking import programme_meant, refusals_are_errors
from passnumerique.insight.audit import Audit, audit_programme, sentence
from passnumerique.programmes.queries import every_programme


class Command(BaseCommand):
    """Exits 0 when nothing disagrees, 1 when something does."""

    help = "Recalcule états, compteurs et soldes d’après les événements ; nomme toute ligne qui diffère."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", help="nom court du dispositif, ou son fichier (tous par défaut)")
        parser.add_argument(
            "--law", action="store_true", help="la loi des comptes et la somme des états seulement, à toute taille"
        )
        parser.add_argument("--json", action="store_true", help="en JSON")

    @refusals_are_errors
    def handle(self, *, programme: str | None, json: bool, law: bool, **_: Any) -> None:
        meant = [programme_meant(programme)] if programme else list(every_programme())
        found = [audit_programme(one.id, law_only=law) for one in meant]
        self.stdout.write(in_json(found) if json else in_words(found))
        if any(one.differences for one in found):
            raise SystemExit(1)


def in_json(found: Sequence[Audit]) -> str:
    """Every difference of every programme, as JSON."""
    rows = [row for one in found for row in one.as_json()]
    return json.dumps({"differences": rows}, ensure_ascii=False, indent=2)


def in_words(found: Sequence[Audit]) -> str:
    """One sentence for each difference, and one line for each programme."""
    lines = [sentence(difference) for one in found for difference in one.differences]
    return "\n".join([*lines, *(_summary(one) for one in found)])


def _summary(one: Audit) -> str:
    told = f"{len(one.differences)} différence(s)" if one.differences else "aucune différence"
    seal = f"{one.seals} sceaux, le dernier : {one.last_hash}" if one.seals else "aucun sceau"
    return f"{one.programme} : {told} ; {seal}"
