"""The closed lists of the directory."""

from enum import StrEnum

from passnumerique.ground.words import N_


class AuthorityKind(StrEnum):
    """What kind of public body runs programmes here."""

    PETR = "petr"
    EPCI = "epci"
    DEPARTMENT = "department"
    REGION = "region"
    COMMUNE = "commune"
    SYNDICATE = "syndicate"
    OTHER = "other"


AUTHORITY_KIND_LABELS: dict[AuthorityKind, str] = {
    AuthorityKind.PETR: N_("Pôle d’équilibre territorial et rural"),
    AuthorityKind.EPCI: N_("Intercommunalité"),
    AuthorityKind.DEPARTMENT: N_("Département"),
    AuthorityKind.REGION: N_("Région"),
    AuthorityKind.COMMUNE: N_("Commune"),
    AuthorityKind.SYNDICATE: N_("Syndicat mixte"),
    AuthorityKind.OTHER: N_("Autre collectivité ou établissement"),
}


class AccreditationKind(StrEnum):
    """What an organisation is accredited for in one programme; it may hold both kinds."""

    PRESCRIBER = "prescriber"
    PLACE = "place"


ACCREDITATION_LABELS: dict[AccreditationKind, str] = {
    AccreditationKind.PRESCRIBER: N_("Structure de diffusion"),
    AccreditationKind.PLACE: N_("Lieu de médiation"),
}
