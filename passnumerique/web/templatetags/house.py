"""How a value is written and how a state is told, in the reader's language. `{% load house %}`.

French is the source; English is written when it is the active language. Nothing here reads a clock or
a database.
"""

import re
from datetime import date, datetime
from typing import NamedTuple

import phonenumbers
from django import template
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from passnumerique.ground import codes, dates, money
from passnumerique.ground.words import N_
from passnumerique.training.rules import DisputeState, WaitingState
from passnumerique.vouchers.rules import State

register = template.Library()
_NNBSP = money.NNBSP
INVENTED_SIRET = "0" * 14
"""The number of the demonstration: its key is right, and no organisation has it."""


class Badge(NamedTuple):
    """How a state is told: its words, the shape beside them, and a tone that never speaks alone."""

    words: str
    icon: str
    tone: str


BADGES: dict[str, dict[str, Badge]] = {
    "voucher": {
        State.AUTHORITY_STOCK: Badge(State.AUTHORITY_STOCK.words, "box", "plain"),
        State.STRUCTURE_STOCK: Badge(State.STRUCTURE_STOCK.words, "booklet", "plain"),
        State.HELD: Badge(State.HELD.words, "hand", "brand"),
        State.REDEEMED: Badge(State.REDEEMED.words, "check", "good"),
        State.CLAIMED: Badge(State.CLAIMED.words, "hourglass", "info"),
        State.APPROVED: Badge(State.APPROVED.words, "stamp", "info"),
        State.DISPUTED: Badge(State.DISPUTED.words, "question", "warn"),
        State.REFUSED: Badge(State.REFUSED.words, "cross", "bad"),
        State.REIMBURSED: Badge(State.REIMBURSED.words, "euro", "good"),
        State.BLOCKED: Badge(State.BLOCKED.words, "ban", "bad"),
        State.REPLACED: Badge(State.REPLACED.words, "swap", "plain"),
        State.CANCELLED: Badge(State.CANCELLED.words, "cross", "plain"),
        State.FROZEN: Badge(State.FROZEN.words, "snow", "warn"),
        State.TO_RECOVER: Badge(State.TO_RECOVER.words, "alert", "bad"),
        State.RECOVERED: Badge(State.RECOVERED.words, "undo", "plain"),
        "lapsed": Badge(N_("échu"), "clock-off", "warn"),
    },
    "claim": {
        "filed": Badge(N_("Déposée"), "inbox", "info"),
        "countersign": Badge(N_("À confirmer"), "users", "warn"),
        "approved": Badge(N_("Acceptée"), "stamp", "good"),
        "rejected": Badge(N_("Rejetée"), "cross", "bad"),
        "ordered": Badge(N_("Mandatée"), "document", "info"),
        "paid": Badge(N_("Payée"), "euro", "good"),
    },
    "session": {
        "planned": Badge(N_("Prévu"), "calendar", "plain"),
        "scheduled": Badge(N_("Annoncé"), "calendar", "info"),
        "open": Badge(N_("Places disponibles"), "calendar", "good"),
        "full": Badge(N_("Complet"), "users", "warn"),
        "held": Badge(N_("Tenu"), "check", "good"),
        "done": Badge(N_("Tenu"), "check", "good"),
        "cancelled": Badge(N_("Annulé"), "cross", "bad"),
    },
    "attendance": {
        "expected": Badge(N_("Attendu"), "clock", "plain"),
        "present": Badge(N_("Présent"), "check", "good"),
        "excused": Badge(N_("Excusé"), "mail", "info"),
        "no_show": Badge(N_("Absent"), "cross", "warn"),
        "cancelled": Badge(N_("Annulé par le lieu"), "ban", "plain"),
    },
    "dispute": {
        DisputeState.OPEN: Badge(DisputeState.OPEN.words, "question", "warn"),
        DisputeState.KEPT: Badge(DisputeState.KEPT.words, "check", "good"),
        DisputeState.TRANSFERRED: Badge(DisputeState.TRANSFERRED.words, "swap", "info"),
    },
    "waiting": {
        WaitingState.WAITING: Badge(N_("En attente"), "hourglass", "plain"),
        WaitingState.OFFERED: Badge(N_("Place proposée"), "mail", "info"),
        WaitingState.SEATED: Badge(N_("Place prise"), "check", "good"),
        WaitingState.DECLINED: Badge(N_("Place refusée"), "cross", "plain"),
        WaitingState.EXPIRED: Badge(N_("Sans réponse"), "clock-off", "warn"),
        WaitingState.LEFT: Badge(N_("N’attend plus"), "undo", "plain"),
    },
    "document": {
        "draft": Badge(N_("Brouillon"), "edit", "plain"),
        "to_sign": Badge(N_("À signer"), "pen", "warn"),
        "signed": Badge(N_("Signé"), "pen", "good"),
        "in_force": Badge(N_("En vigueur"), "check", "good"),
        "missing": Badge(N_("Manquant"), "alert", "bad"),
        "ended": Badge(N_("Terminé"), "flag", "plain"),
    },
}
"""The words of every state, by family. A state that is not here is shown by its bare name."""


