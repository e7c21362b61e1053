"""`passnum issue`: a lot of passes made here, of any size, with its progress."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from passnumerique.console.asking import programme_meant, refusals_are_errors
from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.money import grouped
from passnumerique.programmes.queries import instant_of
from passnumerique.vouchers.operations import issue_lot


class Command(BaseCommand):
    """For whoever runs the installation, in the place of the manager: a lot too large for a web page."""

    help = "Émet un lot de pass d’un dispositif : un million prend une minute ou deux."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", help="nom court du dispositif, ou son fichier")
        parser.add_argument("--quantity", type=int, required=True, help="nombre de pass")
        parser.add_argument("--reference", required=True, help="référence du lot, qui ne sert qu’une fois")

    @refusals_are_errors
    def handle(self, *, programme: str, quantity: int, reference: str, **_: Any) -> None:
        meant = programme_meant(programme)
        issue_lot(
            programme_id=meant.id,
            reference=reference,
            quantity=quantity,
            by=replace(system_actor(meant.authority_id), role=Role.MANAGER),
            at=instant_of(meant, timezone.now()),
            progress=self._tell,
        )
        self.stdout.write(f"{meant.slug} : {grouped(quantity)} pass émis, lot {reference}")

    def _tell(self, done: int, of: int) -> None:
        """On a terminal, one line that is written again; in a log, a line for each slab."""
        end = "\r" if self.stdout.isatty() and done < of else "\n"
        self.stdout.write(f"{grouped(done)} / {grouped(of)} pass ({done * 100 // of} %)", ending=end)
