"""Every figure of the act of 13 December 2022 can be asked for, and the extension of a year is one decision."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from passnumerique.vouchers.rules import MONEY_OF_STATE, State
from tests.demonstration import ON_POSTGRESQL, Installation, copied, empty, played

THE_DAY, THE_EVE, EXTENDED = date(2022, 12, 13), date(2022, 12, 12), date(2023, 1, 15)
FACE_VALUE_CENTS = 1000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def status(verdun: Installation) -> dict[str, Any]:
    """`passnum status --as-of 2022-12-13 --json`."""
    return verdun.status(THE_DAY)


@pytest.fixture(scope="module")
def extended(verdun: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The same installation, continued a month later."""
    return played(tmp_path_factory, "extended", "--until", EXTENDED.isoformat(), source=verdun)


def test_the_status_has_exactly_the_keys_promised(status: dict[str, Any]) -> None:
    assert list(status) == ["programme", "as_of", "dates", "vouchers", "money_cents", "network"]
    assert (status["programme"], status["as_of"]) == ("verdun", "2022-12-13")
    assert set(status["dates"]) == {
        "distribution_until",
        "validity_until",
        "end_of_training",
        "claims_until",
        "closing",
    }
    assert set(status["vouchers"]) == {"received", "unused"} | {state.value for state in State}
    assert {"authorised", "envelope", "committed", "due", "paid"} <= set(status["money_cents"])
    assert set(status["network"]) == {"prescribers", "places", "themes", "modules", "planned_sessions"}


def test_the_figures_are_those_of_the_act(status: dict[str, Any]) -> None:
    assert status["vouchers"]["received"] == 1800
    assert 1100 <= status["vouchers"]["unused"] <= 1199
    assert status["network"] == {
        "prescribers": 25,
        "places": 9,
        "themes": 5,
        "modules": 13,
        "planned_sessions": 19,
    }
    assert status["dates"]["closing"] == "2022-12-31"


def test_the_states_sum_to_the_lots_received(status: dict[str, Any]) -> None:
    counts = status["vouchers"]
    assert sum(counts[state.value] for state in State) == counts["received"]
    unused = ("authority_stock", "structure_stock", "held", "blocked")
    assert sum(counts[state] for state in unused) == counts["unused"]


def test_each_account_holds_the_face_value_of_the_passes_that_feed_it(status: dict[str, Any]) -> None:
    counts, money = status["vouchers"], status["money_cents"]
    assert money["committed"] == counts["unused"] * FACE_VALUE_CENTS
    for account in ("committed", "due", "paid", "undue"):
        fed = sum(counts[state.value] for state in State if MONEY_OF_STATE[state] == account)
        assert money[account] == fed * FACE_VALUE_CENTS, account
    assert sum(cents for account, cents in money.items() if account != "authorised") == money["authorised"]
    assert money["paid"] > 0


def test_claims_were_paid_month_by_month(verdun: Installation) -> None:
    months = verdun.rows("SELECT DISTINCT month FROM settlement_claim WHERE state = 'paid'")
    assert len(months) >= 9


def test_sheets_are_signed_and_one_pass_taken_twice_is_left_to_settle(verdun: Installation) -> None:
    assert sorted(verdun.rows("SELECT state, number FROM training_dispute")) == [("kept", 1), ("open", 2)]
    (closed,) = verdun.rows("SELECT count(*) FROM training_sheetclosing")
    assert closed[0] >= 50
    assert verdun.differences() == []


def test_the_extension_moves_dates_and_no_money(extended: Installation, status: dict[str, Any]) -> None:
    after = extended.status(EXTENDED)
    assert after["dates"]["validity_until"] == after["dates"]["end_of_training"] == "2023-12-31"
    assert after["dates"]["closing"] == "2024-03-31"
    assert after["money_cents"]["authorised"] == status["money_cents"]["authorised"]
    assert after["vouchers"]["received"] == 1800


def test_past_days_answer_with_the_dates_then_in_force(extended: Installation, verdun: Installation) -> None:
    for day in (THE_EVE, date(2022, 3, 1)):
        assert extended.status(day) == verdun.status(day)
    assert extended.status(THE_EVE)["dates"]["closing"] == "2022-12-31"


