"""The scanner's page and files: each with its kind, its mark and its policy, and nothing outside of its folder."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from passnumerique.scanner.pages import KINDS
from tests.house.code import ROOT

FOLDER = ROOT / "frontend/scanner"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in KINDS)


@pytest.fixture
def browser() -> Client:
    return Client()


def test_the_page_is_for_anybody_and_may_run_what_reads_symbols(browser: Client) -> None:
    answer = browser.get("/scanner/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    policy = answer["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "connect-src 'self'" in policy
    assert "worker-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy
    assert not answer.cookies


def test_no_other_page_may(browser: Client, db: None) -> None:
    for address in ("/p/", "/api/", "/aide/"):
        assert "wasm-unsafe-eval" not in browser.get(address)["Content-Security-Policy"]


def test_the_service_worker_may_keep_the_whole_page_and_is_looked_for_anew(browser: Client) -> None:
    answer = browser.get("/scanner/sw.js")
    assert answer["Service-Worker-Allowed"] == "/scanner/"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"


def test_the_manifest_makes_it_installable(browser: Client) -> None:
    answer = browser.get("/scanner/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert told["name"]
    assert told["icons"]


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_given_as_it_stands(browser: Client, name: str) -> None:
    answer = browser.get(f"/scanner/files/{name}")
    assert answer["Content-Type"] == KINDS[Path(name).suffix]
    assert answer.content == (FOLDER / name).read_bytes()
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_did_not_change_is_not_sent_again(browser: Client) -> None:
    first = browser.get("/scanner/files/rules.json")
    again = browser.get("/scanner/files/rules.json", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.head("/scanner/files/rules.json").status_code == 200
    assert browser.post("/scanner/files/rules.json").status_code == 405


OUTSIDE = [
    *("", "nothing.js", "../rules.json", "..%2f..%2fpyproject.toml", "%2e%2e/%2e%2e/README.md", ".hidden.js"),
    *("a/.b/c.js", "/etc/passwd", "rules", "x.py", "a%00b.js"),
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_else_is_given(browser: Client, name: str) -> None:
    assert browser.get(f"/scanner/files/{name}").status_code == 404


@pytest.mark.parametrize("slash", ["/", "%2F"], ids=["slash", "escaped"])
def test_a_whole_path_leads_nowhere(browser: Client, slash: str, tmp_path: Path) -> None:
    beside = tmp_path / "secret.json"
    beside.write_text("{}")
    name = slash + beside.as_posix().lstrip("/")
    assert browser.get(f"/scanner/files/{name}").status_code == 404


def test_a_link_out_of_the_folder_leads_nowhere(browser: Client, monkeypatch: Any, tmp_path: Path) -> None:
    folder = tmp_path / "scanner"
    folder.mkdir()
    monkeypatch.setattr("passnumerique.scanner.pages.FOLDER", folder)
    (tmp_path / "secret.json").write_text("{}")
    (folder / "here.json").symlink_to(tmp_path / "secret.json")
    assert browser.get("/scanner/files/here.json").status_code == 404


def test_a_file_that_changes_is_given_anew(browser: Client, monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setattr("passnumerique.scanner.pages.FOLDER", tmp_path)
    (tmp_path / "a.js").write_text("1")
    first = browser.get("/scanner/files/a.js")
    (tmp_path / "a.js").write_text("22")
    second = browser.get("/scanner/files/a.js")
    assert (first.content, second.content) == (b"1", b"22")
    assert first["ETag"] != second["ETag"]
    assert browser.get("/scanner/").status_code == 404
