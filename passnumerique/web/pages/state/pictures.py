"""The pictures of the state of a programme: each with the sentence that says what it shows."""

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.ground.words import say
from passnumerique.insight.dashboard import Dashboard, Signed
from passnumerique.ledger.rules import Account
from passnumerique.programmes.rules import MILESTONE_WORDS, Calendar, DocumentKind
from passnumerique.vouchers.rules import State
from passnumerique.web import charts
from passnumerique.web.charts.courses import distance
from passnumerique.web.templatetags.house import euros, month, number, percent

SHARES = (
    (gettext_lazy("En stock à la collectivité"), (State.AUTHORITY_STOCK,)),
    (gettext_lazy("En stock dans les structures"), (State.STRUCTURE_STOCK,)),
    (gettext_lazy("Remis, pas encore utilisés"), (State.HELD,)),
    (
        gettext_lazy("Utilisés, à rembourser"),
        (State.REDEEMED, State.CLAIMED, State.APPROVED, State.DISPUTED, State.FROZEN),
    ),
    (gettext_lazy("Utilisés et remboursés"), (State.REIMBURSED, State.TO_RECOVER)),
    (gettext_lazy("Hors d’usage"), (State.BLOCKED, State.REPLACED, State.CANCELLED, State.RECOVERED, State.REFUSED)),
)
"""The six shares of the bar; every state of the rule book is in one of them."""
_PAPERS = {
    DocumentKind.DELIBERATION: gettext_lazy("délibération"),
    DocumentKind.CONVENTION_AMENDMENT: gettext_lazy("avenant, financeur"),
    DocumentKind.MANDATE_AMENDMENT: gettext_lazy("avenant, mandat"),
}
_MOST_EVENTS, _MOST_MONTHS = 8, 36


def shares(board: Dashboard) -> charts.Chart:
    """Where the passes are."""
    counts = board.status.vouchers
    parts = [charts.Part(str(label), sum(counts[state] for state in states)) for label, states in SHARES]
    return charts.stacked_bar(_("Où sont les pass"), headline(board), parts)


def headline(board: Dashboard) -> str:
    """The one sentence to remember."""
    received = board.status.received
    if not received:
        return _("Aucun pass n’a encore été reçu.")
    said = {"used": number(board.used), "received": number(received), "share": percent(board.used / received)}
    return _("%(used)s pass utilisés sur %(received)s reçus, soit %(share)s.") % said


def by_month(board: Dashboard) -> charts.Chart:
    """Passes handed over and used, month by month."""
    months = board.months[-_MOST_MONTHS:]
    series = [
        charts.Series(_("Remis"), [one.handed_over for one in months]),
        charts.Series(_("Utilisés"), [max(one.used, 0) for one in months]),
    ]
    title = _("Pass remis et utilisés chaque mois")
    return charts.columns(title, _busiest(board), [one.month for one in months], series)


def _busiest(board: Dashboard) -> str:
    best = max(board.months, key=lambda one: one.used, default=None)
    if best is None or best.used <= 0:
        return _("Aucun pass n’a encore été utilisé.")
    said = {"month": month(best.month), "count": number(best.used)}
    return _("Le mois le plus actif est %(month)s, avec %(count)s pass utilisés.") % said


def growth(board: Dashboard) -> charts.Chart:
    """Passes used since the beginning, with the days that mattered and the end of validity."""
    received = board.status.received
    count = len(board.months)
    sentence = ngettext(
        "%(used)s pass utilisés en %(months)s mois.", "%(used)s pass utilisés en %(months)s mois.", count
    ) % {"used": number(board.used), "months": number(count)}
    roof = charts.Part(_("%(count)s pass reçus") % {"count": number(received)}, received) if received else None
    events = [*map(_paper_event, board.papers), *_ends(board.status.dates)]
    return charts.curve(
        _("Pass utilisés depuis le début"),
        sentence if board.used else _busiest(board),
        board.used_by(),
        label=_("Utilisés"),
        events=sorted(events, key=lambda one: one.day)[-_MOST_EVENTS:],
        ceiling=roof,
    )


def _paper_event(paper: Signed) -> charts.Event:
    return charts.Event(paper.day, str(_PAPERS[paper.kind]))


def _ends(calendar: Calendar) -> list[charts.Event]:
    """The two ends that decide how a curve goes on: of validity, of the programme."""
    if calendar.validity_until == calendar.closing:
        return [charts.Event(calendar.closing, _("fin et clôture"))]
    return [
        charts.Event(calendar.validity_until, _("fin de validité")),
        charts.Event(calendar.closing, _("clôture")),
    ]


def timeline(board: Dashboard, today: date) -> charts.Chart:
    """The five dates in force, with the day of the page among them."""
    status = board.status
    stops = [charts.Event(when, capfirst(say(MILESTONE_WORDS[name]))) for name, when in status.dates.items()]
    now = "" if status.as_of == today else _("Ce jour-là")
    return charts.timeline(_("Les dates du dispositif"), until_validity(board), status.as_of, stops, now)


def until_validity(board: Dashboard) -> str:
    """How long passes can still be used."""
    return _("Fin de validité des pass\u202f: %(distance)s.") % {
        "distance": distance(board.status.dates.validity_until, board.status.as_of)
    }


MONEY_SHARES = {
    Account.ENVELOPE: gettext_lazy("Disponible"),
    Account.COMMITTED: gettext_lazy("Engagé"),
    Account.DUE: gettext_lazy("Dû aux lieux"),
    Account.PAID: gettext_lazy("Payé"),
    Account.UNDUE: gettext_lazy("Indu"),
}
"""Where each euro authorised can stand, in words short enough for a telephone."""


def money(board: Dashboard) -> charts.Chart:
    """Where each authorised euro stands."""
    cents = board.status.money_cents
    parts = [
        charts.Part(str(words), cents[account])
        for account, words in MONEY_SHARES.items()
        if account is not Account.UNDUE or cents[account]
    ]
    said = {"paid": euros(cents[Account.PAID]), "authorised": euros(cents[Account.AUTHORISED])}
    sentence = _("%(paid)s payés aux lieux, sur %(authorised)s autorisés.") % said
    return charts.stacked_bar(_("Où est l’argent"), sentence, parts, heading=_("Compte"), money=True)
