"""`passnum serve`: the web pages, on this machine."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Starts granian in this process's place: Ctrl-C stops it."""

    help = "Démarre les pages web."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (cette machine seule par défaut)")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="port d’écoute")
        parser.add_argument("--workers", type=int, default=1, help="nombre de processus")

    def handle(self, *, host: str, port: int, workers: int, **_: Any) -> None:
        granian = Path(sys.executable).with_name("granian")
        self.stdout.write(f"http://{'localhost' if host == '127.0.0.1' else host}:{port}/   (Ctrl-C pour arrêter)")
        self.stdout.flush()
        arguments = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
        arguments += ["--blocking-threads", "8", "--no-ws", "passnumerique.config.wsgi:application"]
        os.execv(granian, [str(granian), *arguments])  # noqa: S606 — no shell is wanted
