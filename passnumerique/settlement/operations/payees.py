"""Where a place is paid: the delay comes from the programme, and the place hears of a change by another way."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from passnumerique.beneficiaries.operations import send_message
from passnumerique.beneficiaries.rules import MessageKind, MessageState
from passnumerique.directory.operations.banking import (
    confirm_bank_account,
    note_account_told,
    propose_bank_account,
)
from passnumerique.directory.queries.banking import contact_before
from passnumerique.directory.rules import Actor, system_actor
from passnumerique.directory.rules.banking import Channel
from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.settlement.rules.letters import account_changes


def propose_place_account(
    *, programme_id: UUID, place_id: UUID, texts: Mapping[str, str], by: Actor, at: datetime
) -> UUID:
    """Propose the account of a place, then warn the place at the address known before; the account's id.

    For the place and finance. Where the installation sends no e-mail, or knows no address, nobody is
    warned here: somebody calls, and notes it. Refuses as `directory.propose_bank_account` does.
    """
    programme = access_programme(by, programme_id)
    account = propose_bank_account(organisation_id=place_id, texts=texts, by=by, at=at)
    known = contact_before(account)["email"]
    authority = programme.authority
    if known and account.organisation:
        words = account_changes(
            place=account.organisation.name,
            programme=programme.name,
            authority=authority.name,
            email=authority.email,
            phone=authority.phone,
            proposed_on=day_of(at),
            delay_days=terms_on(programme_id, day_of(at)).account_delay_days,
        )
        system = system_actor(by.authority_id)
        state = send_message(
            programme_id=programme_id,
            organisation_id=place_id,
            kind=MessageKind.ACCOUNT_CHANGES,
            subject_id=account.id,
            words=words,
            known_address=known,
            by=system,
            at=at,
        )
        if state in {MessageState.SENT, MessageState.DELIVERED}:
            note_account_told(account_id=account.id, channel=Channel.EMAIL, note="", by=system, at=at)
    return account.id


def confirm_place_account(*, programme_id: UUID, account_id: UUID, by: Actor, at: datetime) -> None:
    """Confirm a proposed account under the programme's delay; see `directory.confirm_bank_account`."""
    access_programme(by, programme_id)
    delay = terms_on(programme_id, day_of(at)).account_delay_days
    confirm_bank_account(account_id=account_id, delay_days=delay, by=by, at=at)