def _english() -> bool:
    return (get_language() or "fr").startswith("en")


@register.filter
def euros(cents: int | None) -> str:
    """Cents as an amount: `1 234,50 €`, or `€1,234.50` in English. Nothing for None."""
    if cents is None:
        return ""
    if not _english():
        return money.euros(cents)
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}€{whole:,}.{rest:02d}"


@register.filter
def whole_euros(cents: int) -> str:
    """Cents as an amount without its cents, rounded down, for axes: `800 €`, or `€800` in English."""
    return f"€{cents // 100:,}" if _english() else f"{money.grouped(cents // 100)}{_NNBSP}€"


@register.filter
def number(value: int | None) -> str:
    """A count: `1 800`, or `1,800` in English. Nothing for None."""
    if value is None:
        return ""
    return f"{value:,}" if _english() else money.grouped(value)


@register.filter
def siret(value: str) -> str:
    """A SIRET in groups: `123 456 789 00012`. Fourteen zeros are nobody's: they say so."""
    grouped = re.sub(r"^(\d{3})(\d{3})(\d{3})(\d{5})$", rf"\1{_NNBSP}\2{_NNBSP}\3{_NNBSP}\4", value)
    return f"{grouped} {gettext('(fictif)')}" if value == INVENTED_SIRET else grouped


@register.filter
def percent(share: float | None) -> str:
    """A share between 0 and 1, in whole percents: `34 %`, or `34%` in English."""
    if share is None:
        return ""
    return f"{share:.0%}" if _english() else f"{round(share * 100)}{_NNBSP}%"


@register.filter
def day(value: date | None) -> str:
    """`13 décembre 2022`, or `13 December 2022` in English. An instant gives its day in France."""
    if value is None:
        return ""
    there = dates.day_of(value) if isinstance(value, datetime) else value
    return f"{there.day} {MONTHS[there.month]} {there.year}" if _english() else dates.long_day(there)


@register.filter
def month(value: date | None) -> str:
    """`décembre 2022`, or `December 2022` in English."""
    if value is None:
        return ""
    return f"{MONTHS[value.month]} {value.year}" if _english() else dates.long_month(value)


@register.filter
def clock(at: datetime | None) -> str:
    """The time in France: `17 h 30`, or `17:30` in English."""
    if at is None:
        return ""
    return f"{at.astimezone(dates.PARIS):%H:%M}" if _english() else dates.clock_time(at)


@register.filter
def instant(at: datetime | None) -> str:
    """Day and time in France: `13 décembre 2022 à 17 h 30`, or `13 December 2022 at 17:30` in English."""
    if at is None:
        return ""
    return f"{day(at)} {'at' if _english() else 'à'} {clock(at)}"


@register.filter
def code(value: str) -> str:
    """The code of a pass as it is printed: `ABCD-EFGH-JKMN`."""
    return codes.grouped_code(codes.fold(value)) if value else ""


@register.filter
def phone(value: str) -> str:
    """`+33329840012` as `03 29 84 00 12`; a foreign number keeps its prefix; anything else stays as it is."""
    try:
        parsed = phonenumbers.parse(value, "FR")
    except phonenumbers.NumberParseException:
        return value
    if not phonenumbers.is_possible_number(parsed):
        return value
    style = "NATIONAL" if parsed.country_code == 33 else "INTERNATIONAL"  # noqa: PLR2004 — the prefix of France
    return phonenumbers.format_number(parsed, getattr(phonenumbers.PhoneNumberFormat, style)).replace(" ", "\u00a0")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of the sprite. Without `label` it is decoration and screen readers pass over it."""
    if not label:
        return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)
    return format_html('<svg class="icon" role="img" aria-label="{}"><use href="#i-{}"/></svg>', gettext(label), name)


@register.simple_tag
def badge(words: str, icon: str = "dot", tone: str = "plain") -> SafeString:
    """Any state in words, with its shape. Tones: plain, brand, info, good, warn, bad."""
    return format_html('<span class="badge {}">{}{}</span>', tone, _symbol(icon), words)


def badge_of(family: str, state: str) -> SafeString:
    """The badge of a state of a family of `BADGES`; an unknown state is shown by its bare name."""
    known = BADGES.get(family, {}).get(state)
    if known is None:
        return badge(state.replace("_", " "))
    return badge(capfirst(gettext(known.words)), known.icon, known.tone)


@register.simple_tag
def state_badge(state: str, family: str = "voucher") -> SafeString:
    """The badge of a pass's state (or `lapsed`), or of another family of `BADGES`."""
    return badge_of(family, str(state))


@register.filter
def state_words(state: str, family: str = "voucher") -> str:
    """The words of a state without its badge, for a sentence or a chart."""
    known = BADGES.get(family, {}).get(str(state))
    return gettext(known.words) if known else str(state)


def _symbol(name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)
