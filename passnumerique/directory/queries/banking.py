"""Bank accounts within an actor's sight: a place its own, the authority's desks all of them."""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from passnumerique.directory.models import BankAccount, Organisation
from passnumerique.directory.queries.sets import one_or_refuse
from passnumerique.directory.rules import NEEDS_ORGANISATION, Actor, Permission, Role, require
from passnumerique.directory.rules.banking import account_on
from passnumerique.ground.ciphers import deciphered

_MARK = b"iban"


def bank_accounts(actor: Actor, organisation_id: UUID | None = None) -> QuerySet[BankAccount]:
    """The accounts of one organisation, latest proposal first; without one, those that the authority pays
    from. A place sees its own only: of another there is nothing, as of none."""
    require(actor, Permission.READ_BANK_ACCOUNTS)
    rows = of_organisation(_visible(actor), organisation_id)
    return rows.order_by("-proposed_at", "-id")


def access_bank_account(actor: Actor, account_id: UUID) -> BankAccount:
    """One account that the actor may see. Refuses `not_found` elsewhere."""
    require(actor, Permission.READ_BANK_ACCOUNTS)
    return one_or_refuse(_visible(actor).filter(id=account_id).select_related("organisation"))


def open_account_changes(actor: Actor) -> QuerySet[BankAccount]:
    """The changes that wait for their second person, oldest first."""
    require(actor, Permission.READ_BANK_ACCOUNTS)
    rows = _visible(actor).filter(confirmed_at=None, refused_at=None)
    return rows.select_related("organisation").order_by("proposed_at", "id")


def accounts_on(organisation_ids: Iterable[UUID], day: date) -> dict[UUID, BankAccount]:
    """The account that each of these organisations is paid to on a day, for who pays them: one statement."""
    rows = BankAccount.objects.filter(organisation_id__in=set(organisation_ids), confirmed_at__isnull=False)
    known: dict[UUID, list[BankAccount]] = defaultdict(list)
    for row in rows.order_by():
        if row.organisation_id:
            known[row.organisation_id].append(row)
    found = ((one, account_on(accounts, day)) for one, accounts in known.items())
    return {one: account for one, account in found if account}


def own_account_on(authority_id: UUID, day: date) -> BankAccount | None:
    """The account that the authority pays from on a day."""
    rows = BankAccount.objects.filter(authority_id=authority_id, organisation=None, confirmed_at__isnull=False)
    return account_on(rows.order_by(), day)


def own_accounts_known(authority_id: UUID, key: bytes) -> bool:
    """Whether an IBAN, told by its hash, was ever confirmed as one that the authority pays from."""
    rows = BankAccount.objects.filter(authority_id=authority_id, organisation=None, iban_key=key)
    return rows.filter(confirmed_at__isnull=False).exists()


def others_with_iban(authority_id: UUID, organisation_id: UUID | None, key: bytes) -> list[UUID]:
    """The other organisations of the authority that gave this IBAN, refused proposals aside."""
    rows = BankAccount.objects.filter(authority_id=authority_id, iban_key=key, refused_at=None)
    others = set(rows.values_list("organisation_id", flat=True).order_by())
    return sorted(one for one in others if one not in {None, organisation_id})


def iban_key(iban: str) -> bytes:
    """The keyed hash by which an IBAN is known again."""
    return hmac.digest(settings.INDEX_KEY, _MARK + iban.encode(), hashlib.sha256)[:16]


def iban_of(sealed: bytes) -> str | None:
    """An IBAN in clear, for a file that pays it; None when no key of the installation reads it."""
    return deciphered(settings.CONTACT_KEYS, bytes(sealed))


def contact_before(account: BankAccount) -> dict[str, str]:
    """How the organisation could be reached before this account was proposed: `email`, `phone`, each maybe
    empty. As kept with the account before it; for a first one, as it is known now."""
    rows = of_organisation(BankAccount.objects.filter(confirmed_at__isnull=False), account.organisation_id)
    before = rows.filter(confirmed_at__lt=account.proposed_at).order_by("-confirmed_at").first()
    text = deciphered(settings.CONTACT_KEYS, bytes(before.contact_sealed)) if before and before.contact_sealed else None
    if text is not None:
        return dict(json.loads(text))
    return contact_of(account.organisation) if account.organisation else {"email": "", "phone": ""}


def contact_of(organisation: Organisation) -> dict[str, str]:
    """How an organisation can be reached now."""
    email = organisation.contact_email or next(iter(organisation.emails), "")
    return {"email": email, "phone": organisation.contact_phone or organisation.phone}


def _visible(actor: Actor) -> QuerySet[BankAccount]:
    """The one policy, for a set and for a row."""
    rows = BankAccount.objects.filter(authority_id=actor.authority_id)
    if actor.role in NEEDS_ORGANISATION:
        return of_organisation(rows, actor.organisation_id) if actor.role is Role.PLACE else rows.none()
    return rows


def of_organisation(rows: QuerySet[BankAccount], organisation_id: UUID | None) -> QuerySet[BankAccount]:
    """Those of one organisation; without one, those of the authority itself."""
    own = rows.filter(organisation__isnull=True)
    return own if organisation_id is None else rows.filter(organisation_id=organisation_id)
