"""The audit finds nothing in what the operations wrote, and names any row altered behind their back."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, models, transaction

from passnumerique.ground.chance import seeded
from passnumerique.ground.differences import Difference
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.insight.audit import audit_programme, sentence
from passnumerique.ledger.models import Transfer
from passnumerique.programmes.models import CalendarRevision, Envelope, ParameterRevision
from passnumerique.settlement.models import (
    Answer,
    Claim,
    ClaimLine,
    Payment,
    PaymentOrder,
    PreparedClaim,
    PreparedLine,
    RecoveryOrder,
    Sample,
    SentBack,
    SignFound,
    Undue,
)
from passnumerique.training.models import TrainingSession
from passnumerique.vouchers.models import (
    Activity,
    DeliveryNote,
    Event,
    Flow,
    Handover,
    Lot,
    Redemption,
    Reversal,
    Seal,
    Stock,
    Voucher,
)
from passnumerique.vouchers.queries.audit import law_broken, law_differences
from passnumerique.vouchers.rules import Act, State
from tests.rooms.lived import LATE, Lived, build_lived
from tests.rooms.world import build_world, on

pytestmark = pytest.mark.django_db

COVERED: tuple[type[models.Model], ...] = (
    Event,
    Redemption,
    Reversal,
    Transfer,
    Voucher,
    Stock,
    Activity,
    Flow,
    Claim,
    ClaimLine,
    PaymentOrder,
    Payment,
    PreparedClaim,
    PreparedLine,
    SignFound,
    Sample,
    SentBack,
    Answer,
    Undue,
    RecoveryOrder,
    Envelope,
    Lot,
    CalendarRevision,
    ParameterRevision,
    DeliveryNote,
    Handover,
    Seal,
)
NOT_COVERED = {
    # Until a claim is decided its control may be changed at will; what the decision keeps is sealed.
    ("settlement_claim", "controlled_by"),
    ("settlement_claim", "controlled_at"),
    ("settlement_claimline", "verdict"),
    # A contested line may move to the claim that takes it up again, until it is accepted.
    ("settlement_claimline", "claim_id"),
    ("settlement_claimline", "controlled_by"),
    ("settlement_claimline", "controlled_at"),
    # Kept beside the seal for people; what it covers is told by `up_to`.
    ("vouchers_seal", "by_user"),
    # Which connection counted: only the sum of its rows is read.
    ("vouchers_flow", "writer"),
    ("vouchers_seal", "sealed_at"),
}
"""Columns of which some rows may be altered without being named."""


@pytest.fixture
def lived() -> Lived:
    """The same world each time: which row stands in the middle of a table is not left to chance."""
    with seeded("a world where every act has happened"):
        return build_lived()


def found(lived: Lived) -> tuple[Difference, ...]:
    return audit_programme(lived.world.programme_id).differences


def test_every_act_of_the_rule_book_has_happened(lived: Lived) -> None:
    acts = Event.objects.filter(programme_id=lived.world.programme_id).values_list("act", flat=True)
    assert set(acts) == {act.value for act in Act}


def test_what_the_operations_wrote_agrees_sealed_or_not(lived: Lived) -> None:
    assert [sentence(one) for one in found(lived)] == []
    assert lived.seal() > 200
    assert [sentence(one) for one in found(lived)] == []


def test_the_law_is_one_statement_without_rows(lived: Lived) -> None:
    assert law_broken(lived.world.programme_id) == []
    Voucher.objects.filter(state=State.HELD).update(state=State.CANCELLED)
    accounts = {account for account, *_ in law_broken(lived.world.programme_id)}
    assert accounts == {"committed", "envelope", "envelope.committed_cents"}


@pytest.mark.slow
def test_the_states_sum_to_the_lots_in_one_statement(lived: Lived) -> None:
    programme_id = lived.world.programme_id
    assert list(law_differences(programme_id)) == []
    row = Stock.objects.filter(programme_id=programme_id, count__gt=0).order_by("id").first()
    assert row
    Stock.objects.filter(id=row.id).update(count=row.count + 1)
    (one,) = law_differences(programme_id)
    assert (one.check.name, one.table, one.id) == ("states", "vouchers_stock", row.lot_id)
    Stock.objects.filter(id=row.id).update(count=row.count)
    lot = Lot.objects.filter(programme_id=programme_id).order_by("id")[0]
    Lot.objects.filter(id=lot.id).update(quantity=lot.quantity + 1, last_number=lot.last_number + 1)
    (one,) = law_differences(programme_id)
    assert (one.check.name, one.table, one.id) == ("states", "vouchers_lot", lot.id)


@pytest.mark.sqlite  # a hundred audits: what they read is the same on both
def test_one_row_of_any_table_altered_in_any_column_is_named(lived: Lived) -> None:
    lived.seal()
    unseen = {
        (model._meta.db_table, column.attname)
        for model in COVERED
        for rows in [list(model._default_manager.filter(programme_id=lived.world.programme_id).order_by("id"))]
        for column in model._meta.concrete_fields
        if column.name not in {"id", "programme_id"}
        and names_altered(lived, rows[len(rows) // 2], column, rows) is False
    }
    assert unseen <= NOT_COVERED


def names_altered(lived: Lived, row: models.Model, column: models.Field, rows: list[models.Model]) -> bool | None:
    """Whether the audit names the row once the column is altered; None when the database refuses to."""
    value = another(column, getattr(row, column.attname), [getattr(one, column.attname) for one in rows])
    mark = transaction.savepoint()
    try:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**{column.attname: value})
    except IntegrityError:
        return None
    named = {(one.table, one.id) for one in found(lived)}
    transaction.savepoint_rollback(mark)
    return (row._meta.db_table, row.pk) in named


def another(column: models.Field, value: object, others: list[object]) -> object:
    """Another value that the column could hold: one of another row, or one near it."""
    for other in others:
        if other != value and other is not None and not isinstance(value, int):
            return other
    if isinstance(value, int):
        return not value if isinstance(value, bool) else value + 1
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    if isinstance(column, models.DateTimeField):
        return on(LATE)
    if isinstance(column, models.UUIDField | models.ForeignKey):
        return new_id(on(LATE))
    choices = [choice for choice, _ in column.choices or () if choice != value]
    return choices[0] if choices else {bytes: b"other", list: [[1, 1]]}.get(type(value), "autre")


FIGURES: list[tuple[type[models.Model], dict[str, object]]] = [
    (Voucher, {"state": State.CANCELLED, "place_id": NOBODY}),
    (Voucher, {"turn": 7}),
    (Event, {"step": 99}),
    (Event, {"structure_id": UUID(int=9)}),
    (Stock, {"count": 77}),
    (Activity, {"count": 77}),
    (Flow, {"count": 77}),
    (Transfer, {"amount_cents": 1}),
    (Envelope, {"committed_cents": 1}),
    (Redemption, {"face_value_cents": 1}),
    (Redemption, {"place_id": UUID(int=9)}),
    (Reversal, {"cause": "autre"}),
    (Claim, {"passes": 99}),
    (Claim, {"number": 99}),
    (ClaimLine, {"fee_cents": 1}),
    (ClaimLine, {"redemption_id": UUID(int=9)}),
    (Payment, {"amount_cents": 1}),
    (PaymentOrder, {"amount_cents": 1}),
    (Claim, {"offset_cents": 1}),
    (ClaimLine, {"risk": 7}),
    (PreparedLine, {"redemption_id": UUID(int=9)}),
    (Sample, {"size": 99}),
    (Answer, {"content": b"%PDF autre"}),
    (Undue, {"amount_cents": 1}),
    (Undue, {"cause": "autre"}),
    (RecoveryOrder, {"amount_cents": 1}),
    (DeliveryNote, {"quantity": 1000}),
    (Handover, {"quantity": 1000}),
    (Lot, {"face_value_cents": 1001}),
    (TrainingSession, {"seats_taken": 9}),
]


def test_figures_are_cross_checked_even_before_any_seal(lived: Lived) -> None:
    unseen = [(model.__name__, columns) for model, columns in FIGURES if not named_unsealed(lived, model, columns)]
    assert not unseen


def named_unsealed(lived: Lived, model: type[models.Model], columns: dict[str, object]) -> bool:
    """Whether the row in the middle of a table, of those that hold something else, is named once these
    columns are altered."""
    rows = model._default_manager.filter(programme_id=lived.world.programme_id)
    apart = rows.exclude(**columns).order_by("id")
    pk = apart.values_list("pk", flat=True)[apart.count() // 2]
    mark = transaction.savepoint()
    rows.filter(pk=pk).update(**columns)
    named = {(one.table, one.id) for one in found(lived)}
    transaction.savepoint_rollback(mark)
    if model is Lot:  # its value is in every transfer of its vouchers
        return Transfer._meta.db_table in {table for table, _ in named}
    return (model._meta.db_table, pk) in named


TAKEN_AWAY = (Event, Redemption, Reversal, Transfer, Stock, Activity, Flow, DeliveryNote, ClaimLine, Payment, Undue)


def test_a_row_taken_away_is_missed(lived: Lived) -> None:
    assert not [model.__name__ for model in TAKEN_AWAY if not missed(lived, model)]


def missed(lived: Lived, model: type[models.Model]) -> bool:
    """Whether the audit says that a row of this table is missing; one not written again by a later act."""
    rows = model._default_manager.filter(programme_id=lived.world.programme_id).order_by("id")
    if model is Stock:
        rows = rows.filter(count__gt=0)
    mark = transaction.savepoint()
    rows.filter(pk=rows[rows.count() // 2].pk)._raw_delete("default")
    named = {one.table for one in found(lived)}
    transaction.savepoint_rollback(mark)
    return model._meta.db_table in named or (model is Event and Voucher._meta.db_table in named)


def test_a_revision_slipped_in_among_the_sealed_is_named(lived: Lived) -> None:
    lived.seal()
    row = CalendarRevision.objects.filter(programme_id=lived.world.programme_id).latest("rank")
    row.pk, row.rank, row.recorded_at = new_id(on(LATE)), 3, on(LATE, 10)
    row.save(force_insert=True)
    assert ("sealed", row.pk) in {(one.check.name, one.id) for one in found(lived)}


def test_another_programme_is_not_blamed(lived: Lived) -> None:
    other = build_world("meuse")
    Stock.objects.filter(programme_id=lived.world.programme_id).update(count=3)
    assert audit_programme(other.programme_id).differences == ()
    assert found(lived)


def test_a_difference_is_told_as_a_sentence(lived: Lived) -> None:
    voucher = Voucher.objects.filter(programme_id=lived.world.programme_id, state=State.HELD).order_by("number")[0]
    Voucher.objects.filter(pk=voucher.pk).update(state=State.CANCELLED)
    told = next(sentence(one) for one in found(lived) if one.id == voucher.pk)
    assert told == (
        "L’état d’un pass ne suit pas de ses événements. "
        f"Table vouchers_voucher, ligne {voucher.pk}, pass n° {voucher.number}\u202f: "
        "la base porte «\u202fstate=cancelled\u202f», les événements disent «\u202fstate=held\u202f»."
    )


def test_the_command_tells_by_its_exit_and_in_json(lived: Lived) -> None:
    out = StringIO()
    call_command("audit", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"differences": []}
    row = Stock.objects.filter(programme_id=lived.world.programme_id).order_by("id")[0]
    Stock.objects.filter(pk=row.pk).update(count=row.count + 1)
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("audit", "--programme", "verdun", "--json", stdout=out)
    assert left.value.code == 1
    assert json.loads(out.getvalue())["differences"] == [
        {
            "check": "stock",
            "table": "vouchers_stock",
            "id": str(row.pk),
            "number": None,
            "stored": f"count={row.count + 1}",
            "recomputed": f"count={row.count}",
            "programme": "verdun",
        }
    ]
