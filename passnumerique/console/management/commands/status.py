"""`passnum status`: a programme as of any day."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from passnumerique.console.asking import day, programme_meant, refusals_are_errors, today_of
from passnumerique.ground.dates import long_day
from passnumerique.ground.money import euros, grouped
from passnumerique.insight.status import Status, status_on
from passnumerique.ledger.rules import ACCOUNT_WORDS
from passnumerique.programmes.rules import MILESTONE_WORDS
from passnumerique.vouchers.rules import STATE_WORDS


class Command(BaseCommand):
    """Prints dates, passes, money and network of a programme by the evening of a day."""

    help = "L’état d’un dispositif au soir d’un jour : dates, pass, euros, réseau."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", help="nom court du dispositif, ou son fichier")
        parser.add_argument("--as-of", type=day, help="le jour demandé (aujourd’hui par défaut)")
        parser.add_argument("--json", action="store_true", help="en JSON")

    @refusals_are_errors
    def handle(self, *, programme: str | None, as_of: date | None, json: bool, **_: Any) -> None:
        meant = programme_meant(programme)
        found = status_on(meant.id, as_of or today_of(meant))
        self.stdout.write(in_json(found) if json else in_words(found))


def in_json(found: Status) -> str:
    """The status as JSON."""
    return json.dumps(found.as_json(), ensure_ascii=False, indent=2)


def in_words(found: Status) -> str:
    """The status as a page of text."""
    network = found.network
    lines = [f"{found.programme}, au {long_day(found.as_of)}", ""]
    lines += [f"  {MILESTONE_WORDS[milestone]:<40} {long_day(when)}" for milestone, when in found.dates.items()]
    lines += [
        "",
        f"  {'pass reçus':<40} {grouped(found.received)}",
        f"  {'pas encore utilisés':<40} {grouped(found.unused)}",
    ]
    lines += [f"    {STATE_WORDS[state]:<38} {grouped(count)}" for state, count in found.vouchers.items() if count]
    lines += [
        "",
        *(f"  {ACCOUNT_WORDS[account]:<40} {euros(cents)}" for account, cents in found.money_cents.items()),
    ]
    lines += ["", f"  {network.prescribers} structures, {network.places} lieux, {network.themes} thèmes, "]
    lines[-1] += f"{network.modules} modules, {network.planned_sessions} sessions au plan"
    return "\n".join(lines)
