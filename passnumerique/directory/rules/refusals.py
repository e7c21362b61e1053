"""What the directory says no to, and what to do next."""

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class PaleColour(Refusal):
    """The brand colour cannot be read on white: contrast under 4.5:1."""

    sentence = N_(
        "La couleur {colour} est trop claire : son contraste avec le blanc est de {ratio}, il faut 4,5. "
        "Choisissez une couleur plus foncée."
    )


class UnknownColour(Refusal):
    """Not a colour written `#rrggbb`."""

    sentence = N_("« {colour} » n’est pas une couleur. Écrivez-la comme #1f4e79.")


class UnknownLogo(Refusal):
    """Neither PNG, JPEG nor SVG."""

    sentence = N_("Ce logo n’est ni un PNG, ni un JPEG, ni un SVG. Enregistrez-le dans un de ces formats.")


class LogoTooLarge(Refusal):
    """More than 200 kB."""

    sentence = N_("Ce logo pèse plus de {kilobytes} ko. Réduisez-le, puis recommencez.")


class UnsafeLogo(Refusal):
    """An SVG that could run something or fetch something from elsewhere."""

    sentence = N_(
        "Ce logo SVG contient « {found} », qui peut exécuter un programme ou appeler un autre site. "
        "Enregistrez-le en SVG simple ou en PNG."
    )


class NameMissing(Refusal):
    """A name is needed and only blanks were given."""

    sentence = N_("Le nom manque. Écrivez-le, puis recommencez.")


class BadSlug(Refusal):
    """The short name in addresses has other signs than lower-case letters, digits and dashes."""

    sentence = N_("« {slug} » ne peut pas servir d’adresse. Utilisez des minuscules, des chiffres et des tirets.")


class SlugTaken(Refusal):
    """Another authority of this installation has that short name."""

    sentence = N_("L’adresse « {slug} » est déjà prise. Choisissez-en une autre.")


class BadSiret(Refusal):
    """Fourteen digits whose key does not agree (La Poste has its own key)."""

    sentence = N_("Le SIRET {siret} n’est pas valable. Vérifiez ses 14 chiffres.")


class BadEmail(Refusal):
    """Not an e-mail address."""

    sentence = N_("« {email} » n’est pas une adresse e-mail. Vérifiez-la.")


class EmailTaken(Refusal):
    """Somebody already signs in with that address."""

    sentence = N_("Un compte existe déjà pour {email}. Invitez cette personne au lieu de créer un compte.")


class WeakPassword(Refusal):
    """The password fails the rules of the installation; `why` holds their sentences."""

    sentence = N_("Ce mot de passe ne convient pas. {why}")


class OrganisationNeeded(Refusal):
    """A desk role acts for one organisation, and none was named."""

    sentence = N_("Ce rôle agit pour une structure. Choisissez laquelle.")


class OrganisationNotNeeded(Refusal):
    """An office role acts for the whole authority, and an organisation was named."""

    sentence = N_("Ce rôle agit pour toute la collectivité. Ne choisissez pas de structure.")


class RoleReserved(Refusal):
    """The system's role is nobody's."""

    sentence = N_("Ce rôle est réservé au système. Choisissez-en un autre.")


class AlreadyMember(Refusal):
    """The person already wears that hat, without an end."""

    sentence = N_("{name} a déjà ce rôle. Il n’y a rien à faire.")


class LastManager(Refusal):
    """Nobody would be left to run the authority's programmes."""

    sentence = N_("C’est la dernière personne qui gère le dispositif. Donnez d’abord ce rôle à quelqu’un d’autre.")


class AlreadyEnded(Refusal):
    """The membership or the accreditation has already ended by that day."""

    sentence = N_("C’est déjà terminé depuis le {day}. Il n’y a rien à faire.")


class DaysOutOfOrder(Refusal):
    """The last day comes before the first."""

    sentence = N_("Le dernier jour ({until_day}) vient avant le premier ({from_day}). Corrigez les dates.")


class InvitationOver(Refusal):
    """The token opens nothing: unknown, used, withdrawn or out of time. The same answer for all four."""

    sentence = N_(
        "Cette invitation n’est plus valable. Demandez-en une nouvelle à la personne qui vous a invité, "
        "ou connectez-vous si vous avez déjà un compte."
    )


class SignInFirst(Refusal):
    """The invited address already has an account: its owner signs in, then accepts."""

    sentence = N_("Vous avez déjà un compte. Connectez-vous avec l’adresse {email}, puis ouvrez l’invitation.")


class AlreadyAccredited(Refusal):
    """The organisation is accredited for that on some of those days."""

    sentence = N_("{name} a déjà un agrément à partir du {from_day}. Mettez-y fin avant d’en donner un autre.")


class ForeignProgramme(Refusal):
    """The programme belongs to another authority than the organisation."""

    sentence = N_("Ce dispositif n’est pas celui de votre collectivité. Revenez à la liste de vos dispositifs.")


class BadOrganisation(Refusal):
    """Fields of the national standard that cannot be used; `problems` holds one for each."""

    sentence = N_("Des informations sont à corriger : {fields}.")


class ExternalIdTaken(Refusal):
    """Another organisation of the authority has that identifier."""

    sentence = N_("L’identifiant « {external_id} » est déjà celui de {name}. Choisissez-en un autre.")


class LabelTooLong(Refusal):
    """The name of a token does not fit its column."""

    sentence = N_("Ce nom dépasse {most} signes. Écrivez-le plus court.")


class TokenScopeMissing(Refusal):
    """A token that allows nothing serves nobody."""

    sentence = N_("Ce jeton ne permettrait rien. Choisissez au moins une chose qu’il permet.")


