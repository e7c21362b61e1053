"""Reading about the public: identifiers and counts. Only what sends a message reads a contact."""

from passnumerique.beneficiaries.queries.contacts import (
    MarkedContact,
    contact_of_mark,
    contacts_of,
    unsubscribe_mark,
)
from passnumerique.beneficiaries.queries.people import same_person

__all__ = ["MarkedContact", "contact_of_mark", "contacts_of", "same_person", "unsubscribe_mark"]
