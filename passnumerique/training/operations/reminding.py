"""Writing to people about their training sessions: reminders, bookings, cancellations, offers.

What has to be told is read from the rows at each run; a message that was written is never written again
(`beneficiaries.send_message`), so a run may be repeated, cut short, or done twice at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from passnumerique.beneficiaries.operations import send_message
from passnumerique.beneficiaries.queries import contacts_of
from passnumerique.beneficiaries.queries.messages import open_channels, states_written
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState, OpenContact
from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.calendars import MEDIA_TYPE, Event, session_calendar, session_uid
from passnumerique.ground.sending import Attachment
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries.published import calendar_line
from passnumerique.training.queries.reminding import (
    News,
    before_move,
    due_reminders,
    fresh_news,
    house_of,
    workshops_of,
    writes_to_people,
)
from passnumerique.training.rules import letters
from passnumerique.training.rules.hours import is_quiet
from passnumerique.vouchers.queries.handing import recipients_of_numbers

ENOUGH_REFUSED = 5
"""So many messages put off by one carrier in one run: it is not there, and the rest waits for the next run."""
CALENDAR_FILE = "atelier.ics"
WITH_CALENDAR = frozenset(
    {
        MessageKind.TWO_DAYS_BEFORE,
        MessageKind.SEAT_BOOKED,
        MessageKind.SESSION_CANCELLED,
        MessageKind.SESSION_MOVED,
    }
)


@dataclass
class Sent:
    """How many messages of a run are in each state."""

    counts: dict[MessageState, int] = field(default_factory=dict)

    def note(self, state: MessageState | None) -> None:
        """Count one message; None is one that was not written."""
        if state is not None:
            self.counts[state] = self.counts.get(state, 0) + 1

    def of(self, state: MessageState) -> int:
        """How many are in that state."""
        return self.counts.get(state, 0)


def send_due_reminders(*, programme_id: UUID, by: Actor, at: datetime) -> Sent:
    """Remind the people whose pass booked a seat two days and two hours before, if they left a contact.

    For the system and who manages the programme. Does nothing while the parameter `reminders` is off, at
    night (from 20 h to 8 h in France), and while the installation keeps every channel shut.
    """
    if not _may_write(programme_id, by, at):
        return Sent()
    return _Post(programme_id, by, at).tell(due_reminders(programme_id, at))


def send_news(*, programme_id: UUID, by: Actor, at: datetime) -> Sent:
    """Tell people that their session was cancelled (with the other date) or moved, that a seat is offered to
    them, or that a seat was booked, each with a calendar file where it helps. Same conditions as the reminders."""
    if not _may_write(programme_id, by, at):
        return Sent()
    return _Post(programme_id, by, at).tell(fresh_news(programme_id, at))


def _may_write(programme_id: UUID, by: Actor, at: datetime) -> bool:
    require(by, Permission.SEND_MESSAGES)
    return bool(open_channels()) and not is_quiet(at) and writes_to_people(programme_id, at)


@dataclass(frozen=True)
class _Addressee:
    """One address, the contacts that hold it (oldest first), and the passes it is told about."""

    contacts: tuple[UUID, ...]
    channel: Channel
    numbers: tuple[int, ...]


class _Post:
    """One run: who is behind each pass, and what was written already, read once for all."""

    def __init__(self, programme_id: UUID, by: Actor, at: datetime) -> None:
        self.programme_id, self.by, self.at = programme_id, by, at
        self.house = house_of(by, programme_id)
        self.sent = Sent()
        self._put_off: dict[Channel, int] = {}

    def tell(self, several: Sequence[News]) -> Sent:
        """Write all of it, what was never tried first."""
        self._recipients = recipients_of_numbers(self.programme_id, {n for news in several for n in news.numbers})
        self._contacts = contacts_of(self.programme_id, set(self._recipients.values()))
        sessions = [session for news in several for session in _sessions_in(news)]
        self._workshops = workshops_of(sessions)
        self._written = {kind: self._states(kind, several) for kind in {news.kind for news in several}}
        letters_due = [(news, to) for news in several for to in self._addressees(news) if not self._done(news, to)]
        for news, to in sorted(letters_due, key=lambda pair: self._tried(*pair)):
            self._write(news, to)
        return self.sent

    def _states(self, kind: MessageKind, several: Sequence[News]) -> dict[tuple[UUID, UUID], MessageState]:
        contacts = [contact.id for known in self._contacts.values() for contact in known]
        subjects = {news.subject_id for news in several if news.kind is kind}
        return states_written(self.programme_id, kind, contacts, subjects)

    def _addressees(self, news: News) -> list[_Addressee]:
        """Each address once, whoever of a family shares it."""
        held: dict[tuple[Channel, str], tuple[dict[UUID, OpenContact], list[int]]] = {}
        for number in news.numbers:
            for contact in self._contacts.get(self._recipients[number], []) if number in self._recipients else []:
                contacts, numbers = held.setdefault((contact.channel, contact.address), ({}, []))
                contacts[contact.id] = contact
                numbers.append(number)
        return [
            _Addressee(tuple(sorted(contacts)), channel, tuple(numbers))
            for (channel, _address), (contacts, numbers) in held.items()
        ]

    def _done(self, news: News, to: _Addressee) -> bool:
        """Whether somebody at this address has it already, or had it tried with an unknown end."""
        states = [self._written[news.kind].get((contact, news.subject_id)) for contact in to.contacts]
        return any(state not in {None, MessageState.POSTPONED} for state in states)

    def _tried(self, news: News, to: _Addressee) -> bool:
        return any((contact, news.subject_id) in self._written[news.kind] for contact in to.contacts)

    def _write(self, news: News, to: _Addressee) -> None:
        if self._put_off.get(to.channel, 0) >= ENOUGH_REFUSED:
            return
        state = send_message(
            programme_id=self.programme_id,
            contact_id=self._contact(news, to),
            kind=news.kind,
            subject_id=news.subject_id,
            words=self._words(news, to),
            attachments=self._attachments(news, to),
            by=self.by,
            at=self.at,
        )
        if state is MessageState.POSTPONED:
            self._put_off[to.channel] = self._put_off.get(to.channel, 0) + 1
        self.sent.note(state)

    def _contact(self, news: News, to: _Addressee) -> UUID:
        """The contact under which it was tried before, or else the oldest."""
        tried = [one for one in to.contacts if (one, news.subject_id) in self._written[news.kind]]
        return (tried or list(to.contacts))[0]

    def _words(self, news: News, to: _Addressee) -> Words:
        workshop = self._workshops[news.session.id]
        offer = next((news.offers[number] for number in to.numbers if number in news.offers), None)
        if news.kind is MessageKind.SESSION_CANCELLED:
            other = self._workshops[offer.session.id] if offer else None
            until = offer.until if offer else None
            return letters.cancelled(workshop, self.house, cause=news.session.cancel_cause, other=other, until=until)
        if news.kind is MessageKind.SEAT_OFFERED and offer:
            return letters.offered(workshop, self.house, until=offer.until)
        if news.kind is MessageKind.SESSION_MOVED and news.move:
            return letters.moved(workshop, self.house, before=before_move(workshop, news.move))
        if news.kind is MessageKind.SEAT_BOOKED:
            return letters.booked(workshop, self.house, seats=len(to.numbers))
        return letters.reminded(workshop, self.house, hours=news.kind is MessageKind.TWO_HOURS_BEFORE)

    def _attachments(self, news: News, to: _Addressee) -> list[Attachment]:
        if to.channel is Channel.SMS or news.kind not in WITH_CALENDAR:
            return []
        line, workshop = calendar_line(news.session), self._workshops[news.session.id]
        event = Event(
            uid=session_uid(line.id),
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            title=line.title,
            place=", ".join(part for part in (workshop.place, workshop.room) if part),
            address=workshop.address,
            sequence=line.sequence,
            cancelled=line.cancelled,
            changed_at=line.changed_at,
        )
        return [Attachment(CALENDAR_FILE, MEDIA_TYPE, session_calendar([event]))]


def _sessions_in(news: News) -> Iterable[TrainingSession]:
    return [news.session, *(offer.session for offer in news.offers.values())]
