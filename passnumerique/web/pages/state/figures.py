"""Figures of the state of a programme as tiles, tables and tasks; each leads to the rows behind it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.ground.words import say
from passnumerique.insight.dashboard import Attention, Dashboard, Shelf
from passnumerique.ledger.rules import ACCOUNT_WORDS, Account
from passnumerique.programmes.queries import revisions
from passnumerique.programmes.rules import MILESTONE_WORDS
from passnumerique.settlement.rules import ClaimState
from passnumerique.vouchers.rules import State
from passnumerique.web.charts.courses import distance
from passnumerique.web.desk import Desk
from passnumerique.web.templatetags.house import day, euros, number, percent

_NEEDS = {
    "vouchers": "read_register",
    "journal": "read_register",
    "stock": "read_everything",
    "lots": "read_everything",
    "network": "read_everything",
    "plan": "read_everything",
    "claims": "read_claims",
    "parameters": "read_council",
    "documents": "read_council",
    "calendar": "read_council",
}
"""What a reader must hold for the page of that name to be shown as a link."""
_SHOWN = 5


Addresses = Callable[..., str]
"""What gives the address of the rows behind a figure, or nothing: `Behind` of a reader, or `nowhere`."""


def nowhere(_name: str, **_asked: str) -> str:
    """No address, for figures on paper."""
    return ""


class Behind:
    """The addresses of the rows behind figures, for one reader: nothing where the page is not theirs, or
    where a past day is read, since lists show today."""

    def __init__(self, desk: Desk, past: bool) -> None:
        self._desk, self._past = desk, past

    def __call__(self, name: str, **asked: str) -> str:
        """The address of a page of the programme, with its filters."""
        if self._past or not self._desk.may(_NEEDS[name]):
            return ""
        try:
            address = self._desk.url(name)
        except NoReverseMatch:
            return ""
        return f"{address}?{urlencode(asked)}" if asked else address


def first_day(desk: Desk) -> date:
    """The day from which a programme can be read: that of its first calendar."""
    return min((one.in_force_on for one in revisions(desk.programme_id)), default=desk.today)


Tile = dict[str, Any]


def _tile(value: object, label: str, url: str = "", *, icon: str = "", sentence: str = "", tone: str = "") -> Tile:
    return {"value": value, "label": label, "url": url, "icon": icon, "sentence": sentence, "tone": tone}


def key_figures(board: Dashboard, behind: Addresses) -> list[Tile]:
    """The four figures to read first."""
    status, counts = board.status, board.status.vouchers
    share = percent(board.used / status.received) if status.received else percent(0)
    over = status.as_of > status.dates.validity_until
    until = _("Validité jusqu’au %(day)s.") % {"day": day(status.dates.validity_until)}
    return [
        _tile(status.received, _("Pass reçus"), behind("lots"), icon="layers"),
        _tile(
            counts[State.HELD],
            _("Remis, pas encore utilisés"),
            behind("vouchers", etat=State.HELD),
            icon="hand",
            sentence=_("Chez les personnes."),
        ),
        _tile(
            board.used,
            _("Utilisés"),
            behind("claims"),
            icon="check",
            sentence=_("%(share)s des pass reçus.") % {"share": share},
            tone="good",
        ),
        _tile(
            status.unused,
            _("Pas encore utilisés"),
            behind("vouchers"),
            icon="hourglass",
            sentence=until,
            tone="warn" if over and status.unused else "",
        ),
    ]


_MONEY: tuple[tuple[Account, str, str, dict[str, str]], ...] = (
    (Account.AUTHORISED, "stamp", "documents", {}),
    (Account.ENVELOPE, "wallet", "lots", {}),
    (Account.COMMITTED, "ticket", "stock", {}),
    (Account.DUE, "hourglass", "claims", {}),
    (Account.PAID, "euro", "claims", {"state": ClaimState.PAID.value}),
    (Account.UNDUE, "undo", "claims", {"state": ClaimState.PAID.value}),
)
"""Each account with its sign, and the page (with its filter) of the rows behind it."""


def money_chain(board: Dashboard, behind: Addresses) -> list[Tile]:
    """Where the money is, in the order in which it flows; what is undue only when there is some."""
    cents = board.status.money_cents
    return [
        _tile(euros(cents[account]), say(ACCOUNT_WORDS[account]), behind(page, **asked), icon=icon)
        for account, icon, page, asked in _MONEY
        if account is not Account.UNDUE or cents[account]
    ]


def network_figures(board: Dashboard, behind: Addresses) -> list[Tile]:
    """The network and the plan, in figures."""
    network = board.status.network
    themes = ngettext("En %(count)s thème.", "En %(count)s thèmes.", network.themes) % {"count": number(network.themes)}
    return [
        _tile(network.prescribers, _("Structures de diffusion"), behind("network", role="prescriber"), icon="hand"),
        _tile(network.places, _("Lieux de médiation"), behind("network", role="place"), icon="pin"),
        _tile(network.modules, _("Modules"), behind("plan"), icon="book", sentence=themes),
        _tile(network.planned_sessions, _("Ateliers prévus au plan"), behind("plan"), icon="calendar"),
    ]


def states(board: Dashboard, behind: Addresses) -> list[Tile]:
    """Every state in which there are passes, with the passes behind."""
    counts = board.status.vouchers
    return [{"state": state, "value": n, "url": behind("vouchers", etat=state)} for state, n in counts.items() if n]


def tasks(attention: Attention, board: Dashboard, behind: Addresses, late: int) -> list[dict[str, str]]:
    """What asks for attention, each with its page; only what this reader can see. `late` counts the claims
    whose payment term is over."""
    return [*_dates_near(attention, board, behind), *_claims(attention, behind, late), *_stocks(attention, behind)]


def _task(label: str, url: str, hint: str = "", due: str = "", status: str = "") -> dict[str, str]:
    return {"label": label, "url": url, "hint": hint, "due": due, "status": status}


def _dates_near(attention: Attention, board: Dashboard, behind: Addresses) -> Iterator[dict[str, str]]:
    by_day: dict[Any, list[str]] = {}
    for milestone, when in attention.near:
        by_day.setdefault(when, []).append(say(MILESTONE_WORDS[milestone]))
    for when, names in by_day.items():
        label = _("Échéance le %(day)s") % {"day": day(when)}
        near = distance(when, board.status.as_of)
        yield _task(label, behind("calendar"), capfirst(", ".join(names)) + ".", status=capfirst(near))


def _claims(attention: Attention, behind: Addresses, late: int) -> Iterator[dict[str, str]]:
    if not behind("claims"):
        return
    if late:
        yield _task(_("Demandes en retard de paiement"), behind("claims", state="late"), status=number(late))
    told = {
        ClaimState.FILED: _("Demandes de remboursement à contrôler"),
        ClaimState.APPROVED: _("Demandes acceptées, à mandater"),
        ClaimState.ORDERED: _("Demandes mandatées, à payer"),
    }
    for state, label in told.items():
        if waiting := attention.claims[state]:
            yield _task(label, behind("claims", state=state), status=number(waiting))


def _stocks(attention: Attention, behind: Addresses) -> Iterator[dict[str, str]]:
    if not behind("stock"):
        return
    if attention.low:
        hint = _("Il y reste %(least)s pass ou moins\u202f: %(names)s.")
        said = {"least": number(attention.least), "names": _named(attention.low)}
        yield _task(
            _("Structures presque sans stock"), behind("stock", niveau="bas"), hint % said, status=_size(attention.low)
        )
    if attention.sleeping:
        hint = _("Rien reçu ni remis depuis plus de %(days)s jours\u202f: %(names)s.")
        said = {"days": number(attention.asleep_days), "names": _named(attention.sleeping)}
        yield _task(_("Stock qui dort"), behind("stock", niveau="dort"), hint % said, status=_size(attention.sleeping))


def _size(shelves: list[Shelf]) -> str:
    count = len(shelves)
    return ngettext("%(count)s structure", "%(count)s structures", count) % {"count": number(count)}


def _named(shelves: list[Shelf]) -> str:
    names = [f"{one.name} ({number(one.stock)})" for one in shelves[:_SHOWN]]
    rest = len(shelves) - _SHOWN
    more = ngettext("et %(rest)s autre", "et %(rest)s autres", rest) % {"rest": number(rest)} if rest > 0 else ""
    return ", ".join([*names, more] if more else names)
