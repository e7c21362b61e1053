"""Reading about the public: identifiers and counts. Only what sends a message reads a contact."""

from passnumerique.beneficiaries.queries.people import same_person

__all__ = ["same_person"]
