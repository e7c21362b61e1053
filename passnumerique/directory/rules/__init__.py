"""The rules of the directory: who people are here, what they may do, what a well-made row is."""

from passnumerique.directory.rules.kinds import (
    ACCREDITATION_LABELS,
    AUTHORITY_KIND_LABELS,
    AccreditationKind,
    AuthorityKind,
)
from passnumerique.directory.rules.look import contrast_with_white, logo_type, readable_colour
from passnumerique.directory.rules.reading import (
    Problem,
    derived_id,
    is_email,
    read_organisation,
    search_text,
    unpublishable,
)
from passnumerique.directory.rules.roles import (
    NEEDS_ORGANISATION,
    NEEDS_SECOND_FACTOR,
    PERMISSIONS,
    ROLE_LABELS,
    Actor,
    Permission,
    Role,
    covers,
    hash_token,
    in_force,
    may,
    require,
    system_actor,
)
from passnumerique.directory.rules.standard import CONTACTS, EVERY_FIELD, FIELDS, LISTS, Field, field_synonyms

__all__ = [
    "ACCREDITATION_LABELS",
    "AUTHORITY_KIND_LABELS",
    "CONTACTS",
    "EVERY_FIELD",
    "FIELDS",
    "LISTS",
    "NEEDS_ORGANISATION",
    "NEEDS_SECOND_FACTOR",
    "PERMISSIONS",
    "ROLE_LABELS",
    "AccreditationKind",
    "Actor",
    "AuthorityKind",
    "Field",
    "Permission",
    "Problem",
    "Role",
    "contrast_with_white",
    "covers",
    "derived_id",
    "field_synonyms",
    "hash_token",
    "in_force",
    "is_email",
    "logo_type",
    "may",
    "read_organisation",
    "readable_colour",
    "require",
    "search_text",
    "system_actor",
    "unpublishable",
]
