"""Reading about the public: identifiers and counts. Only what sends a message reads a contact."""

from passnumerique.beneficiaries.queries.contacts import (
    MarkedContact,
    contact_of_mark,
    contacts_of,
    unsubscribe_mark,
)
from passnumerique.beneficiaries.queries.keeping import (
    Due,
    Kept,
    KnownContact,
    contacts_known,
    due_to_go,
    erasures,
    kept_of,
)
from passnumerique.beneficiaries.queries.people import Key, keys_of, known_by, same_person

__all__ = [
    "Due",
    "Kept",
    "Key",
    "KnownContact",
    "MarkedContact",
    "contact_of_mark",
    "contacts_known",
    "contacts_of",
    "due_to_go",
    "erasures",
    "kept_of",
    "keys_of",
    "known_by",
    "same_person",
    "unsubscribe_mark",
]
