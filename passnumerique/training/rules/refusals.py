"""What training says no to: each by name, with what to do next."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class PlaceMayNotHost(Refusal):
    sentence = N_(
        "Ce lieu n’est pas agréé le {day}\u202f: il ne peut pas y tenir d’atelier. "
        "Choisissez un autre jour, ou vérifiez ses dates dans «\u202fRéseau\u202f»."
    )


class SessionAfterTraining(Refusal):
    sentence = N_("Les formations se terminent le {until}. Choisissez un jour jusqu’à cette date.")


class SessionEndsTooSoon(Refusal):
    sentence = N_("L’atelier doit finir le jour même, après son début. Corrigez l’heure de fin.")


class SeatsOutOfBounds(Refusal):
    sentence = N_("Un atelier a entre 1 et {most} places. Corrigez le nombre de places.")


class RoomTaken(Refusal):
    sentence = N_(
        "Un autre atelier a lieu dans cette salle à la même heure\u202f: "
        "«\u202f{title}\u202f», de {starts} à {ends}. Changez l’heure, ou indiquez une autre salle."
    )


class SessionIsCancelled(Refusal):
    sentence = N_("Cet atelier est annulé. Choisissez-en un autre, ou prévoyez une nouvelle date.")


class SessionNotBegun(Refusal):
    sentence = N_("Cet atelier a lieu le {day}. Aucun pass ne peut y être pris et aucune présence notée avant ce jour.")


class SessionIsOver(Refusal):
    sentence = N_("Cet atelier est terminé depuis le {day}. Choisissez un atelier à venir.")


class SessionFull(Refusal):
    sentence = N_(
        "Cet atelier est complet\u202f: ses {seats} places sont prises. "
        "Choisissez un autre atelier, ou augmentez le nombre de places."
    )


class SeatsAlreadyTaken(Refusal):
    sentence = N_("{taken} places sont déjà prises. Gardez au moins ce nombre de places, ou retirez des inscrits.")


class SessionHasPasses(Refusal):
    sentence = N_(
        "Des pass ont déjà été utilisés à cet atelier\u202f: {count}. "
        "Il ne peut plus être annulé ni déplacé. Corrigez d’abord ces utilisations."
    )


class CauseMissing(Refusal):
    sentence = N_("Indiquez pourquoi l’atelier est annulé\u202f: les personnes inscrites liront ce motif.")


class PassAlreadyBooked(Refusal):
    sentence = N_(
        "Ce pass réserve déjà une place pour l’atelier du {day}. "
        "Libérez d’abord cette place, ou présentez un autre pass."
    )


class CodeNeeded(Refusal):
    sentence = N_("Pour réserver une place depuis une structure, indiquez le code d’un pass de la personne.")


class ParticipantUsedPass(Refusal):
    sentence = N_(
        "Un pass de {who} a été utilisé à cet atelier\u202f: la personne y était présente. "
        "S’il y a erreur, corrigez d’abord l’utilisation."
    )


class StatusNotByHand(Refusal):
    sentence = N_("Ce statut ne se note pas à la main. Choisissez attendu, présent, excusé ou absent.")


class PlanEntryInUse(Refusal):
    sentence = N_(
        "«\u202f{name}\u202f» ne peut pas quitter le plan de formation\u202f: des ateliers y sont rattachés. "
        "Gardez cette ligne dans le plan."
    )


class PlanInvalid(Refusal):
    sentence = N_(
        "Le plan de formation contient une ligne à corriger\u202f: «\u202f{name}\u202f». "
        "Chaque thème, module et atelier porte un nom\u202f; un module coûte au moins un pass "
        "et dure au moins un quart d’heure."
    )


class SessionBegun(Refusal):
    sentence = N_(
        "Cet atelier a commencé le {day}. Les places ne se prennent et ne se rendent plus ici\u202f: téléphonez au lieu."
    )


class PassGivenTwice(Refusal):
    sentence = N_("Le même pass est indiqué deux fois. Gardez chaque pass une seule fois.")


class NoPassGiven(Refusal):
    sentence = N_("Aucun pass n’est indiqué. Donnez le code d’un pass pour chaque place.")


class SeatGivenBack(Refusal):
    sentence = N_("Cette place est déjà rendue\u202f: il n’y a plus rien à annuler.")


class SeatsStillFree(Refusal):
    sentence = N_("Il reste des places à cet atelier\u202f: {free}. Réservez-en une au lieu d’attendre.")


class AlreadyWaiting(Refusal):
    sentence = N_("Ce pass attend déjà une place à cet atelier. Il n’y a rien d’autre à faire\u202f: attendez une réponse.")


class OfferOver(Refusal):
    sentence = N_(
        "Cette place n’est plus proposée\u202f: le délai pour répondre est passé. "
        "Remettez-vous en attente, ou choisissez un autre atelier."
    )


class OfferAnswered(Refusal):
    sentence = N_("Cette proposition a déjà reçu une réponse. Regardez la place réservée, ou choisissez un autre atelier.")


class SeriesEmpty(Refusal):
    sentence = N_("Aucune date ne reste dans cette série. Changez les jours, les dates, ou gardez les vacances scolaires.")


class SeriesTooLong(Refusal):
    sentence = N_("Cette série compte {count} ateliers\u202f: {most} au plus. Arrêtez-la plus tôt, puis programmez la suite.")


class SeriesEndsBeforeStart(Refusal):
    sentence = N_("La série finit avant de commencer. Donnez une dernière date après la première.")


class SeriesRoomTaken(Refusal):
    sentence = N_(
        "Le {day}, un autre atelier a lieu dans cette salle à la même heure\u202f: «\u202f{title}\u202f», de {starts} à {ends}. "
        "Rien n’a été programmé. Changez l’heure ou la salle, ou retirez ce jour."
    )


class CommuneUnknown(Refusal):
    sentence = N_(
        "Aucune commune connue ne porte le code {insee}. Elle a peut-être fusionné\u202f: "
        "choisissez dans la liste la commune dont elle fait partie."
    )
