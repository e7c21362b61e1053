"""What this floor refuses, and what to do next."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class ContactUnreadable(Refusal):
    sentence = N_(
        "Ce contact n’est ni un numéro de téléphone ni une adresse électronique. "
        "Corrigez-le, ou laissez le champ vide\u202f: il n’est pas obligatoire."
    )


class ContactOfOtherKind(Refusal):
    sentence = N_(
        "Un numéro de téléphone ne reçoit pas de courrier électronique, et une adresse ne reçoit pas de SMS. "
        "Choisissez l’autre manière d’écrire à la personne."
    )


class ConsentNeeded(Refusal):
    sentence = N_(
        "Un contact n’est gardé que si la personne est d’accord. Lisez-lui la phrase, puis cochez son accord, "
        "ou laissez le contact vide."
    )


class IdentityIncomplete(Refusal):
    sentence = N_(
        "Pour reconnaître la personne, il faut son prénom, son nom et sa date de naissance. "
        "Complétez les trois, ou laissez-les vides\u202f: ils ne sont pas obligatoires."
    )


class ContactsNotKept(Refusal):
    sentence = N_(
        "Cette installation ne garde aucun contact\u202f: sa clé manque. "
        "Continuez sans contact, et prévenez la personne qui administre la plateforme."
    )
