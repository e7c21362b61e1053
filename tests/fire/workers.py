"""`python -m tests.fire.workers`: so many processes that redeem at once on the database that the environment names.

Reads from its input who presents what, and prints what each process was told: a status for each use, or the
name of the fault that it met.
"""

import json
import multiprocessing
import os
import sys
from datetime import datetime
from typing import Any
from uuid import UUID

_begin = multiprocessing.get_context("fork").Barrier(1)


def work(given: dict[str, Any]) -> list[Any]:
    """One process: each set presented through the operation, one after the other."""
    from django.db import Error, connections

    from passnumerique.directory.rules import Actor, Role
    from passnumerique.training.operations import Presented, redeem_presented

    if given["unguarded"]:
        options = connections.settings["default"]["OPTIONS"]
        options.pop("transaction_mode")
        options["timeout"] = 0.2
    at = datetime.fromisoformat(given["at"])
    authority, programme_id = UUID(given["authority"]), UUID(given["programme"])
    _begin.wait(20)
    told: list[Any] = []
    for shot in given["shots"]:
        by = Actor(UUID(shot["user"]), "Guichet (fictif)", Role.PLACE, authority, UUID(shot["place"]))
        presented = [
            Presented(UUID(one["id"]), one["code"], UUID(one["session"]), at, one["person"] and UUID(one["person"]))
            for one in shot["uses"]
        ]
        try:
            outcomes = redeem_presented(programme_id=programme_id, presented=presented, by=by, at=at)
        except Error as fault:
            told.append([str(fault)] * len(presented))
        else:
            told.append([one.refusal.name if one.refusal else 200 if one.replayed else 201 for one in outcomes])
    return told


def main() -> None:
    """Fork as many as there are hands, let them go together, and print what they were told."""
    global _begin  # noqa: PLW0603 — what a process inherits when it is forked
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnumerique.config.settings")
    import django

    django.setup()
    hands = json.load(sys.stdin)
    context = multiprocessing.get_context("fork")
    _begin = context.Barrier(len(hands))
    with context.Pool(len(hands)) as pool:
        json.dump(pool.map(work, hands, chunksize=1), sys.stdout)


if __name__ == "__main__":
    main()
