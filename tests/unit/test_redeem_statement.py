"""The texts of the redemption name states, accounts and shards: they are those of the rule book."""

import re
from pathlib import Path

from passnumerique.directory.rules import Role
from passnumerique.ledger.rules import OWNED, Account
from passnumerique.training.operations.redeeming import REDEEMING
from passnumerique.training.rules import SEATED, AttendanceStatus, SessionState
from passnumerique.vouchers.operations.redeeming import statement
from passnumerique.vouchers.rules import AT_PLACE, BOOK, SHARDS, Act

(STEP,) = BOOK[Act.REDEEM].steps
QUOTED = re.compile(r"'([a-z_]+)'")


def words(*names: str) -> set[str]:
    """What the texts of these names quote."""
    texts = {**REDEEMING.act.choose, **REDEEMING.act.write, "decide": REDEEMING.act.decide}
    return {word for name in names for word in QUOTED.findall(texts[name])}


def test_passes_take_the_step_of_the_rule_book() -> None:
    assert STEP.source
    assert words("found") == {STEP.source.value}
    assert words("decide", "taken", "put") == {STEP.source.value, STEP.target.value}
    assert words("events", "activity") == {Act.REDEEM.value, STEP.source.value, STEP.target.value}
    assert STEP.target in AT_PLACE, "so the UPDATE sets the place"


def test_the_money_follows_the_states() -> None:
    assert words("transfers") == {STEP.debit.value, STEP.credit.value}
    assert STEP.debit not in OWNED, "so its owner is nobody"
    assert STEP.credit is Account.DUE, "so its owner is the place"


def test_seats_are_those_of_the_statuses() -> None:
    assert words("sessions") == {SessionState.PLANNED.value}
    assert words("who") == {status.value for status in set(AttendanceStatus) - SEATED} | {"elsewhere"}
    assert words("newcomers", "present") == {AttendanceStatus.PRESENT.value}


def test_the_shards_are_those_of_the_rule_book() -> None:
    for name in ("taken", "put"):
        assert set(re.findall(r"% (\d+)", REDEEMING.act.write[name])) == {str(SHARDS)}


def test_who_may_redeem_is_not_written_in_the_statement() -> None:
    everything = " ".join([*REDEEMING.act.choose.values(), *REDEEMING.act.write.values()])
    assert not {role.value for role in Role} & set(QUOTED.findall(everything))


def test_every_text_is_used() -> None:
    texts = {*REDEEMING.act.choose.values(), REDEEMING.act.decide, *REDEEMING.act.write.values()}
    for path in Path(statement.__file__).with_name("sql").glob("*.sql"):
        text = path.read_text().partition("{")[0].strip()
        assert any(text in known for known in texts), path.name
