"""The pictures and figures of a forecast, each with the sentence that says what it shows."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from passnumerique.insight.forecast.comparing import Compared, Comparison
from passnumerique.insight.forecast.model.futures import Futures
from passnumerique.insight.forecast.reviewing import Looked, Review
from passnumerique.insight.forecast.saying import chance_words, signed
from passnumerique.web import charts
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day, euros, number, percent

MOST_ROWS = 30
"""How many weeks the table beside a picture shows: every one, or every second, third…"""


def headline(futures: Futures) -> str:
    """What is foretold, in one sentence."""
    said = {
        "low": number(futures.used(0.1)),
        "high": number(futures.used(0.9)),
        "day": day(futures.until),
        "received": number(futures.evidence.received),
    }
    if futures.until <= futures.evidence.as_of:
        return _("%(low)s pass sont utilisés sur %(received)s, et plus aucun ne peut l’être.") % said
    return _("Si rien ne change, %(low)s à %(high)s pass seront utilisés au %(day)s, sur %(received)s.") % said


def key_figures(futures: Futures) -> list[dict[str, Any]]:
    """The four figures to read first."""
    between = _("Entre %(low)s et %(high)s, huit fois sur dix.")
    used = {"low": number(futures.used(0.1)), "high": number(futures.used(0.9))}
    unused = {"low": euros(futures.unused_cents(0.9)), "high": euros(futures.unused_cents(0.1))}
    share = {"share": percent(futures.grant_at_risk)}
    grant = _("%(share)s de la subvention\u202f: le financeur paie les pass utilisés.") % share
    if not futures.evidence.pays_on_use:
        grant = _("Le financeur paie les pass achetés.")
    return [
        _tile(number(futures.used(0.5)), _("Pass utilisés à la fin"), between % used, "check"),
        _tile(euros(futures.unused_cents(0.5)), _("Valeur non utilisée"), between % unused, "hourglass"),
        _tile(euros(futures.grant_at_risk_cents), _("Subvention en jeu"), grant, "euro"),
        _tile(chance_words(futures.probability_all_used), _("Chances que tout soit utilisé"), "", "question"),
    ]


def _tile(value: str, label: str, sentence: str, icon: str) -> dict[str, Any]:
    return {"value": value, "label": label, "sentence": sentence, "icon": icon}


def fan(futures: Futures, title: str) -> charts.Chart:
    """Passes used so far, then the fan."""
    evidence = futures.evidence
    sums = list(accumulate(evidence.used))
    over = evidence.used_so_far - (sums[-1] if sums else 0)
    first = evidence.weeks[0].last - timedelta(days=7)
    past = [(first, 0), *((week.last, max(total + over, 0)) for week, total in zip(evidence.weeks, sums, strict=True))]
    ahead = [charts.Span(one.last, one.p10, one.p50, one.p90) for one in futures.fans]
    said = {"middle": number(futures.used(0.5)), "day": day(futures.until)}
    roof = charts.Part(_("%(count)s pass à utiliser") % {"count": number(evidence.received)}, evidence.received)
    return charts.fan(
        title,
        _("Au %(day)s, %(middle)s pass utilisés dans le cas du milieu.") % said,
        past,
        ahead,
        events=_ends(evidence.as_of, futures, evidence.use_until),
        ceiling=roof,
        every=max(-(-len(ahead) // MOST_ROWS), 1),
    )


def _ends(as_of: date, futures: Futures, use_until: date) -> list[charts.Event]:
    events = [charts.Event(as_of, _("jour de la prévision"))]
    if as_of < use_until <= futures.until:
        events.append(charts.Event(use_until, _("fin d’usage en vigueur")))
    return events


def side_by_side(found: Comparison) -> Table:
    """The scenarios in rows: what each uses, adds and costs."""
    return Table(_("Scénarios"), columns(), rows_of(found))


def columns() -> list[Column]:
    """The columns of the page and of its file."""
    return [
        Column("name", _("Scénario")),
        Column("used", _("Pass utilisés")),
        Column("added", _("De plus")),
        Column("unused", _("Non utilisé")),
        Column("cost", _("Coût")),
    ]


def rows_of(found: Comparison) -> list[dict[str, str]]:
    """The same as words, doing nothing first."""
    rows = [_row(_("Ne rien changer"), found.as_it_is, "–", "–")]
    for one in found.scenarios:
        added = _between(signed(one.added.p10), signed(one.added.p50), signed(one.added.p90))
        rows.append(_row(one.scenario.name, one.futures, added, _cost(one)))
    return rows


def _cost(one: Compared) -> str:
    if not one.cost_cents:
        return _("aucun compté")
    if one.cents_per_pass is None:
        return euros(one.cost_cents)
    return _("%(cost)s, %(each)s par pass") % {"cost": euros(one.cost_cents), "each": euros(one.cents_per_pass)}


def _row(name: str, futures: Futures, added: str, cost: str) -> dict[str, str]:
    used = _between(*(number(futures.used(share)) for share in (0.1, 0.5, 0.9)))
    return {"name": name, "used": used, "added": added, "unused": euros(futures.unused_cents(0.5)), "cost": cost}


def _between(low: str, middle: str, high: str) -> str:
    return _("%(middle)s (de %(low)s à %(high)s)") % {"low": low, "middle": middle, "high": high}


def gains(found: Comparison) -> charts.Chart | None:
    """What each scenario adds, in the middle."""
    parts = [charts.Part(one.scenario.name, max(one.added.p50, 0)) for one in found.scenarios]
    if not any(part.value for part in parts):
        return None
    best = max(found.scenarios, key=lambda one: one.added.mean)
    said = {"name": best.scenario.name, "count": number(max(best.added.p50, 0))}
    sentence = _("Le plus utile\u202f: %(name)s. Dans le cas du milieu, %(count)s pass utilisés de plus.") % said
    return charts.gains(_("Pass utilisés de plus"), sentence, parts, _("Scénario"))


def scores(review: Review) -> Table:
    """How the kept forecasts did, by how far ahead they looked."""
    return Table(
        _("Prévisions passées"),
        [
            Column(lambda row: escape(_("%(weeks)s semaines plus tard") % {"weeks": row[0]}), _("Regardées")),
            Column(lambda row: row[1].count, _("Combien"), "number"),
            Column(lambda row: percent(row[1].coverage), _("Dans la fourchette")),
            Column(lambda row: one_decimal(row[1].crps), _("Écart (CRPS), en pass")),
            Column(lambda row: one_decimal(row[2]), _("Écart d’une ligne droite")),
            Column(lambda row: one_decimal(row[1].bias), _("Biais")),
        ],
        list(review.by_weeks),
        empty=_("Aucune prévision gardée n’est encore à son terme. Une est gardée chaque semaine."),
    )


def score_sentence(review: Review) -> str:
    """The score in one sentence: the interval is meant to hold eight times in ten."""
    told = review.marks
    if told is None:
        return _("Prévisions gardées\u202f: %(kept)s. Aucune n’est encore à son terme.") % {"kept": review.kept}
    said = {
        "inside": sum(one.score.inside for one in review.looked),
        "count": told.count,
        "crps": one_decimal(told.crps),
        "line": one_decimal(review.line_error),
    }
    return (
        _(
            "Le résultat est tombé dans la fourchette %(inside)s fois sur %(count)s (huit sur dix attendues). Écart "
            "moyen\u202f: %(crps)s pass, contre %(line)s pour une ligne droite."
        )
        % said
    )


def looked(rows: Sequence[Looked]) -> Table:
    """Each kept forecast and what happened, the latest first."""
    ordered = sorted(rows, key=lambda one: (one.as_of, one.weeks), reverse=True)
    return Table(
        _("Ce qui était prévu, ce qui est arrivé"),
        [
            Column("as_of", _("Prévision du"), "day"),
            Column("on", _("Pour le"), "day"),
            Column(lambda one: escape(_between(*map(number, (one.low, one.middle, one.high)))), _("Prévu")),
            Column("happened", _("Arrivé"), "number"),
        ],
        ordered[:MOST_ROWS],
        empty=_("Rien encore."),
    )


def one_decimal(value: float) -> str:
    """`12,5`, with the minus sign of print."""
    written = f"{abs(value):.1f}".replace(".", _(","))
    return f"−{written}" if value < -0.05 else written  # noqa: PLR2004
