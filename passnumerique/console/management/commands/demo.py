"""`passnum demo`: a programme played day by day, through the operations of the web pages."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from passnumerique.console.asking import day, refusals_are_errors
from passnumerique.ground.dates import long_day, long_month
from passnumerique.journeys.demonstration import open_demonstration, play_until, sign_ins
from passnumerique.journeys.set_up import read_programme_file
from passnumerique.programmes.queries import every_programme

VERDUN = settings.BASE_DIR / "examples" / "verdun" / "programme.toml"


class Command(BaseCommand):
    """Builds the programme of a file and plays it to a day; run again, it plays on from where it was."""

    help = "Remplit un dispositif de démonstration, jour après jour, jusqu’à une date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until", type=day, help="dernier jour joué (celui du fichier par défaut)")
        parser.add_argument("--programme", default=str(VERDUN), help="fichier du dispositif (Verdun par défaut)")

    @refusals_are_errors
    def handle(self, *, until: date | None, programme: str, verbosity: int, **_: Any) -> None:
        path = Path(programme)
        if not path.is_file():
            raise CommandError(f"Le fichier {programme} est introuvable. Vérifiez son chemin.")
        file = read_programme_file(path.read_text(encoding="utf-8"))
        call_command("migrate", interactive=False, verbosity=0)
        known = every_programme().filter(slug=file.programme.slug).first()
        programme_id = known.id if known else open_demonstration(path)
        lives = play_until(
            programme_id, until or file.demonstrated().until, self._told if verbosity else lambda _: None
        )
        self._tell(file.programme.slug, lives)

    def _told(self, played: date) -> None:
        """One line a month, so that one sees how far it is."""
        if played.day == 1:
            self.stdout.write(f"  {long_month(played)}…")

    def _tell(self, slug: str, lives: date) -> None:
        programme = every_programme().get(slug=slug)
        self.stdout.write(f"\n« {programme.name} » vit au {long_day(lives)}.\n\n")
        for one in sign_ins(programme.authority_id, programme.id, lives):
            desk = f" ({one.desk})" if one.desk else ""
            self.stdout.write(f"  {one.role}{desk}\n    {one.email}   {one.password}")
        self.stdout.write(f"\nDémarrez avec « passnum serve », puis ouvrez {settings.PUBLIC_ADDRESS}/{slug}/")
