"""What the installation does by itself, programme by programme, and how it tells what it did. Pure.

What each does stands on the floors above; when each is due, in the roof `jobs`.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from passnumerique.ground.words import N_


class JobName(StrEnum):
    """One kind of work that nobody asks for."""

    EXPIRE_OFFERS = "expire_offers"
    NEWS = "news"
    REMINDERS = "reminders"
    SETTLE_MESSAGES = "settle_messages"
    RECEIPTS = "receipts"
    PREPARE_CLAIMS = "prepare_claims"
    STRUCTURES = "structures"
    CLOSING = "closing"
    OPINIONS = "opinions"
    PURGE = "purge"
    SEAL = "seal"
    FORECAST = "forecast"
    LETTERS = "letters"


JOB_WORDS = {
    JobName.EXPIRE_OFFERS: N_("reprendre les places proposées sans réponse"),
    JobName.NEWS: N_("écrire\u202f: places réservées, proposées, ateliers annulés"),
    JobName.REMINDERS: N_("écrire\u202f: rappels deux jours et deux heures avant"),
    JobName.SETTLE_MESSAGES: N_("clore les messages dont on ne sait rien"),
    JobName.RECEIPTS: N_("demander à l’opérateur ce que sont devenus les SMS"),
    JobName.PREPARE_CLAIMS: N_("continuer la préparation des demandes des lieux"),
    JobName.STRUCTURES: N_("écrire aux structures\u202f: pass qui dorment"),
    JobName.CLOSING: N_("écrire aux structures\u202f: fin de validité"),
    JobName.OPINIONS: N_("écrire au réseau\u202f: avis attendus"),
    JobName.PURGE: N_("effacer les contacts arrivés à leur terme"),
    JobName.SEAL: N_("sceller le journal"),
    JobName.FORECAST: N_("garder la prévision de la veille"),
    JobName.LETTERS: N_("écrire aux structures et aux lieux\u202f: lettre du mois"),
}
COUNT_WORDS = {
    "done": N_("faits"),
    "passes": N_("pass proposés"),
    "sent": N_("envoyés"),
    "postponed": N_("à renvoyer"),
    "failed": N_("échecs"),
    "contacts": N_("contacts effacés"),
    "keys": N_("clés effacées"),
    "rows": N_("lignes scellées"),
}
"""What a run counts, by the name under which it is kept."""

LEASE = timedelta(minutes=15)
"""For that long a run has its job for itself; a run that was killed holds it no longer."""


def due_next(at: datetime, every: timedelta) -> datetime:
    """When a job that begins now is due again: a little early, so that a timer that is seconds late does not
    skip a turn each time."""
    return at + every - min(timedelta(seconds=20), every / 3)
