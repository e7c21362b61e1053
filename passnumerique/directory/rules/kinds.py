"""The closed lists of the directory."""

from enum import StrEnum


class AuthorityKind(StrEnum):
    """What kind of public body runs programmes here."""

    PETR = "petr"
    EPCI = "epci"
    DEPARTMENT = "department"
    REGION = "region"
    COMMUNE = "commune"
    SYNDICATE = "syndicate"
    OTHER = "other"


class AccreditationKind(StrEnum):
    """What an organisation is accredited for in one programme; it may hold both kinds."""

    PRESCRIBER = "prescriber"
    PLACE = "place"
