"""Every sentence for a reader is good French, and has its English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from passnumerique.ground.refusals import Refusal, every_refusal
from tests.house.code import at, load_all, modules
from tools import messages

PLAIN_SPACE = re.compile(r"[ \u00a0][;:!?»%€]|«[ \u00a0]|«(?=\w)|\w'\w|\.\.\.")
NOT_FRENCH_WORDS = re.compile(r"<[^>]*>|%\([a-z_]+\)[sd]|\{[a-z_]+\}|https?://\S+")


def fields(sentence: str) -> set[str]:
    """The {fields} and %(fields)s of a sentence."""
    braces = {name for _text, name, _spec, _kind in Formatter().parse(sentence) if name}
    return braces | set(re.findall(r"%\((\w+)\)", sentence))


@pytest.fixture(scope="module")
def refusals() -> list[type[Refusal]]:
    """Every refusal of the house."""
    load_all()
    return [kind for kind in every_refusal() if kind.__module__.startswith("passnumerique.")]


def test_every_refusal_has_a_sentence_of_its_own(refusals: list[type[Refusal]]) -> None:
    silent = [kind.__name__ for kind in refusals if "sentence" not in vars(kind)]
    assert not silent, silent
    short = [kind.__name__ for kind in refusals if len(kind.sentence.split()) < 5]
    assert not short, f"say what happened and what to do next: {short}"


def test_the_names_of_refusals_are_unique(refusals: list[type[Refusal]]) -> None:
    names = sorted(kind.__name__ for kind in refusals)
    assert sorted(set(names)) == names


def test_every_refusal_is_marked_for_translation(refusals: list[type[Refusal]]) -> None:
    known = {message.id for message in messages.extracted() if message.id}
    unmarked = [kind.__name__ for kind in refusals if kind.sentence not in known]
    assert not unmarked, f"write N_(…) around the sentence: {unmarked}"


def test_a_refusal_is_given_the_fields_of_its_sentence(refusals: list[type[Refusal]]) -> None:
    wanted = {kind.__name__: fields(kind.sentence) for kind in refusals}
    wrong = [
        f"{at(path, call)} {name} lacks {sorted(wanted[name] - given)}"
        for path, call, name, given in raised()
        if name in wanted and wanted[name] - given
    ]
    assert not wrong, "\n".join(wrong)


def raised() -> Iterator[tuple[Path, ast.Call, str, set[str]]]:
    """Each call that may make a refusal, with the keywords given; calls with `**` are left out."""
    for path, module in modules().items():
        for call in ast.walk(module):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
                name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
                given = {keyword.arg for keyword in call.keywords}
                if None not in given:
                    yield path, call, name, {keyword for keyword in given if keyword}


def test_every_sentence_has_its_english() -> None:
    missing = messages.untranslated()
    assert not missing, f"{len(missing)} without English, run `make messages`:\n" + "\n".join(missing[:40])


def test_the_french_plurals_are_up_to_date() -> None:
    known = {message.id for message in messages.read(messages.FRENCH, "fr") if message.id}
    assert known == {message.id for message in messages.french_plurals() if message.id}, "run `make messages`"


def test_translations_keep_the_fields() -> None:
    catalog = messages.english()
    wrong = [
        message.id
        for message in catalog
        if message.id
        and isinstance(message.id, str)
        and message.string
        and fields(message.id) != fields(str(message.string))
    ]
    assert not wrong, wrong


def test_the_french_is_set_as_french() -> None:
    wrong = [
        f"{message.locations[0][0]}: {sentence}"
        for message in messages.extracted()
        if message.id
        for sentence in ([message.id] if isinstance(message.id, str) else list(message.id))
        if PLAIN_SPACE.search(NOT_FRENCH_WORDS.sub("", sentence))
    ]
    assert not wrong, "narrow no-break spaces (U+202F) and ’ are wanted in:\n" + "\n".join(wrong)
