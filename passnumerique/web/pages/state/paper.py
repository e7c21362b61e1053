"""The facts of the one-page paper for the council. Papers are French, whatever the reader's language."""

from django.utils import translation
from django.utils.text import capfirst

from passnumerique.directory.queries import access_authorities
from passnumerique.documents import papers
from passnumerique.ground.dates import long_day
from passnumerique.ground.money import NNBSP, euros, grouped
from passnumerique.insight.dashboard import Dashboard
from passnumerique.ledger.rules import ACCOUNT_WORDS, Account
from passnumerique.programmes.queries import calendar_revisions
from passnumerique.programmes.rules import MILESTONE_WORDS
from passnumerique.vouchers.rules import State
from passnumerique.web.desk import Desk
from passnumerique.web.pages.state.pictures import MONEY_SHARES, SHARES, headline


def paper_of(desk: Desk, board: Dashboard) -> papers.ProgrammeState:
    """The paper of a dashboard, made on the desk's own day."""
    status = board.status
    with translation.override("fr"):
        return papers.ProgrammeState(
            brand=_brand(desk),
            made_on=desk.today,
            as_of=status.as_of,
            headline=headline(board),
            figures=tuple(_figures(board)),
            states=tuple(
                papers.StateCount(str(label), sum(status.vouchers[state] for state in states))
                for label, states in SHARES
            ),
            calendar=tuple(_calendar(desk, board)),
            money=tuple(_money(board)),
            notes=tuple(_notes(desk, board)),
        )


def _brand(desk: Desk) -> papers.Brand:
    authority = access_authorities(desk.actor).get(id=desk.authority_id)
    return papers.Brand(desk.programme, authority.name, authority.colour, bytes(authority.logo) or None)


def _figures(board: Dashboard) -> list[papers.Figure]:
    status = board.status
    network = status.network
    return [
        papers.Figure("Pass reçus", grouped(status.received)),
        papers.Figure("Pass utilisés", grouped(board.used), _share(board.used, status.received)),
        papers.Figure("Remis, pas encore utilisés", grouped(status.vouchers[State.HELD])),
        papers.Figure("Pas encore utilisés", grouped(status.unused), "en stock, remis ou bloqués"),
        papers.Figure("Structures de diffusion", grouped(network.prescribers)),
        papers.Figure("Lieux de médiation", grouped(network.places)),
        papers.Figure("Thèmes et modules", f"{network.themes} et {network.modules}"),
        papers.Figure("Ateliers prévus au plan", grouped(network.planned_sessions)),
    ]


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}{NNBSP}% des pass reçus" if whole else ""


def _money(board: Dashboard) -> list[papers.Figure]:
    cents = board.status.money_cents
    shown = [Account.AUTHORISED, *(one for one in MONEY_SHARES if one is not Account.UNDUE or cents[one])]
    return [papers.Figure(ACCOUNT_WORDS[one], euros(cents[one])) for one in shown]


def _calendar(desk: Desk, board: Dashboard) -> list[papers.CalendarDay]:
    """The five dates, and the paper of the revision that was in force on the day of the page."""
    standing = [row for row in calendar_revisions(desk.programme_id) if row.in_force_on <= board.status.as_of]
    row = max(standing, key=lambda one: (one.in_force_on, one.rank))
    dates = board.status.dates.items()
    return [papers.CalendarDay(capfirst(MILESTONE_WORDS[name]), when, row.document.reference) for name, when in dates]


def _notes(desk: Desk, board: Dashboard) -> list[str]:
    """What the figures are, and what they are not; one page has no room for all that is invented."""
    as_of = long_day(board.status.as_of)
    notes = [f"Chiffres du registre au {as_of}, sans aucune donnée personnelle."]
    invented = "Une partie de ces données est inventée ou supposée. La page « État du dispositif » dit laquelle."
    return [*notes, invented] if desk.invented else notes
