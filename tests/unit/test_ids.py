"""Ids made by the thousand: UUIDs of version 7 in ascending order, none twice, the same from the same seed."""

from datetime import UTC, datetime
from uuid import RFC_4122, UUID

from passnumerique.ground.chance import seeded
from passnumerique.ground.ids import new_ids

AT = datetime(2022, 12, 13, 9, tzinfo=UTC)


def test_many_ids_are_of_version_seven_and_of_their_instant() -> None:
    ids = [UUID(bytes=one) for one in new_ids(AT, 5_000)]
    assert len(set(ids)) == 5_000
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    assert {one.int >> 80 for one in ids} == {int(AT.timestamp() * 1000)}


def test_they_ascend_within_their_set_even_when_it_is_made_in_several_times() -> None:
    apart = new_ids(AT, 300, 0, 900) + new_ids(AT, 300, 300, 900) + new_ids(AT, 300, 600, 900)
    assert apart == sorted(apart)
    whole = [one[:8] for one in new_ids(AT, 10_000)]
    assert whole == sorted(whole)


def test_a_seed_draws_the_same_ids_again() -> None:
    def drawn() -> list[bytes]:
        with seeded("ids"):
            return new_ids(AT, 100)

    assert drawn() == drawn() != new_ids(AT, 100)
