"""Bring the third-party files that the pages, the papers and the tests carry, and write their table.

Run by hand when a version changes: `.venv/bin/python tools/vendor.py`. It needs npm, and fonttools and
brotli for the typefaces of the papers (`.venv/bin/pip install fonttools brotli`), which nothing else
needs. Every file is then in the repository: neither an installation nor the tests fetch anything.
"""

import hashlib
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "passnumerique/web/static/vendor"
FONTS = STATIC / "fonts"
PAPER_FONTS = ROOT / "passnumerique/documents/fonts"
TESTS = ROOT / "tests/vendor"
APACHE = Path("/usr/share/common-licenses/Apache-2.0")  # on every Debian
TABLE = ROOT / "passnumerique/web/static/vendor/VENDOR.md"
NARROW_SPACE = 0x202F
NEXT = "@fontsource-variable/atkinson-hyperlegible-next"
MONO = "@fontsource-variable/atkinson-hyperlegible-mono"
STATIC_NEXT = "@fontsource/atkinson-hyperlegible-next"
STATIC_MONO = "@fontsource/atkinson-hyperlegible-mono"


@dataclass(frozen=True)
class Package:
    """One npm package, its licence, and which of its files go where."""

    name: str
    version: str
    licence: str
    files: dict[str, Path]


def _variable(family: str, style: str) -> dict[str, Path]:
    name = f"atkinson-hyperlegible-{family}"
    return {
        f"files/{name}-{subset}-wght-{style}.woff2": FONTS / f"{name}-{subset}-{style}.woff2"
        for subset in ("latin", "latin-ext")
    }


def _paper(family: str, cuts: tuple[str, ...]) -> dict[str, Path]:
    styles = {"400-normal": "Regular", "700-normal": "Bold", "400-italic": "Italic"}
    fonts = {
        f"files/atkinson-hyperlegible-{family}-{{}}-{cut}.woff2": PAPER_FONTS
        / f"AtkinsonHyperlegible{family.title()}-{styles[cut]}.ttf"
        for cut in cuts
    }
    return fonts | {"LICENSE": PAPER_FONTS / f"atkinson-{family}.LICENSE"}


PACKAGES = (
    Package(
        "htmx.org",
        "4.0.1",
        "0BSD",
        {"dist/htmx.min.js": STATIC / "htmx.min.js", "LICENSE": STATIC / "htmx.LICENSE"},
    ),
    Package(
        "zxing-wasm",
        "3.1.4",
        "MIT; compiled from zxing-cpp, Apache-2.0",
        {
            "dist/iife/reader/index.js": STATIC / "zxing-reader.js",
            "dist/reader/zxing_reader.wasm": STATIC / "zxing_reader.wasm",
            "LICENSE": STATIC / "zxing-wasm.LICENSE",
        },
    ),
    Package(
        "idb",
        "8.0.4",
        "ISC",
        {"build/index.js": STATIC / "idb.js", "LICENSE": STATIC / "idb.LICENSE"},
    ),
    Package(
        "leaflet",
        "1.9.4",
        "BSD-2-Clause",
        {
            "dist/leaflet.js": STATIC / "leaflet/leaflet.js",
            "dist/leaflet.js.map": STATIC / "leaflet/leaflet.js.map",
            "dist/leaflet.css": STATIC / "leaflet/leaflet.css",
            "dist/images/layers.png": STATIC / "leaflet/images/layers.png",
            "dist/images/layers-2x.png": STATIC / "leaflet/images/layers-2x.png",
            "dist/images/marker-icon.png": STATIC / "leaflet/images/marker-icon.png",
            "LICENSE": STATIC / "leaflet/leaflet.LICENSE",
        },
    ),
    Package(
        NEXT,
        "5.3.0",
        "OFL-1.1",
        _variable("next", "normal") | _variable("next", "italic") | {"LICENSE": FONTS / "atkinson-next.LICENSE"},
    ),
    Package(MONO, "5.3.0", "OFL-1.1", _variable("mono", "normal") | {"LICENSE": FONTS / "atkinson-mono.LICENSE"}),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        {
            "axe.min.js": TESTS / "axe.min.js",
            "locales/fr.json": TESTS / "axe.fr.json",
            "LICENSE": TESTS / "axe-core.LICENSE",
        },
    ),
)
JOINED = "OFL-1.1; both subsets in one file, U+202F added"
PAPER_PACKAGES = (
    Package(STATIC_NEXT, "5.3.0", JOINED, _paper("next", ("400-normal", "700-normal", "400-italic"))),
    Package(STATIC_MONO, "5.3.0", JOINED, _paper("mono", ("400-normal", "700-normal"))),
)


def fetch(package: Package, folder: Path) -> Path:
    """Unpack one npm package under `folder` and return where its files stand."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()[-1]
    target = folder / packed.removesuffix(".tgz")
    target.mkdir()
    subprocess.run(["tar", "xzf", packed, "-C", str(target)], cwd=folder, check=True)
    return target / "package"


def paper_font(pattern: Path, target: Path, folder: Path) -> None:
    """Join the Latin subsets into one TrueType file for the typesetter, with the narrow no-break space
    that French needs and the typeface lacks: a fifth of an em, empty."""
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont

    parts = []
    for subset in ("latin", "latin-ext"):
        part = TTFont(str(pattern).format(subset))
        part.flavor = None
        parts.append(str(folder / f"{target.stem}-{subset}.ttf"))
        part.save(parts[-1])
    font = Merger().merge(parts)
    _add_narrow_space(font)
    for record in font["name"].names:  # the published Mono subsets call every weight by the lightest one
        record.string = str(record).replace(" ExtraLight", "").replace("ExtraLight", "")
    font["head"].created = font["head"].modified = part["head"].created  # the same run gives the same bytes
    font.recalcTimestamp = False
    font.save(target)


def _add_narrow_space(font: "TTFont") -> None:  # noqa: F821 — imported where it is used
    name, width = "uni202F", font["head"].unitsPerEm // 5
    if "Mono" in font["name"].getDebugName(1):
        width = font["hmtx"]["space"][0]
    blank = type(font["glyf"]["space"])()
    blank.numberOfContours = 0
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = blank
    font["hmtx"].metrics[name] = (width, 0)
    for table in font["cmap"].tables:
        table.cmap[NARROW_SPACE] = name


def place(package: Package, source: Path, folder: Path) -> None:
    """Copy, or join, each file of a package to where it belongs."""
    for inside, target in package.files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        if "{}" in inside:
            paper_font(source / inside, target, folder)
        else:
            target.write_bytes((source / inside).read_bytes())


def row(target: Path, source: str, licence: str) -> str:
    """The line of the table for one file."""
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    return f"| `{target.relative_to(ROOT)}` | {source} | {licence} | `{digest}` |"


def main() -> None:
    """Fetch every package, place its files, and write the table that the tests check."""
    lines = [
        "# Files of others\n",
        "Kept as published in the npm registry; the typefaces of the papers are joined from the published",
        "subsets. Written by `tools/vendor.py`; `tests/house` checks every line.\n",
        "| file | npm package | licence | sha256 |",
        "|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as name:
        for package in PACKAGES + PAPER_PACKAGES:
            place(package, fetch(package, Path(name)), Path(name))
            source = f"{package.name} {package.version}"
            lines += [row(target, source, package.licence) for target in sorted(package.files.values())]
    apache = STATIC / "zxing-cpp.LICENSE"
    apache.write_bytes(APACHE.read_bytes())
    lines.append(row(apache, "Debian base-files", "the text of Apache-2.0"))
    TABLE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
