"""Opening a demonstration: the programme of a file, its people, on the eve of its first day."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import system_actor
from passnumerique.ground.chance import seeded
from passnumerique.ground.dates import at_time
from passnumerique.journeys.demonstration.cast import hire
from passnumerique.journeys.set_up import beside_file, read_programme_file, set_up_programme


def open_demonstration(path: Path) -> UUID:
    """Set up the programme of the file at `path` as a demonstration, and return its id.

    Refuses a file that cannot be read, and a programme of that name that exists already.
    """
    script = path.read_text(encoding="utf-8")
    file = read_programme_file(script)
    play = file.demonstrated()
    eve = file.programme.starts_on - timedelta(days=1)
    at = at_time(file.programme.starts_on, 7)
    with seeded(f"{play.seed}:opening"), transaction.atomic():
        built = set_up_programme(
            file=file,
            beside=beside_file(path),
            by=system_actor(),
            at=at,
            script=script,
            demonstration_day=eve,
        )
        hire(file, built.programme_id, built.authority_id, at)
    return built.programme_id
