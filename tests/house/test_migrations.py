"""The tables are what the models say, and Django finds nothing to complain about."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)


@pytest.mark.django_db
def test_django_finds_nothing_to_complain_about() -> None:
    call_command("check", "--fail-level", "WARNING")
