"""Lots of more than a few hundred passes: COPY or prepared inserts, slab after slab, and the same passes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from passnumerique.ground import bulk
from passnumerique.ground.bulk import insert_columns
from passnumerique.ground.chance import seeded
from passnumerique.insight.audit import audit_programme
from passnumerique.programmes.operations import commit_value, release_value
from passnumerique.programmes.queries import envelope
from passnumerique.programmes.rules import EnvelopeExceeded
from passnumerique.vouchers.models import Event, Lot, Voucher
from passnumerique.vouchers.operations import (
    Printed,
    cancel,
    declare_lost,
    find,
    issue_lot,
    receive_lot,
    receiving,
    return_stock,
)
from passnumerique.vouchers.operations.moving import new_deed, same_of
from passnumerique.vouchers.queries import reading
from passnumerique.vouchers.queries.printing import codes_of_lot
from passnumerique.vouchers.queries.reading import vouchers_with_codes
from passnumerique.vouchers.rules import Act, State
from passnumerique.vouchers.rules.refusals import RangePartlyGone, UnknownNumbers
from tests.rooms.race import clean
from tests.rooms.test_vouchers_stock import refused
from tests.rooms.world import SIGNED, START, World, build_world, on

pytestmark = pytest.mark.django_db
MANY = 1_234


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Slabs of 600: three of them, each large enough for the bulk writer."""
    for room in (receiving, reading):
        monkeypatch.setattr(room, "SLAB", 600)
    monkeypatch.setattr(reading.slabs_in, "__defaults__", (600,))
    monkeypatch.setattr(receiving, "slabs_of", lambda first, last: bulk.slabs_of(first, last, 600))
    return build_world(quantity=7, booklets=0, envelope_cents=5_000_000)


