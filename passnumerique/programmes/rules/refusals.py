"""What this floor says no to."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class ProgrammeExists(Refusal):
    sentence = N_("Un dispositif s’appelle déjà «\u202f{slug}\u202f». Choisissez un autre nom court.")


class NameReserved(Refusal):
    sentence = N_("Le nom court «\u202f{slug}\u202f» sert déjà à une page de l’installation. Choisissez-en un autre.")


class ReferenceTaken(Refusal):
    sentence = N_("Un document porte déjà la référence {reference}. Vérifiez-la, ou ouvrez ce document.")


class DatesOutOfOrder(Refusal):
    sentence = N_(
        "Les dates ne se suivent pas\u202f: {earlier} ({earlier_day}) doit venir avant {later} ({later_day}). "
        "Corrigez l’une des deux."
    )


class ExtensionGoesBack(Refusal):
    sentence = N_(
        "Une prolongation ne peut pas avancer une date\u202f: {milestone} était le {before} et passerait au {after}. "
        "Choisissez une date plus tardive."
    )


class NothingExtended(Refusal):
    sentence = N_(
        "Ces dates sont déjà celles du calendrier\u202f: rien ne serait prolongé. "
        "Choisissez au moins une date plus tardive."
    )


class DocumentMissing(Refusal):
    sentence = N_(
        "Il manque un document\u202f: {kind}. Une prolongation demande la délibération, l’avenant à la convention "
        "du financeur et l’avenant à la convention de mandat. Ajoutez-le dans «\u202fConventions et actes\u202f»."
    )


class WrongDocument(Refusal):
    sentence = N_(
        "Le document {reference} ne convient pas ici\u202f: il faut un document de type «\u202f{kind}\u202f» "
        "qui cite la délibération. Choisissez-en un autre."
    )


class DocumentNotInForce(Refusal):
    sentence = N_(
        "Le document {reference} ne produit pas encore d’effet à cette date. Notez sa signature, ou pour une "
        "délibération sa transmission et sa publication, ou choisissez un jour plus tardif."
    )


class NoCalendar(Refusal):
    sentence = N_("Ce dispositif n’avait pas de calendrier le {day}. Choisissez une date plus tardive.")


class BadParameter(Refusal):
    sentence = N_("La valeur «\u202f{value}\u202f» ne convient pas pour «\u202f{label}\u202f»\u202f: {expected}")


class EnvelopeExceeded(Refusal):
    sentence = N_(
        "L’enveloppe ne suffit pas\u202f: il faut {asked_cents} et il reste {left_cents}. "
        "Réduisez la quantité, ou faites d’abord augmenter l’enveloppe par un avenant."
    )


class SharesDoNotSum(Refusal):
    sentence = N_(
        "Les parts des financeurs font {sum_cents} et l’enveloppe {envelope_cents}. Corrigez l’une ou l’autre."
    )


class PeriodOverlaps(Refusal):
    sentence = N_("Cette période chevauche «\u202f{other}\u202f». Changez ses dates.")


class OutsideTerritory(Refusal):
    sentence = N_(
        "La commune {commune} n’est pas dans le territoire du dispositif. Choisissez une commune du territoire."
    )


class CommuneMerged(Refusal):
    sentence = N_("{commune} a fusionné\u202f: c’est aujourd’hui {now} ({code}). Choisissez cette commune.")


class NotADemonstration(Refusal):
    sentence = N_("Ce dispositif vit au jour réel. Seule une démonstration peut changer de jour.")


class DayRunsForward(Refusal):
    sentence = N_("La démonstration est déjà au {day}. Choisissez un jour plus tardif.")


class BaseMissing(Refusal):
    sentence = N_(
        "Il n’y a pas encore de document «\u202f{kind}\u202f». Ajoutez-le dans «\u202fConventions et actes\u202f», "
        "puis écrivez l’avenant."
    )


class AmendmentPending(Refusal):
    sentence = N_(
        "L’avenant {reference} n’est pas encore signé. Signez-le ou abandonnez-le avant d’en écrire un autre "
        "au même document."
    )


class AmendmentSettled(Refusal):
    sentence = N_("L’avenant {reference} est déjà {state}\u202f: il ne change plus.")


class NotYetDecided(Refusal):
    sentence = N_(
        "Le conseil ne s’est pas encore prononcé sur «\u202f{title}\u202f». Attendez son vote, puis la transmission "
        "et la publication de la délibération."
    )


class DecisionRefused(Refusal):
    sentence = N_(
        "Le conseil a rejeté «\u202f{title}\u202f»\u202f: un avenant ne peut pas en découler (CGCT, L5211-9). "
        "Abandonnez-le, ou inscrivez une nouvelle proposition à une autre séance."
    )


class DecisionPutOff(Refusal):
    sentence = N_(
        "L’affaire «\u202f{title}\u202f» est {outcome}\u202f: un avenant ne peut pas en découler (CGCT, L5211-9). "
        "Inscrivez-la à une autre séance."
    )


class DeliberationNotBinding(Refusal):
    sentence = N_(
        "La délibération {number} n’est pas encore exécutoire\u202f: l’avenant {reference} ne peut pas être signé "
        "(CGCT, L2131-1). Notez d’abord sa transmission et sa publication."
    )


class SignedTooEarly(Refusal):
    sentence = N_(
        "L’avenant {reference} serait signé le {signed_on}, avant que la délibération {number} soit exécutoire, "
        "le {binds_from} (CGCT, L2131-1). Signez-le ce jour-là ou plus tard."
    )


class InForceTooEarly(Refusal):
    sentence = N_(
        "L’avenant {reference} ne peut pas produire d’effet le {in_force_on}\u202f: il est signé le {signed_on}. "
        "Choisissez ce jour ou un jour plus tardif."
    )


class NotSigned(Refusal):
    sentence = N_(
        "L’avenant {reference} n’est pas signé\u202f: il ne peut pas entrer en vigueur. Notez d’abord sa signature."
    )


class PapersUsed(Refusal):
    sentence = N_(
        "Le document {reference} a déjà servi à une prolongation. Une nouvelle prolongation demande ses trois "
        "propres documents."
    )


class DatesDiffer(Refusal):
    sentence = N_(
        "L’avenant {reference} ne porte pas les dates demandées. Reprenez celles que le conseil a votées, "
        "ou rédigez un nouvel avenant."
    )


class NoExtensionOpen(Refusal):
    sentence = N_("Aucune prolongation n’est en préparation. Commencez-en une depuis le calendrier.")


class ExtensionDecided(Refusal):
    sentence = N_(
        "Le conseil a voté cette prolongation\u202f: ses dates et son texte ne changent plus. "
        "Pour d’autres dates, une nouvelle délibération est nécessaire."
    )


class ExtensionWithoutDates(Refusal):
    sentence = N_("Les nouvelles dates ne sont pas encore choisies. Choisissez-les d’abord.")


class NobodyAsked(Refusal):
    sentence = N_("Choisissez au moins un lieu ou une structure à consulter.")


class NotOfTheNetwork(Refusal):
    sentence = N_(
        "{name} ne fait pas partie du réseau agréé du dispositif. Agréez-le d’abord, ou retirez-le de la liste."
    )


class DeadlinePast(Refusal):
    sentence = N_("La date limite est le {deadline}, déjà passée. Choisissez un jour à venir.")


class ConsultationOver(Refusal):
    sentence = N_("Cette consultation est terminée depuis le {deadline}\u202f: les réponses ne changent plus.")


class EverybodyAnswered(Refusal):
    sentence = N_("Tous ont déjà répondu\u202f: il n’y a personne à relancer.")
