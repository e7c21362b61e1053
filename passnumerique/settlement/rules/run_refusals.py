"""What runs of payments say no to: each by name, with what to do next."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class RunEmpty(Refusal):
    sentence = N_("Choisissez au moins une demande acceptée, puis recommencez.")


class ClaimNotPayable(Refusal):
    sentence = N_(
        "La demande n°\u202f{number} ne peut pas être payée maintenant\u202f: elle n’est pas acceptée, "
        "ou elle est déjà payée. Rechargez la liste et choisissez de nouveau."
    )


class ClaimInRun(Refusal):
    sentence = N_(
        "La demande n°\u202f{number} est déjà dans le lot de virements n°\u202f{run}. "
        "Payez-la par ce lot, ou abandonnez-le d’abord."
    )


class PlaceClosed(Refusal):
    sentence = N_(
        "{place} n’a plus d’agrément à ce jour. Vérifiez que le compte existe encore, puis dites pourquoi "
        "vous le payez quand même. Rien n’a bougé."
    )


class PayerIsIssuer(Refusal):
    sentence = N_(
        "Dans ce dispositif, l’émetteur paie les lieux\u202f: importez son fichier de paiements "
        "au lieu de préparer un lot."
    )


class PayDayPast(Refusal):
    sentence = N_("Le jour de paiement demandé ({day}) est passé. Choisissez aujourd’hui ou un jour à venir.")


class PlaceWithoutAccount(Refusal):
    sentence = N_(
        "{place} n’a pas de compte bancaire confirmé à ce jour. Faites-le confirmer, ou retirez sa demande du lot."
    )


class AuthorityWithoutAccount(Refusal):
    sentence = N_(
        "Le compte depuis lequel la collectivité paie n’est pas enregistré. "
        "Proposez-le et faites-le confirmer dans «\u202fComptes bancaires\u202f»."
    )


class AccountUnreadable(Refusal):
    sentence = N_(
        "Un compte bancaire ne peut plus être lu\u202f: la clé qui l’a chiffré a été retirée. "
        "Demandez à la personne qui administre l’installation."
    )


class RunApproverIsPreparer(Refusal):
    sentence = N_("Vous avez préparé ce lot\u202f: une autre personne doit l’approuver. Prévenez un collègue.")


class RunPayerIsApprover(Refusal):
    sentence = N_(
        "Vous avez approuvé ce lot, ou déposé ou accepté une de ses demandes\u202f: "
        "une autre personne doit l’envoyer. Prévenez un collègue."
    )


class RunOrdersOwnClaim(Refusal):
    sentence = N_(
        "Qui prépare ce lot a déposé ou accepté la demande n°\u202f{number}\u202f: une autre personne la mandate. "
        "Retirez-la du lot, ou faites préparer le lot par un collègue."
    )


class RunNotForBank(Refusal):
    sentence = N_(
        "Le lot n°\u202f{number} est payé par le logiciel de finances de la collectivité\u202f: "
        "il n’a pas de fichier pour la banque. Téléchargez son export pour le logiciel."
    )


class RunNotForSoftware(Refusal):
    sentence = N_(
        "Le lot n°\u202f{number} est payé par la banque\u202f: il n’a pas d’export pour le logiciel de finances. "
        "Téléchargez son fichier de virements, puis importez le relevé de la banque."
    )


class RunNotReady(Refusal):
    sentence = N_(
        "Le lot n°\u202f{number} est «\u202f{state}\u202f»\u202f: cette action n’est pas possible à cette étape. "
        "Rechargez la page et reprenez là où il en est."
    )


class RunSent(Refusal):
    sentence = N_(
        "Le lot n°\u202f{number} est déjà envoyé, le {day}\u202f: il ne part pas deux fois. "
        "Si la banque l’a refusé en entier, notez-le sur sa page, puis préparez un autre lot."
    )


class RunChanged(Refusal):
    sentence = N_(
        "Le lot ne vaut plus {expected_cents} mais {now_cents}\u202f: une demande a changé depuis. "
        "Relisez-le, puis approuvez de nouveau."
    )


class RunReasonMissing(Refusal):
    sentence = N_("Dites pourquoi\u202f: le motif reste dans l’histoire du lot.")


class RunPartlyPaid(Refusal):
    sentence = N_("Une partie de ce lot est déjà payée\u202f: il ne peut plus être abandonné.")


class LineNotWaiting(Refusal):
    sentence = N_(
        "Une de ces demandes n’attend plus son paiement, ou son virement est noté comme payé ou retiré. "
        "Rechargez la page. Rien n’a été enregistré."
    )


class PaymentNotLive(Refusal):
    sentence = N_("Ce paiement est déjà revenu, ou une partie en a été déclarée indue. Rechargez la page.")


class FileWithFreeAddress(Refusal):
    sentence = N_(
        "Une adresse de ce lot n’est pas structurée (ville et pays à part)\u202f: les banques refusent le fichier. "
        "Corrigez le compte du lieu, puis préparez un autre lot."
    )
