"""« Rythme d’écoulement »: what is foretold, what would change it, and how well it was told before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.insight.forecast.comparing import Comparison, compare
from passnumerique.insight.forecast.reviewing import review_on
from passnumerique.insight.forecast.saying import assumption_words, cannot_know, change_words
from passnumerique.insight.forecast.telling import Known, known_on
from passnumerique.programmes.rules import NoCalendar
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.pages.uptake import pictures
from passnumerique.web.pages.uptake.levers_form import WhatIf

DRAWS = 200
"""Futures drawn for a page: as many as a reader waits for."""


@desk_page(Permission.READ_FORECAST)
def uptake(request: DeskRequest) -> HttpResponse:
    """The forecast as of today, and the scenarios of the address; for the manager, finance and the auditor."""
    desk = request.desk
    try:
        known = known_on(desk.programme_id, desk.today)
    except NoCalendar:
        return render(request, "web/uptake/nothing.html", {"desk": desk})
    if not known.evidence.received:
        return render(request, "web/uptake/nothing.html", {"desk": desk})
    form = _form(request, known)
    found = compare(known, form.scenarios() if form.is_bound else [], draws=DRAWS)
    if file := exported(request, f"rythme-{desk.slug}", pictures.columns(), pictures.rows_of(found)):
        return file
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "web/uptake/forecast.html", _context(desk, known, form, found), status=status)


def _form(request: HttpRequest, known: Known) -> WhatIf:
    evidence = known.evidence
    data = request.GET if any(name in request.GET for name in WhatIf.base_fields) else None
    return WhatIf(data, today=evidence.as_of, use_until=max(evidence.use_until, evidence.as_of))


def _context(desk: Desk, known: Known, form: WhatIf, found: Comparison) -> dict[str, Any]:
    base, review = found.as_it_is, review_on(desk.programme_id, desk.today)
    best = max(found.scenarios, key=lambda one: one.added.mean, default=None)
    rests = [rests for one in found.scenarios for rests in one.assumptions]
    return {
        "desk": desk,
        "form": form,
        "headline": pictures.headline(base),
        "key_figures": pictures.key_figures(base),
        "fan": pictures.fan(base, _("Si rien ne change")),
        "best": pictures.fan(best.futures, best.scenario.name) if best else None,
        "unsure": cannot_know(known, found.until),
        "side_by_side": pictures.side_by_side(found) if found.scenarios else None,
        "gains": pictures.gains(found) if len(found.scenarios) > 1 else None,
        "changes": [change_words(one)[0] for one in found.scenarios],
        "assumptions": list(dict.fromkeys(assumption_words(one) for one in rests)),
        "score": pictures.score_sentence(review),
        "scores": pictures.scores(review),
        "looked": pictures.looked(review.looked),
    }
