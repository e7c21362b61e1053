"""The tables of the SCDL that a council publishes: what a row must hold, with every custom check. Pure."""

from passnumerique.council.rules.scdl.deliberations import DELIBERATION_COLUMNS, faults_of_a_deliberation
from passnumerique.council.rules.scdl.grants import GRANT_COLUMNS, Nature, faults_of_a_grant

__all__ = ["DELIBERATION_COLUMNS", "GRANT_COLUMNS", "Nature", "faults_of_a_deliberation", "faults_of_a_grant"]
