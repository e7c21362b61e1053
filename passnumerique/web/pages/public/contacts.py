"""Whether somebody who holds a pass is written to, and may be: never the address itself."""

from dataclasses import dataclass
from uuid import UUID

from passnumerique.beneficiaries.queries import contacts_known
from passnumerique.beneficiaries.queries.messages import open_channels
from passnumerique.beneficiaries.rules import CHANNEL_WORDS, Channel
from passnumerique.ground.words import say
from passnumerique.training.queries.reminding import writes_to_people
from passnumerique.vouchers.queries.handing import recipients_of_numbers
from passnumerique.web.pages.public.holding import Found

MOST_CONTACTS = 5
"""How often a contact may be left for one person: enough for mistakes, too few to write to strangers."""


@dataclass(frozen=True)
class ContactTold:
    """What the page says of contacts: the ways by which the person is written to, and whether one may be left."""

    recipient_id: UUID
    ways: list[str]
    contact_ids: list[UUID]
    offered: bool


def contact_told(found: Found) -> ContactTold | None:
    """The contacts of whoever received the pass; None when the passes were handed to nobody known."""
    recipient_id = recipients_of_numbers(found.programme_id, [found.number]).get(found.number)
    if recipient_id is None:
        return None
    known = contacts_known(found.programme_id, [recipient_id]).get(recipient_id, [])
    kept = [one for one in known if one.gone_at is None]
    ways = list(dict.fromkeys(say(CHANNEL_WORDS[one.channel]) for one in kept))
    offered = not kept and len(known) < MOST_CONTACTS and bool(channels_for(found))
    return ContactTold(recipient_id, ways, [one.id for one in kept], offered)


def channels_for(found: Found) -> frozenset[Channel]:
    """By which ways the programme writes to people: none while it does not remind them."""
    return open_channels() if writes_to_people(found.programme_id, found.at) else frozenset()
