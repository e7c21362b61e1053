"""What the register says no to: each by name, with what to do next."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.vouchers.rules.states import State


class UnknownCode(Refusal):
    sentence = N_(
        "Aucun pass de ce dispositif n’a le code {code}. Relisez-le sur la carte, lettre par lettre. "
        "S’il est juste, gardez la carte et prévenez la collectivité."
    )


class WrongCheckLetter(Refusal):
    sentence = N_(
        "Le code {code} contient une erreur de frappe\u202f: sa lettre de contrôle ne correspond pas. "
        "Relisez-le sur la carte."
    )


class CodeOfAnotherProgramme(Refusal):
    sentence = N_("Ce pass vient d’un autre dispositif. Il n’est pas accepté ici\u202f: rendez-le à la personne.")


class UnknownNumbers(Refusal):
    sentence = N_("Ces pass n’existent pas dans ce dispositif\u202f: {numbers}. Vérifiez les numéros.")


class NumbersAlreadyReceived(Refusal):
    sentence = N_(
        "Des numéros ou des codes de ce lot sont déjà enregistrés\u202f: {numbers}. "
        "Vérifiez que le fichier n’a pas déjà été importé."
    )


class CodesOfIssuer(Refusal):
    sentence = N_(
        "Les codes de ces pass viennent de l’émetteur\u202f: ils ne sont pas gardés ici et ne peuvent pas être "
        "imprimés. Servez-vous des cartes de l’émetteur."
    )


class PartitionsNeedPostgresql(Refusal):
    sentence = N_(
        "Ranger les événements par mois demande PostgreSQL. Cette installation est sur SQLite\u202f: "
        "rien n’est à faire, et rien n’a été changé."
    )


class LotFileInvalid(Refusal):
    sentence = N_("Le fichier du lot contient des lignes à corriger\u202f: {count}. Rien n’a été enregistré.")


class RangePartlyGone(Refusal):
    sentence = N_(
        "Une partie de cette plage n’est plus disponible ici\u202f: {numbers}. "
        "Réduisez la plage, ou vérifiez où sont ces pass. Rien n’a été déplacé."
    )


class EmptyRange(Refusal):
    sentence = N_("Aucun pass n’est désigné. Indiquez un numéro, une plage de numéros ou de carnets.")


class SignatureMissing(Refusal):
    sentence = N_("Le bordereau doit porter le nom des deux signataires. Indiquez qui remet et qui reçoit.")


class SameStructure(Refusal):
    sentence = N_("La structure qui donne et celle qui reçoit sont la même. Choisissez-en une autre.")


class StructureNotActive(Refusal):
    sentence = N_(
        "Cette structure n’est pas habilitée à remettre des pass le {day}. "
        "Vérifiez ses dates dans «\u202fRéseau\u202f»."
    )


class PlaceNotAccredited(Refusal):
    sentence = N_(
        "Ce lieu n’est pas agréé le {day}\u202f: le pass ne peut pas y être utilisé. "
        "Gardez le pass et appelez la collectivité."
    )


class PlaceOutsideZone(Refusal):
    sentence = N_(
        "Ce lieu est hors du territoire, où les pass de ce dispositif s’utilisent seulement. "
        "Gardez le pass et appelez la collectivité."
    )


class DistributionOver(Refusal):
    sentence = N_(
        "La remise des pass s’est terminée le {until}. Ne remettez plus de pass\u202f: rendez votre stock, "
        "ou attendez une prolongation."
    )


class Lapsed(Refusal):
    sentence = N_(
        "Ce pass n’est plus valable depuis le {until}. Rendez-le à la personne "
        "et proposez-lui d’appeler la collectivité."
    )


class TrainingOver(Refusal):
    sentence = N_("Les formations se sont terminées le {until}. Aucun atelier ne peut avoir lieu après cette date.")


class ClaimsClosed(Refusal):
    sentence = N_(
        "Les demandes de remboursement sont closes depuis le {until}. Appelez la collectivité\u202f: "
        "elle seule peut rouvrir un délai."
    )


class TooManyForOnePerson(Refusal):
    sentence = N_(
        "Une même personne peut recevoir {cap} pass au plus\u202f; elle en aurait {count}. Remettez-en moins."
    )


class NotYetToReplace(Refusal):
    sentence = N_("Ce pass perdu est recherché jusqu’à son échéance, le {until}. Il pourra être remplacé ensuite.")


class NothingToReplaceWith(Refusal):
    sentence = N_(
        "Le pass {number} ne peut pas servir de remplacement\u202f: il doit être en stock au même endroit. "
        "Choisissez-en un autre."
    )


class ClockAhead(Refusal):
    sentence = N_("L’horloge de cet appareil avance. Mettez-la à l’heure, puis recommencez\u202f: rien n’a été pris.")


class UndoTooLate(Refusal):
    sentence = N_(
        "Cette utilisation ne peut plus être corrigée\u202f: le délai était de {hours} heures. "
        "Signalez l’erreur à la collectivité, qui écartera la ligne de votre demande."
    )


class UndoElsewhere(Refusal):
    sentence = N_("Seul le lieu qui a pris ce pass peut corriger l’utilisation.")


class IdAlreadyUsed(Refusal):
    sentence = N_(
        "Cette utilisation porte un identifiant déjà employé pour une autre. "
        "Recommencez avec un nouvel identifiant\u202f: sur une page, rechargez-la."
    )


class WrongNumberOfPasses(Refusal):
    sentence = N_("Cet atelier demande {expected} pass par personne\u202f; {given} ont été présentés.")


class SetIncomplete(Refusal):
    sentence = N_(
        "Un autre pass présenté avec celui-ci est refusé\u202f: aucun n’a été pris. Écartez-le et recommencez."
    )


class AskedElsewhere(Refusal):
    sentence = N_("Ce pass est demandé ailleurs au même instant. Rien n’a été pris\u202f: présentez-le de nouveau.")


class NotHandedOver(Refusal):
    sentence = N_(
        "Ce pass n’a pas encore été remis à une personne. Gardez-le et appelez la structure ou la collectivité."
    )


class NotAllocated(Refusal):
    sentence = N_("Ce pass est encore en stock à la collectivité. Il doit d’abord être confié à une structure.")


class AlreadyHandedOver(Refusal):
    sentence = N_("Ce pass est déjà remis à une personne. Prenez-en un autre dans votre stock.")


class AlreadyRedeemed(Refusal):
    sentence = N_(
        "Ce pass a déjà été utilisé{where}. Il ne peut servir qu’une fois\u202f: demandez un autre pass à la personne."
    )


class AlreadyClaimed(Refusal):
    sentence = N_("Ce pass est déjà dans une demande de remboursement. Ouvrez cette demande pour la suite.")


class AlreadyApproved(Refusal):
    sentence = N_("Ce pass est déjà accepté au remboursement. Il ne reste qu’à le payer.")


class UnderDispute(Refusal):
    sentence = N_("Ce pass est contesté. Lisez le motif dans la demande et répondez-y d’abord.")


class IsRefused(Refusal):
    sentence = N_("Le remboursement de ce pass est refusé définitivement. Lisez le motif dans la demande.")


class AlreadyReimbursed(Refusal):
    sentence = N_("Ce pass est déjà remboursé. S’il y a eu erreur, déclarez la somme indue.")


class IsBlocked(Refusal):
    sentence = N_(
        "Ce pass est bloqué\u202f: il a été déclaré perdu ou volé. Ne le prenez pas et appelez la collectivité."
    )


class IsReplaced(Refusal):
    sentence = N_("Ce pass a été remplacé par un autre. Demandez à la personne son nouveau pass.")


class IsCancelled(Refusal):
    sentence = N_("Ce pass est annulé\u202f: il n’a plus de valeur. Ne le prenez pas.")


class IsFrozen(Refusal):
    sentence = N_(
        "Ce pass est gelé\u202f: l’émetteur est défaillant. Il figure dans l’état des créanciers\u202f; "
        "la collectivité vous dira la suite."
    )


class IsToRecover(Refusal):
    sentence = N_("La somme de ce pass est indue et doit être récupérée. Voyez avec le service des finances.")


class IsRecovered(Refusal):
    sentence = N_("La somme de ce pass a été récupérée. Plus rien n’est à faire.")


REFUSAL_OF_STATE: dict[State, type[Refusal]] = {
    State.AUTHORITY_STOCK: NotAllocated,
    State.STRUCTURE_STOCK: NotHandedOver,
    State.HELD: AlreadyHandedOver,
    State.REDEEMED: AlreadyRedeemed,
    State.CLAIMED: AlreadyClaimed,
    State.APPROVED: AlreadyApproved,
    State.DISPUTED: UnderDispute,
    State.REFUSED: IsRefused,
    State.REIMBURSED: AlreadyReimbursed,
    State.BLOCKED: IsBlocked,
    State.REPLACED: IsReplaced,
    State.CANCELLED: IsCancelled,
    State.FROZEN: IsFrozen,
    State.TO_RECOVER: IsToRecover,
    State.RECOVERED: IsRecovered,
}
"""Why a voucher in a state refuses an act that the rule book does not allow from there."""


class NotRedeemedYet(Refusal):
    sentence = N_("Ce pass n’a pas été utilisé\u202f: il n’y a rien à corriger, à demander ni à payer.")


class NotBlocked(Refusal):
    sentence = N_("Ce pass n’est pas bloqué. Déclarez-le d’abord perdu ou volé.")


class NotClaimedYet(Refusal):
    sentence = N_("Ce pass n’est dans aucune demande de remboursement. Le lieu doit d’abord l’y mettre.")


class NotDisputedYet(Refusal):
    sentence = N_("Ce pass n’est pas contesté. Contestez-le d’abord au contrôle de la demande, avec un motif.")


class NotFrozen(Refusal):
    sentence = N_("Ce pass n’est pas gelé\u202f: il n’y a rien à dégeler. Rechargez la page.")


class NotApprovedYet(Refusal):
    sentence = N_("Ce pass n’est pas encore accepté au remboursement. Contrôlez d’abord la demande.")


class NotReimbursedYet(Refusal):
    sentence = N_("Ce pass n’a pas été payé\u202f: il n’y a rien à récupérer.")


class NotAsMany(Refusal):
    sentence = N_(
        "Il faut autant de pass de remplacement que de pass perdus\u202f: {asked} perdus, {given} proposés. "
        "Corrigez l’une des deux plages."
    )
