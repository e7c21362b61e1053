"""A PostgreSQL that may be killed, one for each file of tests that needs it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fire.running import Cluster, cluster, pointed_at


@pytest.fixture(scope="module")
def _started(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cluster]:
    with django_db_blocker.unblock(), cluster() as made:
        yield made


@pytest.fixture
def own(_started: Cluster, db: None) -> Iterator[Cluster]:
    """It, with the tables of the house and the programmes of the tests before: each makes one of its own."""
    with pointed_at(_started.url):
        yield _started
