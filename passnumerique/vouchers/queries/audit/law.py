"""The one law and the sums of the states, each in one statement: what is verified at any size in seconds.

The rest of the audit replays every event and holds a programme in memory; this reads the vouchers and the
transfers once, and the database does the sums.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.words import N_
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.rules import OWNED, Account
from passnumerique.vouchers.models import Lot, Stock, Voucher
from passnumerique.vouchers.rules import MONEY_OF_STATE, SHARDS

LAW = Check("law", N_("Un compte ne vaut pas les pass qui l’alimentent."))
STATES = Check("states", N_("Les états des pass ne font pas la somme des lots reçus."))
_SQL = Path(__file__).parents[1] / "sql"


def _ask(name: str, programme_id: UUID, **texts: object) -> list[Any]:
    field = Voucher._meta.get_field("place_id")
    values = {
        "programme": field.get_db_prep_value(programme_id, connection),
        "nobody": field.get_db_prep_value(NOBODY, connection),
    }
    with connection.cursor() as cursor:
        cursor.execute((_SQL / f"{name}.sql").read_text("utf-8").format(**texts), values)
        return list(cursor.fetchall())


def law_broken(programme_id: UUID) -> list[tuple[str, UUID, int, int]]:
    """The one law (`sql/law.sql`): each pocket that does not hold the face value of the vouchers that feed
    it, as (account, owner, cents held, cents fed). No row when it holds."""
    states = ", ".join(
        f"('{state}', '{account}', {int(account in OWNED)})" for state, account in MONEY_OF_STATE.items()
    )
    face = ", ".join(f"'{account}'" for account in Account)
    rows = _ask("law", programme_id, money_of_state=states, face=face)
    return [(account, UUID(str(owner)), int(held), int(fed)) for account, owner, held, fed in rows]


def law(programme_id: UUID) -> Iterator[Difference]:
    """The pockets that break the one law."""
    for account, owner, held, fed in law_broken(programme_id):
        pocket = {"account": account, "owner": owner}
        stored, recomputed = pocket | {"cents": held}, pocket | {"cents": fed}
        yield from unlike(LAW, Transfer._meta.db_table, None, stored, recomputed)


def states(programme_id: UUID) -> Iterator[Difference]:
    """The counters and lots that do not count the vouchers in each state (`sql/states.sql`)."""
    for lot, structure, place, state, shard, stored, counted in _ask("states", programme_id, shards=SHARDS):
        table = Stock._meta.db_table if state else Lot._meta.db_table
        ids = {"structure_id": UUID(str(structure)), "place_id": UUID(str(place))}
        where = ids | {"state": state, "shard": shard} if state else {}
        sides = where | {"count": int(stored)}, where | {"count": int(counted)}
        yield from unlike(STATES, table, UUID(str(lot)), *sides)


def law_differences(programme_id: UUID) -> Iterator[Difference]:
    """The one law, and the states that sum to the lots: what `passnum audit --law` verifies."""
    yield from law(programme_id)
    yield from states(programme_id)
