"""What is refused of the members of a council. Pure."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class DelegateNameMissing(Refusal):
    sentence = N_("Indiquez le nom du délégué.")


class OfficeDaysOutOfOrder(Refusal):
    sentence = N_("Ce mandat commence le {first}. Choisissez une fin à partir de ce jour.")


class SubstituteOfSubstitute(Refusal):
    sentence = N_("{name} est déjà suppléant. Choisissez le délégué titulaire que la personne remplace.")
