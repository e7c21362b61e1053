"""What the authority does so that passes be used: it reminds whoever asked for it, and asks a place for a workshop."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.operations import send_message
from passnumerique.beneficiaries.queries.messages import mailed_since, open_channels
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState
from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.directory.queries import accredited_on, organisations_by_id
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, Role, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes.queries import access_programme
from passnumerique.training.operations.reminding import Sent
from passnumerique.training.queries.reminding import house_of, writes_to_people
from passnumerique.training.queries.sleeping import Sleeper, people_asleep, waking_words
from passnumerique.training.rules import letters
from passnumerique.training.rules.hours import is_quiet
from passnumerique.training.rules.refusals import (
    MailIsOff,
    MessagesAreOff,
    NotAtThisHour,
    OutsideTheNetwork,
    SessionAlreadyAsked,
    SessionNotAsked,
)
from passnumerique.training.rules.reminding import ASKED_AGAIN, mailing_id

MOST_AT_ONCE = 200
"""How many people are written to in one go: what a page waits for."""


def wake_people(*, programme_id: UUID, structure_id: UUID, by: Actor, at: datetime, most: int = MOST_AT_ONCE) -> Sent:
    """Remind the people of one structure whose passes sleep, at the contacts they left; those who waited longest
    first, at most `most` people, and nobody twice within thirty days. Nobody sees who they are.

    For who manages the programme. Refuses while the programme or the installation writes to nobody, from 20 h to 8 h,
    and when the books are closed.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    access_programme(by, programme_id)
    require_open_books(programme_id)
    if not open_channels() or not writes_to_people(programme_id, at):
        raise MessagesAreOff
    if is_quiet(at):
        raise NotAtThisHour
    sent, asleep = Sent(), people_asleep(programme_id, structure_id, at)
    for one in [person for person in asleep if person.may_be_reminded(at)][:most]:
        _wake(programme_id, one, replace(by, organisation_id=structure_id), at, sent)
    return sent


def _wake(programme_id: UUID, asleep: Sleeper, as_of_structure: Actor, at: datetime, sent: Sent) -> None:
    """The words are those that the structure's own reminder has: who answers knows who gave the passes."""
    words = waking_words(as_of_structure, programme_id, asleep, at)
    for contact_id in asleep.contacts:
        sent.note(
            send_message(
                programme_id=programme_id,
                contact_id=contact_id,
                kind=MessageKind.PASSES_SLEEP,
                subject_id=mailing_id(asleep.handover_id, day_of(at)),
                words=words,
                by=as_of_structure,
                at=at,
            )
        )


def ask_for_session(
    *, programme_id: UUID, organisation_id: UUID, waiting: int, by: Actor, at: datetime
) -> MessageState:
    """Write to an organisation of the network and ask it for a workshop; `waiting` is how many passes are held near
    it, or 0. Returns what became of the letter.

    For who manages the programme. Refuses an organisation that is not accredited that day, one asked within the last
    two weeks, one without an address or that asked for silence, the night, and closed books.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    access_programme(by, programme_id)
    require_open_books(programme_id)
    if by.role is not Role.MANAGER:
        raise NotAllowed
    if Channel.EMAIL not in open_channels():
        raise MailIsOff
    if is_quiet(at):
        raise NotAtThisHour
    _may_be_asked(programme_id, organisation_id, at)
    state = send_message(
        programme_id=programme_id,
        organisation_id=organisation_id,
        kind=MessageKind.SESSION_ASKED,
        subject_id=mailing_id(organisation_id, day_of(at), often=True),
        words=asking_words(by, programme_id, organisation_id, waiting),
        by=by,
        at=at,
    )
    if state is None:
        raise SessionNotAsked
    return state


def _may_be_asked(programme_id: UUID, organisation_id: UUID, at: datetime) -> None:
    kinds = (AccreditationKind.PLACE, AccreditationKind.PRESCRIBER)
    if not any(accredited_on(programme_id, organisation_id, kind, day_of(at)) for kind in kinds):
        raise OutsideTheNetwork
    if organisation_id in mailed_since(programme_id, MessageKind.SESSION_ASKED, at - ASKED_AGAIN):
        raise SessionAlreadyAsked(days=ASKED_AGAIN.days)


def asking_words(by: Actor, programme_id: UUID, organisation_id: UUID, waiting: int) -> Words:
    """What the organisation would be written: shown before, and sent."""
    programme, house = access_programme(by, programme_id), house_of(by, programme_id)
    found = organisations_by_id([organisation_id]).get(organisation_id)
    if found is None:
        raise NotFound
    page = f"{settings.PUBLIC_ADDRESS.rstrip('/')}/{programme.slug}/"
    return letters.session_asked(found.name, waiting=waiting, page=page, house=house)
