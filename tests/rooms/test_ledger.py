"""Money moves in one-row transfers: balanced by construction, written once, read at any instant."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.operations import transfer
from passnumerique.ledger.queries import balances, totals
from passnumerique.ledger.rules import OWNED, Account, Move, Pocket
from tests.rooms.world import on

pytestmark = pytest.mark.django_db
DAY, PROGRAMME, OTHER = on(date(2022, 1, 1)), UUID(int=1), UUID(int=2)
PLACES = (UUID(int=11), UUID(int=12))
COMMITTED, ENVELOPE = Pocket(Account.COMMITTED), Pocket(Account.ENVELOPE)
DUE = tuple(Pocket(Account.DUE, place) for place in PLACES)
pockets = st.sampled_from(
    [Pocket(account, place) for account in Account for place in (PLACES if account in OWNED else (NOBODY,))]
)
moves = st.lists(
    st.tuples(pockets, pockets, st.integers(1, 10**9)).filter(lambda one: one[0] != one[1]).map(lambda one: Move(*one)),
    max_size=12,
)


def write(*given: Move, programme_id: UUID = PROGRAMME, days: int = 0, cause: UUID | None = None) -> UUID:
    at = DAY + timedelta(days=days)
    cause = cause or new_id(at)
    transfer(programme_id=programme_id, moves=given, cause=cause, at=at)
    return cause


def test_moves_between_the_same_pockets_make_one_row() -> None:
    write(Move(COMMITTED, DUE[0], 1000), Move(COMMITTED, DUE[1], 500), Move(COMMITTED, DUE[0], 1000))
    rows = Transfer.objects.order_by("amount_cents").values_list("amount_cents", "credit_owner")
    assert list(rows) == [(500, PLACES[1]), (2000, PLACES[0])]


@given(moves)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_balances_always_sum_to_zero_and_are_the_sum_of_the_moves(given: list[Move]) -> None:
    with transaction.atomic():
        write(*given)
        found = balances(PROGRAMME)
        expected: dict[Pocket, int] = {}
        for one in given:
            expected[one.debit] = expected.get(one.debit, 0) - one.amount_cents
            expected[one.credit] = expected.get(one.credit, 0) + one.amount_cents
        assert found == expected
        assert sum(found.values()) == 0
        write(*(Move(one.credit, one.debit, one.amount_cents) for one in given))
        assert not any(balances(PROGRAMME).values())
        assert not any(totals(PROGRAMME).values())
        transaction.set_rollback(True)


def test_what_is_authorised_is_told_as_what_it_gave() -> None:
    write(Move(Pocket(Account.AUTHORISED), ENVELOPE, 18_000))
    assert totals(PROGRAMME)[Account.AUTHORISED] == totals(PROGRAMME)[Account.ENVELOPE] == 18_000


def test_any_past_instant_answers_what_stood_then() -> None:
    write(Move(ENVELOPE, COMMITTED, 3000))
    write(Move(COMMITTED, DUE[0], 1000), days=10)
    before, after = (totals(PROGRAMME, DAY + timedelta(days=days))[Account.DUE] for days in (10, 11))
    assert (before, after) == (0, 1000)


def test_programmes_never_meet() -> None:
    cause = write(Move(ENVELOPE, COMMITTED, 3000))
    write(Move(ENVELOPE, COMMITTED, 500), programme_id=OTHER, cause=cause)
    assert totals(PROGRAMME)[Account.COMMITTED] == 3000
    assert totals(OTHER)[Account.COMMITTED] == 500


def test_the_same_cause_is_never_written_twice() -> None:
    cause = write(Move(ENVELOPE, COMMITTED, 1000))
    with pytest.raises(IntegrityError), transaction.atomic():
        write(Move(ENVELOPE, COMMITTED, 1000), cause=cause)
    write(Move(COMMITTED, DUE[0], 1000), cause=cause)
    assert Transfer.objects.count() == 2


@pytest.mark.parametrize("move", [Move(ENVELOPE, COMMITTED, 0), Move(ENVELOPE, COMMITTED, -5), Move(DUE[0], DUE[0], 5)])
def test_the_database_refuses_a_transfer_of_nothing_or_to_itself(move: Move) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write(move)
    assert Transfer.objects.count() == 0
