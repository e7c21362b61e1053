"""What the templates name exists, and nothing in them needs a hole in the content security policy."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.urls import get_resolver

from tests.house.code import HOUSE, ROOT, templates

STATIC = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")
URL = re.compile(r"""{%\s*url\s+["']([^"']+)["']""")
INLINE = re.compile(r"""<script(?![^>]*\s(?:src=|type="application/json"))[^>]*>|\sstyle=|\son[a-z]+=|javascript:""")


def found(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Each match of a pattern in the templates, with the file it stands in."""
    return [
        (str(path.relative_to(ROOT)), match.group(match.lastindex or 0))
        for path in templates()
        for match in pattern.finditer(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_template_is_well_formed_and_hidden_by_no_other(path: Path) -> None:
    template = get_template(str(path).partition("/templates/")[2])
    assert template.origin.name == str(path)


def test_every_static_file_named_exists() -> None:
    missing = [(place, name) for place, name in found(STATIC) if not finders.find(name)]
    assert not missing, missing


def test_every_address_named_exists() -> None:
    names = set(get_resolver().reverse_dict)
    for space, (_prefix, resolver) in get_resolver().namespace_dict.items():
        names |= {f"{space}:{name}" for name in resolver.reverse_dict}
    missing = [(place, name) for place, name in found(URL) if name not in names]
    assert not missing, missing


def test_no_template_needs_an_exception_to_the_content_security_policy() -> None:
    assert not found(INLINE)
