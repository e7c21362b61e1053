"""How the checks that come before a human are told: each sign as a sentence, the draw, what is left to look at."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.ground.words import say
from passnumerique.settlement.rules import MUST_LOOK, Sign
from passnumerique.web.templatetags.house import badge


def sign_sentence(found: Any) -> str:
    """One sign, with its figures: `Pass pris en dehors des heures de l’atelier : 73 minutes après la fin`."""
    words = say(Sign(found.sign).words)
    detail = _detail(Sign(found.sign), found.details)
    return _("%(words)s\u202f: %(detail)s") % {"words": words, "detail": detail} if detail else words


def _detail(sign: Sign, told: Any) -> str:
    if sign is Sign.OUTSIDE_HOURS:
        minutes = told["minutes"]
        said = (
            ngettext("%(count)s minute après la fin", "%(count)s minutes après la fin", minutes)
            if minutes > 0
            else ngettext("%(count)s minute avant le début", "%(count)s minutes avant le début", -minutes)
        )
        return said % {"count": abs(minutes)}
    if sign is Sign.SERIES:
        return ngettext(
            "n° %(first)s à %(last)s en %(count)s minute",
            "n° %(first)s à %(last)s en %(count)s minutes",
            told["minutes"],
        ) % {"first": told["first"], "last": told["last"], "count": told["minutes"]}
    if sign is Sign.WHOLE_BOOKLET:
        return _("%(count)s pass") % {"count": told["passes"]}
    return ""


def told_signs(found: Iterable[Any], *, drawn: bool = False) -> SafeString:
    """The signs of a line, one under the other, and whether it was drawn."""
    rows = [("", sign_sentence(one)) for one in found]
    if drawn:
        rows.insert(0, ("drawn", _("Tiré au sort")))
    return format_html_join("", '<span class="sign {}">{}</span>', rows)


def risk_badge(risk: int) -> SafeString:
    """How much a line deserves a look, in words and by a shape; nothing for none."""
    if not risk:
        return SafeString("")
    if risk >= MUST_LOOK:
        return badge(_("À regarder"), "alert", "bad")
    return badge(_("Signalé"), "question", "warn")


def sign_cell(risk: int, found: Iterable[Any], *, drawn: bool) -> SafeString:
    """The cell of a line: how serious, and why."""
    return format_html("<div>{}{}</div>", risk_badge(risk), told_signs(found, drawn=drawn))
