"""What may be asked, kept and written of the public. Pure: no database, no clock."""

from passnumerique.beneficiaries.rules.contacts import (
    CHANNEL_WORDS,
    CONSENT_WORDS,
    GONE_WORDS,
    Channel,
    Gone,
    OpenContact,
    Wanted,
    address_for,
    channel_of,
    same_way,
)
from passnumerique.beneficiaries.rules.likeness import folded, likeness_texts, sounding, texts_of
from passnumerique.beneficiaries.rules.messages import (
    MESSAGE_STATE_WORDS,
    MESSAGE_WORDS,
    MessageKind,
    MessageState,
)
from passnumerique.beneficiaries.rules.people import (
    AGE_WORDS,
    AUTONOMY_WORDS,
    STATUS_WORDS,
    AgeBracket,
    Autonomy,
    Identity,
    KeyKind,
    Profile,
    Status,
)
from passnumerique.beneficiaries.rules.refusals import (
    ConsentNeeded,
    ContactOfOtherKind,
    ContactsNotKept,
    ContactUnreadable,
    IdentityIncomplete,
)

__all__ = [
    "AGE_WORDS",
    "AUTONOMY_WORDS",
    "CHANNEL_WORDS",
    "CONSENT_WORDS",
    "GONE_WORDS",
    "MESSAGE_STATE_WORDS",
    "MESSAGE_WORDS",
    "STATUS_WORDS",
    "AgeBracket",
    "Autonomy",
    "Channel",
    "ConsentNeeded",
    "ContactOfOtherKind",
    "ContactUnreadable",
    "ContactsNotKept",
    "Gone",
    "Identity",
    "IdentityIncomplete",
    "KeyKind",
    "MessageKind",
    "MessageState",
    "OpenContact",
    "Profile",
    "Status",
    "Wanted",
    "address_for",
    "channel_of",
    "folded",
    "likeness_texts",
    "same_way",
    "sounding",
    "texts_of",
]
