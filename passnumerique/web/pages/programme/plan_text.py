"""The training plan as text: written one line for each entry, and read again from a paste.

`# thème`, `## module | 120 min | 2 pass | niveau`, `- atelier`; or rows copied from a spreadsheet, each
holding a theme, a module and perhaps a session, minutes and passes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from passnumerique.training.queries.plan import PlanTheme
from passnumerique.training.rules import ModuleGiven, ThemeGiven

_MINUTES = re.compile(r"(\d{1,3})\s*(?:min|minutes?)?")
_PASSES = re.compile(r"(\d{1,3})\s*(?:pass)?")


def plan_text(themes: Iterable[PlanTheme]) -> str:
    """The plan in the form that `read_plan` reads."""
    lines = []
    for theme in themes:
        lines.append(f"# {theme.name}")
        for module in theme.modules:
            told = [module.name, f"{module.minutes} min", f"{module.price_passes} pass", module.level]
            lines.append("## " + " | ".join(part for part in told if part))
            lines += [f"- {session.title}" for session in module.sessions]
    return "\n".join(lines)


def read_plan(text: str) -> list[ThemeGiven]:
    """The plan in a text. Raises ValidationError, naming the line, on what cannot be read."""
    themes: list[ThemeGiven] = []
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if not bare:
            continue
        try:
            _take(themes, line, bare)
        except (LookupError, ValueError):
            told = {"number": number, "text": bare[:60]}
            raise ValidationError(
                _("Ligne %(number)s, «\u202f%(text)s\u202f»\u202f: elle ne peut pas être lue."), params=told
            ) from None
    if not themes:
        raise ValidationError(_("Écrivez au moins un thème, dans une ligne qui commence par #."))
    return themes


def _take(themes: list[ThemeGiven], line: str, bare: str) -> None:
    if "\t" in line and not bare.startswith(("#", "-")):
        _take_row(themes, [cell.strip() for cell in line.split("\t")])
    elif bare.startswith("##"):
        _add_module(themes, _module(bare.removeprefix("##").split("|")))
    elif bare.startswith("#"):
        themes.append(ThemeGiven(bare.removeprefix("#").strip()))
    elif bare.startswith(("-", "•", "*")):
        _add_session(themes, bare[1:].strip())
    else:
        raise ValueError(bare)


def _take_row(themes: list[ThemeGiven], cells: Sequence[str]) -> None:
    """A row of a spreadsheet; a blank cell means the same as in the row above."""
    theme, module, session, minutes, passes, *_rest = [*cells, "", "", "", ""]
    if theme and (not themes or themes[-1].name != theme):
        themes.append(ThemeGiven(theme))
    if module and (not themes[-1].modules or themes[-1].modules[-1].name != module):
        _add_module(themes, _module([module, minutes, passes]))
    if session:
        _add_session(themes, session)


def _module(parts: Sequence[str]) -> ModuleGiven:
    name, minutes, passes, level, *_rest = [*(part.strip() for part in parts), "", "", ""]
    return ModuleGiven(
        name,
        price_passes=_number(_PASSES, passes, 1),
        minutes=_number(_MINUTES, minutes, 120),
        level=level,
    )


def _number(shape: re.Pattern[str], text: str, otherwise: int) -> int:
    if not text:
        return otherwise
    match = shape.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return int(match[1])


def _add_module(themes: list[ThemeGiven], module: ModuleGiven) -> None:
    last = themes.pop()
    themes.append(replace(last, modules=[*last.modules, module]))


def _add_session(themes: list[ThemeGiven], title: str) -> None:
    last = themes[-1].modules[-1]
    themes[-1] = replace(
        themes[-1], modules=[*themes[-1].modules[:-1], replace(last, sessions=[*last.sessions, title])]
    )
