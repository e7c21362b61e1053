"""What the files of an issuer, the reconciliation and what is said of its differences are refused for."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class IssuerNameMissing(Refusal):
    sentence = N_("Indiquez de quel émetteur vient ce fichier.")


class LotReferenceMissing(Refusal):
    sentence = N_("Indiquez la référence du lot, telle que le bon de livraison la porte.")


class FileAlreadyWithdrawn(Refusal):
    sentence = N_("Ce fichier est déjà retiré. Rechargez la page pour voir où il en est.")


class WithdrawalWithoutReason(Refusal):
    sentence = N_("Indiquez pourquoi ce fichier est retiré\u202f: le motif est gardé avec lui.")


class LotFileStays(Refusal):
    sentence = N_(
        "Le fichier d’un lot reçu ne se retire pas\u202f: ses pass sont au registre. Annulez les pass s’il le faut."
    )


class FileHasPaid(Refusal):
    sentence = N_(
        "Des paiements ont été enregistrés d’après ce fichier\u202f: il est leur preuve et ne se retire pas. "
        "Si un paiement est revenu, notez son retour."
    )


class PaymentsChanged(Refusal):
    sentence = N_(
        "Les paiements à enregistrer ont changé\u202f: vous avez lu {expected_cents}, c’est maintenant {now_cents}. "
        "Relisez la liste, puis confirmez."
    )


class DifferenceGone(Refusal):
    sentence = N_("Cet écart n’existe plus\u202f: les sources disent la même chose. Rechargez le rapprochement.")


class DifferenceChanged(Refusal):
    sentence = N_("Quelqu’un vient d’écrire sur cet écart. Rechargez la page et lisez avant de décider.")


class ExplanationMissing(Refusal):
    sentence = N_("Un écart expliqué ou réglé doit dire pourquoi. Écrivez-le en une phrase.")
