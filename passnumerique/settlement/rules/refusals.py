"""What settlement says no to: each by name, with what to do next."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.settlement.rules.claim_refusals import (
    AlreadyConfirmed,
    AlreadyDrawn,
    AnsweredAlready,
    AnswerEmpty,
    AnswerIsDecided,
    AnswerTooLate,
    AnswerWaits,
    ConfirmerIsApprover,
    ConfirmerSameRole,
    JudgeIsContester,
    LeftWithoutReason,
    LineNotProposed,
    LineToLookAt,
    NothingToPrepare,
    NothingToRecover,
    NothingToThaw,
    PayerIsApprover,
    PreparationRuns,
    RecoveredAlready,
    RefusedTooSoon,
    RefuserIsContester,
    SampleNotControlled,
    SampleShowsErrors,
    ThawWithoutReason,
    UndueOnOrder,
)
from passnumerique.settlement.rules.run_refusals import (
    AccountUnreadable,
    AuthorityWithoutAccount,
    ClaimInRun,
    ClaimNotPayable,
    FileWithFreeAddress,
    LineNotWaiting,
    PayDayPast,
    PayerIsIssuer,
    PaymentNotLive,
    PlaceClosed,
    PlaceWithoutAccount,
    RunApproverIsPreparer,
    RunChanged,
    RunEmpty,
    RunNotForBank,
    RunNotForSoftware,
    RunNotReady,
    RunOrdersOwnClaim,
    RunPartlyPaid,
    RunPayerIsApprover,
    RunReasonMissing,
    RunSent,
)

__all__ = [
    "AccountUnreadable",
    "AlreadyConfirmed",
    "AlreadyDrawn",
    "AnswerEmpty",
    "AnswerIsDecided",
    "AnswerTooLate",
    "AnswerWaits",
    "AnsweredAlready",
    "AuthorityWithoutAccount",
    "ClaimInRun",
    "ClaimNotPayable",
    "ConfirmerIsApprover",
    "ConfirmerSameRole",
    "FileWithFreeAddress",
    "JudgeIsContester",
    "LeftWithoutReason",
    "LineNotProposed",
    "LineNotWaiting",
    "LineToLookAt",
    "NothingToPrepare",
    "NothingToRecover",
    "NothingToThaw",
    "PayDayPast",
    "PayerIsApprover",
    "PayerIsIssuer",
    "PaymentNotLive",
    "PlaceClosed",
    "PlaceWithoutAccount",
    "PreparationRuns",
    "RecoveredAlready",
    "RefusedTooSoon",
    "RefuserIsContester",
    "RunApproverIsPreparer",
    "RunChanged",
    "RunEmpty",
    "RunNotForBank",
    "RunNotForSoftware",
    "RunNotReady",
    "RunOrdersOwnClaim",
    "RunPartlyPaid",
    "RunPayerIsApprover",
    "RunReasonMissing",
    "RunSent",
    "SampleNotControlled",
    "SampleShowsErrors",
    "ThawWithoutReason",
    "UndueOnOrder",
]
"""Those of claims and their control, and those of runs, said in files of their own, beside those below."""


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


class StatementUnreadable(Refusal):
    sentence = N_(
        "Ce relevé ne peut pas être lu (ligne {line}, colonne {column})\u202f: il est coupé ou mal encodé. "
        "Téléchargez-le de nouveau depuis la banque, sans l’ouvrir ni l’enregistrer avec un autre logiciel."
    )


class StatementUnsafe(Refusal):
    sentence = N_(
        "Ce fichier contient des instructions interdites dans un relevé (DOCTYPE ou entités). "
        "Il n’a pas été lu. Vérifiez d’où il vient avant de recommencer."
    )


class StatementNotOne(Refusal):
    sentence = N_(
        "Ce fichier n’est pas un relevé camt.053. Demandez à la banque un relevé de compte au format camt.053 (XML)."
    )


class StatementVersion(Refusal):
    sentence = N_(
        "La version {version} de camt.053 n’est pas lue ici. Demandez à la banque camt.053.001.02 ou camt.053.001.08."
    )


class StatementAmount(Refusal):
    sentence = N_(
        "Le montant «\u202f{amount}\u202f» d’un mouvement ne peut pas être lu. Téléchargez de nouveau le relevé."
    )


class StatementCurrency(Refusal):
    sentence = N_("Ce relevé est en {currency}. Seuls les relevés en euros sont lus\u202f: choisissez un autre compte.")


class StatementWithoutAccount(Refusal):
    sentence = N_("Ce relevé ne dit pas l’IBAN de son compte. Demandez à la banque un relevé camt.053 complet.")


class StatementWithoutBalance(Refusal):
    sentence = N_(
        "Le relevé {statement} n’a pas de solde d’ouverture ou de clôture. Demandez à la banque un relevé complet."
    )


class BalanceWrong(Refusal):
    sentence = N_(
        "Le relevé {statement} ne tombe pas juste\u202f: ses mouvements mènent à {made_cents}, il annonce "
        "{told_cents}. Il est incomplet ou modifié\u202f: téléchargez-le de nouveau. Rien n’a été enregistré."
    )


class StatementUnread(Refusal):
    sentence = N_(
        "Ce relevé est gardé, mais aucune clé de l’installation ne le lit. "
        "Demandez à qui l’exploite de remettre l’ancienne clé derrière la nouvelle."
    )


class StatementOfAnotherAccount(Refusal):
    sentence = N_(
        "Ce relevé est celui d’un compte qui se termine par {end}, inconnu ici. "
        "Importez celui du compte depuis lequel la collectivité paie, ou faites d’abord confirmer ce compte."
    )


class StatementTooLarge(Refusal):
    sentence = N_("Ce fichier dépasse {megabytes} Mo. Demandez à la banque un relevé par mois.")


class MovementSettled(Refusal):
    sentence = N_("Ce mouvement est déjà attribué. Rechargez la page pour voir à quoi.")


class MovementUnfit(Refusal):
    sentence = N_(
        "Un mouvement de {amount_cents} ne peut pas être «\u202f{purpose}\u202f». "
        "Choisissez une attribution qui va dans le même sens."
    )


class MovementReasonMissing(Refusal):
    sentence = N_("Dites pourquoi vous attribuez ainsi ce mouvement\u202f: le motif reste dans son histoire.")


class MovementTarget(Refusal):
    sentence = N_(
        "Choisissez le virement dont le montant est exactement celui du mouvement et qui attend encore. "
        "Rien n’a été enregistré."
    )


class DefaultWithoutCause(Refusal):
    sentence = N_("Dites pourquoi l’émetteur est déclaré défaillant\u202f: les lieux et l’audit le liront.")


class DefaultDeclared(Refusal):
    sentence = N_("L’émetteur est déclaré défaillant depuis le {day}. La liste des créanciers est sur la même page.")


class IssuerInDefault(Refusal):
    sentence = N_(
        "L’émetteur est déclaré défaillant depuis le {day}\u202f: plus rien ne passe par lui. "
        "Payez les lieux depuis la collectivité."
    )


class StepOfTheFuture(Refusal):
    sentence = N_("Le {day} n’est pas encore passé. Notez cette étape le jour où elle est faite, ou après.")


class StepTooEarly(Refusal):
    sentence = N_("Cette étape se fait à partir du {day}. Revenez ce jour-là.")


class StepWithoutReference(Refusal):
    sentence = N_("Indiquez la référence de la pièce signée ou reçue\u202f: c’est elle qui fait foi.")


class StepDone(Refusal):
    sentence = N_("Cette étape est déjà notée\u202f: {task}. Relisez la liste.")


class StillUsable(Refusal):
    sentence = N_("Des pass peuvent encore être utilisés jusqu’au {until}. Revenez le lendemain.")


class NothingUnspent(Refusal):
    sentence = N_("Aucun pass n’est à rendre à l’enveloppe\u202f: tous sont utilisés, remplacés ou annulés.")


class CreditNoteWithoutAmount(Refusal):
    sentence = N_("Écrivez le montant que porte l’avoir de l’émetteur\u202f: il est comparé au registre.")


class ClosingTooEarly(Refusal):
    sentence = N_("Le dispositif se clôt à partir du {day}. Revenez ce jour-là, ou prolongez-le par une délibération.")


class BooksDoNotBalance(Refusal):
    sentence = N_(
        "Les comptes ne s’équilibrent pas encore\u202f: {why}. "
        "La page «\u202fClôture\u202f» liste tout ce qui reste à régler ({count})."
    )
