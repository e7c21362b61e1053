"""Places with a token, workshops of today, and passes that are held: what is needed to redeem, either way in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.utils import timezone

from passnumerique.directory.operations import create_token
from passnumerique.directory.rules import Actor, Role, Scope
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.programmes.rules import Calendar, Purchase
from passnumerique.training.operations import Presented, redeem_presented, undo_redemption
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.operations import Outcome
from tests.fire.history import Use, contradictions
from tests.rooms.race import clean
from tests.rooms.world import World, build_world

FAR = date(2099, 12, 31)
LARGEST = 500
_rooms, _programmes = count(1), count(1)


@dataclass
class Desk:
    """Two places of a programme, each with a token and a workshop, and passes that nobody used yet."""

    world: World
    at: datetime
    price: int
    sessions: list[UUID]
    tokens: list[str]
    numbers: list[int]
    codes: dict[int, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = list(self.numbers)
        self.codes = {number: self.world.code(number) for number in self.numbers}

    def use(self, number: int, place: int = 0, **given: Any) -> Use:
        """This pass under a new id."""
        return Use(new_id(self.at), number, place, **given)

    def uses(self, many: int, place: int | None = None) -> list[Use]:
        """So many passes that nobody presented yet, each under an id, at the places in turn; where a workshop
        costs two, two by two of one person."""
        taken, self.left = self.left[:many], self.left[many:]
        assert len(taken) == many
        people = [new_id(self.at) if self.price > 1 else None for _ in range(0, many, self.price)]
        found = []
        for rank, number in enumerate(taken):
            person = rank // self.price
            found.append(self.use(number, person % 2 if place is None else place, participant=people[person]))
        return found

    def item(self, use: Use) -> dict[str, Any]:
        """A use as a program writes it."""
        told = {
            "id": str(use.id),
            "code": self.codes[use.number],
            "training_session": str(self.sessions[use.place]),
            "redeemed_at": self.at.isoformat(),
        }
        return told | ({"participant": str(use.participant)} if use.participant else {})

    def presented(self, use: Use) -> Presented:
        """A use as operations take it."""
        return Presented(use.id, self.codes[use.number], self.sessions[use.place], self.at, use.participant)

    def actor(self, place: int = 0) -> Actor:
        """Somebody of the place."""
        return self.world.actor(Role.PLACE, place)

    def redeem(self, uses: Sequence[Use]) -> list[Outcome]:
        """Present these at one place through the operation; their answers are noted."""
        told = redeem_presented(
            programme_id=self.world.programme_id,
            presented=[self.presented(use) for use in uses],
            by=self.actor(uses[0].place),
            at=self.at,
        )
        note(uses, told)
        return told

    def undo(self, redemption_id: UUID, place: int = 0) -> None:
        """Undo one."""
        undo_redemption(
            programme_id=self.world.programme_id,
            redemption_id=redemption_id,
            cause="Erreur",
            by=self.actor(place),
            at=self.at,
        )

    def judge(self, uses: Sequence[Use]) -> None:
        """Nothing contradicts what clients were told, and the audit finds nothing."""
        assert contradictions(uses, self.rows()) == []
        assert clean(self.world)

    def rows(self) -> Iterable[tuple[UUID, int]]:
        """Id and number of what stands in the register: redeemed, and not undone."""
        rows = Redemption.objects.filter(programme_id=self.world.programme_id, reversals__isnull=True).order_by("id")
        return list(rows.values_list("id", "voucher__number"))


def note(uses: Iterable[Use], told: Iterable[Outcome]) -> None:
    """Write outcomes of the operation down as the API would tell them."""
    for use, outcome in zip(uses, told, strict=True):
        refused = 409 if outcome.refusal and outcome.refusal.name == "id_already_used" else 422
        use.answers.append(refused if outcome.refusal else 200 if outcome.replayed else 201)


def open_desk(passes: int, price: int = 1, seats: int = LARGEST) -> Desk:
    """A programme of today with so many passes in hand (by tens), in workshops that cost one pass or two."""
    world = build_world(
        f"feu-{next(_programmes)}",
        quantity=passes,
        booklets=passes // 10,
        structures=1,
        envelope_cents=passes * 2000,
        calendar=Calendar(FAR, FAR, FAR, FAR, FAR),
        passes_per_person=passes,
        purchase=Purchase.MODULE_PRICE,
    )
    return desk_of(world, world.hand_over(passes), price, seats)


def desk_of(world: World, numbers: list[int], price: int = 1, seats: int = LARGEST) -> Desk:
    """One more desk, with workshops of its own, for these passes."""
    at = timezone.now().replace(microsecond=0)
    today = day_of(at)
    sessions = [
        world.session(today, place, module=price - 1, seats=seats, room=f"Salle {next(_rooms)}") for place in (0, 1)
    ]
    return Desk(world, at, price, sessions, [_token(world, place, at) for place in (0, 1)], numbers)


def _token(world: World, place: int, at: datetime) -> str:
    made = create_token(
        by=world.manager,
        at=at,
        organisation_id=world.places[place],
        label="Lecteur (fictif)",
        scopes=[Scope.REDEEM],
        expires_at=at + timedelta(days=300),
    )
    return made.secret
