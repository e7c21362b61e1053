"""The n-th statement fails, for each n: what is left must be exactly what was there."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, models, transaction

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


class DatabaseGoneError(OperationalError):
    """The database went away."""


class FailAt:
    """Runs every statement until the n-th (counted from 1), which it refuses to run."""

    def __init__(self, number: int) -> None:
        self.left, self.reached = number, False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
            self.left -= 1
            if self.left == 0:
                self.reached = True
                raise DatabaseGoneError
        return execute(sql, params, many, context)


def snapshot() -> dict[str, str]:
    """Every row of every table of the house, as one digest for each table."""
    found = {}
    for model in apps.get_models():
        if model.__module__.startswith("passnumerique."):
            found[model._meta.db_table] = _digest(model)
    return found


def _digest(model: type[models.Model]) -> str:
    digest = hashlib.sha256()
    for row in model._default_manager.order_by("pk").values_list():
        digest.update(repr(row).encode())
    return digest.hexdigest()


def break_each_statement(act: Callable[[], Any]) -> int:
    """Do the act with its first statement failing, then its second, and so on until it goes through; after
    each failure nothing may have changed. Returns how many statements it takes."""
    before = snapshot()
    for number in range(1, 400):
        fail = FailAt(number)
        mark = transaction.savepoint()
        try:
            with connection.execute_wrapper(fail):
                act()
        except DatabaseGoneError:
            assert snapshot() == before, f"half-written when statement {number} fails"
            transaction.savepoint_rollback(mark)
            continue
        assert not fail.reached, f"statement {number} failed and nobody was told"
        transaction.savepoint_commit(mark)
        assert snapshot() != before
        return number - 1
    raise AssertionError("never went through")
