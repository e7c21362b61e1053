"""Roles, actors and permissions: one table says who may do what, for one row and for a set alike.

A permission says what a role may do at all; how far it reaches follows from the actor: never past
its authority, never past its organisation when it has one, never past its programmes when they are
named.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotAllowed
from passnumerique.ground.words import N_


class Role(StrEnum):
    """One hat that a person can wear in one authority."""

    MANAGER = "manager"
    FINANCE = "finance"
    ACCOUNTANT = "accountant"
    SECRETARY = "secretary"
    PRESCRIBER = "prescriber"
    PLACE = "place"
    MEDIATOR = "mediator"
    AUDITOR = "auditor"
    ISSUER = "issuer"
    FUNDER = "funder"
    BEARER = "bearer"
    SYSTEM = "system"


ROLE_LABELS: dict[Role, str] = {
    Role.MANAGER: N_("Gestion du dispositif"),
    Role.FINANCE: N_("Service des finances"),
    Role.ACCOUNTANT: N_("Comptable public"),
    Role.SECRETARY: N_("Secrétariat du conseil"),
    Role.PRESCRIBER: N_("Structure de diffusion"),
    Role.PLACE: N_("Lieu de médiation"),
    Role.MEDIATOR: N_("Médiation numérique"),
    Role.AUDITOR: N_("Audit et protection des données"),
    Role.ISSUER: N_("Émetteur des pass"),
    Role.FUNDER: N_("Financeur"),
    Role.BEARER: N_("Porteur d’un pass"),
    Role.SYSTEM: N_("Système"),
}

NEEDS_ORGANISATION = frozenset({Role.PRESCRIBER, Role.PLACE, Role.MEDIATOR})
"""Roles that act for one organisation and see nothing beyond it."""

WITHOUT_ACCOUNT = frozenset({Role.BEARER, Role.SYSTEM})
"""Roles that nobody is given: whoever holds a pass acts by its code alone, the installation by itself."""

NEEDS_SECOND_FACTOR = NEEDS_ORGANISATION | {Role.MANAGER, Role.FINANCE, Role.ISSUER}
"""Roles that move passes or money: they need a second factor where the installation asks for one."""


@dataclass(frozen=True)
class Actor:
    """Who does an act: one person (or nobody, for the system) wearing one hat in one authority."""

    user_id: UUID | None
    name: str
    role: Role
    authority_id: UUID
    organisation_id: UUID | None = None
    programme_ids: frozenset[UUID] | None = None
    """`None` means every programme of the authority."""


class Permission(StrEnum):
    """One thing that can be allowed; upper floors name these and never roles."""

    FOUND_AUTHORITY = "found_authority"
    CHANGE_AUTHORITY = "change_authority"
    REGISTER_PERSON = "register_person"
    MANAGE_PEOPLE = "manage_people"
    READ_PEOPLE = "read_people"
    MANAGE_NETWORK = "manage_network"
    READ_NETWORK = "read_network"
    CHANGE_OWN_ORGANISATION = "change_own_organisation"
    MANAGE_PROGRAMME = "manage_programme"
    MANAGE_COUNCIL = "manage_council"
    MANAGE_CALENDAR = "manage_calendar"
    RECEIVE_LOT = "receive_lot"
    PRINT_CODES = "print_codes"
    MOVE_STOCK = "move_stock"
    HAND_OVER = "hand_over"
    BLOCK_PASSES = "block_passes"
    REPLACE_PASSES = "replace_passes"
    REDEEM = "redeem"
    MANAGE_TRAINING = "manage_training"
    SCHEDULE_TRAINING = "schedule_training"
    FILE_CLAIM = "file_claim"
    CONTROL_CLAIM = "control_claim"
    APPROVE_CLAIM = "approve_claim"
    PAY_CLAIM = "pay_claim"
    KEEP_ACCOUNTS = "keep_accounts"
    READ_REGISTER = "read_register"
    READ_TRAINING = "read_training"
    READ_CLAIMS = "read_claims"
    READ_ACCOUNTS = "read_accounts"
    READ_COUNCIL = "read_council"
    READ_PROGRAMME = "read_programme"
    READ_EVERYTHING = "read_everything"
    IMPORT_ISSUER_FILES = "import_issuer_files"
    ERASE_PEOPLE = "erase_people"
    MANAGE_TOKENS = "manage_tokens"
    READ_TOKENS = "read_tokens"
    BOOK_SEAT = "book_seat"
    KEEP_CONTACT = "keep_contact"
    ANSWER_CONSULTATION = "answer_consultation"
    SEND_MESSAGES = "send_messages"
    MANAGE_DEVICES = "manage_devices"
    READ_DEVICES = "read_devices"
    SETTLE_DISPUTES = "settle_disputes"
    RUN_JOBS = "run_jobs"
    READ_FORECAST = "read_forecast"
    PROPOSE_BANK_ACCOUNT = "propose_bank_account"
    CONFIRM_BANK_ACCOUNT = "confirm_bank_account"
    READ_BANK_ACCOUNTS = "read_bank_accounts"
    READ_COUNCIL_REPORT = "read_council_report"
    READ_FUNDER_REPORT = "read_funder_report"
    READ_MEMBER_REPORTS = "read_member_reports"
    READ_OWN_REPORT = "read_own_report"


_READERS = frozenset({Role.MANAGER, Role.AUDITOR, Role.SYSTEM})
_DESKS = NEEDS_ORGANISATION
_OFFICES = frozenset({Role.FINANCE, Role.ACCOUNTANT, Role.SECRETARY, Role.ISSUER, Role.FUNDER})

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.FOUND_AUTHORITY: frozenset({Role.SYSTEM}),
    Permission.CHANGE_AUTHORITY: frozenset({Role.MANAGER, Role.SYSTEM}),
    Permission.REGISTER_PERSON: frozenset({Role.SYSTEM}),
    Permission.MANAGE_PEOPLE: frozenset({Role.MANAGER, Role.SYSTEM}),
    Permission.READ_PEOPLE: _READERS,
    Permission.MANAGE_NETWORK: frozenset({Role.MANAGER, Role.SYSTEM}),
    Permission.READ_NETWORK: _READERS | _OFFICES | _DESKS,
    Permission.CHANGE_OWN_ORGANISATION: frozenset({Role.MANAGER, Role.PRESCRIBER, Role.PLACE, Role.SYSTEM}),
    Permission.MANAGE_PROGRAMME: frozenset({Role.MANAGER, Role.SYSTEM}),
    Permission.MANAGE_COUNCIL: frozenset({Role.MANAGER, Role.SECRETARY, Role.SYSTEM}),
    Permission.MANAGE_CALENDAR: frozenset({Role.MANAGER}),
    Permission.RECEIVE_LOT: frozenset({Role.MANAGER}),
    Permission.PRINT_CODES: frozenset({Role.MANAGER}),
    Permission.MOVE_STOCK: frozenset({Role.MANAGER, Role.PRESCRIBER}),
    Permission.HAND_OVER: frozenset({Role.PRESCRIBER}),
    Permission.BLOCK_PASSES: frozenset({Role.MANAGER, Role.PRESCRIBER}),
    Permission.REPLACE_PASSES: frozenset({Role.MANAGER}),
    Permission.REDEEM: frozenset({Role.PLACE, Role.MEDIATOR}),
    Permission.MANAGE_TRAINING: frozenset({Role.MANAGER}),
    Permission.SCHEDULE_TRAINING: frozenset({Role.PLACE, Role.MEDIATOR}),
    Permission.FILE_CLAIM: frozenset({Role.PLACE}),
    Permission.CONTROL_CLAIM: frozenset({Role.MANAGER, Role.FINANCE}),
    Permission.APPROVE_CLAIM: frozenset({Role.MANAGER, Role.FINANCE}),
    Permission.PAY_CLAIM: frozenset({Role.FINANCE}),
    Permission.KEEP_ACCOUNTS: frozenset({Role.FINANCE}),
    Permission.READ_REGISTER: _READERS | _DESKS | {Role.FINANCE},
    Permission.READ_TRAINING: _READERS | _DESKS | {Role.FINANCE},
    Permission.READ_CLAIMS: _READERS | {Role.FINANCE, Role.ACCOUNTANT, Role.PLACE},
    Permission.READ_ACCOUNTS: _READERS | {Role.FINANCE, Role.ACCOUNTANT},
    Permission.READ_COUNCIL: _READERS | _OFFICES,
    Permission.READ_PROGRAMME: _READERS | _OFFICES | _DESKS,
    Permission.READ_EVERYTHING: _READERS,
    Permission.IMPORT_ISSUER_FILES: frozenset({Role.MANAGER, Role.FINANCE}),
    Permission.ERASE_PEOPLE: frozenset({Role.MANAGER, Role.SYSTEM}),
    Permission.MANAGE_TOKENS: frozenset({Role.MANAGER, Role.PLACE, Role.SYSTEM}),
    Permission.READ_TOKENS: _READERS | {Role.PLACE},
    Permission.BOOK_SEAT: _DESKS | {Role.BEARER},
    Permission.ANSWER_CONSULTATION: _DESKS,
    Permission.KEEP_CONTACT: frozenset({Role.PRESCRIBER, Role.BEARER}),
    Permission.SEND_MESSAGES: frozenset({Role.MANAGER, Role.PRESCRIBER, Role.SYSTEM}),
    Permission.MANAGE_DEVICES: frozenset({Role.MANAGER, Role.PLACE}),
    Permission.READ_DEVICES: _READERS | {Role.PLACE, Role.MEDIATOR},
    Permission.SETTLE_DISPUTES: frozenset({Role.MANAGER}),
    Permission.RUN_JOBS: frozenset({Role.SYSTEM}),
    Permission.READ_FORECAST: _READERS | {Role.FINANCE},
    Permission.PROPOSE_BANK_ACCOUNT: frozenset({Role.PLACE, Role.FINANCE}),
    Permission.CONFIRM_BANK_ACCOUNT: frozenset({Role.MANAGER, Role.FINANCE, Role.PLACE}),
    Permission.READ_BANK_ACCOUNTS: _READERS | {Role.FINANCE, Role.ACCOUNTANT, Role.PLACE},
    Permission.READ_COUNCIL_REPORT: _READERS | {Role.SECRETARY},
    Permission.READ_FUNDER_REPORT: _READERS | {Role.FINANCE, Role.FUNDER},
    Permission.READ_MEMBER_REPORTS: _READERS | {Role.SECRETARY},
    Permission.READ_OWN_REPORT: _READERS | _DESKS,
}


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor's role holds the permission. Raises ValueError on a name that is none."""
    return actor.role in PERMISSIONS[Permission(permission)]


