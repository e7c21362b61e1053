"""How claims, their lines and their months are told."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.ground.words import say
from passnumerique.settlement.rules import Verdict
from passnumerique.web.templatetags.house import badge, month

_SHAPES: Mapping[str, tuple[str, str]] = {
    Verdict.PENDING: ("clock", "plain"),
    Verdict.APPROVED: ("check", "good"),
    Verdict.REJECTED: ("question", "warn"),
    Verdict.REFUSED: ("cross", "bad"),
}


def title_of(claim: Any) -> str:
    """`Demande n° 3 – octobre 2022`."""
    return _("Demande n°\u202f%(number)s – %(month)s") % {"number": claim.number, "month": month(claim.month)}


def verdict_badge(verdict: str) -> SafeString:
    """What the control said of a line, in words and by a shape."""
    icon, tone = _SHAPES[verdict]
    words = say(Verdict(verdict).words)
    return badge(words[:1].upper() + words[1:], icon, tone)


def late_badge() -> SafeString:
    """Told of a claim that should have been paid by now."""
    return badge(_("En retard"), "alert", "bad")


def contested(count: int) -> str:
    """`2 pass contestés`."""
    said = ngettext("%(count)s pass contesté", "%(count)s pass contestés", count)
    return said % {"count": count}
