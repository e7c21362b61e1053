"""The only writers of the directory. Each act is one short transaction, or a named refusal."""

from passnumerique.directory.operations.authorities import (
    change_authority_contact,
    change_authority_look,
    found_authority,
)
from passnumerique.directory.operations.calendars import renew_calendar
from passnumerique.directory.operations.devices import (
    AddedDevice,
    PairedDevice,
    add_device,
    note_device_seen,
    pair_device,
    renew_pairing,
    revoke_device,
)
from passnumerique.directory.operations.imports import import_organisations, save_mapping
from passnumerique.directory.operations.invitations import (
    INVITATION_DAYS,
    Invited,
    accept_invitation,
    invite_member,
    withdraw_invitation,
)
from passnumerique.directory.operations.network import (
    accredit,
    change_organisation,
    end_accreditation,
    register_organisation,
)
from passnumerique.directory.operations.people import (
    add_membership,
    change_person,
    end_membership,
    register_person,
)
from passnumerique.directory.operations.tokens import MadeToken, create_token, revoke_token
from passnumerique.directory.operations.tries import note_failed_codes

__all__ = [
    "INVITATION_DAYS",
    "AddedDevice",
    "Invited",
    "MadeToken",
    "PairedDevice",
    "accept_invitation",
    "accredit",
    "add_device",
    "add_membership",
    "change_authority_contact",
    "change_authority_look",
    "change_organisation",
    "change_person",
    "create_token",
    "end_accreditation",
    "end_membership",
    "found_authority",
    "import_organisations",
    "invite_member",
    "note_device_seen",
    "note_failed_codes",
    "pair_device",
    "register_organisation",
    "register_person",
    "renew_calendar",
    "renew_pairing",
    "revoke_device",
    "revoke_token",
    "save_mapping",
    "withdraw_invitation",
]
