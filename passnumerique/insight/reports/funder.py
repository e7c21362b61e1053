"""The report to the funder: use, the share of the target public, publics, territory; final once it is over."""

from datetime import date
from uuid import UUID

from passnumerique.ground.dates import end_of
from passnumerique.ground.money import euros
from passnumerique.ground.words import N_, say
from passnumerique.insight.dashboard import Dashboard, dashboard_on
from passnumerique.insight.published import Dimension
from passnumerique.insight.reports.council import headline, hidden_note
from passnumerique.insight.reports.model import Figure, Grid, Kind, Report, Section, Unit, share, told
from passnumerique.insight.reports.territory import Published
from passnumerique.ledger.queries import books_closed_on
from passnumerique.ledger.rules import ACCOUNT_WORDS, Account
from passnumerique.programmes.queries import funding_shares, terms_on
from passnumerique.programmes.rules import Terms
from passnumerique.programmes.rules.parameters import FundingBase
from passnumerique.vouchers.queries.reports import Publics, publics_served
from passnumerique.vouchers.queries.stock import course_of
from passnumerique.vouchers.rules import SPENT

_FINAL, _STAGE = N_("Rapport final d’exécution"), N_("Rapport d’étape au financeur")


def funder_report(programme_id: UUID, day: date) -> Report:
    """As of the evening of `day`; the final report when the programme is closed by then, or past its closing."""
    board, terms = dashboard_on(programme_id, day), terms_on(programme_id, day)
    closed = books_closed_on(programme_id)
    final = day > board.status.dates.closing or (closed is not None and closed <= day)
    published = Published(programme_id, day)
    sections = (
        _use(programme_id, board, terms),
        _public(publics_served(programme_id, end_of(day)), terms),
        _publics(published),
        _territory(published),
        _execution(programme_id, board) if final else Section(say(N_("Exécution"))),
    )
    title = say(_FINAL if final else _STAGE)
    return Report(Kind.FUNDER, title, day, headline(board), told(sections), notes=tuple(_notes(terms)))


def _used_cents(programme_id: UUID, day: date) -> int:
    return sum(
        went.count * went.face_value_cents * ((went.target in SPENT) - (went.source in SPENT))
        for went in course_of(programme_id, day)
    )


def _use(programme_id: UUID, board: Dashboard, terms: Terms) -> Section:
    used = _used_cents(programme_id, board.status.as_of)
    base = used if terms.funding_base is FundingBase.USED else board.status.received * terms.face_value_cents
    grant = base * terms.funding_rate // 10_000
    rate = {"rate": f"{terms.funding_rate / 100:g}".replace(".", ",")}
    note = say(
        N_("{rate}\u202f% de la valeur utilisée")
        if terms.funding_base is FundingBase.USED
        else N_("{rate}\u202f% de la valeur achetée"),
        rate,
    )
    figures = (
        Figure("received", say(N_("Pass reçus")), board.status.received),
        Figure("used", say(N_("Pass utilisés")), board.used),
        Figure("value_used", say(N_("Valeur utilisée")), used, Unit.CENTS),
        Figure("grant", say(N_("Subvention acquise à ce jour")), grant, Unit.CENTS, note),
        Figure("due", say(ACCOUNT_WORDS[Account.DUE]), board.status.money_cents[Account.DUE], Unit.CENTS),
        Figure("paid", say(ACCOUNT_WORDS[Account.PAID]), board.status.money_cents[Account.PAID], Unit.CENTS),
    )
    return Section(say(N_("L’usage des pass")), figures=figures)


def _public(served: Publics, terms: Terms) -> Section:
    """The share of the target public: hidden while it would tell of too few people."""

    def shown(part: int, whole: int, people: int, every: int) -> float | None:
        few = terms.small_cell_people
        return None if 0 < people < few or 0 < every - people < few else share(part, whole)

    handed = shown(served.handed_target, served.handed, served.people_target, served.people)
    used = shown(served.used_target, served.used, served.users_target, served.users)
    figures = (
        Figure("handed", say(N_("Pass remis")), served.handed),
        Figure("target_handed", say(N_("Part du public cible, pass remis")), handed, Unit.SHARE),
        Figure("target_used", say(N_("Part du public cible, pass utilisés")), used, Unit.SHARE),
        Figure("target_due", say(N_("Part demandée")), terms.target_public_rate / 10_000, Unit.SHARE),
    )
    return Section(say(N_("Le public cible (PIC)")), _definition(terms), figures=figures)


def _definition(terms: Terms) -> str:
    if terms.public_targeted:
        said = {"public": terms.public_targeted}
        return say(N_("Définition du dispositif\u202f: {public}. La structure le note à la remise."), said)
    return say(
        N_("La structure note à la remise si la personne est du public cible, selon la définition de la convention.")
    )


def _publics(published: Published) -> Section:
    if not published.periods:
        return Section(say(N_("Les publics")))
    ages = published.grid(say(N_("Pass utilisés, par tranche d’âge")), say(N_("Tranche d’âge")), Dimension.AGE)
    publics = published.grid(say(N_("Pass utilisés, par public")), say(N_("Public")), Dimension.PUBLIC)
    return Section(say(N_("Les publics")), hidden_note(published.threshold), grids=(publics, ages))


def _territory(published: Published) -> Section:
    if not published.periods:
        return Section(say(N_("Le territoire")))
    epci = published.grid(say(N_("Pass utilisés, par EPCI")), say(N_("EPCI")), Dimension.EPCI, more=published.whole())
    places = published.grid(say(N_("Pass utilisés, par lieu")), say(N_("Lieu")), Dimension.PLACE)
    return Section(say(N_("Le territoire")), grids=(epci, places), breaks=True)


def _execution(programme_id: UUID, board: Dashboard) -> Section:
    """What was agreed, and what became of it, to the cent."""
    cents = board.status.money_cents
    agreed = [(one.contributor, one.amount_cents) for one in funding_shares(programme_id)]
    rows = tuple((say(ACCOUNT_WORDS[one]), cents[one]) for one in Account if cents[one] or one is Account.AUTHORISED)
    lines = (
        Grid(
            say(N_("Ce que chacun avait apporté")),
            ((say(N_("Financeur")), Unit.TEXT), (say(N_("Montant")), Unit.CENTS)),
            tuple(agreed),
            empty=say(N_("Aucun partage n’est enregistré.")),
        ),
        Grid(
            say(N_("Ce qu’est devenu l’argent autorisé")),
            ((say(N_("Compte")), Unit.TEXT), (say(N_("Montant")), Unit.CENTS)),
            rows,
            lead=say(N_("Passé par la valeur des pass\u202f: {paid} payés."), {"paid": euros(cents[Account.PAID])}),
        ),
    )
    return Section(say(N_("Exécution")), grids=lines)


def _notes(terms: Terms) -> list[str]:
    return [
        say(N_("La forme que le financeur demande n’est pas connue\u202f: celle de ce rapport est celle du logiciel.")),
        say(N_("Public cible\u202f: part demandée et définition sont celles des règles du dispositif.")),
    ]