def test_no_pass_is_touched_by_the_extension(extended: Installation) -> None:
    acts = extended.rows("SELECT act, count(*) FROM vouchers_event GROUP BY act")
    assert "extend" not in dict(acts)
    revisions = extended.rows("SELECT rank, closing FROM programmes_calendarrevision ORDER BY rank")
    assert [(rank, str(closing)) for rank, closing in revisions] == [(1, "2022-12-31"), (2, "2024-03-31")]


def test_playing_again_to_the_same_day_changes_nothing(verdun: Installation, tmp_path: Path) -> None:
    again = copied(verdun, tmp_path, "again")
    before = journal(again)
    told = again.passnum("demo", "--until", "2022-06-01")
    assert journal(again) == before
    assert "vit au 13 décembre 2022" in told


def test_demo_ends_with_the_address_and_one_sign_in_per_role(verdun: Installation) -> None:
    told = verdun.passnum("demo", "--until", THE_DAY.isoformat())
    for address in ("gestion", "finances", "comptable", "secretariat", "audit"):
        assert f"{address}@verdun.example" in told
    assert "http://localhost:8000/verdun/" in told


@pytest.mark.sqlite  # what is played is the same on both; a minute of play
def test_playing_in_two_steps_is_playing_in_one(tmp_path: Path) -> None:
    one, two = empty(tmp_path, "one"), empty(tmp_path, "two")
    one.passnum("demo", "--until", "2021-10-20")
    two.passnum("demo", "--until", "2021-09-25")
    two.passnum("demo", "--until", "2021-10-20")
    assert one.status() == two.status()
    assert one.status()["as_of"] == "2021-10-20"
    assert journal(one) == journal(two)


def journal(installation: Installation) -> list[tuple[Any, ...]]:
    """Every event of every pass, as it was written."""
    return installation.rows(
        "SELECT v.number, e.step, e.act, e.from_state, e.to_state, e.at "
        "FROM vouchers_event e JOIN vouchers_voucher v ON v.id = e.voucher_id ORDER BY v.number, e.step"
    )


def test_the_audit_finds_no_difference(verdun: Installation, extended: Installation) -> None:
    assert verdun.differences() == []
    assert extended.differences() == []


ALTERED = {
    "vouchers_voucher": "UPDATE vouchers_voucher SET state = 'cancelled' WHERE number = 1750",
    "vouchers_stock": "UPDATE vouchers_stock SET count = count + 1 WHERE state = 'authority_stock' AND count > 0",
    "ledger_transfer": "UPDATE ledger_transfer SET amount_cents = amount_cents + 1 WHERE debit_account = 'envelope'",
}


def test_the_audit_names_the_rows_altered_by_hand(verdun: Installation, tmp_path: Path) -> None:
    altered = copied(verdun, tmp_path, "altered")
    for statement in ALTERED.values():
        altered.rows(statement)
    found = altered.differences(exits=1)
    assert ALTERED.keys() <= {difference["table"] for difference in found}, found
    assert [one["number"] for one in found if one["table"] == "vouchers_voucher"] == [1750]
    assert {one["programme"] for one in found} == {"verdun"}


def test_the_status_can_be_read_in_words(verdun: Installation) -> None:
    words = verdun.passnum("status", "--as-of", "2022-12-13").replace("\u202f", " ")
    assert "13 décembre 2022" in words
    assert "1 800" in words
    assert "25 structures, 9 lieux, 5 thèmes" in words


def test_the_tests_run_on_the_engine_they_say(verdun: Installation, pytestconfig: pytest.Config) -> None:
    assert (pytestconfig.getoption("engine") == "postgresql") == ON_POSTGRESQL
    assert verdun.url.startswith("postgres" if ON_POSTGRESQL else "sqlite")


def test_status_is_json_alone(verdun: Installation) -> None:
    assert json.loads(verdun.passnum("status", "--json"))["as_of"] == "2022-12-13"
