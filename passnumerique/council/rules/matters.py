"""The matters of acts, as the prefecture's nomenclature ACTES numbers them on two levels. Pure.

Source: the national nomenclature of the télétransmission @CTES. SCDL Délibérations 2.1.5 asks for the
code and for both names joined by `/`, without a space beside it.
"""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_

_NOMENCLATURE = {
    "Commande publique": (
        "Marchés publics",
        "Délégation de service public",
        "Conventions de mandat",
        "Autres types de contrats",
        "Transactions/protocole d’accord transactionnel",
        "Actes relatifs à la maîtrise d’œuvre",
        "Actes spéciaux et divers",
    ),
    "Urbanisme": (
        "Documents d’urbanisme",
        "Actes relatifs au droit d’occupation ou d’utilisation des sols",
        "Droit de préemption urbain",
    ),
    "Domaine et patrimoine": (
        "Acquisitions",
        "Aliénations",
        "Locations",
        "Limites territoriales",
        "Autres actes de gestion du domaine public",
        "Autres actes de gestion du domaine privé",
    ),
    "Fonction publique": (
        "Personnel titulaire et stagiaire de la fonction publique territoriale",
        "Personnel contractuel",
        "Fonction publique hospitalière",
        "Autres catégories de personnels",
        "Régime indemnitaire",
    ),
    "Institutions et vie politique": (
        "Élection exécutif",
        "Fonctionnement des assemblées",
        "Désignation de représentants",
        "Délégation de fonctions",
        "Délégation de signature",
        "Exercice des mandats locaux",
        "Intercommunalité",
        "Décision d’ester en justice",
    ),
    "Libertés publiques et pouvoirs de police": (
        "Police municipale",
        "Pouvoirs du président du conseil départemental",
        "Pouvoirs du président du conseil régional",
        "Autres actes réglementaires",
        "Actes pris au nom de l’État et soumis au contrôle hiérarchique",
    ),
    "Finances locales": (
        "Décisions budgétaires",
        "Fiscalité",
        "Emprunts",
        "Interventions économiques",
        "Subventions",
        "Contributions budgétaires",
        "Avances",
        "Fonds de concours",
        "Prise de participation",
        "Divers",
    ),
    "Domaines de compétences par thèmes": (
        "Enseignement",
        "Aide sociale",
        "Voirie",
        "Aménagement du territoire",
        "Politique de la ville, habitat, logement",
        "Emploi, formation professionnelle",
        "Transports",
        "Environnement",
        "Culture",
    ),
    "Autres domaines de compétences": (
        "Autres domaines de compétences des communes",
        "Autres domaines de compétences des départements",
        "Autres domaines de compétences des régions",
        "Vœux et motions",
    ),
}
FAMILIES = tuple(_NOMENCLATURE)
"""The nine families, in the order of their numbers: the first is 1."""

MATTERS = {
    f"{family}.{rank}": f"{name}/{matter}"
    for family, (name, matters) in enumerate(_NOMENCLATURE.items(), start=1)
    for rank, matter in enumerate(matters, start=1)
}
"""The name of each matter by its code: `MATTERS["7.5"]` is « Finances locales/Subventions »."""


class UnknownMatter(Refusal):
    sentence = N_(
        "La matière «\u202f{code}\u202f» n’est pas dans la nomenclature de la préfecture. "
        "Choisissez-en une de 1.1 à 9.4, comme 7.5 pour les subventions."
    )


def matter_name(code: str) -> str:
    """The name of a matter by its code. Refuses a code that the nomenclature does not hold."""
    if code not in MATTERS:
        raise UnknownMatter(code=code)
    return MATTERS[code]
