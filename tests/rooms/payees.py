"""Bank accounts of a world, made through the operations alone: every IBAN is invented."""

from datetime import date
from uuid import UUID

from schwifty import IBAN

from passnumerique.directory.operations.banking import (
    confirm_bank_account,
    note_account_told,
    propose_bank_account,
)
from passnumerique.directory.rules import Role
from passnumerique.directory.rules.banking import Channel
from tests.rooms.world import START, World, on

IBANS = [
    str(IBAN.generate("FR", bank_code="30006", branch_code="00001", account_code=f"000000000{n:02}")) for n in range(40)
]
"""Well-formed, and nobody's."""


def payee(iban: str, holder: str = "Association du lieu (fictif)") -> dict[str, str]:
    """An account as a person types it."""
    return {
        "holder": holder,
        "iban": iban,
        "building": "4",
        "street": "rue de la Gare",
        "postcode": "55100",
        "town": "Verdun",
    }


def bank(world: World, place: int | None = 0, iban: str = "", day: date = START, delay: int = 0) -> UUID:
    """The account of a place (None: the authority's own), proposed by finance and confirmed by the manager."""
    organisation = None if place is None else world.places[place]
    number = iban or IBANS[39 if place is None else place]
    finance = world.actor(Role.FINANCE)
    made = propose_bank_account(organisation_id=organisation, texts=payee(number), by=finance, at=on(day, 8)).id
    note_account_told(account_id=made, channel=Channel.PHONE, note="", by=finance, at=on(day, 8, 10))
    confirm_bank_account(account_id=made, delay_days=delay, by=world.manager, at=on(day, 8, 20))
    return made
