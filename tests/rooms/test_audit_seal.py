"""The sealed journal: a chain that anybody can recompute, the same on both engines."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.journals import DIGEST_BYTES, canonical
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.insight.audit import EVERY_JOURNAL, audit_programme
from passnumerique.journeys.sealing import seal_programme
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.rules import Account
from passnumerique.programmes.models import Document, ParameterRevision
from passnumerique.programmes.queries import JOURNALS as AGREED
from passnumerique.vouchers.models import Lot, Seal
from passnumerique.vouchers.operations import seal_journal, sealing
from passnumerique.vouchers.queries.seals import JOURNALS, NO_SEAL, seal_hash
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
HERE = UUID(int=7)


@pytest.fixture
def world() -> World:
    made = build_world()
    made.spend(2, DAY)
    return made


def seal(world: World, day: date = DAY) -> int:
    return seal_programme(programme_id=world.programme_id, by=world.manager, at=on(day, 23))


def named(world: World) -> set[tuple[str, str, UUID | None]]:
    return {(one.check.name, one.table, one.id) for one in audit_programme(world.programme_id).differences}


def write_known_rows() -> None:
    """Rows whose every column is known: an amount, instants, bytes, JSON, a null."""
    at = on(DAY) + timedelta(microseconds=7)
    Transfer.objects.create(
        id=UUID(int=1), programme_id=HERE, debit_account=Account.DUE, debit_owner=UUID(int=3),
        credit_account=Account.PAID, credit_owner=NOBODY, amount_cents=1800, cause=UUID(int=2), at=at,
    )  # fmt: skip
    Lot.objects.create(
        id=UUID(int=4), programme_id=HERE, reference="Été 2021", received_at=at, quantity=2, first_number=1,
        last_number=2, booklet_size=2, face_value_cents=1000, nonce=bytes(range(16)), file_hash=b"",
        deed_id=UUID(int=5),
    )  # fmt: skip
    paper = Document.objects.create(
        id=UUID(int=6), programme_id=HERE, kind="convention", reference="C", recorded_at=at, signed_on=DAY
    )
    ParameterRevision.objects.create(
        id=UUID(int=8), programme_id=HERE, name="lost_policy", value={"b": [1, "é"], "a": None},
        in_force_on=DAY, document=paper, recorded_at=at,
    )  # fmt: skip


def test_the_digest_of_known_rows_is_the_same_on_every_engine() -> None:
    write_known_rows()
    digests = {row.id.int: row.digest.hex() for journal in (*JOURNALS, *AGREED) for row in journal.read(HERE)}
    assert digests == {
        1: "2cc8eabbb6b0e8c60cda647a8230d3c8",
        4: "6f397eae3d6b17d7ff42a7e3aa16da32",
        6: "0410dfa776ef6de502e53e95f96ed89c",
        8: "92bca0d0b9c9d92544087b56559c6d14",
    }


def test_the_hash_of_a_seal_holds_the_one_before_and_what_it_covers() -> None:
    one = seal_hash(NO_SEAL, 1, "ledger_transfer", on(DAY), bytes(32))
    assert one.hex() == "1abef6d1ca6f5aadcab3f6b510fba4c16f5a9e949dd552d23739ab6b2f662dea"
    others = {
        seal_hash(one, 1, "ledger_transfer", on(DAY), bytes(32)),
        seal_hash(NO_SEAL, 2, "ledger_transfer", on(DAY), bytes(32)),
        seal_hash(NO_SEAL, 1, "vouchers_event", on(DAY), bytes(32)),
        seal_hash(NO_SEAL, 1, "ledger_transfer", on(DAY, 10), bytes(32)),
        seal_hash(NO_SEAL, 1, "ledger_transfer", on(DAY), bytes(64)),
    }
    assert len(others | {one}) == 6


def test_values_are_written_one_way() -> None:
    assert canonical(UUID(int=1)) == "0" * 31 + "1"
    assert canonical(on(DAY)) == "2021-10-12T07:00:00.000000+00:00"
    assert canonical(DAY) == "2021-10-12"
    assert canonical(memoryview(b"\x01\xff")) == canonical(b"\x01\xff") == "01ff"
    assert (canonical(5), canonical({"a": 1}), canonical(True)) == (5, {"a": 1}, True)


def test_a_row_is_sealed_once_and_nothing_new_makes_no_seal(world: World) -> None:
    rows = seal(world)
    count = Seal.objects.filter(programme_id=world.programme_id).count()
    assert count == len(EVERY_JOURNAL)
    assert rows > 100
    assert seal(world) == 0
    assert seal(world, DAY + timedelta(days=1)) == 0
    world.hand_over(1, day=DAY + timedelta(days=2))
    assert seal(world, DAY + timedelta(days=2)) == 2, "one event, one hand-over"
    assert named(world) == set()
    numbers = Seal.objects.filter(programme_id=world.programme_id).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 2 * count + 1))


def test_many_rows_make_several_seals(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_ROWS", 10)
    seal(world)
    seals = Seal.objects.filter(programme_id=world.programme_id, table="vouchers_voucher")
    assert sorted(seals.values_list("count", flat=True)) == [10, 10, 10, 10]
    assert {len(one.leaves) for one in seals} == {10 * (16 + DIGEST_BYTES)}
    assert named(world) == set()


def test_only_who_manages_the_programme_and_the_system_seal_it(world: World) -> None:
    other = build_world("meuse", quantity=0, booklets=0)
    for role in set(Role) - {Role.MANAGER, Role.SYSTEM}:
        with pytest.raises(NotAllowed):
            seal_journal(programme_id=world.programme_id, by=world.person(role), at=on(DAY))
    with pytest.raises(NotFound):
        seal_journal(programme_id=world.programme_id, by=other.manager, at=on(DAY))
    assert seal_journal(programme_id=world.programme_id, by=system_actor(world.authority_id), at=on(DAY)) > 0


@pytest.mark.parametrize("column", ["number", "table", "up_to", "count", "leaves", "hash"])
def test_a_seal_altered_is_named(world: World, column: str) -> None:
    seal(world)
    world.hand_over(1, day=DAY + timedelta(days=2))
    seal(world, DAY + timedelta(days=3))
    one = Seal.objects.filter(programme_id=world.programme_id, count__gt=0).order_by("number")[2]
    changed = {
        "number": 999, "table": "autre", "up_to": on(DAY, 10), "count": 1, "leaves": bytes(32), "hash": bytes(32),
    }  # fmt: skip
    Seal.objects.filter(pk=one.pk).update(**{column: changed[column]})
    assert ("seal", "vouchers_seal", one.pk) in named(world)


def test_a_seal_taken_away_is_seen_by_the_next(world: World) -> None:
    seal(world)
    following = Seal.objects.filter(programme_id=world.programme_id).order_by("number")[4]
    Seal.objects.filter(programme_id=world.programme_id, number=4)._raw_delete("default")
    assert ("seal", "vouchers_seal", following.pk) in named(world)


def test_the_command_seals_each_programme(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    build_world("meuse")
    call_command("seal")
    told = capsys.readouterr().out
    assert "verdun\u202f" in told or "verdun :" in told
    assert Seal.objects.values("programme_id").distinct().count() == 2
    assert named(world) == set()
