"""The world that is measured is a true one: nothing in it contradicts anything else."""

import pytest
from django.db import connection

from passnumerique.insight.audit import audit_programme
from passnumerique.vouchers.models import Redemption, Voucher
from passnumerique.vouchers.rules import State

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_audit_finds_nothing_in_a_world_made_by_statements() -> None:
    from benchmarks.world import build

    made = build(2_000, house=500, lived=900, used=450, structures=7, places=3)

    audit = audit_programme(made.ground.programme_id)

    assert [(one.check.name, one.table, one.stored, one.recomputed) for one in audit.differences][:20] == []
    assert Voucher.objects.filter(state=State.HELD).count() == 1_550
    assert Redemption.objects.count() == 450


def test_its_indexes_are_those_of_the_migrations() -> None:
    from benchmarks.world import build

    before = _indexes()
    build(300, house=100, lived=100, used=30, structures=2, places=2)

    assert _indexes() == before


def _indexes() -> set[tuple[str, str]]:
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        return {
            (table, f"{name} {details['columns']} {details['unique']} {details['primary_key']}")
            for table in tables
            for name, details in connection.introspection.get_constraints(cursor, table).items()
        }
