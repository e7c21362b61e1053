"""A statement of 100,000 entries is imported: half of them pay a claim each, half are nobody's; against bare reading.

    python -m benchmarks.statement [--entries 100000]

The floor, in the same run: the same file read by the same XML parser, its entries counted and nothing else done.
"""

import argparse
from datetime import date, timedelta
from io import BytesIO
from time import perf_counter
from typing import Any
from uuid import UUID

from benchmarks.telling import Line, machine, say, tell

ENTRIES, PLACES = 100_000, 1_000
SECONDS, TIMES = 30.0, 60.0
PAID_ON = date(2022, 12, 8)


def main() -> None:
    """Build the world and its claims, send them in one run, import the statement that tells it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=ENTRIES)
    entries = asked.parse_args().entries
    say(machine())

    from django.core.management import call_command

    import benchmarks.awake  # noqa: F401 — before the models
    from benchmarks.world import build

    call_command("migrate", verbosity=0)
    uses = entries // 2
    told = {"lived": uses, "used": uses, "places": min(PLACES, uses)}
    made = build(uses, **told, today=False, tell=lambda step: say(f"… {step}"))
    world = made.world
    content = _statement(_run(world, _claims(world)), entries)
    floor = _bare(content)
    took, counts = _import(world, content)
    detail = ", ".join(f"{count} {fate}" for fate, count in sorted(counts.items()))
    line = Line("statement", took, "s", floor, took / floor)
    within = took < SECONDS and took <= TIMES * floor
    tell(line, f"< {SECONDS:.0f} s and ≤ {TIMES:.0f} times", within, f"{len(content) >> 20} MB: {detail}")


def _claims(world: Any) -> list[UUID]:
    """One accepted claim for each use, written in bulk; its pass is claimed and approved."""
    from passnumerique.directory.rules import Role
    from passnumerique.ground.ids import new_id
    from passnumerique.settlement.models import Claim, ClaimLine
    from passnumerique.vouchers.models import Redemption
    from passnumerique.vouchers.operations import settle_each
    from passnumerique.vouchers.rules import Act
    from tests.rooms.world import on

    at, place, chief = on(date(2022, 12, 5)), world.person(Role.FINANCE), world.person(Role.MANAGER)
    claims, lines, about = [], [], {}
    rows = Redemption.objects.filter(programme_id=world.programme_id).select_related("voucher").order_by("id")
    for number, use in enumerate(rows.iterator(), start=1):
        cents = use.face_value_cents
        claims.append(
            Claim(
                id=new_id(at),
                programme_id=world.programme_id,
                number=number,
                place_id=use.place_id,
                month=date(2022, 11, 1),
                state="approved",
                passes=1,
                face_cents=cents,
                fee_cents=0,
                net_cents=cents,
                payable_cents=cents,
                prepared_by=place.user_id,
                filed_at=at,
                approved_by=chief.user_id,
                approved_at=at,
            )
        )
        lines.append(
            ClaimLine(
                id=new_id(at),
                programme_id=world.programme_id,
                claim=claims[-1],
                first_claim=claims[-1],
                redemption_id=use.id,
                voucher_id=use.voucher_id,
                voucher_number=use.voucher.number,
                redeemed_at=use.redeemed_at,
                training_session_id=use.training_session_id,
                module_id=use.module_id,
                face_value_cents=cents,
                fee_cents=0,
                verdict="approved",
            )
        )
        about[use.voucher_id] = (claims[-1].id, "")
    Claim.objects.bulk_create(claims, batch_size=2000)
    ClaimLine.objects.bulk_create(lines, batch_size=2000)
    by = world.person(Role.PLACE, claims[0].place_id)
    for act, who in ((Act.CLAIM, by), (Act.APPROVE, chief)):
        settle_each(programme_id=world.programme_id, act=act, about=about, by=who, at=at)
    say(f"… {len(claims)} claims accepted")
    return [claim.id for claim in claims]


def _run(world: Any, claims: list[UUID]) -> list[tuple[UUID, int]]:
    """All of them in one run that was sent; its lines and their amounts."""
    from passnumerique.settlement.models import RunLine
    from tests.rooms.payees import Office, bank

    world.set(date(2022, 12, 1), payer="accounting")  # no account of a place is needed, the references are the same
    bank(world, None)
    Office(world).sent(claims, PAID_ON - timedelta(days=1))
    say("… the run is sent")
    rows = RunLine.objects.filter(programme_id=world.programme_id).order_by("rank")
    return list(rows.values_list("id", "amount_cents"))


def _statement(lines: list[tuple[UUID, int]], entries: int) -> bytes:
    from tests.rooms.camt import Entry, statement

    ours = [Entry(-cents, PAID_ON, line, f"B-{rank}") for rank, (line, cents) in enumerate(lines)]
    ranks = range(entries - len(ours))
    others = [Entry(100 + rank % 7, PAID_ON, reference=f"C-{rank}", words="Divers") for rank in ranks]
    return statement([*ours, *others], opening=10**10)


def _bare(content: bytes) -> float:
    """Seconds to read the file and count its entries."""
    from defusedxml.ElementTree import iterparse

    begun, count = perf_counter(), 0
    for _event, node in iterparse(BytesIO(content)):
        if node.tag.endswith("}Ntry"):
            count += 1
            node.clear()
    assert count
    return perf_counter() - begun


def _import(world: Any, content: bytes) -> tuple[float, dict[str, int]]:
    from passnumerique.directory.rules import Role
    from passnumerique.settlement.operations.statements import import_statement
    from tests.rooms.world import on

    by, at = world.person(Role.FINANCE), on(PAID_ON + timedelta(days=2))
    begun = perf_counter()
    done = import_statement(programme_id=world.programme_id, filename="releve.xml", content=content, by=by, at=at)
    return perf_counter() - begun, {fate.value: count for fate, count in done.counts.items()}


if __name__ == "__main__":
    main()
