"""The kinds of files that an issuer sends, and the fields that are taken from each. Pure.

The formats are not known beforehand and differ from one issuer to the next: a mapping says which column
holds which field. What a field means, and how its cells are read, stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from passnumerique.ground.words import N_
from passnumerique.vouchers.rules.lot_file import LOT_FIELDS, LOT_LABELS


class IssuerKind(StrEnum):
    """What a file of the issuer is about."""

    ORDERS = "orders"
    LOTS = "lots"
    REDEMPTIONS = "redemptions"
    PAYMENTS = "payments"
    STATEMENTS = "statements"
    CREDIT_NOTES = "credit_notes"

    @property
    def words(self) -> str:
        return KIND_WORDS[self]


KIND_WORDS = {
    IssuerKind.ORDERS: N_("commandes"),
    IssuerKind.LOTS: N_("lots livrés"),
    IssuerKind.REDEMPTIONS: N_("utilisations"),
    IssuerKind.PAYMENTS: N_("paiements aux lieux"),
    IssuerKind.STATEMENTS: N_("relevés de compte"),
    IssuerKind.CREDIT_NOTES: N_("avoirs"),
}


class RowVerdict(StrEnum):
    """What became of a row of a file. Every row is kept, whichever it is."""

    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        return VERDICT_OF_ROW_WORDS[self]


VERDICT_OF_ROW_WORDS = {
    RowVerdict.TAKEN: N_("prise en compte"),
    RowVerdict.KNOWN: N_("déjà connue"),
    RowVerdict.REFUSED: N_("non prise en compte"),
    RowVerdict.WITHDRAWN: N_("retirée avec son fichier"),
}


class Shape(Enum):
    """How the cells of a field are read."""

    NUMBER = "number"
    QUANTITY = "quantity"
    COUNT = "count"
    DAY = "day"
    MONTH = "month"
    AMOUNT = "amount"
    SIGNED = "signed"
    PLACE = "place"
    PROGRAMME = "programme"
    TEXT = "text"
    CODE = "code"


@dataclass(frozen=True)
class IssuerField:
    """One field: its name, its label, how it is read, whether a row needs it, the headings that suggest it."""

    name: str
    label: str
    shape: Shape
    required: bool = True
    synonyms: tuple[str, ...] = ()


_PASS_NUMBER = ("numéro", "numero", "n°", "num", "numéro de pass", "numéro du pass", "n° pass", "pass", "voucher")
_DAYS = ("date", "jour", "le", "date opération", "date d'opération")
_PLACES = ("lieu", "lieu de médiation", "structure", "partenaire", "établissement", "siret", "bénéficiaire", "point")
_REFERENCES = ("référence", "reference", "réf", "ref", "numéro de virement", "n° virement", "pièce", "libellé")

_CLAIMS = ("demande", "numéro de demande", "n° de demande", "n° demande", "bordereau", "n° bordereau")

_PROGRAMME = IssuerField(
    "programme", N_("Dispositif"), Shape.PROGRAMME, False, ("dispositif", "programme", "client", "collectivité")
)
_DAY = IssuerField("day", N_("Date"), Shape.DAY, True, _DAYS)
_REFERENCE = IssuerField("reference", N_("Référence"), Shape.TEXT, True, _REFERENCES)
_NUMBER = IssuerField("number", N_("Numéro du pass"), Shape.NUMBER, True, _PASS_NUMBER)
_PLACE = IssuerField("place", N_("Lieu"), Shape.PLACE, True, _PLACES)


def _amount(
    label: str, *, required: bool = True, name: str = "amount_cents", more: tuple[str, ...] = ()
) -> IssuerField:
    words = (*more, "montant", "somme", "valeur", "montant ttc", "total")
    return IssuerField(name, label, Shape.AMOUNT, required, words)


FIELDS: dict[IssuerKind, tuple[IssuerField, ...]] = {
    IssuerKind.ORDERS: (
        IssuerField("reference", N_("Référence de la commande"), Shape.TEXT, True, ("commande", *_REFERENCES)),
        _DAY,
        IssuerField("quantity", N_("Nombre de pass"), Shape.QUANTITY, True, ("quantité", "nombre", "nb", "pass")),
        _amount(N_("Montant commandé"), required=False),
        _PROGRAMME,
    ),
    IssuerKind.LOTS: tuple(
        IssuerField(name, LOT_LABELS[name], Shape.CODE if name == "code" else Shape.NUMBER, True, tuple(words))
        for name, words in LOT_FIELDS.items()
    ),
    IssuerKind.REDEMPTIONS: (
        _NUMBER,
        IssuerField("day", N_("Date d’utilisation"), Shape.DAY, True, ("date d'utilisation", "utilisé le", *_DAYS)),
        _PLACE,
        _amount(N_("Valeur du pass"), required=False, more=("valeur faciale",)),
        _PROGRAMME,
    ),
    IssuerKind.PAYMENTS: (
        _REFERENCE,
        IssuerField(
            "day", N_("Date du paiement"), Shape.DAY, True, ("date de paiement", "payé le", "virement", *_DAYS)
        ),
        _PLACE,
        _amount(N_("Montant payé"), more=("net", "montant net", "montant payé")),
        _amount(N_("Frais retenus"), required=False, name="fee_cents", more=("frais", "commission")),
        _PROGRAMME,
        IssuerField("claim_number", N_("Numéro de la demande"), Shape.QUANTITY, False, _CLAIMS),
        IssuerField("claim_month", N_("Mois de la demande"), Shape.MONTH, False, ("mois", "période", "mois demandé")),
    ),
    IssuerKind.STATEMENTS: (
        _DAY,
        _REFERENCE,
        IssuerField("amount_cents", N_("Mouvement"), Shape.SIGNED, True, ("mouvement", "montant", "opération")),
        IssuerField("balance_cents", N_("Solde après ce mouvement"), Shape.SIGNED, True, ("solde", "nouveau solde")),
        _PROGRAMME,
    ),
    IssuerKind.CREDIT_NOTES: (
        IssuerField("reference", N_("Référence de l’avoir"), Shape.TEXT, True, ("avoir", "n° avoir", *_REFERENCES)),
        _DAY,
        _amount(N_("Montant de l’avoir")),
        IssuerField("quantity", N_("Nombre de pass"), Shape.QUANTITY, False, ("quantité", "nombre", "nb", "pass")),
        _PROGRAMME,
    ),
}
"""The fields of each kind, in the order in which a form asks for them."""


def labels_of(kind: IssuerKind) -> dict[str, str]:
    """The label of each field of a kind."""
    return {field.name: field.label for field in FIELDS[kind]}


def required_of(kind: IssuerKind) -> list[str]:
    """The fields without which no row of the kind can be read."""
    return [field.name for field in FIELDS[kind] if field.required]


def synonyms_of(kind: IssuerKind) -> Mapping[str, tuple[str, ...]]:
    """The headings that suggest each field."""
    return {field.name: field.synonyms for field in FIELDS[kind]}


def mapping_kind(kind: IssuerKind) -> str:
    """Under which kind the mappings of an issuer's files are kept; their name is the issuer's."""
    return f"issuer.{kind}"
