"""Reports of a programme as of an evening: to the council, the funder, member EPCI, each structure and each place."""

from passnumerique.insight.reports.asking import Offered, offered, report_of
from passnumerique.insight.reports.definitions import DEFINITIONS, Definition
from passnumerique.insight.reports.model import KIND_WORDS, Figure, Grid, Kind, Picture, Report, Section, Unit, written

__all__ = [
    "DEFINITIONS",
    "KIND_WORDS",
    "Definition",
    "Figure",
    "Grid",
    "Kind",
    "Offered",
    "Picture",
    "Report",
    "Section",
    "Unit",
    "offered",
    "report_of",
    "written",
]
