"""Waking passes that sleep: a message to the person who asked for messages, a letter to the structure."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.operations import send_message
from passnumerique.beneficiaries.queries.messages import mailed_since, open_channels
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState
from passnumerique.directory.queries import accredited_prescribers, organisations_by_id
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import access_programme
from passnumerique.training.operations.reminding import Sent
from passnumerique.training.queries.reminding import house_of, writes_to_people
from passnumerique.training.queries.sleeping import Sleeper, access_sleeper, asleep_at, good_until, waking_words
from passnumerique.training.rules import letters
from passnumerique.training.rules.hours import is_quiet
from passnumerique.training.rules.refusals import (
    AlreadyReminded,
    MessagesAreOff,
    NobodyToWriteTo,
    NotAtThisHour,
    ReminderFailed,
)
from passnumerique.training.rules.reminding import SLEEP_AGAIN, SLEEPING_DAYS, mailing_id

MONTHLY = timedelta(days=28)
"""No structure has two letters within that time, whatever the calendar says."""
FRIDAY = 4


def wake(*, programme_id: UUID, handover_id: UUID, by: Actor, at: datetime) -> Sent:
    """Remind the person of a hand-over of the passes that sleep, at every contact left; nobody sees one.

    For the structure that made the hand-over. Refuses while the programme or the installation writes to
    nobody, from 20 h to 8 h, when the person left no contact, and when a message went in the last thirty days.
    """
    require(by, Permission.SEND_MESSAGES)
    if not open_channels() or not writes_to_people(programme_id, at):
        raise MessagesAreOff
    if is_quiet(at):
        raise NotAtThisHour
    asleep = access_sleeper(by, programme_id, handover_id, at)
    _refuse_again(asleep, at)
    sent, words = Sent(), waking_words(by, programme_id, asleep, at)
    for contact_id in asleep.contacts:
        sent.note(
            send_message(
                programme_id=programme_id,
                contact_id=contact_id,
                kind=MessageKind.PASSES_SLEEP,
                subject_id=mailing_id(handover_id, day_of(at)),
                words=words,
                by=by,
                at=at,
            )
        )
    if not sent.counts:
        raise ReminderFailed
    return sent


def _refuse_again(asleep: Sleeper, at: datetime) -> None:
    if not asleep.contacts:
        raise NobodyToWriteTo
    if asleep.reminded_at is not None and not asleep.may_be_reminded(at):
        raise AlreadyReminded(day=day_of(asleep.reminded_at), again=day_of(asleep.reminded_at + SLEEP_AGAIN))


def write_to_structures(*, programme_id: UUID, by: Actor, at: datetime) -> Sent:
    """Write to each structure how many of the people it gave passes to use none, at most once a month: as
    soon in the month as somebody sleeps, on a working day, from 8 h to 20 h, while the passes are good.

    For the system and who manages the programme. A structure without an address, that asked for silence or
    where nobody sleeps is left out.
    """
    require(by, Permission.SEND_MESSAGES)
    day, sent = day_of(at), Sent()
    if Channel.EMAIL not in open_channels() or is_quiet(at) or day.weekday() > FRIDAY:
        return sent
    mailed = mailed_since(programme_id, MessageKind.PASSES_SLEEP, at - MONTHLY)
    structures = accredited_prescribers(programme_id, day) - mailed
    for structure_id in sorted(structures) if day <= good_until(programme_id, at) else []:
        sent.note(_letter_to(programme_id, structure_id, by, at))
    return sent


def _letter_to(programme_id: UUID, structure_id: UUID, by: Actor, at: datetime) -> MessageState | None:
    people, passes = asleep_at(programme_id, structure_id, at)
    if not people:
        return None
    programme = access_programme(by, programme_id)
    page = f"{settings.PUBLIC_ADDRESS.rstrip('/')}/{programme.slug}/pass-qui-dorment/"
    name = organisations_by_id([structure_id])[structure_id].name
    house = house_of(by, programme_id)
    return send_message(
        programme_id=programme_id,
        organisation_id=structure_id,
        kind=MessageKind.PASSES_SLEEP,
        subject_id=mailing_id(structure_id, day_of(at)),
        words=letters.sleeping_list(name, people=people, passes=passes, days=SLEEPING_DAYS, page=page, house=house),
        by=by,
        at=at,
    )
