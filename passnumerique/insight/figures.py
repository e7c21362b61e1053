"""The figures of a programme by name, written as a French text holds them: what an act may speak of.

Counts are passes, organisations or parts of the plan, grouped by thousands; days are written out.
Whoever calls has checked that the reader may see the programme.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.dates import long_day
from passnumerique.ground.money import euros, grouped
from passnumerique.ground.words import N_
from passnumerique.insight.pace import recent_pace
from passnumerique.insight.status import Status, status_on
from passnumerique.ledger.rules import Account
from passnumerique.programmes.queries import Consulted, consulted_on
from passnumerique.programmes.rules import Reason, Tally
from passnumerique.vouchers.rules import SPENT

FIGURE_WORDS: Mapping[str, str] = {
    "recus": N_("pass reçus"),
    "utilises": N_("pass utilisés"),
    "reste": N_("pass pas encore utilisés"),
    "reste_moins_de": N_("pass pas encore utilisés, à la centaine au-dessus"),
    "structures": N_("structures de diffusion"),
    "lieux": N_("lieux de médiation"),
    "themes": N_("thèmes du plan"),
    "modules": N_("modules du plan"),
    "sessions": N_("sessions du plan"),
    "autorise": N_("enveloppe autorisée"),
    "validite": N_("fin de validité des pass"),
    "formations": N_("fin des formations"),
    "cloture": N_("clôture du programme"),
    "jour": N_("jour de ces chiffres"),
    "rythme": N_("pass utilisés ces dernières semaines"),
    "besoin": N_("semaines d’atelier nécessaires à ce rythme"),
    "consultes": N_("organisations consultées"),
    "reponses": N_("réponses à la consultation"),
    "lieux_consultes": N_("lieux consultés"),
    "lieux_favorables": N_("lieux favorables"),
    "avis_des_lieux": N_("avis des lieux, en mots"),
    "structures_consultees": N_("structures consultées"),
    "structures_favorables": N_("structures favorables"),
}
"""What each figure is, by the name under which a text holds it between braces."""
_ASKED = (AccreditationKind.PLACE, AccreditationKind.PRESCRIBER)


def figures_on(programme_id: UUID, day: date) -> dict[str, str]:
    """Every figure of `FIGURE_WORDS` by the evening of `day`, or up to now when it is not over."""
    told = _written(status_on(programme_id, day)), _paced(recent_pace(programme_id, day))
    return {"jour": long_day(day)} | told[0] | told[1] | _answered(consulted_on(programme_id, day))


def _written(status: Status) -> dict[str, str]:
    network, dates = status.network, status.dates
    used = sum(status.vouchers[state] for state in SPENT)
    return {
        "recus": grouped(status.received),
        "utilises": grouped(used),
        "reste": grouped(status.unused),
        "reste_moins_de": grouped((status.unused // 100 + 1) * 100),
        "structures": grouped(network.prescribers),
        "lieux": grouped(network.places),
        "themes": grouped(network.themes),
        "modules": grouped(network.modules),
        "sessions": grouped(network.planned_sessions),
        "autorise": euros(status.money_cents[Account.AUTHORISED]),
        "validite": long_day(dates.validity_until),
        "formations": long_day(dates.end_of_training),
        "cloture": long_day(dates.closing),
    }


def _paced(reason: Reason) -> dict[str, str]:
    """The pace of the last weeks, and what is left at it."""
    needed = reason.weeks_needed
    weeks = "un temps que ce rythme ne permet pas d’estimer" if needed is None else f"{_weeks(needed)} d’atelier"
    return {"rythme": f"{grouped(reason.used)} pass en {_weeks(reason.weeks)} d’atelier", "besoin": weeks}


def _weeks(count: int) -> str:
    return f"{grouped(count)} semaine{'s' if count > 1 else ''}"


def _answered(told: Consulted | None) -> dict[str, str]:
    """The last consultation, as it stands; zeros before the first."""
    places, structures = (told.by_kind[kind] if told else Tally() for kind in _ASKED)
    return {
        "consultes": grouped(places.asked + structures.asked),
        "reponses": grouped(places.answered + structures.answered),
        "lieux_consultes": grouped(places.asked),
        "lieux_favorables": grouped(places.favourable),
        "avis_des_lieux": _opinion_of(places),
        "structures_consultees": grouped(structures.asked),
        "structures_favorables": grouped(structures.favourable),
    }


def _opinion_of(places: Tally) -> str:
    """Who of the places is favourable, as an act says it."""
    if not places.favourable:
        return "Aucun lieu de médiation n’est favorable"
    if places.favourable == places.asked:
        return "La totalité des lieux de médiation est favorable"
    part = "La majorité" if places.favourable * 2 > places.asked else "Une partie"
    return f"{part} des lieux de médiation est favorable"
