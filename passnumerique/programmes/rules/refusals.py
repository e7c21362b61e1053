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
