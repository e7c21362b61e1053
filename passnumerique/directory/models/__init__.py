"""The tables of the directory: who is who, and where each organisation is paid."""

from passnumerique.directory.models.banking import BankAccount
from passnumerique.directory.models.people import (
    Accreditation,
    ApiToken,
    Authority,
    Device,
    FailedTries,
    Invitation,
    JobRun,
    Membership,
    Organisation,
    SavedMapping,
    User,
    Users,
)

__all__ = [
    "Accreditation",
    "ApiToken",
    "Authority",
    "BankAccount",
    "Device",
    "FailedTries",
    "Invitation",
    "JobRun",
    "Membership",
    "Organisation",
    "SavedMapping",
    "User",
    "Users",
]
