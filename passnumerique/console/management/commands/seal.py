"""`passnum seal`: the journal of each programme sealed up to a few minutes ago."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from passnumerique.console.asking import programme_meant, refusals_are_errors
from passnumerique.directory.rules import system_actor
from passnumerique.journeys.sealing import seal_programme
from passnumerique.programmes.queries import every_programme, instant_of

BEHIND = timedelta(minutes=10)
"""Longer than any act takes: nothing dated before it is still being written."""


class Command(BaseCommand):
    """For a timer: every night is enough. Keep the hash that `passnum audit` prints somewhere else."""

    help = "Scelle le journal des dispositifs : rien d’antérieur ne peut plus être réécrit sans être vu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", help="nom court du dispositif, ou son fichier (tous par défaut)")

    @refusals_are_errors
    def handle(self, *, programme: str | None, **_: Any) -> None:
        for one in [programme_meant(programme)] if programme else list(every_programme()):
            at = instant_of(one, timezone.now()) - BEHIND
            rows = seal_programme(programme_id=one.id, by=system_actor(one.authority_id), at=at)
            self.stdout.write(f"{one.slug} : {rows} lignes scellées")
