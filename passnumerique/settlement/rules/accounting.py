"""What the finance software gives back of a run: for each claim the number of its payment order and its day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from passnumerique.ground.money import euros
from passnumerique.ground.words import N_
from passnumerique.settlement.rules.issuer import IssuerField, ReadRow, Shape, Told, read_fields
from passnumerique.settlement.rules.runs import LineState

HEADINGS = ("Demande", "Mois", "Lieu", "SIRET", "Montant", "Numéro de mandat", "Date de paiement")
"""The columns of the lines as they leave; the last two come back filled."""

FIELDS = (
    IssuerField("claim", N_("Demande"), Shape.QUANTITY, True, ("demande", "numéro de demande", "n° demande")),
    IssuerField("reference", N_("Numéro de mandat"), Shape.TEXT, True, ("numéro de mandat", "mandat", "n° mandat")),
    IssuerField(
        "day", N_("Date de paiement"), Shape.DAY, True, ("date de paiement", "payé le", "date", "date de mandat")
    ),
    IssuerField("amount_cents", N_("Montant"), Shape.AMOUNT, False, ("montant", "montant payé", "net", "somme")),
)
LABELS = {field.name: field.label for field in FIELDS}
SYNONYMS: Mapping[str, tuple[str, ...]] = {field.name: field.synonyms for field in FIELDS}

NOT_IN_RUN = N_("Cette demande n’est pas dans ce lot. Vérifiez son numéro, ou importez le fichier sous l’autre lot.")
TWICE = N_("Cette demande est déjà à la ligne {line} du fichier. Gardez une seule des deux lignes.")
OTHER_AMOUNT = N_("Le lot porte {amount} pour cette demande. Faites corriger le montant, ou la demande.")
BEFORE_APPROVAL = N_("Le lot a été approuvé le {day}\u202f: une date de paiement ne vient pas avant. Corrigez-la.")
TO_COME = N_("Cette date est à venir. N’importez que ce qui est payé.")
PAID_OTHERWISE = N_("Cette demande est déjà payée le {day}, sous la référence {reference}.")
CAME_BACK = N_("Le paiement de cette demande est revenu\u202f: préparez un autre lot pour la payer.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the run as it stands: its amount, its state, and its payment once there is one."""

    amount_cents: int
    state: LineState
    paid_on: date | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one row of the file says: the claim, how it was paid, whether it is known already, what is wrong."""

    claim: int
    values: dict[str, Any]
    known: bool
    told: tuple[Told, ...]


def is_left_out(cells: Mapping[str, str]) -> bool:
    """Whether a row says nothing yet: neither number nor day, not paid so far."""
    return not cells.get("reference", "").strip() and not cells.get("day", "").strip()


def read(cells: Mapping[str, str]) -> ReadRow:
    """One row, cell by cell."""
    return read_fields(FIELDS, cells)


def judge(row: ReadRow, waiting: Waiting | None, seen_at: int | None, approved_on: date, today: date) -> Said:
    """What a row does to the line of its claim; `seen_at` is the earlier row of the same claim."""
    values, told = row.values, list(row.told)
    if not told:
        told = list(_wrong(values, waiting, seen_at, approved_on, today))
    known = not told and waiting is not None and waiting.state is LineState.PAID
    return Said(values.get("claim", 0), values, known, tuple(told))


def _wrong(
    values: dict[str, Any], waiting: Waiting | None, seen_at: int | None, approved_on: date, today: date
) -> list[Told]:
    claim, day = str(values["claim"]), values["day"]
    if waiting is None:
        return [Told("claim", claim, NOT_IN_RUN)]
    if seen_at is not None:
        return [Told("claim", claim, TWICE, {"line": seen_at})]
    return [
        *_of_amount(values, waiting),
        *([Told("day", f"{day:%d/%m/%Y}", BEFORE_APPROVAL, {"day": approved_on})] if day < approved_on else []),
        *([Told("day", f"{day:%d/%m/%Y}", TO_COME)] if day > today else []),
        *_of_state(values, waiting),
    ]


def _of_amount(values: dict[str, Any], waiting: Waiting) -> list[Told]:
    cents = values.get("amount_cents", waiting.amount_cents)
    if cents == waiting.amount_cents:
        return []
    return [Told("amount_cents", euros(cents), OTHER_AMOUNT, {"amount": euros(waiting.amount_cents)})]


def _of_state(values: dict[str, Any], waiting: Waiting) -> list[Told]:
    claim = str(values["claim"])
    if waiting.state in {LineState.RETURNED, LineState.DROPPED}:
        return [Told("claim", claim, CAME_BACK)]
    if waiting.state is LineState.PAID and (waiting.paid_on, waiting.reference) != (values["day"], values["reference"]):
        return [Told("claim", claim, PAID_OTHERWISE, {"day": waiting.paid_on, "reference": waiting.reference})]
    return []
