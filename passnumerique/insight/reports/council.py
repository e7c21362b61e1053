"""The report to the council: where the programme stands, how it is used, what is to be expected, what is proposed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.money import grouped
from passnumerique.ground.words import N_, say
from passnumerique.insight.coverage import coverage_on
from passnumerique.insight.dashboard import Dashboard, attention_on, dashboard_on
from passnumerique.insight.forecast.model.futures import Futures
from passnumerique.insight.forecast.telling import foretold, known_on
from passnumerique.insight.published import Dimension
from passnumerique.insight.reports.model import (
    KIND_WORDS,
    Ahead,
    Columns,
    Figure,
    Kind,
    Parts,
    Report,
    Section,
    Unit,
    share,
    told,
)
from passnumerique.insight.reports.territory import Published
from passnumerique.ledger.rules import ACCOUNT_WORDS, Account
from passnumerique.programmes.queries import open_extension
from passnumerique.programmes.rules import Calendar
from passnumerique.vouchers.rules import SPENT, State

MOST_MONTHS = 24
NEAR_KM = 10
_STATES = (
    (N_("En stock à la collectivité"), (State.AUTHORITY_STOCK,)),
    (N_("En stock dans les structures"), (State.STRUCTURE_STOCK,)),
    (N_("Remis, pas encore utilisés"), (State.HELD,)),
    (N_("Utilisés"), tuple(SPENT)),
    (N_("Hors d’usage"), (State.BLOCKED, State.REPLACED, State.CANCELLED, State.RECOVERED)),
)
_HEADLINE = N_("{used} pass utilisés sur {received} reçus, soit {percent}\u202f%.")
_NONE = N_("Aucun pass n’a encore été reçu.")


def council_report(actor: Actor, programme_id: UUID, day: date, at: datetime) -> Report:
    """In two pages, as of the evening of `day`. What is proposed is of today only: `at` is now."""
    board = dashboard_on(programme_id, day)
    futures = foretold(known_on(programme_id, day)) if board.status.received else None
    sections = (
        _state(board),
        _use(board),
        _ahead(futures) if futures else Section(say(N_("Ce qui est à prévoir"))),
        _proposed(actor, programme_id, board, futures, at),
        _territory(programme_id, day),
    )
    return Report(Kind.COUNCIL, say(KIND_WORDS[Kind.COUNCIL]), day, headline(board), told(sections))


def headline(board: Dashboard) -> str:
    """The one sentence to remember."""
    received = board.status.received
    if not received:
        return say(_NONE)
    percent = round(100 * share(board.used, received))
    return say(_HEADLINE, {"used": grouped(board.used), "received": grouped(received), "percent": percent})


def state_figures(board: Dashboard) -> tuple[Figure, ...]:
    """The passes, and the money that follows them."""
    status, network, cents = board.status, board.status.network, board.status.money_cents
    return (
        Figure("received", say(N_("Pass reçus")), status.received),
        Figure("used", say(N_("Pass utilisés")), board.used),
        Figure("held", say(N_("Remis, pas encore utilisés")), status.vouchers[State.HELD]),
        Figure("unused", say(N_("Pas encore utilisés")), status.unused, note=say(N_("en stock, remis ou bloqués"))),
        Figure("prescribers", say(N_("Structures de diffusion")), network.prescribers),
        Figure("places", say(N_("Lieux de médiation")), network.places),
        Figure("authorised", say(ACCOUNT_WORDS[Account.AUTHORISED]), cents[Account.AUTHORISED], Unit.CENTS),
        Figure("paid", say(ACCOUNT_WORDS[Account.PAID]), cents[Account.PAID], Unit.CENTS),
    )


def _state(board: Dashboard) -> Section:
    counts = board.status.vouchers
    parts = tuple((say(words), sum(counts[state] for state in states)) for words, states in _STATES)
    bar = Parts(say(N_("Où sont les pass")), headline(board), parts)
    pictures = (bar,) if board.status.received else ()
    return Section(say(N_("Où en est le dispositif")), figures=state_figures(board), pictures=pictures)


def _use(board: Dashboard) -> Section:
    months = board.months[-MOST_MONTHS:]
    if not months:
        return Section(say(N_("Ce qui est fait des pass")))
    best = max(months, key=lambda one: one.used)
    sentence = say(N_("Au plus {count} pass utilisés en un mois."), {"count": grouped(max(best.used, 0))})
    series = (
        (say(N_("Remis")), tuple(one.handed_over for one in months)),
        (say(N_("Utilisés")), tuple(max(one.used, 0) for one in months)),
    )
    picture = Columns(
        say(N_("Pass remis et utilisés chaque mois")), sentence, tuple(one.month for one in months), series
    )
    return Section(say(N_("Ce qui est fait des pass")), pictures=(picture,))


def forecast_figures(futures: Futures) -> tuple[Figure, ...]:
    """What is to be expected, in the middle case."""
    spread = {"low": grouped(futures.used(0.1)), "high": grouped(futures.used(0.9))}
    note = say(N_("entre {low} et {high}, huit chances sur dix"), spread)
    return (
        Figure("foretold", say(N_("Pass utilisés à la fin")), futures.used(0.5), note=note),
        Figure("foretold_unused", say(N_("Valeur qui resterait sans usage")), futures.unused_cents(0.5), Unit.CENTS),
        Figure("grant_at_risk", say(N_("Subvention en jeu")), futures.grant_at_risk_cents, Unit.CENTS),
    )


def _ahead(futures: Futures) -> Section:
    title = say(N_("Ce qui est à prévoir"))
    if futures.until <= futures.evidence.as_of:
        return Section(title, sentences=(say(N_("Plus aucun pass ne peut être utilisé\u202f: rien n’est à prévoir.")),))
    lead = say(N_("Si rien ne change, au {day}, dernier jour d’usage."), {"day": futures.until})
    return Section(title, lead, figures=forecast_figures(futures), pictures=(_fan(futures),), breaks=True)


def _fan(futures: Futures) -> Ahead:
    evidence = futures.evidence
    sums = list(accumulate(evidence.used))
    over = evidence.used_so_far - (sums[-1] if sums else 0)
    past = [(evidence.weeks[0].last - timedelta(days=7), 0)]
    past += [(week.last, max(total + over, 0)) for week, total in zip(evidence.weeks, sums, strict=True)]
    said = {"low": grouped(futures.used(0.1)), "high": grouped(futures.used(0.9)), "day": futures.until}
    return Ahead(
        say(N_("Pass utilisés, et ceux à prévoir")),
        say(N_("De {low} à {high} pass utilisés au {day}, huit chances sur dix."), said),
        tuple(past),
        tuple((one.last, one.p10, one.p50, one.p90) for one in futures.fans),
        (say(N_("pass à utiliser")), evidence.received),
    )


def _proposed(actor: Actor, programme_id: UUID, board: Dashboard, futures: Futures | None, at: datetime) -> Section:
    """What somebody prepares, and where acting would change most; of a past day, nothing is proposed any more."""
    title = say(N_("Ce qui est proposé"))
    if board.status.as_of < day_of(at) - timedelta(days=1):
        return Section(title)
    sentences = [*_extension(actor, programme_id, board.status.dates, futures), *_acts(programme_id, board, at)]
    return Section(title, sentences=tuple(sentences))


def _extension(actor: Actor, programme_id: UUID, dates: Calendar, futures: Futures | None) -> Iterator[str]:
    draft = open_extension(actor, programme_id)
    if draft is not None and draft.dates:
        after = Calendar.from_json(draft.dates)
        yield say(
            N_("Prolonger l’usage des pass du {before} au {after}\u202f: la délibération est en préparation."),
            {"before": dates.validity_until, "after": after.validity_until},
        )
    elif futures and futures.unused(0.5):
        yield say(
            N_("Décider de la suite\u202f: environ {count} pass resteraient sans usage au {day}."),
            {"count": grouped(futures.unused(0.5)), "day": futures.until},
        )


def _acts(programme_id: UUID, board: Dashboard, at: datetime) -> Iterator[str]:
    asleep = attention_on(programme_id, board.status.as_of, board).sleeping
    if asleep:
        said = {"passes": grouped(sum(one.stock for one in asleep)), "structures": len(asleep)}
        yield say(
            N_("Remettre en route, ou confier à d’autres, {passes} pass qui dorment dans {structures} structures."),
            said,
        )
    for one in coverage_on(programme_id, at, km=NEAR_KM).candidates[:2]:
        near = {"name": one.site.name, "residents": grouped(one.residents), "km": NEAR_KM}
        yield say(
            N_("Proposer un atelier chez {name}\u202f: {residents} habitants en seraient à moins de {km} km."), near
        )


def _territory(programme_id: UUID, day: date) -> Section:
    published = Published(programme_id, day)
    if not published.periods:
        return Section(say(N_("Le territoire")))
    grid = published.grid(say(N_("Pass utilisés, par EPCI")), say(N_("EPCI")), Dimension.EPCI, more=published.whole())
    return Section(say(N_("Le territoire")), hidden_note(published.threshold), grids=(grid,))


def hidden_note(threshold: int) -> str:
    """Why some figures are hidden."""
    return say(
        N_(
            "Un chiffre derrière lequel se tiennent moins de {threshold} personnes est masqué, avec ceux qui "
            "permettraient de le retrouver."
        ),
        {"threshold": threshold},
    )
