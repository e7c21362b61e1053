"""No room is left on the disk: whoever asks is told to come back, nothing is half-written, and with room the same
ids go through."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from django.db import OperationalError, connection, transaction

from passnumerique.vouchers.operations import redeeming
from tests.fire.desk import Desk, open_desk
from tests.fire.history import DONE, Use
from tests.fire.running import Cluster, lane, until
from tests.fire.sending import Client, by_people, send_again
from tests.simulation.failing import snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PAGE, SEGMENT = 8192, 16 << 20
LARGEST_TABLE = 2 << 20
READY = "ready to accept connections"


def scalar(text: str) -> int:
    """The one number that a statement tells."""
    with connection.cursor() as cursor:
        cursor.execute(text)
        return int(cursor.fetchone()[0])


def run(text: str) -> None:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(text)


@contextmanager
def files_end_at(processes: list[int], size: int) -> Iterator[None]:
    """These processes can write no file beyond that size, as if the disk were full there."""
    for one in processes:
        limit(one, str(size))
    try:
        yield
    finally:
        for one in processes:
            if psutil.pid_exists(one):
                limit(one, "unlimited")


def limit(process: int, size: str) -> None:
    """Asked as the user of that process, which may be another one even for root. A process of the server that
    has ended meanwhile needs no limit."""
    command = ["prlimit", f"--pid={process}", f"--fsize={size}:unlimited"]
    try:
        user = psutil.Process(process).uids().real
        subprocess.run(command, check=True, user=user if user != os.getuid() else None)
    except (psutil.NoSuchProcess, subprocess.CalledProcessError):
        if psutil.pid_exists(process):
            raise


def fill(client: Client, uses: list[Use]) -> list[Use]:
    """Present them person by person until several are told that there is no room; those so told."""
    turned_away: list[Use] = []
    for shot in by_people(uses):
        answers = set(client.send(shot))
        assert answers <= DONE or len(answers) == 1, "a set is done or it is not"
        if not answers <= DONE:
            turned_away += shot
        if len(turned_away) > 4:
            break
    return turned_away


def room_again(desk: Desk, port: int, uses: list[Use], turned_away: list[Use]) -> None:
    """With room, who was turned away comes back with the same ids."""
    assert turned_away, "the disk was never full: the test shows nothing"
    assert {answer for use in turned_away for answer in use.answers} == {503}
    sent = [use for use in uses if use.answers]
    desk.judge(sent)
    send_again(port, desk, turned_away)
    assert {use.answers[-1] for use in turned_away} <= DONE
    desk.judge(sent)


@pytest.mark.parametrize("price", [1, 2])
@pytest.mark.sqlite
def test_the_lane_cannot_write_its_file_any_further(price: int) -> None:
    desk = open_desk(100, price)
    uses = desk.uses(100)
    run("PRAGMA wal_checkpoint(TRUNCATE)")  # room left in the journal would be used again
    with lane() as there, Client(there.port, desk) as client:
        assert set(client.send(uses[:price])) <= DONE
        journal = Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size
        with files_end_at([there.id], journal + PAGE):
            turned_away = fill(client, uses[price:])
        room_again(desk, there.port, uses, turned_away)


@pytest.mark.parametrize("price", [1, 2])
@pytest.mark.postgresql
def test_a_table_of_postgresql_cannot_grow(own: Cluster, price: int) -> None:
    """The file of the redemptions is grown beyond a segment of the journal, which is never the one that is full."""
    desk = open_desk(400, price)
    uses = desk.uses(400)
    with lane(own.url) as there, Client(there.port, desk) as client:
        assert set(client.send(uses[:price])) <= DONE
        grow()
        size = scalar("SELECT pg_relation_size('vouchers_redemption')")
        assert size > SEGMENT
        with files_end_at(own.backends(), size):
            turned_away = fill(client, uses[price:])
        room_again(desk, there.port, uses, turned_away)


def grow() -> None:
    """Rows written and given up: their room is not used again without a vacuum."""
    kept = [name for name in columns_of("vouchers_redemption") if name not in {"id", "turn"}]
    with transaction.atomic():
        run(
            f"INSERT INTO vouchers_redemption (id, turn, {', '.join(kept)})"
            f" SELECT gen_random_uuid(), turn + n, {', '.join(kept)}"
            " FROM (SELECT * FROM vouchers_redemption LIMIT 1) AS one, generate_series(1, 80000) AS n"
        )
        transaction.set_rollback(True)


def columns_of(table: str) -> list[str]:
    """The names of its columns."""
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


@pytest.mark.postgresql
def test_the_journal_of_postgresql_finds_no_room(own: Cluster) -> None:
    """The server stops at once, recovers by itself, and so does the lane."""
    desk = open_desk(20)
    uses = desk.uses(3)
    with lane(own.url) as there, Client(there.port, desk) as client:
        assert client.send(uses[:1]) == [201]
        fill_journal()
        started = own.log().count(READY)
        with files_end_at(own.backends(), LARGEST_TABLE):
            client.send([uses[1]])
        connection.close()
        until(answers, "the database never came back", 30)
        assert own.log().count(READY) == started + 1, "it never stopped: the test shows nothing"
        unknown = [use for use in uses if use.unknown]
        send_again(there.port, desk, unknown)
        with Client(there.port, desk) as later:  # the lane has let go of the other, silent for so long
            assert later.send([uses[2]]) == [201]
    assert {use.answers[-1] for use in uses} <= DONE
    desk.judge(uses)


def fill_journal() -> None:
    """Until it is written where no table reaches."""
    run("VACUUM FULL vouchers_redemption")
    while not 2 * LARGEST_TABLE < scalar(f"SELECT (pg_current_wal_lsn() - '0/0') % {SEGMENT}") < SEGMENT // 2:
        run("SELECT pg_logical_emit_message(false, 'fire', repeat('x', 1000000), true)")


def answers() -> bool:
    """Whether the database does."""
    try:
        return scalar("SELECT 1") == 1
    except OperationalError:
        connection.close()
        return False


class _Pages:
    """A SQLite file that may not grow, without a page to spare."""

    def __enter__(self) -> None:
        run("VACUUM")
        run(f"PRAGMA max_page_count = {scalar('PRAGMA page_count')}")

    def __exit__(self, *_: object) -> None:
        run("PRAGMA max_page_count = 1073741823")


@pytest.mark.parametrize("price", [1, 2])
@pytest.mark.sqlite
def test_a_sqlite_file_that_may_not_grow(price: int) -> None:
    desk = open_desk(100, price)
    uses = desk.uses(100)
    turned_away = []
    with _Pages():
        for shot in by_people(uses):
            before = snapshot()
            try:
                desk.redeem(shot)
            except OperationalError:
                assert snapshot() == before
                turned_away += shot
            if len(turned_away) > 4:
                break
    assert turned_away
    sent = [use for use in uses if use.answers]
    desk.judge(sent)
    for shot in by_people(turned_away):
        desk.redeem(shot)
    assert {use.answers[-1] for use in turned_away} == {201}
    desk.judge(sent + turned_away)


@pytest.mark.sqlite
def test_a_set_that_is_no_transaction_is_half_written_when_the_file_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk(100)
    uses = desk.uses(100)
    halves = 0
    monkeypatch.setattr(redeeming.transaction, "atomic", _no_transaction)
    with _Pages():
        for use in uses:
            before = snapshot()
            try:
                desk.redeem([use])
            except OperationalError:
                halves += snapshot() != before
                run("DELETE FROM temp.redeem_asked")
                run("DELETE FROM temp.redeem_moved")
            if halves:
                break
    assert halves
    with pytest.raises(AssertionError):
        desk.judge([use for use in uses if use.answers])


@contextmanager
def _no_transaction() -> Iterator[None]:
    yield
