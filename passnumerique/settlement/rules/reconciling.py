"""The four sources and the differences between them: which there are, whose they are, how old. Pure.

A difference is computed each time from what the sources say; what people say of one is kept under its
key, which stays the same for as long as the difference lasts.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.ground.words import N_


class Owner(StrEnum):
    """Who has to answer for a difference."""

    MANAGER = "manager"
    FINANCE = "finance"
    PLACE = "place"
    ISSUER = "issuer"
    ACCOUNTANT = "accountant"

    @property
    def words(self) -> str:
        return OWNER_WORDS[self]


OWNER_WORDS = {
    Owner.MANAGER: N_("la gestion du dispositif"),
    Owner.FINANCE: N_("les finances"),
    Owner.PLACE: N_("le lieu"),
    Owner.ISSUER: N_("l’émetteur"),
    Owner.ACCOUNTANT: N_("la comptabilité"),
}


class FollowUp(StrEnum):
    """How far a difference has come."""

    OPEN = "open"
    EXPLAINED = "explained"
    SETTLED = "settled"

    @property
    def words(self) -> str:
        return FOLLOW_UP_WORDS[self]


FOLLOW_UP_WORDS = {
    FollowUp.OPEN: N_("à expliquer"),
    FollowUp.EXPLAINED: N_("expliqué"),
    FollowUp.SETTLED: N_("réglé"),
}


class Gap(StrEnum):
    """In which way two sources disagree."""

    NOT_AT_ISSUER = "not_at_issuer"
    NOT_IN_REGISTER = "not_in_register"
    OTHER_PLACE = "other_place"
    OTHER_DAY = "other_day"
    OTHER_VALUE = "other_value"
    SAID_TWICE = "said_twice"
    ROW_REFUSED = "row_refused"
    NO_SHEET = "no_sheet"
    NOT_CLAIMED = "not_claimed"
    PAYMENT_NOT_HERE = "payment_not_here"
    PAYMENT_NOT_AT_ISSUER = "payment_not_at_issuer"
    ORDERED_NOT_RECEIVED = "ordered_not_received"
    CASH_APART = "cash_apart"
    CLEARING = "clearing"
    BALANCE_APART = "balance_apart"
    CREDIT_APART = "credit_apart"

    @property
    def words(self) -> str:
        return GAP_WORDS[self]


@dataclass(frozen=True)
class GapRule:
    """One kind of difference: its words, the sentence that says what to do, and who answers for it at first."""

    words: str
    sentence: str
    owner: Owner


GAPS: dict[Gap, GapRule] = {
    Gap.NOT_AT_ISSUER: GapRule(
        N_("utilisé au registre, absent chez l’émetteur"),
        N_("Demandez à l’émetteur pourquoi il ne connaît pas cette utilisation."),
        Owner.ISSUER,
    ),
    Gap.NOT_IN_REGISTER: GapRule(
        N_("utilisé chez l’émetteur, pas au registre"),
        N_("Demandez au lieu sa feuille d’émargement, puis enregistrez l’utilisation ou faites corriger l’émetteur."),
        Owner.PLACE,
    ),
    Gap.OTHER_PLACE: GapRule(
        N_("utilisé dans un autre lieu selon l’émetteur"),
        N_("La feuille d’émargement dit lequel des deux lieux a pris le pass."),
        Owner.MANAGER,
    ),
    Gap.OTHER_DAY: GapRule(
        N_("utilisé un autre jour selon l’émetteur"),
        N_("La feuille d’émargement dit le jour. Faites corriger l’autre source."),
        Owner.ISSUER,
    ),
    Gap.OTHER_VALUE: GapRule(
        N_("autre valeur selon l’émetteur"),
        N_("La valeur faciale est celle du lot. Faites corriger l’émetteur."),
        Owner.ISSUER,
    ),
    Gap.SAID_TWICE: GapRule(
        N_("utilisé plusieurs fois selon l’émetteur"),
        N_("Un pass n’est utilisé qu’une fois. Demandez à l’émetteur laquelle de ses lignes est juste."),
        Owner.ISSUER,
    ),
    Gap.ROW_REFUSED: GapRule(
        N_("ligne de l’émetteur qui ne peut pas être prise en compte"),
        N_("Faites corriger la ligne par l’émetteur, puis importez le fichier corrigé."),
        Owner.ISSUER,
    ),
    Gap.NO_SHEET: GapRule(
        N_("utilisé sans présence sur une feuille d’émargement"),
        N_("Demandez au lieu la feuille d’émargement de cet atelier."),
        Owner.PLACE,
    ),
    Gap.NOT_CLAIMED: GapRule(
        N_("utilisé, pas encore demandé en remboursement"),
        N_("Rappelez au lieu de demander son remboursement avant la fin des demandes."),
        Owner.PLACE,
    ),
    Gap.PAYMENT_NOT_HERE: GapRule(
        N_("payé selon l’émetteur, pas enregistré ici"),
        N_("Rapprochez ce paiement des demandes du lieu, puis enregistrez-le."),
        Owner.FINANCE,
    ),
    Gap.PAYMENT_NOT_AT_ISSUER: GapRule(
        N_("payé ici, absent chez l’émetteur"),
        N_("Demandez à l’émetteur la preuve de ce paiement."),
        Owner.ISSUER,
    ),
    Gap.ORDERED_NOT_RECEIVED: GapRule(
        N_("pass commandés et pass reçus diffèrent"),
        N_("Demandez à l’émetteur les lots qui manquent, ou faites corriger sa commande."),
        Owner.ISSUER,
    ),
    Gap.CASH_APART: GapRule(
        N_("paiements enregistrés et livre de trésorerie diffèrent"),
        N_("Retrouvez le mouvement d’argent qui manque, ou le paiement qu’il règle."),
        Owner.FINANCE,
    ),
    Gap.CLEARING: GapRule(
        N_("compte d’attente qui n’est pas revenu à zéro"),
        N_("Attribuez chaque mouvement du relevé bancaire qui attend encore."),
        Owner.ACCOUNTANT,
    ),
    Gap.BALANCE_APART: GapRule(
        N_("solde de l’émetteur et livre de trésorerie diffèrent"),
        N_("Comparez le dernier relevé de l’émetteur avec les avances, paiements et frais enregistrés."),
        Owner.FINANCE,
    ),
    Gap.CREDIT_APART: GapRule(
        N_("avoir de l’émetteur et pass non dépensés diffèrent"),
        N_("Comparez l’avoir et l’état contradictoire\u202f: demandez un avoir rectificatif, ou expliquez l’écart."),
        Owner.ISSUER,
    ),
}

GAP_WORDS = {gap: rule.words for gap, rule in GAPS.items()}

OF_A_PASS = frozenset(
    {
        Gap.NOT_AT_ISSUER,
        Gap.NOT_IN_REGISTER,
        Gap.OTHER_PLACE,
        Gap.OTHER_DAY,
        Gap.OTHER_VALUE,
        Gap.SAID_TWICE,
        Gap.NO_SHEET,
    }
)
"""Differences about one pass: their key is its number."""


@dataclass(frozen=True)
class Apart:
    """One difference: what is said here and there, since when, and for how many cents. `subject` names it for
    ever: the number of the pass where it is about one, else the line, payment or place and month behind it."""

    gap: Gap
    subject: str
    since: date
    place_id: UUID = NOBODY
    number: int | None = None
    here: str = ""
    there: str = ""
    cents: int = 0
    month: date | None = None
    file_id: UUID | None = None
    """The issuer's file in which it stands."""
    claim_id: UUID | None = None
    other_place_id: UUID = NOBODY
    """Where the other source says that it happened."""

    @property
    def key(self) -> str:
        """What stays the same for as long as the difference lasts."""
        return f"{self.gap}:{self.subject}"

    @property
    def rule(self) -> GapRule:
        """What the difference means, and who answers for it at first."""
        return GAPS[self.gap]

    def age_on(self, day: date) -> int:
        """For how many days it has lasted."""
        return max((day - self.since).days, 0)

    def at_other(self, place_id: UUID) -> "Apart":
        """The same, told of another place by the other source."""
        return replace(self, other_place_id=place_id)
