"""`passnum partition`: the event log in partitions by month, on PostgreSQL."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from passnumerique.console.asking import refusals_are_errors
from passnumerique.directory.rules import system_actor
from passnumerique.vouchers.operations.partitioning import MONTHS_AHEAD, partition_events


class Command(BaseCommand):
    """Once by hand while nobody works, then from a timer each month: it only adds the months to come."""

    help = "Range les événements par mois (PostgreSQL), et prépare les mois à venir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--months", type=int, default=MONTHS_AHEAD, help="combien de mois préparer (12)")

    @refusals_are_errors
    def handle(self, *, months: int, **_: Any) -> None:
        made = partition_events(by=system_actor(), at=timezone.now(), months_ahead=months)
        self.stdout.write("\n".join(made) if made else "Rien à préparer : les mois à venir sont là.")
