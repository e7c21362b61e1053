"""A programme of any size to measure on: a million passes in the hands of people, a hundred places with a
token each and sessions of today.

The frame (authority, papers, structures, places, plan) is made through the operations; the passes by
`benchmarks.filling`. Three lots: the codes of the first are those of the house, to be spent over HTTP;
those of the second are unknown, and their passes are found by the MD5 of their number, which pgbench can
compute too; of the third, passes were used long ago, so that no table is empty when its statistics are
taken. Nothing is given twice: `codes` and `numbers` hand out what is left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count, islice, product
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from benchmarks.dialects import POSTGRESQL, execute
from benchmarks.filling import pour
from benchmarks.lots import BOOKLET, Ground, Pour
from passnumerique.directory.operations import create_token
from passnumerique.directory.rules import Scope
from passnumerique.ground.codes import derive_code, hash_code
from passnumerique.ground.ids import new_id
from passnumerique.programmes.operations import CommuneGiven, set_territory
from passnumerique.programmes.rules import Calendar
from passnumerique.training.models import TrainingSession
from passnumerique.training.rules import MOST_SEATS
from tests.rooms.world import START, World, build_world, on

FAR = date(2099, 12, 31)
FACE_CENTS = 1000
STRUCTURES, PLACES, COMMUNES = 50, 100, 30
SPARE_SESSIONS = 25
"""How many more sessions each place has than seats are needed: a round of measures begins with empty ones."""
NONCE = b"benchmarks-nonce"


@dataclass
class Measured:
    """A world, and what of it was not yet given to any benchmark."""

    world: World
    ground: Ground
    house: int
    """How many passes have codes of the house: the first numbers."""
    bare: int
    """How many passes have none and were not used: the numbers that follow."""
    lived: int
    """How many passes are in the lot of which some were used: the last numbers."""
    tokens: list[str] = field(default_factory=list)
    """The secret of each place."""
    sessions: list[list[UUID]] = field(default_factory=list)
    """Sessions of today that nobody was given yet: each entry holds one at each place."""
    _next_coded: int = 1
    _given_bare: int = 0

    def codes(self, many: int) -> list[str]:
        """Codes of so many passes that nobody was given yet. Refuses when there are not as many left."""
        first, self._next_coded = self._next_coded, self._next_coded + many
        if self._next_coded > self.house + 1:
            raise ValueError(f"only {self.house} passes have codes")
        return [derive_code(settings.CODE_KEY, NONCE, number) for number in range(first, first + many)]

    def open_sessions(self) -> list[UUID]:
        """An empty session at each place, given to nobody before."""
        return self.sessions.pop()

    def numbers(self, many: int) -> range:
        """The numbers of so many passes without codes, alike."""
        first = self.house + self._given_bare + 1
        self._given_bare += many
        if self._given_bare > self.bare:
            raise ValueError(f"only {self.bare} passes are left without codes")
        return range(first, first + many)


def build(
    quantity: int,
    *,
    house: int = 0,
    lived: int = 0,
    used: int = 0,
    structures: int = STRUCTURES,
    places: int = PLACES,
    today: bool = True,
    tell: Callable[[str], None] = lambda _step: None,
) -> Measured:
    """A world of so many passes: the first `house` have codes, and of the last `lived` so many were used,
    as many of each booklet. All in hundreds. On an empty database. Without `today`, places have neither tokens
    nor sessions to use passes at."""
    tell("the frame, through the operations")
    world, ground = _frame(quantity, structures, places)
    bare = quantity - house - lived
    per_booklet = used * BOOKLET // lived if lived else 0
    if bare < 0 or per_booklet * lived != used * BOOKLET:
        raise ValueError("as many passes of each booklet are used, of no more passes than there are")
    if house:
        tell("codes")
        _derive(house)
    lots = [
        Pour(ground, 1, 1, house, nonce=NONCE),
        Pour(ground, 2, house + 1, bare),
        Pour(ground, 3, house + bare + 1, lived, per_booklet),
    ]
    pour([one for one in lots if one.quantity], tell)
    execute("DROP TABLE IF EXISTS bench_codes")
    made = Measured(world, ground, house, bare, lived)
    if today:
        tell("tokens and the sessions of today")
        _open_today(made, house + bare)
    if POSTGRESQL:
        _take_statistics()
        execute("CHECKPOINT")
    return made


def _take_statistics() -> None:
    """As autovacuum does within a minute of service; of empty tables it takes none, and neither do we."""
    for table in connection.introspection.table_names():
        if execute(f"SELECT 1 FROM {table} LIMIT 1") > 0:
            execute(f"ANALYZE {table}")


def _frame(quantity: int, structures: int, places: int) -> tuple[World, Ground]:
    world = build_world(
        "mesure",
        quantity=0,
        structures=structures,
        places=places,
        envelope_cents=quantity * FACE_CENTS * 2 or FACE_CENTS,
        calendar=Calendar(FAR, FAR, FAR, FAR, FAR),
        passes_per_person=1000,
    )
    communes = [CommuneGiven(f"55{rank:03d}", f"Commune {rank} (fictive)") for rank in range(100, 100 + COMMUNES)]
    set_territory(programme_id=world.programme_id, communes=communes, vintage=2022, by=world.manager, at=on(START))
    manager = world.manager.user_id
    assert manager
    ground = Ground(
        programme_id=world.programme_id,
        manager_id=manager,
        structures=world.structures,
        places=world.places,
        communes=[one.insee_code for one in communes],
        module_id=world.modules()[0],
        face_value_cents=FACE_CENTS,
    )
    return world, ground


def _derive(many: int) -> None:
    """The hashes of the codes of the house, in a temporary table."""
    execute(f"CREATE TEMPORARY TABLE bench_codes (number bigint PRIMARY KEY, hash {'bytea' if POSTGRESQL else 'blob'})")
    rows = (
        (number, hash_code(settings.CODE_KEY, derive_code(settings.CODE_KEY, NONCE, number)))
        for number in range(1, many + 1)
    )
    connection.ensure_connection()
    if POSTGRESQL:
        with connection.cursor() as cursor, cursor.copy("COPY bench_codes FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        execute("ANALYZE bench_codes")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO bench_codes VALUES (%s, %s)", list(rows))


def _open_today(made: Measured, seats: int) -> None:
    """A token for each place, and enough sessions of today to seat so many people."""
    now = datetime.now(UTC).replace(microsecond=0)
    places = made.ground.places
    for place in places:
        token = create_token(
            by=made.world.manager,
            at=now,
            organisation_id=place,
            label="Banc de mesure",
            scopes=[Scope.REDEEM, Scope.READ],
            expires_at=now + timedelta(days=2),
        )
        made.tokens.append(token.secret)
    for rank in range(seats // (MOST_SEATS * len(places)) + SPARE_SESSIONS):
        rows = [_session(made.ground, place, rank, now) for place in places]
        TrainingSession.objects.bulk_create(rows)
        made.sessions.append([row.id for row in rows])


def _session(ground: Ground, place: UUID, rank: int, now: datetime) -> TrainingSession:
    return TrainingSession(
        id=new_id(now),
        programme_id=ground.programme_id,
        place_id=place,
        module_id=ground.module_id,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=3),
        room=f"Salle {rank}",
        seats=MOST_SEATS,
        created_at=now,
    )


class Requests:
    """Requests as bytes: each spends passes that no other one spends, at places in turn. Single uses fill
    one session after the other at each place, a batch takes a whole one."""

    def __init__(self, made: Measured) -> None:
        self.made = made
        self._seats = self._seat_after_seat()

    def _seat_after_seat(self) -> Iterator[tuple[int, UUID]]:
        while True:
            for _sitting, place in product(range(MOST_SEATS), enumerate(self.made.open_sessions())):
                yield place

    def singles(self, many: int) -> list[bytes]:
        """One pass in each."""
        return [
            self._request(place, "redemptions", self._item(code, session))
            for code, (place, session) in zip(self.made.codes(many), islice(self._seats, many), strict=True)
        ]

    def batches(self, many: int, size: int = MOST_SEATS) -> list[bytes]:
        """`size` passes in each, all at one session of one place."""
        found = []
        places = chain.from_iterable(enumerate(self.made.open_sessions()) for _ in count())
        for place, session in islice(places, many):
            items = ",".join(self._item(code, session) for code in self.made.codes(size))
            found.append(self._request(place, "redemptions/batch", f'{{"redemptions":[{items}]}}'))
        return found

    def _item(self, code: str, session: UUID) -> str:
        now = datetime.now(UTC)
        told = f'{{"id":"{new_id(now)}","code":"{code}","training_session":"{session}"'
        return f'{told},"redeemed_at":"{now.isoformat(timespec="seconds")}"}}'

    def _request(self, place: int, path: str, body: str) -> bytes:
        content = body.encode()
        return (
            f"POST /api/v1/programmes/{self.made.world.slug}/{path} HTTP/1.1\r\n"
            f"host: localhost\r\nauthorization: Bearer {self.made.tokens[place]}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
        ).encode() + content
