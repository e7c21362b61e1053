"""A running programme kept elsewhere is taken over from files: its whole life is done again, act by act, each
at its own date, and proven equal to the last statement of the former issuer. All or nothing."""

from passnumerique.journeys.takeover.folder import FILES, Folder, folder_at
from passnumerique.journeys.takeover.taking import TakeoverReport, take_over_programme

__all__ = ["FILES", "Folder", "TakeoverReport", "folder_at", "take_over_programme"]
