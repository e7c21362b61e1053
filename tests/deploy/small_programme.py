"""`python -m tests.deploy.small_programme PASSES`: on the database that the environment names, a small
programme made through the operations, its passes in hands, a workshop of today, and the token of its place.

Prints what a program of the place needs to redeem, as JSON.
"""

import json
import os
import sys
from datetime import date, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnumerique.config.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402 — after the settings

from passnumerique.directory.operations import create_token  # noqa: E402
from passnumerique.directory.rules import Scope  # noqa: E402
from passnumerique.ground.dates import day_of  # noqa: E402
from passnumerique.programmes.rules import Calendar  # noqa: E402
from tests.rooms.world import build_world  # noqa: E402

FAR = date(2099, 12, 31)


def main(passes: int) -> dict[str, object]:
    """Build it, and say where and with what to redeem."""
    now = timezone.now()
    world = build_world(
        "essai",
        quantity=passes,
        booklets=passes // 10,
        calendar=Calendar(FAR, FAR, FAR, FAR, FAR),
        passes_per_person=passes,
    )
    numbers = world.hand_over(passes)
    token = create_token(
        by=world.manager,
        at=now,
        organisation_id=world.places[0],
        label="Logiciel de caisse (fictif)",
        scopes=[Scope.REDEEM, Scope.READ],
        expires_at=now + timedelta(days=1),
    )
    return {
        "programme": world.slug,
        "training_session": str(world.session(day_of(now), hour=9)),
        "codes": [world.code(number) for number in numbers],
        "token": token.secret,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
