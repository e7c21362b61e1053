"""Law 8, in the models and in the source: `programme_id` on every operational row and first in every key,
UUIDs, no foreign key across programmes, and nothing that only one machine has.

What the migrations made of it on PostgreSQL: `tests/rooms/test_schema_on_postgresql.py`. Every check is
first shown the fault that it is there to catch.
"""

import ast
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

from passnumerique.directory.models import Authority, Organisation
from passnumerique.ground.db import ProgrammeRow, Row
from passnumerique.vouchers.models import Voucher
from tests.house.code import HOUSE
from tests.house.schema import (
    KEYS_OF_THEIR_OWN,
    LET_THROUGH,
    OTHER_INDEXES,
    OURS,
    ROOTS,
    WRITTEN_BY_A_REDEMPTION,
    Model,
    code_faults,
    faults_in,
    key_faults,
    keys,
    link_faults,
    number_faults,
    of_a_programme,
    programme_faults,
    sources,
    sql_faults,
)

CHECKS = (key_faults, number_faults, programme_faults, link_faults)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_table_keeps_the_law(check: Callable[[Model], Iterator[str]]) -> None:
    assert not [fault for model in OURS for fault in check(model)]


def test_the_exceptions_are_tables_and_indexes_that_exist() -> None:
    labels = {model._meta.label for model in OURS}
    names = {name: columns for model in OURS for name, columns in keys(model)}
    assert ROOTS.keys() | KEYS_OF_THEIR_OWN.keys() | WRITTEN_BY_A_REDEMPTION <= labels
    assert KEYS_OF_THEIR_OWN.keys() <= ROOTS.keys()
    assert OTHER_INDEXES.keys() <= names.keys()
    assert not [model for model in OURS if of_a_programme(model) and not issubclass(model, ProgrammeRow)]
    for name, what in LET_THROUGH:
        assert what in [one for _line, one in code_faults(ast.parse((HOUSE / name).read_text("utf-8")))]


def counted_by_the_database() -> Model:
    class Ticket(models.Model):  # noqa: DJ008
        programme_id = models.UUIDField()

        class Meta:
            app_label = "vouchers"

    return Ticket


def id_made_on_its_own() -> Model:
    from uuid import uuid4

    class Ticket(models.Model):  # noqa: DJ008
        id = models.UUIDField(primary_key=True, default=uuid4)

        class Meta:
            app_label = "vouchers"

    return Ticket


def of_no_programme() -> Model:
    class Ticket(Row):
        class Meta:
            app_label = "vouchers"

    return Ticket


def perhaps_of_a_programme() -> Model:
    class Ticket(Row):
        programme_id = models.UUIDField(null=True)

        class Meta:
            app_label = "vouchers"

    return Ticket


def unique_in_all_programmes() -> Model:
    class Ticket(ProgrammeRow):
        number = models.IntegerField(unique=True)

        class Meta:
            app_label = "vouchers"

    return Ticket


def unique_with_the_programme_last() -> Model:
    class Ticket(ProgrammeRow):
        number = models.IntegerField()

        class Meta:
            app_label = "vouchers"
            constraints = [models.UniqueConstraint(fields=["number", "programme_id"], name="ticket_once")]

    return Ticket


def unique_by_expression() -> Model:
    class Ticket(ProgrammeRow):
        number = models.IntegerField()

        class Meta:
            app_label = "vouchers"
            constraints = [models.UniqueConstraint("number", name="ticket_once")]

    return Ticket


def indexed_without_the_programme() -> Model:
    class Ticket(ProgrammeRow):
        at = models.DateTimeField()

        class Meta:
            app_label = "vouchers"
            indexes = [models.Index(fields=["-at"], name="ticket_by_time")]

    return Ticket


def a_root_into_a_programme() -> Model:
    class SavedMapping(Row):
        voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "directory"

    return SavedMapping


def a_table_between() -> Model:
    class Ticket(ProgrammeRow):
        places = models.ManyToManyField(Organisation, related_name="+")

        class Meta:
            app_label = "vouchers"

    return Ticket


def out_of_the_house() -> Model:
    from django.contrib.contenttypes.models import ContentType

    class Ticket(ProgrammeRow):
        kind = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "vouchers"

    return Ticket


