"""What people read about the API: its calls and its problems, on plain pages without a script."""

import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from passnumerique.api.problems import PROBLEMS, kind_of
from passnumerique.ground.problems import slug_of
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import say

_FIELD = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class ProblemLine:
    """One problem as people read it: its name, status, title, and its sentence with its blanks."""

    name: str
    status: int
    title: str
    sentence: str


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The calls and every problem. For anybody."""
    lines = sorted(map(_line, PROBLEMS), key=lambda line: (line.status, line.name))
    return render(request, "api/reference.html", {"problems": lines})


@require_safe
def problem(request: HttpRequest, name: str) -> HttpResponse:
    """The page to which the type of a problem leads. For anybody."""
    found = {slug_of(refusal): refusal for refusal in PROBLEMS}.get(name)
    if found is None:
        raise Http404
    return render(request, "api/problem.html", {"problem": _line(found)})


def _line(refusal: type[Refusal]) -> ProblemLine:
    kind = kind_of(refusal)
    sentence = _FIELD.sub("…", gettext(refusal.sentence))
    return ProblemLine(slug_of(refusal), kind.status, say(kind.title), sentence)
