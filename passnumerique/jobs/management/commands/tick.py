"""`passnum tick`: what is due, done once. For a timer: every minute."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from passnumerique.directory.rules.jobs import COUNT_WORDS, JOB_WORDS
from passnumerique.jobs.ticking import Done, tick
from passnumerique.programmes.queries import every_programme


class Command(BaseCommand):
    """Prints a line for each job that was due; exits 1 when one failed. Two at once do no harm."""

    help = "Fait ce qui est dû : rappels, messages, places à reprendre, effacement, scellement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", help="nom court du dispositif (tous par défaut)")
        parser.add_argument("--now", action="store_true", help="tout faire, même ce qui n’est pas encore dû")

    def handle(self, *, programme: str | None, now: bool, **_: Any) -> None:
        meant = [one for one in every_programme() if programme in (None, one.slug)]
        if not meant and programme:
            raise CommandError(f"Aucun dispositif ne s’appelle « {programme} ».")
        failed = False
        for done in tick(meant, now=now):
            self.stdout.write(in_words(done))
            failed = failed or bool(done.fault)
        if failed:
            raise SystemExit(1)


def in_words(done: Done) -> str:
    """One job as a line: whose, which, and what it counted."""
    counted = ", ".join(f"{COUNT_WORDS[name]} : {count}" for name, count in done.counts.items() if count)
    told = f"ÉCHEC, {done.fault}" if done.fault else counted or "rien à faire"
    return f"{done.programme} · {JOB_WORDS[done.name]} : {told}"
