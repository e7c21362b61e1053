"""PostgreSQL keeps the plan of a statement that comes often, and none where a pool could not carry it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection

from passnumerique.vouchers.models import Voucher

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def kept() -> int:
    """How many plans about passes this connection keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%vouchers_voucher%'")
        return int(cursor.fetchone()[0])


def ask_often() -> None:
    """One question, each time about another pass."""
    for _ in range(8):
        assert not Voucher.objects.filter(programme_id=uuid4(), number=1).exists()


@pytest.fixture
def threshold() -> Iterator[None]:
    """The connection's own number of runs, put back in the end."""
    connection.ensure_connection()
    own = connection.connection.prepare_threshold
    yield
    connection.connection.prepare_threshold = own


@pytest.mark.usefixtures("threshold")
def test_a_statement_that_comes_often_is_planned_once() -> None:
    assert connection.connection.prepare_threshold == 5
    ask_often()
    assert kept() >= 1


@pytest.mark.usefixtures("threshold")
def test_behind_an_older_pool_no_plan_is_kept() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection.connection._prepared.clear()
    connection.connection.prepare_threshold = None
    ask_often()
    assert kept() == 0
