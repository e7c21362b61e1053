"""The proof: what the register holds after the takeover against the last statement of the former issuer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.ground.sheets.mapping import normalised
from passnumerique.ground.words import N_
from passnumerique.journeys.takeover.checking import UNKNOWN_PLACE
from passnumerique.journeys.takeover.folder import Bad, Row
from passnumerique.settlement.queries.takeover import held_by_state
from passnumerique.vouchers.rules import State

EVERY = frozenset(State)
ITEMS: Mapping[str, tuple[str, frozenset[State]]] = {
    "received": (N_("pass reçus"), EVERY),
    "at_authority": (N_("en stock à la collectivité"), frozenset({State.AUTHORITY_STOCK})),
    "at_structures": (N_("en stock dans les structures"), frozenset({State.STRUCTURE_STOCK})),
    "held": (N_("remis, non utilisés"), frozenset({State.HELD})),
    "due": (N_("utilisés, à payer"), frozenset({State.REDEEMED, State.CLAIMED, State.APPROVED, State.DISPUTED})),
    "paid": (N_("utilisés et payés"), frozenset({State.REIMBURSED})),
}
"""The lines of a statement: how it calls each, and the states of the passes that it counts."""
UNKNOWN_ITEM = N_("Cette rubrique n’est pas connue. Écrivez l’une de celles-ci\u202f: {items}.")
PASSES_APART = N_("Le relevé dit {stated} pass, la reprise en trouve {found}.")
VALUE_APART = N_("Le relevé dit {stated_cents}, la reprise trouve {found_cents}.")
ITEM_MISSING = N_("Le relevé ne dit rien de cette rubrique, que la reprise trouve non vide\u202f: {found} pass.")


@dataclass(frozen=True)
class Proof:
    """One line of the statement beside what the register holds: passes, and cents of face value."""

    item: str
    place: str
    stated: int
    found: int
    stated_cents: int
    found_cents: int

    @property
    def holds(self) -> bool:
        """Whether both say the same."""
        return (self.stated, self.stated_cents) == (self.found, self.found_cents)


def prove(programme_id: UUID, rows: Iterable[Row], places: Mapping[str, UUID]) -> tuple[list[Proof], list[Bad]]:
    """Compare each line of the statement with the register; what differs, what is not known, and what the
    statement passes over though it is not empty."""
    held = held_by_state(programme_id)
    named = {normalised(words): name for name, (words, _states) in ITEMS.items()}
    proofs: list[Proof] = []
    bad: list[Bad] = []
    told: set[str] = set()
    for row in rows:
        name = named.get(normalised(row["item"]))
        place = row.values.get("place", "")
        if name is None:
            bad.append(row.bad("item", UNKNOWN_ITEM, items=", ".join(words for words, _states in ITEMS.values())))
        elif place and normalised(place) not in places:
            bad.append(row.bad("place", UNKNOWN_PLACE))
        else:
            told |= set() if place else {name}
            proof = _proof(row, name, places.get(normalised(place), NOBODY) if place else None, held)
            proofs.append(proof)
            bad += _apart(row, proof)
    return proofs, bad + list(_passed_over(told, held))


Held = Mapping[tuple[UUID, State], tuple[int, int]]


def _sum(held: Held, states: frozenset[State], place_id: UUID | None) -> tuple[int, int]:
    some = [both for (place, state), both in held.items() if state in states and place_id in {None, place}]
    return sum(many for many, _cents in some), sum(cents for _many, cents in some)


def _proof(row: Row, name: str, place_id: UUID | None, held: Held) -> Proof:
    words, states = ITEMS[name]
    found, cents = _sum(held, states, place_id)
    return Proof(words, row.values.get("place", ""), row["passes"], found, row["amount_cents"], cents)


def _apart(row: Row, proof: Proof) -> Iterable[Bad]:
    if proof.stated != proof.found:
        yield row.bad("passes", PASSES_APART, stated=proof.stated, found=proof.found)
    if proof.stated_cents != proof.found_cents:
        yield row.bad("amount_cents", VALUE_APART, stated_cents=proof.stated_cents, found_cents=proof.found_cents)


def _passed_over(told: set[str], held: Held) -> Iterable[Bad]:
    for name, (words, states) in ITEMS.items():
        many, _cents = _sum(held, states, None)
        if name not in told and many:
            yield Bad("releve", 1, words, "", ITEM_MISSING, {"found": many})
