"""The sentences of the house: found in the code, kept in one English catalogue, compiled for use.

French is the source, so that only English is written by people. `make messages` brings its file up to
date with the code and keeps every translation; `make setup` compiles it; a test refuses a sentence
without English. The small French file is made by the same command: it holds the plurals only, because
French says « 0 atelier » where gettext, left alone, would say « 0 ateliers ».
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "passnumerique"
ENGLISH = ROOT / "locale/en/LC_MESSAGES/django.po"
FRENCH = ROOT / "locale/fr/LC_MESSAGES/django.po"
PEOPLE = "The Pass Numérique contributors"
HEADER = "# The sentences of Pass Numérique. Written by `make messages`; the English is written by people."
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a constant: the file changes only when the sentences do
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def sources() -> Iterator[tuple[Path, bytes]]:
    """Each file that may hold sentences, its templates turned into calls that the extractor knows."""
    from django.utils.translation.template import templatize

    for path in sorted(SOURCE.rglob("*.py")):
        yield path, path.read_bytes()
    for path in sorted([*SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]):
        calls = templatize(path.read_text("utf-8"), origin=str(path))
        yield path, "\n".join(map(str.strip, calls.splitlines())).encode()  # indented, they would not parse


def extracted() -> Catalog:
    """Every sentence of the code and the templates, with the files where it stands."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path, content in sources():
        place = (str(path.relative_to(ROOT)), 0)
        found = extract("python", BytesIO(content), KEYWORDS, ("Translators:",), {"encoding": "utf-8"})
        for _line, message, comments, context in found:
            if message and message[0]:
                catalog.add(message, locations=[place], auto_comments=comments, context=context)
    return catalog


def english() -> Catalog:
    """The English catalogue as it stands."""
    return read(ENGLISH, "en")


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it stands; an empty one when there is none yet."""
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def french_plurals() -> Catalog:
    """The sentences that have a plural, each its own translation, under the French rule for plurals."""
    catalog = _empty("fr")
    for message in extracted():
        if isinstance(message.id, tuple):
            catalog.add(message.id, string=message.id, context=message.context, locations=message.locations)
    return catalog


def _empty(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="Pass Numérique",
        version="0.1",
        charset="utf-8",
        fuzzy=False,
        last_translator=PEOPLE,
        language_team=PEOPLE,
        msgid_bugs_address=PEOPLE,
        creation_date=EPOCH,
        revision_date=EPOCH,
    )


def untranslated() -> list[str]:
    """The sentences of the code that have no English, or only a doubtful one."""
    catalog, missing = english(), []
    for message in extracted():
        known = catalog.get(message.id, message.context) if message.id else None
        if message.id and (known is None or known.fuzzy or not all(_strings(known.string))):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def _strings(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def update() -> None:
    """Bring both catalogues up to date: new sentences are added without English, gone ones are dropped."""
    catalog = english()
    catalog.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    _write(catalog, ENGLISH)
    _write(french_plurals(), FRENCH)
    print(f"{len(catalog)} sentences, {len(untranslated())} without English.")


def _write(catalog: Catalog, path: Path) -> None:
    catalog.header_comment = HEADER
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


def compile_catalogues() -> None:
    """Write the compiled catalogue beside each one that there is; doubtful translations stay out."""
    for path in (ENGLISH, FRENCH):
        if path.exists():
            with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source, locale=path.parts[-3]), use_fuzzy=False)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnumerique.config.settings")
    {"update": update, "compile": compile_catalogues}[sys.argv[1]]()
