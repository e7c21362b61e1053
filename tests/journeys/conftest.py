"""The demonstration as it stands on its great days, built once."""

import pytest

from tests.demonstration import Installation, played

GOLDEN_DAY = "2022-12-13"


@pytest.fixture(scope="session")
def verdun(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Verdun on the evening of 13 December 2022. Copy it before changing anything."""
    return played(tmp_path_factory, "verdun", "--until", GOLDEN_DAY)
