"""Bank accounts of a world, made through the operations alone: every IBAN is invented."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from schwifty import IBAN

from passnumerique.directory.operations import add_membership, register_person
from passnumerique.directory.operations.banking import (
    confirm_bank_account,
    note_account_told,
    propose_bank_account,
)
from passnumerique.directory.rules import Actor, Role, system_actor
from passnumerique.directory.rules.banking import Channel
from passnumerique.ground.dates import next_month
from passnumerique.settlement.operations import approve_claim, file_claim
from passnumerique.settlement.operations.runs import approve_run, mark_run_sent, prepare_run
from passnumerique.settlement.queries.runs import access_run, run_lines
from tests.rooms.world import START, World, build_world, on

PASSWORD = "correct cheval pile agrafe"
OCTOBER, RUN_DAY = date(2021, 10, 1), date(2021, 11, 8)
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


@dataclass
class Office:
    """The people of the finance desk, each somebody else, and what they do with runs."""

    world: World
    preparer: Actor = field(init=False)
    approver: Actor = field(init=False)
    sender: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.preparer, self.approver, self.sender = (self.world.actor(Role.FINANCE) for _ in "123")

    def claim(self, place: int = 0, passes: int = 2, month: date = OCTOBER) -> UUID:
        """Passes spent in a month, claimed and approved early in the next one; the claim's id."""
        world, after = self.world, next_month(month)
        world.spend(passes, month.replace(day=12), place)
        claim = file_claim(
            programme_id=world.programme_id,
            place_id=world.places[place],
            month=month,
            by=world.actor(Role.PLACE, place),
            at=on(after.replace(day=3)),
        )
        approve_claim(claim_id=claim, by=world.manager, at=on(after.replace(day=4)), approve_rest=True)
        return claim

    def prepare(self, claims: list[UUID], day: date = RUN_DAY, **given: Any) -> UUID:
        """A run of these claims, to be paid two days later."""
        given = {"by": self.preparer, "at": on(day, 9), "pay_on": day + timedelta(days=2)} | given
        return prepare_run(programme_id=self.world.programme_id, claim_ids=claims, **given)

    def approve(self, run: UUID, day: date = RUN_DAY, **given: Any) -> None:
        """Approve a run as it stands."""
        cents = sum(line.amount_cents for line in run_lines(access_run(self.preparer, run)))
        given = {"by": self.approver, "at": on(day, 10), "expected_cents": cents, "reference": "M-7"} | given
        approve_run(run_id=run, **given)

    def send(self, run: UUID, day: date = RUN_DAY, **given: Any) -> None:
        """Note that a run went to the bank."""
        mark_run_sent(run_id=run, **({"by": self.sender, "at": on(day, 11)} | given))

    def sent(self, claims: list[UUID], day: date = RUN_DAY) -> UUID:
        """A run of these claims that went to the bank; its id."""
        run = self.prepare(claims, day)
        self.approve(run, day)
        self.send(run, day)
        return run


def office(places: int = 2, **given: Any) -> Office:
    """A world whose places and authority have their accounts, with its finance desk."""
    world = build_world(places=places, issuer_fee_rate=400, **given)
    for place in (*range(places), None):
        bank(world, place)
    return Office(world)


def somebody(world: World, role: Role) -> tuple[str, UUID]:
    """A person with an account of the installation, in a role at the authority: their address and id."""
    email = f"{role.value}@{world.slug}.exemple.fr"
    user = register_person(by=system_actor(), at=on(START), email=email, name="Camille (fictif)", password=PASSWORD)
    add_membership(by=system_actor(world.authority_id), at=on(START), user_id=user.id, role=role)
    return email, user.id
