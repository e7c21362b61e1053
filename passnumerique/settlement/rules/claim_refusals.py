"""What the claims of places and their control say no to: each by name, with what to do next."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class AlreadyConfirmed(Refusal):
    sentence = N_("Cette demande est déjà confirmée. Ouvrez la liste de vos demandes pour la suivre.")


class LineNotProposed(Refusal):
    sentence = N_("Un des pass choisis n’est plus dans cette demande. Rechargez la page et recommencez.")


class LeftWithoutReason(Refusal):
    sentence = N_("Indiquez pourquoi ce pass est laissé pour plus tard\u202f: vous le relirez le mois suivant.")


class NothingToPrepare(Refusal):
    sentence = N_(
        "Aucun lieu n’a de pass à demander\u202f: tout ce qui a été utilisé est déjà demandé. "
        "Revenez après les prochains ateliers."
    )


class PreparationRuns(Refusal):
    sentence = N_("La préparation d’un autre mois, celui du {month}, est en cours. Attendez sa fin, puis recommencez.")


class AlreadyDrawn(Refusal):
    sentence = N_("Le tirage de cette demande est fait\u202f: le refaire serait choisir. Contrôlez les pass tirés.")


class SampleNotControlled(Refusal):
    sentence = N_("Des pass tirés ou signalés n’ont pas été contrôlés\u202f: {count}. Contrôlez-les avant de décider.")


class SampleShowsErrors(Refusal):
    sentence = N_(
        "Le tirage montre trop d’erreurs ({errors} sur {drawn})\u202f: tous les pass se contrôlent. "
        "Il en reste {count}."
    )


class LineToLookAt(Refusal):
    sentence = N_(
        "Des pass fortement signalés n’ont pas été contrôlés\u202f: {count}. "
        "Regardez-les un par un, en tête de liste, puis décidez."
    )


class ConfirmerIsApprover(Refusal):
    sentence = N_(
        "Vous avez accepté cette demande\u202f: au-delà du seuil, une seconde personne la confirme. "
        "Prévenez un collègue d’un autre rôle\u202f; si vous êtes seul, faites ouvrir un accès à un élu."
    )


class ConfirmerSameRole(Refusal):
    sentence = N_(
        "Au-delà du seuil, la seconde personne a un autre rôle que la première\u202f: "
        "gestion du dispositif et service des finances. Prévenez l’autre service."
    )


class PayerIsApprover(Refusal):
    sentence = N_(
        "Vous avez accepté cette demande\u202f: une autre personne la mandate et la paie. "
        "Prévenez un collègue des finances\u202f; si vous êtes seul, faites ouvrir un accès à un élu ou à un agent."
    )


class AnswerWaits(Refusal):
    sentence = N_("Le lieu a répondu au sujet d’un de ces pass. Ouvrez sa réponse pour l’accepter ou non.")


class AnswerEmpty(Refusal):
    sentence = N_("Écrivez ce que vous répondez\u202f: ce qui s’est passé, et ce que montre le justificatif.")


class AnswerTooLate(Refusal):
    sentence = N_(
        "Le délai pour répondre était le {until}. Écrivez à la collectivité\u202f: elle peut encore accepter ce pass."
    )


class AnsweredAlready(Refusal):
    sentence = N_("Vous avez déjà répondu au sujet de ce pass. Ouvrez la demande pour lire ce qu’il en est.")


class AnswerIsDecided(Refusal):
    sentence = N_("Cette réponse est déjà examinée. Rechargez la demande pour lire ce qui a été décidé.")


class RefusedTooSoon(Refusal):
    sentence = N_(
        "Le lieu peut encore répondre jusqu’au {until}. Attendez sa réponse ou la fin du délai, puis recommencez."
    )


class RefuserIsContester(Refusal):
    sentence = N_(
        "Vous avez contesté un de ces pass\u202f: une autre personne prononce le refus définitif. Prévenez un collègue."
    )


class NothingToThaw(Refusal):
    sentence = N_("Aucun pass gelé n’est à dégeler. Vérifiez les lieux choisis.")


class ThawWithoutReason(Refusal):
    sentence = N_("Écrivez pourquoi ces pass sont dégelés\u202f: le lieu et le comptable le liront.")


class JudgeIsContester(Refusal):
    sentence = N_(
        "Vous avez contesté ce pass\u202f: une autre personne examine la réponse du lieu. Prévenez un collègue."
    )


class UndueOnOrder(Refusal):
    sentence = N_(
        "Un de ces pass est déjà revenu, ou figure sur un ordre de recouvrement. "
        "Enregistrez l’encaissement sur l’ordre, en entier."
    )


class NothingToRecover(Refusal):
    sentence = N_("Ce lieu n’a pas de somme indue à rendre. Choisissez un autre lieu.")


class RecoveredAlready(Refusal):
    sentence = N_("L’ordre de recouvrement n° {number} est déjà encaissé. Rechargez la page.")
