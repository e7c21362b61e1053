"""Why banks send transfers back: the reasons of ISO 20022 that a place or a finance desk meets, in words. Pure."""

from collections.abc import Mapping

from passnumerique.ground.words import N_

RETURN_WORDS: Mapping[str, str] = {
    "AC01": N_("numéro de compte faux"),
    "AC04": N_("compte clôturé"),
    "AC06": N_("compte bloqué"),
    "AG01": N_("opération interdite sur ce compte"),
    "BE04": N_("adresse du titulaire manquante ou fausse"),
    "MS02": N_("refusé par le titulaire, sans motif"),
    "MS03": N_("refusé par la banque, sans motif"),
    "RC01": N_("banque du titulaire inconnue"),
    "RR04": N_("motif réglementaire"),
}
UNKNOWN = N_("motif de la banque non précisé")
