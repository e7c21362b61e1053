"""One pass used by the form of the place's page, against the database floor.

The form of the place's page is posted through Django's whole stack (session, CSRF, permissions, the
answer rendered). The floor is the same conditional UPDATE with the inserts of the redemption, the event
and the transfer, in a bare loop on the same database. Both commit durably, once for each pass.
"""

from collections.abc import Sequence
from datetime import date
from time import perf_counter
from uuid import UUID

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

import benchmarks.awake  # noqa: F401 — before the models
from benchmarks.floor import bare_transaction, in_dialect, insert_into, values_of
from benchmarks.telling import duration, tell
from passnumerique.directory.rules import Role
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.rules import Account
from passnumerique.programmes.rules import Calendar
from passnumerique.vouchers.models import Event, Redemption, Voucher
from passnumerique.vouchers.rules import Act, State
from tests.journeys.office import signed_in
from tests.rooms.world import START, World, build_world

ROUNDS, PASSES = 6, 25
FAR = date(2099, 12, 31)
MOVE = in_dialect(
    "UPDATE vouchers_voucher SET state = %s, step = %s, place_id = %s, deed_id = %s "
    "WHERE programme_id = %s AND id = %s AND state = %s AND step = %s"
)


def world_with(passes: int) -> tuple[World, list[int]]:
    """A small programme that never ends, with passes in hands; their numbers."""
    world = build_world(
        quantity=passes,
        booklets=passes // 10,
        envelope_cents=passes * 1000,
        calendar=Calendar(FAR, FAR, FAR, FAR, FAR),
        passes_per_person=passes,
    )
    return world, world.hand_over(passes)


def over_http(browser: Client, world: World, session_id: UUID, codes: Sequence[str]) -> list[float]:
    """Seconds that each form takes to be answered."""
    address = f"/{world.slug}/ateliers/{session_id}/utiliser/"
    browser.get(address)
    token, taken = browser.cookies["csrftoken"].value, []
    for code in codes:
        now = timezone.now()
        form = {"newcomer": new_id(now), "scan_1": new_id(now), "code_1": code, "csrfmiddlewaretoken": token}
        start = perf_counter()
        answer = browser.post(address, form, headers={"X-Redeem": "1"})
        taken.append(perf_counter() - start)
        assert answer.status_code == 200, answer.content.decode()[:2000]
    return taken


def bare(world: World, session_id: UUID, numbers: Sequence[int]) -> list[float]:
    """Seconds that each set of bare statements takes, values made ready before."""
    vouchers = Voucher.objects.filter(programme_id=world.programme_id, number__in=numbers).order_by("number")
    inserts = [insert_into(model) for model in (Redemption, Event, Transfer)]
    taken = []
    for voucher in vouchers:
        move, rows = statements_for(voucher, world, session_id)
        start = perf_counter()
        with bare_transaction() as cursor:
            cursor.execute(MOVE, move)
            assert cursor.rowcount == 1
            for insert, row in zip(inserts, rows, strict=True):
                cursor.execute(insert, row)
        taken.append(perf_counter() - start)
    return taken


def statements_for(voucher: Voucher, world: World, session_id: UUID) -> tuple[list[object], list[list[object]]]:
    """The values of the update and of the three rows."""
    at, place = timezone.now(), world.places[0]
    deed, step = new_id(at), voucher.step + 1
    same = {"programme_id": world.programme_id, "deed_id": deed}
    told = {"structure_id": voucher.structure_id, "place_id": place}
    redemption = Redemption(
        id=new_id(at),
        voucher_id=voucher.id,
        turn=0,
        training_session_id=session_id,
        module_id=NOBODY,
        face_value_cents=1000,
        redeemed_at=at,
        recorded_at=at,
        **same,
        **told,
    )
    event = Event(
        id=new_id(at),
        voucher_id=voucher.id,
        step=step,
        act=Act.REDEEM.value,
        from_state=State.HELD.value,
        to_state=State.REDEEMED.value,
        at=at,
        by_role=Role.PLACE.value,
        **same,
        **told,
    )
    transfer = Transfer(
        id=new_id(at),
        programme_id=world.programme_id,
        debit_account=Account.COMMITTED.value,
        credit_account=Account.DUE.value,
        credit_owner=place,
        amount_cents=1000,
        cause=deed,
        at=at,
    )
    after = Voucher(id=voucher.id, programme_id=world.programme_id, place_id=place, deed_id=deed)
    columns = {field.name: field for field in Voucher._meta.concrete_fields}
    held = [columns[name].get_db_prep_save(getattr(after, name), connection) for name in _COLUMNS]
    place_column, deed_column, programme_column, id_column = held
    move = [State.REDEEMED.value, step, place_column, deed_column, programme_column, id_column, State.HELD.value]
    return [*move, voucher.step], [values_of(row) for row in (redemption, event, transfer)]


_COLUMNS = ("place_id", "deed_id", "programme_id", "id")


def main() -> None:
    """Both in turn, round after round, and the medians."""
    call_command("migrate", verbosity=0)
    world, numbers = world_with(2 * ROUNDS * PASSES)
    codes = {number: world.code(number) for number in numbers}
    browser = signed_in(world, Role.PLACE)
    browser.handler.enforce_csrf_checks = True
    done, floor = [], []
    for start in range(0, len(numbers), 2 * PASSES):
        session_id = world.session(START, hour=9, seats=PASSES, room=f"Salle {start}")
        done += over_http(browser, world, session_id, [codes[one] for one in numbers[start : start + PASSES]])
        floor += bare(world, session_id, numbers[start + PASSES : start + 2 * PASSES])
    engine = "postgres" if connection.vendor == "postgresql" else connection.vendor
    tell(duration(f"redemption_desk_{engine}", done, floor))


if __name__ == "__main__":
    main()
