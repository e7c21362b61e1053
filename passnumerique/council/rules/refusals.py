"""What the sittings of a council refuse, each by name, with what to do next. Pure."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class AgendaEmpty(Refusal):
    sentence = N_("L’ordre du jour est vide. Inscrivez-y au moins une affaire avant de convoquer (CGCT, L2121-10).")


class AlreadyConvened(Refusal):
    sentence = N_("Le conseil est déjà convoqué\u202f: l’ordre du jour ne change plus. Prévoyez une autre séance.")


class NotConvened(Refusal):
    sentence = N_("Le conseil n’est pas encore convoqué à cette séance. Convoquez-le d’abord.")


class NotOpen(Refusal):
    sentence = N_("La séance n’est pas ouverte. Ouvrez-la, avec sa présidence et son secrétariat.")


class SittingClosed(Refusal):
    sentence = N_("La séance est close\u202f: plus rien n’y est voté.")


class SittingNotYet(Refusal):
    sentence = N_("La séance a lieu le {day}. Un acte n’est pas voté avant sa séance (CGCT, L2121-10).")


class SittingNotClosed(Refusal):
    sentence = N_("La séance n’est pas close. Clôturez-la d’abord\u202f: la liste et le procès-verbal viennent après.")


class SittingCancelled(Refusal):
    sentence = N_("La séance est annulée. Prévoyez-en une autre.")


class SittingOpened(Refusal):
    sentence = N_(
        "La séance est ouverte\u202f: elle ne se change ni ne s’annule plus. Reportez les affaires, puis clôturez-la."
    )


class ReconvenedAgenda(Refusal):
    sentence = N_(
        "Cette séance reprend l’ordre du jour de celle qui manquait de quorum, et lui seul (CGCT, L2121-17). "
        "Inscrivez cette affaire à une autre séance."
    )


class UrgencyNotSettled(Refusal):
    sentence = N_(
        "Le conseil a été convoqué en urgence\u202f: il se prononce d’abord sur cette urgence (CGCT, L2121-12). "
        "Notez son avis avant le premier vote."
    )


class NotUrgent(Refusal):
    sentence = N_("Le conseil n’a pas été convoqué en urgence, ou s’est déjà prononcé (CGCT, L2121-12).")


class AgendaOrder(Refusal):
    sentence = N_("Le nouvel ordre du jour nomme chaque affaire une fois. Rechargez la page et recommencez.")


class HadQuorum(Refusal):
    sentence = N_(
        "Cette séance n’a pas été close faute de quorum\u202f: une autre n’en est pas la suite (CGCT, L2121-17). "
        "Prévoyez une séance comme une autre."
    )


class ItemSettled(Refusal):
    sentence = N_("Cette affaire est déjà {outcome}. Elle ne change plus.")


class PutOffWithoutReason(Refusal):
    sentence = N_("Dites en une phrase pourquoi l’affaire est reportée ou retirée\u202f: le procès-verbal le rapporte.")


class ItemsPending(Refusal):
    sentence = N_(
        "Il reste {count} affaires à examiner. Votez-les, reportez-les ou retirez-les avant de clore la séance."
    )


class TextMissing(Refusal):
    sentence = N_("Cette affaire n’a pas encore de décision à voter. Écrivez au moins un article.")


class NotInOffice(Refusal):
    sentence = N_(
        "Cette personne n’est pas au conseil ce jour-là. Choisissez un délégué, ou un suppléant pour remplacer."
    )


class ChairAbsent(Refusal):
    sentence = N_(
        "La personne qui préside doit siéger (CGCT, L2121-14). Notez sa présence, ou choisissez une autre présidence."
    )


class NoVoiceHere(Refusal):
    sentence = N_("{name} n’a pas de voix pour cette affaire (CGCT, L2121-20). Vérifiez les présences et les pouvoirs.")
