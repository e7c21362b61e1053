"""What every test stands on: strict databases, strict templates, and skips that nobody can overlook."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.signals import connection_created
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests.templates import Unknown

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# CI judges a change, so it tries the same examples each time; elsewhere every run looks further.
hypothesis_settings.register_profile("house", deadline=None, print_blob=True, derandomize=IN_CI)
hypothesis_settings.load_profile("house")


def pytest_configure() -> None:
    """Make the templates strict, and serve static files as they stand in the source."""
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Unknown()
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


def _reverse_unordered(sender: object, connection: object, **_: object) -> None:
    """SQLite gives rows without ORDER BY in the opposite of the order a lucky test would rely on."""
    if connection.vendor == "sqlite":  # type: ignore[attr-defined]
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("PRAGMA reverse_unordered_selects = ON")


connection_created.connect(_reverse_unordered, dispatch_uid="tests")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each worker has its own database; on SQLite a real file, since threads and processes race on it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"test_passnum_{worker}_{os.getpid()}"
    if connection.vendor == "sqlite":
        name = str(tmp_path_factory.mktemp("database") / f"{name}.sqlite3")
    settings.DATABASES["default"]["TEST"]["NAME"] = connection.settings_dict["TEST"]["NAME"] = name


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Rate limits and caches of one test do not reach the next, nor does the language of a page."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    cache.clear()


@pytest.fixture
def queries_do_not_grow() -> Callable[[Callable[[], object], Callable[[], object]], int]:
    """`queries_do_not_grow(read, grow)`: read once to warm up, count the queries of a second reading,
    add rows with `grow`, and refuse if a third reading needs more. Returns the number of queries."""

    def count(read: Callable[[], object]) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            read()
        return [query["sql"] for query in captured.captured_queries]

    def budget(read: Callable[[], object], grow: Callable[[], object]) -> int:
        read()
        before = count(read)
        grow()
        after = count(read)
        repeated = "\n".join(sorted(sql[:300] for sql in after if after.count(sql) > 1 or sql not in before))
        assert len(after) <= len(before), f"{len(before)} queries became {len(after)}:\n{repeated}"
        return len(after)

    return budget


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI is set, a skipped test is a failed run."""
    if IN_CI and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say loudly which tests did not run, and why."""
    reports = _skipped(config)
    if reports:
        title = "NOT TESTED, and CI refuses that" if IN_CI else "NOT TESTED"
        terminalreporter.section(title, red=True, bold=True)
    for report in reports:
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.line(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}", red=True)


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", [])) if reporter else []


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return Path(__file__).resolve().parent.parent
