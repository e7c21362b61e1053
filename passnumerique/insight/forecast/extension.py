"""The forecast of an extension for a draft deliberation: figures by name, as a French text holds them, and the
sentences that may stand in its account of reasons. What is supposed is told as supposed.

`extension_told` is for the journeys: it reads only, and whoever calls has checked the reader's permission.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from passnumerique.ground.dates import long_day
from passnumerique.ground.money import NNBSP, euros, grouped
from passnumerique.ground.words import N_
from passnumerique.insight.forecast.comparing import Compared, compare
from passnumerique.insight.forecast.model.futures import Futures
from passnumerique.insight.forecast.model.levers import Extend, Scenario
from passnumerique.insight.forecast.telling import SEED, known_on

EXTENSION_WORDS: Mapping[str, str] = {
    "prevision_sans": N_("pass utilisés à la fin, sans prolongation (prévision)"),
    "prevision_sans_reste": N_("pass non utilisés à la fin, sans prolongation (prévision)"),
    "prevision_avec": N_("pass utilisés à la fin, avec la prolongation (prévision)"),
    "prevision_avec_bas": N_("le même, dans le cas bas (une chance sur dix d’être en dessous)"),
    "prevision_avec_haut": N_("le même, dans le cas haut (une chance sur dix d’être au-dessus)"),
    "prevision_de_plus": N_("pass utilisés de plus grâce à la prolongation (prévision)"),
    "prevision_reste_valeur": N_("valeur des pass non utilisés malgré la prolongation (prévision)"),
    "prevision_subvention": N_("subvention en jeu malgré la prolongation (prévision)"),
    "prevision_hypothese": N_("ce que cette prévision suppose, en mots"),
}
"""What each figure is, by the name under which a text may hold it between braces."""


@dataclass(frozen=True)
class ExtensionTold:
    """The forecast of an extension: its figures by name, and sentences in French, the assumptions last."""

    figures: Mapping[str, str]
    sentences: tuple[str, ...]
    compared: Compared


def extension_told(
    programme_id: UUID, day: date, use_until: date, distribution_until: date | None = None, seed: str = SEED
) -> ExtensionTold:
    """What extending the use of passes until a day is expected to change, with what was known on the evening of
    `day`. Refuses an extension that shortens, and one beyond three years."""
    known = known_on(programme_id, day)
    extend = Scenario("Prolongation", extend=Extend(use_until, distribution_until))
    found = compare(known, [extend], seed=seed)
    one = found.scenarios[0]
    sentences = tuple(_sentences(found.as_it_is, one))
    figures = _figures(found.as_it_is, one) | {"prevision_hypothese": sentences[-1]}
    return ExtensionTold(figures, sentences, one)


def _figures(base: Futures, one: Compared) -> dict[str, str]:
    futures = one.futures
    return {
        "prevision_sans": grouped(base.used(0.5)),
        "prevision_sans_reste": grouped(base.unused(0.5)),
        "prevision_avec": grouped(futures.used(0.5)),
        "prevision_avec_bas": grouped(futures.used(0.1)),
        "prevision_avec_haut": grouped(futures.used(0.9)),
        "prevision_de_plus": grouped(one.added.p50),
        "prevision_reste_valeur": euros(futures.unused_cents(0.5)),
        "prevision_subvention": euros(futures.grant_at_risk_cents),
    }


def _sentences(base: Futures, one: Compared) -> list[str]:
    evidence, told = base.evidence, _figures(base, one)
    extend = one.scenario.extend
    end = long_day(extend.use_until) if extend else ""
    found = [
        f"Au {long_day(evidence.as_of)}, {grouped(evidence.used_so_far)} pass sont utilisés sur "
        f"{grouped(evidence.received)}.",
        f"Sans prolongation, environ {told['prevision_sans']} pass seraient utilisés au "
        f"{long_day(evidence.use_until)}, et {told['prevision_sans_reste']} resteraient sans emploi.",
        f"Une prolongation jusqu’au {end} porterait ce nombre à environ {told['prevision_avec']} (huit chances sur "
        f"dix d’être entre {told['prevision_avec_bas']} et {told['prevision_avec_haut']}), soit "
        f"{told['prevision_de_plus']} de plus.",
        f"Environ {told['prevision_reste_valeur']} de pass resteraient sans emploi.",
    ]
    if evidence.pays_on_use:
        rate = f"{evidence.funding_rate / 100:g}".replace(".", ",")
        found.append(
            f"Le financeur verse {rate}{NNBSP}% des pass utilisés{NNBSP}: {told['prevision_subvention']} de "
            "subvention resteraient en jeu."
        )
    low, _, high = (round(100 * value) for value in one.assumptions[0].range)
    found.append(
        "Cette prévision suppose que les lieux offrent autant de places que ces trois derniers mois, que la réserve de "
        f"la collectivité est livrée, et que l’usage ralentit de {low} à {high}{NNBSP}% du fait d’un délai plus long "
        "(hypothèse)."
    )
    return found
