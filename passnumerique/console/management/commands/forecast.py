"""`passnum forecast`: how many passes will be used by a date, as a distribution, and what a scenario changes."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from passnumerique.console.asking import day, programme_meant, refusals_are_errors, today_of
from passnumerique.ground.dates import long_day
from passnumerique.ground.money import NNBSP, euros, grouped
from passnumerique.insight.forecast.comparing import Comparison, compare
from passnumerique.insight.forecast.saying import cannot_know, change_words
from passnumerique.insight.forecast.scenario_file import read_scenario
from passnumerique.insight.forecast.telling import SEED, known_on


class Command(BaseCommand):
    """Prints a forecast as of a day, with what was known then; nothing is written unless `--keep` is given."""

    help = "La prévision des pass utilisés à une date, avec ce qui était su un jour donné."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", help="nom court du dispositif, ou son fichier")
        parser.add_argument("--as-of", type=day, help="le jour de la prévision (aujourd’hui par défaut)")
        parser.add_argument("--to", type=day, help="la date visée (le dernier jour d’usage par défaut)")
        parser.add_argument("--scenario", type=Path, help="fichier TOML de ce qui serait changé (docs/forecast.md)")
        parser.add_argument("--seed", default=SEED, help="la graine du hasard : la même donne les mêmes chiffres")
        parser.add_argument("--json", action="store_true", help="en JSON")

    @refusals_are_errors
    def handle(
        self,
        *,
        programme: str | None,
        as_of: date | None,
        to: date | None,
        scenario: Path | None,
        seed: str,
        json: bool,
        **_: Any,
    ) -> None:
        meant = programme_meant(programme)
        known = known_on(meant.id, as_of or today_of(meant))
        scenarios = [read_scenario(_text(scenario), known.evidence.names)] if scenario else []
        found = compare(known, scenarios, to, seed)
        unsure = cannot_know(known, found.until)
        self.stdout.write(in_json(found, unsure) if json else in_words(found, unsure))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"Le fichier {path} ne peut pas être lu : {error}.") from error


def in_json(found: Comparison, unsure: list[str]) -> str:
    """The forecast as JSON: of the scenario where one is given, with what happens without it beside."""
    base = found.as_it_is.as_json()
    told = found.scenarios[0].as_json() | {"as_it_is": base} if found.scenarios else base
    return json.dumps(told | {"cannot_know": unsure}, ensure_ascii=False, indent=2)


def in_words(found: Comparison, unsure: list[str]) -> str:
    """The forecast as a page of text."""
    base = found.as_it_is
    evidence = base.evidence
    lines = [
        f"Prévision faite au soir du {long_day(evidence.as_of)}, pour le {long_day(found.until)}",
        "",
        f"  {'pass à utiliser en tout':<34} {grouped(evidence.received):>7}",
        f"  {'utilisés à ce jour':<34} {grouped(evidence.used_so_far):>7}",
    ]
    for title, futures in (("Si rien ne change", base), *((one.scenario.name, one.futures) for one in found.scenarios)):
        lines += ["", f"{title}{NNBSP}:", f"  {'':<34} {'1 sur 10':>9} {'milieu':>9} {'9 sur 10':>9}"]
        shares = (0.1, 0.5, 0.9)
        for label, values in (
            ("pass utilisés", [grouped(futures.used(share)) for share in shares]),
            ("pass non utilisés", [grouped(futures.unused(share)) for share in shares]),
            ("leur valeur", [euros(futures.unused_cents(share)) for share in shares]),
        ):
            lines.append(f"  {label:<30} " + " ".join(f"{value:>11}" for value in values))
        lines.append(f"  chances que tout soit utilisé : {round(100 * futures.probability_all_used)}{NNBSP}%")
        risk = f"{round(100 * futures.grant_at_risk)}{NNBSP}%, soit {euros(futures.grant_at_risk_cents)}"
        lines.append(f"  part de la subvention en jeu : {risk}")
    for one in found.scenarios:
        lines += ["", *change_words(one)]
    if unsure:
        lines += ["", f"Ce que la prévision ne peut pas savoir{NNBSP}:", *(f"  – {words}" for words in unsure)]
    return "\n".join(lines)
