"""The rules of the directory: who people are here, what they may do, what a well-made row is."""

from passnumerique.directory.rules.kinds import AccreditationKind, AuthorityKind
from passnumerique.directory.rules.roles import (
    NEEDS_ORGANISATION,
    NEEDS_SECOND_FACTOR,
    PERMISSIONS,
    ROLE_LABELS,
    Actor,
    Permission,
    Role,
    covers,
    in_force,
    may,
    require,
    system_actor,
)

__all__ = [
    "NEEDS_ORGANISATION",
    "NEEDS_SECOND_FACTOR",
    "PERMISSIONS",
    "ROLE_LABELS",
    "AccreditationKind",
    "Actor",
    "AuthorityKind",
    "Permission",
    "Role",
    "covers",
    "in_force",
    "may",
    "require",
    "system_actor",
]
