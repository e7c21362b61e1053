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
    sentence = N_("La séance a lieu le {day}. Un acte n’est pas voté avant sa séance.")


class HadQuorum(Refusal):
    sentence = N_(
        "La première séance avait le quorum\u202f: celle-ci n’en est pas la suite. Convoquez-la comme une autre."
    )


class ItemSettled(Refusal):
    sentence = N_("Cette affaire est déjà {outcome}. Elle ne change plus.")


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
    sentence = N_("{name} n’a pas de voix pour cette affaire. Vérifiez les présences et les pouvoirs.")
