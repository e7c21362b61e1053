"""The files around the code are complete and true: locks, links, licence, what is vendored."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.house.code import ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"^[A-Za-z0-9._-]+")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)")
ROW = re.compile(r"^\| `([^`]+)` \| .*`([0-9a-f]{64})` \|$", re.MULTILINE)
VENDOR = ROOT / "passnumerique/web/static/vendor/VENDOR.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def pins(name: str) -> dict[str, tuple[str, str]]:
    """The packages of a lock file, each with its version and what follows it."""
    return {match[1]: (match[2], match[3]) for match in PIN.finditer((ROOT / "requirements" / name).read_text())}


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_locks_name_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert not [word for word in ("://", "index-url", "find-links") if word in text]
    bare = [package for package, (_version, rest) in pins(name).items() if "--hash=sha256:" not in rest]
    assert not bare, bare


def test_locks_agree_with_each_other_and_with_the_project() -> None:
    run, dev = pins("run.txt"), pins("dev.txt")
    assert {name: version for name, (version, _) in run.items()}.items() <= {
        name: version for name, (version, _) in dev.items()
    }.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for wanted, lock in (
        (project["project"]["dependencies"], run),
        (project["dependency-groups"]["dev"], dev),
    ):
        missing = [name for name in map(_bare_name, wanted) if name not in lock]
        assert not missing, f"run `make lock`: {missing}"


def _bare_name(requirement: str) -> str:
    match = NAME.match(requirement)
    assert match
    return match[0].lower().replace("_", "-").replace(".", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    broken = [target for target in targets if target and not target.startswith("mailto:")]
    broken = [target for target in broken if not (page.parent / target).exists()]
    assert not broken, broken


def test_publiccode_says_what_it_must() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    assert told["publiccodeYmlVersion"] == "0.4"
    mandatory = {"name", "url", "platforms", "categories", "developmentStatus", "softwareType"}
    mandatory |= {"description", "legal", "maintenance", "localisation"}
    assert mandatory <= told.keys()
    assert told["legal"]["license"] == "EUPL-1.2"
    assert told["maintenance"]["contacts"][0]["name"]
    assert told["localisation"] == {"localisationReady": True, "availableLanguages": ["fr", "en"]}
    for language in told["description"].values():
        assert len(language["shortDescription"]) <= 150
        assert 150 <= len(language["longDescription"]) <= 10_000
        assert len(language["genericName"]) <= 35
        assert language["features"]


def test_the_licence_is_the_one_named() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "15.Applicable Law" in text


def test_vendored_files_are_the_ones_published() -> None:
    table = dict(ROW.findall(VENDOR.read_text("utf-8")))
    wrong = [name for name, digest in table.items() if digest_of(ROOT / name) != digest]
    assert not wrong, wrong
    folders = [VENDOR.parent, ROOT / "passnumerique/documents/fonts", ROOT / "tests/vendor"]
    files = {str(path.relative_to(ROOT)) for folder in folders for path in folder.rglob("*") if path.is_file()}
    unknown = files - table.keys() - {str(VENDOR.relative_to(ROOT))}
    assert not unknown, f"add them to tools/vendor.py: {sorted(unknown)}"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