class TokenProgrammeMissing(Refusal):
    """A token that reaches no programme serves nobody."""

    sentence = N_("Ce jeton ne servirait pour aucun dispositif. Choisissez-en au moins un.")


class BadTokenExpiry(Refusal):
    """A token ends after it is made, and within the longest life of tokens (400 days)."""

    sentence = N_("Un jeton sert au moins jusqu’à ce soir, et au plus jusqu’au {last_day}. Choisissez un autre jour.")


class TokenAlreadyRevoked(Refusal):
    """Somebody has already revoked the token."""

    sentence = N_("Ce jeton est déjà révoqué depuis le {day}. Il n’y a rien à faire.")


class PairingOver(Refusal):
    """The code pairs no device: mistyped, unknown, used, too old or withdrawn. The same answer for all."""

    sentence = N_(
        "Ce code d’appareil n’est pas, ou n’est plus valable. Relisez-le, ou demandez-en un nouveau "
        "à la page «\u202fAppareils\u202f» du lieu."
    )


class DeviceAlreadyPaired(Refusal):
    """The device has its secret, or was revoked: it needs no code."""

    sentence = N_("Cet appareil est déjà associé ou révoqué. Pour en associer un autre, ajoutez un appareil.")


class DeviceAlreadyRevoked(Refusal):
    """Somebody has already revoked the device."""

    sentence = N_("Cet appareil est déjà révoqué depuis le {day}. Il n’y a rien à faire.")


class DeviceUnknown(Refusal):
    """No device has that secret."""

    sentence = N_("Cet appareil n’est pas connu ici. Associez-le de nouveau à la page «\u202fAppareils\u202f» du lieu.")


class DeviceRevoked(Refusal):
    """The device was revoked, or its time is over."""

    sentence = N_(
        "Cet appareil a été révoqué, ou sa durée est passée. Rien n’a été pris. "
        "Gardez-le et appelez le responsable du lieu ou la collectivité."
    )


class IbanUnreadable(Refusal):
    """No country has such an IBAN."""

    sentence = N_(
        "Cet IBAN ne peut pas exister. Recopiez-le du relevé d’identité bancaire (RIB), "
        "lettres et chiffres\u202f: il commence par deux lettres, comme FR76."
    )


class IbanLength(Refusal):
    """Too few or too many signs for its country."""

    sentence = N_("Cet IBAN n’a pas la bonne longueur. Un IBAN français a 27 signes\u202f: recopiez-le du RIB.")


class IbanKeyWrong(Refusal):
    """Its check digits, or those of the French account number in it, do not agree."""

    sentence = N_(
        "La clé de cet IBAN est fausse\u202f: un signe est mal recopié. "
        "Relisez-le sur le RIB, quatre signes à la fois. Rien n’a été enregistré."
    )


class IbanOutsideSepa(Refusal):
    """Of a country that no SEPA transfer reaches."""

    sentence = N_(
        "Cet IBAN est d’un pays ({country}) hors de la zone SEPA\u202f: aucun virement SEPA ne peut y aller. "
        "Demandez un compte de la zone SEPA."
    )


class UnknownBic(Refusal):
    """Not a BIC."""

    sentence = N_("«\u202f{bic}\u202f» n’est pas un BIC. Laissez la case vide\u202f: il est retrouvé d’après l’IBAN.")


class BicUnlikeIban(Refusal):
    """The BIC names a bank of another country than the IBAN."""

    sentence = N_(
        "Le BIC {bic} n’est pas d’une banque du pays de l’IBAN ({country}). Corrigez-le, ou laissez la case vide."
    )


class HolderMissing(Refusal):
    """Nobody holds the account."""

    sentence = N_("Indiquez le titulaire du compte, tel que le RIB le porte.")


class PayeeAddressMissing(Refusal):
    """Banks refuse a payee whose address is not in fields of its own."""

    sentence = N_(
        "L’adresse du titulaire est incomplète\u202f: il faut au moins le code postal, la ville et le pays. "
        "Les banques refusent un virement sans adresse structurée."
    )


class AccountUnchanged(Refusal):
    """The same account is in force, or confirmed for a day to come."""

    sentence = N_("Ce compte est déjà celui qui est enregistré. Il n’y a rien à changer.")


class AccountChangeOpen(Refusal):
    """A change is waiting for its second person."""

    sentence = N_(
        "Un changement de compte proposé le {day} attend déjà d’être confirmé. "
        "Confirmez-le ou refusez-le avant d’en proposer un autre."
    )


class AccountDecided(Refusal):
    """The change is no longer open."""

    sentence = N_("Ce changement de compte est déjà décidé. Rechargez la page pour voir où il en est.")


class AccountNeedsAnother(Refusal):
    """Who proposed an account does not confirm it, and one of the two is at the authority."""

    sentence = N_(
        "Un compte est proposé par une personne et confirmé par une autre, dont une au moins à la collectivité. "
        "Demandez à un collègue de le confirmer."
    )


class AccountNotTold(Refusal):
    """The place has to hear of it by a way known before."""

    sentence = N_(
        "Avant de confirmer, prévenez le lieu par un moyen connu avant cette demande "
        "(rappelez le numéro que vous aviez déjà), puis notez-le ici."
    )


class AccountsNotKept(Refusal):
    """The installation has no key to encipher an IBAN."""

    sentence = N_(
        "Cette installation n’a pas de clé pour chiffrer les comptes bancaires. "
        "Demandez à la personne qui l’administre de poser PASSNUM_CONTACT_KEY."
    )


class AccountReasonMissing(Refusal):
    """What is refused is refused for a reason."""

    sentence = N_("Indiquez le motif\u202f: la personne qui a fait la demande le lira.")
