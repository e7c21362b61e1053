"""`passnum exposure`: what is at risk on a day: money with the issuer, owed to the places, late."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from passnumerique.console.asking import day, programme_meant, refusals_are_errors, today_of
from passnumerique.directory.rules import system_actor
from passnumerique.ground.dates import long_day
from passnumerique.ground.money import euros
from passnumerique.settlement.queries import Exposure, exposure_on


class Command(BaseCommand):
    """Prints the exposure of a programme by the evening of a day, place by place."""

    help = "Ce qui est exposé un jour donné\u202f: argent chez l’émetteur, dû aux lieux, en retard."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", help="nom court du dispositif, ou son fichier")
        parser.add_argument("--as-of", type=day, help="le jour demandé (aujourd’hui par défaut)")
        parser.add_argument("--json", action="store_true", help="en JSON")

    @refusals_are_errors
    def handle(self, *, programme: str | None, as_of: date | None, json: bool, **_: Any) -> None:
        meant = programme_meant(programme)
        found = exposure_on(system_actor(meant.authority_id), meant.id, as_of or today_of(meant))
        self.stdout.write(in_json(found) if json else in_words(found))


def in_json(found: Exposure) -> str:
    """The exposure as JSON."""
    return json.dumps(asdict(found), default=str, ensure_ascii=False, indent=2)


def in_words(found: Exposure) -> str:
    """The exposure as a page of text."""
    lines = [f"au {long_day(found.day)}", ""]
    told = [
        ("argent chez l’émetteur", found.lent_cents),
        ("trésorerie du dispositif", found.treasury_cents),
        ("dû aux lieux", found.owed_cents),
        ("dont en retard", found.late_cents),
        ("pass encore utilisables", found.committed_cents),
    ]
    lines += [f"  {label:<40} {euros(cents)}" for label, cents in told]
    lines += ["", *(f"  {one.place:<40} {euros(one.owed_cents)}" for one in found.places)]
    return "\n".join(lines).rstrip()