def a_parent_looked_up_at_each_redemption() -> Model:
    class Event(ProgrammeRow):
        authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "vouchers"

    return Event


FAULTY = {
    counted_by_the_database: number_faults,
    id_made_on_its_own: key_faults,
    of_no_programme: programme_faults,
    perhaps_of_a_programme: programme_faults,
    unique_in_all_programmes: programme_faults,
    unique_with_the_programme_last: programme_faults,
    unique_by_expression: programme_faults,
    indexed_without_the_programme: programme_faults,
    a_root_into_a_programme: link_faults,
    a_table_between: link_faults,
    out_of_the_house: link_faults,
    a_parent_looked_up_at_each_redemption: link_faults,
}


@pytest.mark.parametrize("make", FAULTY, ids=lambda make: make.__name__)
def test_a_table_that_breaks_the_law_is_caught(make: Callable[[], Model]) -> None:
    with isolate_apps("passnumerique.vouchers", "passnumerique.directory"):
        model = make()
        assert list(FAULTY[make](model))


def test_the_house_asks_nothing_that_only_one_machine_has() -> None:
    assert len(sources()) > 100
    assert not [fault for path in sources() for fault in faults_in(path)]


@pytest.mark.parametrize(
    "text",
    [
        "LISTEN redemptions",
        "NOTIFY redemptions, 'one'",
        "SELECT pg_notify('redemptions', '')",
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT pg_try_advisory_lock(1)",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "set search_path = one, two",
        "SELECT 1; SET statement_timeout TO 0",
        "SELECT set_config('passnum.who', '', false)",
        "PREPARE redeem AS SELECT 1",
        "DECLARE many CURSOR FOR SELECT 1",
        "DECLARE many NO SCROLL CURSOR WITH HOLD FOR SELECT 1",
        "CREATE TEMP TABLE given (id uuid)",
        "CREATE UNLOGGED TABLE given (id uuid)",
        "SELECT nextval('numbers')",
        "CREATE SEQUENCE numbers",
        "CREATE TABLE given (id bigserial)",
        "ALTER TABLE given ADD id bigint GENERATED BY DEFAULT AS IDENTITY",
        "CREATE TRIGGER moved BEFORE UPDATE ON vouchers_voucher EXECUTE FUNCTION f()",
        "CREATE CONSTRAINT TRIGGER moved AFTER UPDATE ON vouchers_voucher EXECUTE FUNCTION f()",
        "CREATE RULE one AS ON UPDATE TO vouchers_voucher DO NOTHING",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING gist (during WITH &&)",
        "SELECT id FROM t FOR UPDATE SKIP LOCKED",
        "LOCK TABLE vouchers_voucher IN EXCLUSIVE MODE",
    ],
)
def test_sql_that_only_one_machine_understands_is_caught(text: str) -> None:
    assert sql_faults(text)
    assert list(code_faults(ast.parse(f"cursor.execute({text!r})")))


@pytest.mark.parametrize(
    "code",
    [
        "rows.select_for_update(skip_locked=True)",
        "connection.cursor('many')",
        "connection.cursor(name='many')",
        "connection.chunked_cursor()",
        "rows.using('replica')",
        "ExclusionConstraint(name='one')",
        "cursor.execute(f'SELECT pg_advisory_lock({key})')",
        "cursor.execute(f'''\n  SET {name} = 1''')",
    ],
)
def test_code_that_asks_for_it_is_caught(code: str) -> None:
    assert list(code_faults(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "cursor.execute('UPDATE t SET state = %s WHERE id = %s')",
        "cursor.execute(f'UPDATE {table} SET state = %s')",
        "cursor.execute('UPDATE t\\nSET state = %s')",
        "cursor.execute('SET LOCAL lock_timeout = 100')",
        "rows.select_for_update()",
        "connection.cursor()",
        "'''LISTEN to who asks.'''",
    ],
)
def test_what_every_machine_understands_is_let_through(code: str) -> None:
    assert not list(code_faults(ast.parse(code)))


def test_there_is_one_database_and_nothing_is_read_from_a_replica() -> None:
    assert set(settings.DATABASES) == {"default"}
    assert not settings.DATABASE_ROUTERS


def test_no_cursor_outlives_its_transaction() -> None:
    assert settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True
