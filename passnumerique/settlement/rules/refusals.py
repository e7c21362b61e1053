"""What settlement says no to: each by name, with what to do next."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class NothingToClaim(Refusal):
    sentence = N_(
        "Aucun pass n’est à demander en remboursement jusqu’à ce mois. "
        "Ceux qui ont été utilisés sont déjà dans une demande\u202f: ouvrez la liste de vos demandes."
    )


class MonthNotOver(Refusal):
    sentence = N_("Ce mois n’est pas terminé. Déposez la demande à partir du {day}.")


class ApproverIsPreparer(Refusal):
    sentence = N_(
        "Vous avez déposé cette demande\u202f: une autre personne doit la contrôler et l’accepter. "
        "Prévenez un collègue."
    )


class LineWithoutVerdict(Refusal):
    sentence = N_("Des lignes n’ont pas été contrôlées\u202f: {count}. Contrôlez-les, ou acceptez toutes les autres.")


class RejectionWithoutReason(Refusal):
    sentence = N_("Une ligne contestée doit porter un motif\u202f: le lieu le lira. Indiquez-le.")


class VerdictMissing(Refusal):
    sentence = N_("Une ligne se contrôle en l’acceptant ou en la contestant. Choisissez l’un des deux.")


class ClaimNotReady(Refusal):
    sentence = N_(
        "La demande n° {number} est «\u202f{state}\u202f»\u202f: "
        "cette action n’est pas possible à cette étape. Rechargez la page et reprenez là où elle en est."
    )


class LineNotDisputed(Refusal):
    sentence = N_("Cette ligne n’est pas contestée. Rechargez la demande pour voir où elle en est.")


class LineNotPaid(Refusal):
    sentence = N_("Une somme n’est récupérée que si elle a été payée. Choisissez des lignes de demandes payées.")


class PaymentReferenceMissing(Refusal):
    sentence = N_("Indiquez la référence du mandat ou du paiement, telle que la comptabilité la porte.")


class PaidBeforeDecided(Refusal):
    sentence = N_(
        "La date {day} vient avant l’étape précédente, du {earlier}. "
        "Une demande est acceptée, puis mandatée, puis payée. Corrigez la date."
    )


class NothingToFreeze(Refusal):
    sentence = N_("Aucun pass dû n’est à geler. Vérifiez les lieux choisis.")


class CashAmountMissing(Refusal):
    sentence = N_("Le montant doit être supérieur à zéro. Pour un retour, choisissez le mouvement inverse.")


class CashReferenceMissing(Refusal):
    sentence = N_("Indiquez la référence de ce mouvement, telle que la comptabilité ou la banque la porte.")


class CashReferenceTaken(Refusal):
    sentence = N_(
        "Un mouvement de même nature porte déjà la référence «\u202f{reference}\u202f»\u202f: "
        "il est enregistré une seule fois. Vérifiez la liste des mouvements."
    )


class CashOfTheFuture(Refusal):
    sentence = N_("Le {day} n’est pas encore passé. Enregistrez ce mouvement le jour où il a lieu, ou après.")
