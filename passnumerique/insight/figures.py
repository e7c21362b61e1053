"""The figures of a programme by name, written as a French text holds them: what an act may speak of.

Counts are passes, organisations or parts of the plan, grouped by thousands; days are written out.
Whoever calls has checked that the reader may see the programme.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from passnumerique.ground.dates import long_day
from passnumerique.ground.money import euros, grouped
from passnumerique.ground.words import N_
from passnumerique.insight.status import Status, status_on
from passnumerique.ledger.rules import Account
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
}
"""What each figure is, by the name under which a text holds it between braces."""


def figures_on(programme_id: UUID, day: date) -> dict[str, str]:
    """Every figure of `FIGURE_WORDS` by the evening of `day`, or up to now when it is not over."""
    return _written(status_on(programme_id, day))


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
