"""A programme from one declarative file: what it may hold, and how it is built."""

from passnumerique.journeys.set_up.building import Built, beside_file, set_up_programme
from passnumerique.journeys.set_up.file import ProgrammeFile, ProgrammeFileInvalid, read_programme_file

__all__ = [
    "Built",
    "ProgrammeFile",
    "ProgrammeFileInvalid",
    "beside_file",
    "read_programme_file",
    "set_up_programme",
]
