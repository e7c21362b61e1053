"""A bank account is proposed by one person, told to the place by another way, and confirmed by somebody else."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from passnumerique.directory.models import Authority, BankAccount, Organisation
from passnumerique.directory.queries.banking import (
    access_bank_account,
    contact_of,
    iban_key,
    of_organisation,
    others_with_iban,
)
from passnumerique.directory.rules import NEEDS_ORGANISATION, Actor, Permission, require
from passnumerique.directory.rules.banking import Channel, Payee, another_looks, first_day, read_payee
from passnumerique.directory.rules.refusals import (
    AccountChangeOpen,
    AccountDecided,
    AccountNeedsAnother,
    AccountNotTold,
    AccountReasonMissing,
    AccountsNotKept,
    AccountUnchanged,
)
from passnumerique.ground.ciphers import enciphered
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.rekeying import rekey

_SAME = ("holder", "iban_key", "bic", "street", "building", "postcode", "town", "country")


def propose_bank_account(
    *, organisation_id: UUID | None, texts: Mapping[str, str], by: Actor, at: datetime
) -> BankAccount:
    """Propose the account of an organisation; without one, the account that the authority pays from.

    For a place its own, and for finance. `texts` by the names of `rules.banking.PAYEE_FIELDS`. Nothing is
    paid to it before somebody else has confirmed it. An IBAN that another organisation gave is taken and
    noted (`also_of`). Refuses what cannot be paid to, the account in force, and a second open change.
    """
    require(by, Permission.PROPOSE_BANK_ACCOUNT)
    organisation = _whose(by, organisation_id)
    if not settings.CONTACT_KEYS:
        raise AccountsNotKept
    payee = read_payee(texts)
    row = _row(payee, organisation, by, at)
    with transaction.atomic():
        # Proposals of one authority wait for each other: the IBAN of two is seen by the second.
        Authority.objects.select_for_update().get(id=by.authority_id)
        _refuse_standing(row)
        row.also_of = [str(one) for one in others_with_iban(by.authority_id, organisation_id, iban_key(payee.iban))]
        row.save(force_insert=True)
    return row


def _whose(by: Actor, organisation_id: UUID | None) -> Organisation | None:
    if by.role in NEEDS_ORGANISATION and organisation_id != by.organisation_id:
        raise NotFound
    if organisation_id is None:
        return None
    found = Organisation.objects.filter(id=organisation_id, authority_id=by.authority_id).first()
    if found is None:
        raise NotFound
    return found


def _row(payee: Payee, organisation: Organisation | None, by: Actor, at: datetime) -> BankAccount:
    keys = settings.CONTACT_KEYS
    return BankAccount(
        id=new_id(at),
        authority_id=by.authority_id,
        organisation=organisation,
        holder=payee.holder,
        iban_sealed=enciphered(keys, payee.iban, at),
        iban_key=iban_key(payee.iban),
        iban_country=payee.iban[:2],
        iban_end=payee.iban[-4:],
        bic=payee.bic,
        street=payee.street,
        building=payee.building,
        postcode=payee.postcode,
        town=payee.town,
        country=payee.country,
        contact_sealed=enciphered(keys, json.dumps(contact_of(organisation)), at) if organisation else b"",
        proposed_at=at,
        proposed_by=by.user_id,
        proposed_role=by.role,
    )


def _refuse_standing(row: BankAccount) -> None:
    """Refuse a second open change, and what would change nothing."""
    rows = of_organisation(BankAccount.objects.filter(authority_id=row.authority_id), row.organisation_id)
    waiting = rows.filter(confirmed_at=None, refused_at=None).first()
    if waiting:
        raise AccountChangeOpen(day=day_of(waiting.proposed_at))
    last = rows.filter(confirmed_at__isnull=False).order_by("-confirmed_at").first()
    if last and all(_plain(getattr(last, name)) == _plain(getattr(row, name)) for name in _SAME):
        raise AccountUnchanged


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, bytes | memoryview) else value


def note_account_told(*, account_id: UUID, channel: Channel, note: str, by: Actor, at: datetime) -> None:
    """Note that the organisation heard of a proposed account, by a way known before; the first note stands.

    For the authority's desks that confirm accounts, and for the installation when a message left. `note`
    says who answered, never an address or a number.
    """
    if by.user_id is not None:
        require(by, Permission.CONFIRM_BANK_ACCOUNT)
    account = access_bank_account(by, account_id)
    if by.role in NEEDS_ORGANISATION:
        raise NotFound
    rows = BankAccount.objects.filter(id=account.id, told_at=None, refused_at=None)
    rows.update(told_at=at, told_by=by.user_id, told_channel=channel, told_note=note.strip()[:160])


def confirm_bank_account(*, account_id: UUID, delay_days: int, by: Actor, at: datetime) -> BankAccount:
    """Confirm a proposed account; it is paid to from the day that `in_force_on` says.

    For the manager, finance and a place, but never by who proposed it, and one of the two is at the
    authority. A first account is paid to at once; a change waits `delay_days`. Refuses one that the place
    was not told of, and one already decided.
    """
    require(by, Permission.CONFIRM_BANK_ACCOUNT)
    account = access_bank_account(by, account_id)
    if not another_looks(account.proposed_role, account.proposed_by, by):
        raise AccountNeedsAnother
    if account.organisation_id and account.told_at is None:
        raise AccountNotTold
    before = BankAccount.objects.filter(authority_id=account.authority_id)
    replaces = of_organisation(before, account.organisation_id).filter(confirmed_at__isnull=False).exists()
    account.in_force_on = first_day(day_of(at), delay_days, replaces=replaces)
    _decide(account, confirmed_at=at, confirmed_by=by.user_id, in_force_on=account.in_force_on)
    account.confirmed_at, account.confirmed_by = at, by.user_id
    return account


def refuse_bank_account(*, account_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Refuse a proposed account, or take back one's own, for a reason. Refuses one already decided.

    For who may confirm, and for who may propose.
    """
    require(by, Permission.CONFIRM_BANK_ACCOUNT)
    account = access_bank_account(by, account_id)
    if not reason.strip():
        raise AccountReasonMissing
    _decide(account, refused_at=at, refused_by=by.user_id, reason=reason.strip()[:240])


def _decide(account: BankAccount, **changes: object) -> None:
    """One conditional UPDATE decides."""
    open_row = BankAccount.objects.filter(id=account.id, confirmed_at=None, refused_at=None)
    if not open_row.update(**changes):
        raise AccountDecided


def encipher_accounts_again(*, by: Actor) -> int:
    """Put every IBAN of the actor's authority under the first key of the installation; returns how many.

    For the system, beside `beneficiaries.encipher_again`. What no key reads is left as it is.
    """
    require(by, Permission.ERASE_PEOPLE)
    rows = BankAccount.objects.filter(authority_id=by.authority_id)
    return rekey(settings.CONTACT_KEYS, rows, ("iban_sealed", "contact_sealed"))