def test_a_large_lot_is_like_a_small_one_and_tells_how_far_it_is(world: World) -> None:
    told: list[tuple[int, int]] = []
    given = {"programme_id": world.programme_id, "by": world.manager, "at": on(START)}
    lot_id = issue_lot(reference="GRAND", quantity=MANY, progress=lambda *far: told.append(far), **given)
    assert told == [(600, MANY), (1200, MANY), (MANY, MANY)]
    codes = codes_of_lot(world.manager, world.programme_id, lot_id, [(1, 200)])
    assert [(one.number, one.booklet) for one in codes] == [(7 + n, 2 + (n - 1) // 10) for n in range(1, MANY + 1)]
    seen = vouchers_with_codes(world.programme_id, [codes[0].code, codes[700].code])
    assert sorted(voucher.number for voucher in seen.values()) == [8, 708]
    ids = Voucher.objects.filter(lot_id=lot_id).order_by("number").values_list("id", flat=True)
    assert {one.version for one in ids} == {7}
    assert clean(world)


def test_a_seed_issues_the_same_passes_again(world: World) -> None:
    def issued() -> list[tuple[object, ...]]:
        with transaction.atomic(), seeded("the same passes"):
            world.issue(MANY)
            rows = list(Voucher.objects.order_by("number").values_list("id", "code_hash", "number"))
            rows += Event.objects.order_by("id").values_list("id", "voucher_id", "at")
            transaction.set_rollback(True)
        return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in rows]

    assert issued() == issued()


def test_a_lot_beyond_the_envelope_leaves_nothing(world: World) -> None:
    given = {"programme_id": world.programme_id, "by": world.manager, "at": on(START)}
    with pytest.raises(EnvelopeExceeded), transaction.atomic():
        issue_lot(reference="TROP", quantity=5_001, **given)
    assert (Lot.objects.count(), Voucher.objects.count()) == (1, 7)
    assert clean(world)


def test_a_large_file_of_the_issuer_is_received(world: World) -> None:
    passes = [Printed(100 + rank, 50 + rank // 7, f"BEE{rank:06d}") for rank in range(MANY)]
    given = {"programme_id": world.programme_id, "by": world.manager, "at": on(START)}
    receive_lot(reference="B", passes=passes[::-1], file=b"f", **given)
    assert vouchers_with_codes(world.programme_id, ["BEE001000"])["BEE001000"].number == 1100
    assert clean(world)


def test_large_sets_move_in_slabs_and_back(world: World) -> None:
    world.issue(MANY)
    world.allocate(100)
    stock = Voucher.objects.filter(state=State.STRUCTURE_STOCK)
    assert stock.count() == 1_000
    given = {"programme_id": world.programme_id, "by": world.manager, "at": on(START, 12)}
    whole = [(8, 1_007)]
    assert declare_lost(numbers=whole, cause="vol", **given) == 1_000
    assert find(numbers=whole, cause="retrouvés", **given) == 1_000
    assert stock.count() == 1_000
    return_stock(structure_id=world.structures[0], numbers=whole, signatures=SIGNED, **given)
    assert cancel(numbers=[(1, 7 + MANY)], cause="fin", **given) == 7 + MANY
    assert Event.objects.filter(act=Act.CANCEL).count() == 7 + MANY
    assert clean(world)


def test_a_large_set_with_one_pass_elsewhere_does_not_move_at_all(world: World) -> None:
    world.issue(MANY)
    world.allocate(100)
    world.hand_over(1)
    before = Event.objects.count()
    given = {"programme_id": world.programme_id, "by": world.manager, "at": on(START, 12)}
    back = {"structure_id": world.structures[0], "signatures": SIGNED}
    told = refused(return_stock, RangePartlyGone, numbers=[(8, 1_007)], **back, **given)
    assert told.params == {"numbers": "8"}
    told = refused(return_stock, UnknownNumbers, numbers=[(1_000, 2_000), (1_500, 3_000)], **back, **given)
    assert told.params == {"numbers": "1242–3000"}
    assert Event.objects.count() == before
    assert clean(world)


def test_the_bulk_writer_names_what_it_was_not_given_and_the_database_still_checks(world: World) -> None:
    deed = new_deed(world.programme_id, Act.RECEIVE, world.manager, on(START))
    with pytest.raises(KeyError, match="nonsense"):
        insert_columns(Event, {"id": [], "nonsense": []}, same_of(deed))
    with pytest.raises(KeyError, match="voucher_id"):
        insert_columns(Event, {"id": []}, same_of(deed))
    voucher = Voucher.objects.first()
    assert voucher
    for many in (2, bulk.FEW + 1):
        each = {"id": [bytes(15) + b"\1"] * many, "voucher_id": [voucher.id] * many, "step": range(9, many + 9)}
        wrong = {"from_state": "held", "to_state": "held"}
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_columns(Event, each, same_of(deed) | wrong)


def test_the_command_issues_with_progress_and_refuses_by_name(world: World) -> None:
    out = StringIO()
    call_command("issue", "verdun", "--quantity", "700", "--reference", "CONSOLE", stdout=out)
    assert out.getvalue().splitlines()[-1].startswith("verdun : 700 pass émis")
    assert "600 / 700 pass (85 %)" in out.getvalue()
    with pytest.raises(CommandError, match="déjà"):
        call_command("issue", "verdun", "--quantity", "7", "--reference", "CONSOLE", stdout=out)
    assert audit_programme(world.programme_id).differences == ()


def test_an_envelope_of_hundreds_of_millions_of_euros_is_counted_to_the_cent() -> None:
    """More cents than 32 bits hold: authorised by one paper, taken by one lot, given back at once."""
    programme_id = build_world(quantity=0, booklets=0, envelope_cents=90_000_000_000).programme_id
    commit_value(programme_id=programme_id, cents=80_000_000_000)
    with pytest.raises(EnvelopeExceeded):
        commit_value(programme_id=programme_id, cents=10_000_000_001)
    release_value(programme_id=programme_id, cents=30_000_000_000)
    row = envelope(programme_id)
    assert (row.authorised_cents, row.committed_cents) == (90_000_000_000, 50_000_000_000)
