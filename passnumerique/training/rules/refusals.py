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
    sentence = N_("Cet atelier a commencé le {day}. Pour prendre ou rendre une place maintenant, téléphonez au lieu.")


class PassGivenTwice(Refusal):
    sentence = N_("Le même pass est indiqué deux fois. Gardez chaque pass une seule fois.")


class NoPassGiven(Refusal):
    sentence = N_("Aucun pass n’est indiqué. Donnez le code d’un pass pour chaque place.")


class SeatGivenBack(Refusal):
    sentence = N_("Cette place est déjà rendue\u202f: il n’y a plus rien à annuler.")


class SeatsStillFree(Refusal):
    sentence = N_("Il reste des places à cet atelier\u202f: {free}. Réservez-en une au lieu d’attendre.")


class AlreadyWaiting(Refusal):
    sentence = N_(
        "Ce pass attend déjà une place à cet atelier. Attendez une réponse\u202f: il n’y a rien d’autre à faire."
    )


class OfferOver(Refusal):
    sentence = N_(
        "Cette place n’est plus proposée\u202f: le délai pour répondre est passé. "
        "Remettez-vous en attente, ou choisissez un autre atelier."
    )


class OfferAnswered(Refusal):
    sentence = N_("Cette proposition a déjà reçu une réponse. Regardez vos places, ou choisissez un autre atelier.")


class SeriesEmpty(Refusal):
    sentence = N_("Aucune date ne reste dans cette série. Changez les jours ou les dates, ou gardez les vacances.")


class SeriesTooLong(Refusal):
    sentence = N_("Cette série compte plus de {most} ateliers. Arrêtez-la plus tôt, puis programmez la suite.")


class SeriesEndsBeforeStart(Refusal):
    sentence = N_("La série finit avant de commencer. Donnez une dernière date après la première.")


class SeriesRoomTaken(Refusal):
    sentence = N_(
        "Le {day}, un autre atelier a lieu dans cette salle à la même heure\u202f: "
        "«\u202f{title}\u202f», de {starts} à {ends}. "
        "Rien n’a été programmé. Changez l’heure ou la salle, ou retirez ce jour."
    )


class SheetIsClosed(Refusal):
    sentence = N_(
        "La feuille de cet atelier est close depuis le {day}. Rouvrez-la en disant pourquoi, puis signez-la de nouveau."
    )


class SheetNotClosed(Refusal):
    sentence = N_("La feuille de cet atelier n’est pas close\u202f: vous pouvez la corriger.")


class SheetNotAnswered(Refusal):
    sentence = N_(
        "Des personnes sont encore attendues\u202f: {count}. Notez chacune présente, excusée ou absente, "
        "puis signez la feuille."
    )


class SheetNotSigned(Refusal):
    sentence = N_(
        "Des personnes présentes n’ont pas signé\u202f: {count}. Faites-les signer, attestez leur présence, "
        "ou joignez d’abord la feuille signée sur papier."
    )


class ReasonMissing(Refusal):
    sentence = N_("Indiquez pourquoi\u202f: le motif est gardé avec la feuille.")


class SignatureEmpty(Refusal):
    sentence = N_("La signature est vide. Signez dans le cadre, avec le doigt, un stylet ou la souris.")


class SignatureUnreadable(Refusal):
    sentence = N_("Cette signature n’a pas pu être lue. Effacez le cadre et signez de nouveau.")


class AlreadySigned(Refusal):
    sentence = N_("{who} a déjà signé. Une signature ne se remplace pas.")


class SignerNotPresent(Refusal):
    sentence = N_("{who} n’est pas noté présent. Notez sa présence, puis faites signer.")


class SignedPresent(Refusal):
    sentence = N_("{who} a signé la feuille\u202f: la personne était présente.")


class EndingWrong(Refusal):
    sentence = N_(
        "Ces quatre lettres ne sont pas les dernières du pass qui a réservé. Relisez la carte, ou scannez-la."
    )


class EndingUnknown(Refusal):
    sentence = N_(
        "Aucun pass qui a réservé ici ne finit par ces quatre lettres. Scannez la carte, ou tapez le code entier."
    )


class EndingOfSeveral(Refusal):
    sentence = N_(
        "Plusieurs pass inscrits finissent par ces quatre lettres. Scannez la carte, ou tapez le code entier."
    )


class EndingsTriedTooOften(Refusal):
    sentence = N_(
        "Trop d’essais avec de mauvaises lettres. Scannez la carte ou tapez le code entier, ou attendez dix minutes."
    )


class GroupNotWhole(Refusal):
    sentence = N_("Ce pass est bon, mais rien n’a été enregistré\u202f: un autre pass du groupe est refusé.")


class EvidenceTooLarge(Refusal):
    sentence = N_("Ce fichier est trop lourd. Joignez un fichier de {megabytes} Mo au plus.")


class EvidenceUnreadable(Refusal):
    sentence = N_("Ce fichier n’est ni un PDF, ni une image PNG ou JPEG. Scannez la feuille ou prenez-la en photo.")


class AbsentKeepsPass(Refusal):
    sentence = N_(
        "Une personne absente ou excusée garde son pass\u202f: il n’a pas été pris. "
        "Notez la personne présente si elle est là."
    )


class SeriesOver(Refusal):
    sentence = N_("Plus aucun atelier de cette série n’est à venir à partir du {day}. Il n’y a rien à annuler.")


class MessagesAreOff(Refusal):
    sentence = N_(
        "Ce dispositif n’écrit à personne pour l’instant. Téléphonez, ou demandez à la personne qui le gère "
        "d’ouvrir les messages dans «\u202fRègles du dispositif\u202f»."
    )


class NotAtThisHour(Refusal):
    sentence = N_("Aucun message ne part entre 20\u202fh et 8\u202fh. Revenez dans la journée.")


class NobodyToWriteTo(Refusal):
    sentence = N_(
        "Cette personne n’a laissé aucun contact, ou l’a retiré. Attendez qu’elle revienne, "
        "et proposez-lui alors un atelier."
    )


class AlreadyReminded(Refusal):
    sentence = N_("Un rappel est déjà parti le {day}. Le prochain pourra partir à partir du {again}.")


class ReminderFailed(Refusal):
    sentence = N_("Un rappel a déjà été essayé ce mois-ci et n’est pas arrivé. Réessayez le mois prochain.")


class MailIsOff(Refusal):
    sentence = N_("Cette installation n’envoie pas de courriels. Téléphonez, ou demandez à l’exploitant de les ouvrir.")


class OutsideTheNetwork(Refusal):
    sentence = N_("Cet organisme n’est pas agréé ce jour. Choisissez-en un autre, ou agréez-le dans le réseau.")


class SessionAlreadyAsked(Refusal):
    sentence = N_("Un atelier lui a été demandé il y a moins de {days} jours. Téléphonez, ou attendez sa réponse.")


class SessionNotAsked(Refusal):
    sentence = N_("Cet organisme n’a pas laissé d’adresse, ou ne veut plus de courriels. Téléphonez-lui.")
