"""The only writers about the public."""

from passnumerique.beneficiaries.operations.people import blind_index, note_recipient

__all__ = ["blind_index", "note_recipient"]