def permission_of_mappings(kind: str) -> Permission:
    """What somebody needs to keep and use the mappings of files of that kind."""
    return Permission.IMPORT_ISSUER_FILES if kind.startswith("issuer.") else Permission.MANAGE_NETWORK


def require(actor: Actor, permission: str) -> None:
    """Refuse `not_allowed` unless the actor's role holds the permission."""
    if not may(actor, permission):
        raise NotAllowed()


def covers(actor: Actor, programme_id: UUID) -> bool:
    """Whether the actor's hat reaches that programme, the programme being of the actor's authority."""
    return actor.programme_ids is None or programme_id in actor.programme_ids


def in_force(from_day: date, until_day: date | None, day: date) -> bool:
    """Whether a period that runs from `from_day` to `until_day`, both included, holds on `day`."""
    return from_day <= day and (until_day is None or day <= until_day)


def system_actor(authority_id: UUID = NOBODY, name: str = "passnum") -> Actor:
    """The installation itself, acting for one authority: the command line and the first founding."""
    return Actor(user_id=None, name=name, role=Role.SYSTEM, authority_id=authority_id)


def bearer_of_a_pass(authority_id: UUID, programme_id: UUID) -> Actor:
    """Whoever holds a pass and shows its code: somebody without account, in that one programme."""
    return Actor(None, "", Role.BEARER, authority_id, programme_ids=frozenset({programme_id}))


def hash_token(token: str) -> bytes:
    """What is kept of the token of an invitation or of a program: enough to know it again, useless to forge it."""
    return hashlib.sha256(token.encode()).digest()
