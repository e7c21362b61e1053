"""Whatever way the issuer's lines are cut into files, repeated and ordered: the same evidence."""

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passnumerique.directory.rules import Role
from passnumerique.ground.sheets import read_sheet, suggest_mapping
from passnumerique.settlement.models import IssuerFile, IssuerRow
from passnumerique.settlement.operations.issuer import import_issuer_file
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict, synonyms_of
from tests.rooms.test_issuer_files import csv, place_name
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
WAYS = (
    (["N° de pass", "Utilisé le", "Lieu", "Valeur"], "{number};{day:%d/%m/%Y};{place};10,00"),
    (["Lieu", "Montant", "Date", "Numéro"], "{place};10.00 €;{day:%Y-%m-%d};{number}"),
)
"""Two layouts of the same lines."""


@pytest.fixture
def world() -> World:
    return build_world(quantity=20)


Said = tuple[int, int]
"""A number of a pass (some unknown here) and a day of October."""


def told(world: World, lines: list[Said], way: int) -> bytes:
    headings, shape = WAYS[way]
    place = place_name(world)
    rows = [shape.format(number=n, day=date(2021, 10, day), place=place).split(";") for n, day in lines]
    return csv(headings, rows)


def evidence(world: World) -> set[tuple[object, ...]]:
    rows = IssuerRow.objects.filter(programme_id=world.programme_id, verdict=RowVerdict.TAKEN)
    return set(rows.values_list("number", "day", "place_id", "amount_cents").order_by())


def send(world: World, content: bytes) -> None:
    sheet = read_sheet(content, "export.csv")
    import_issuer_file(
        programme_id=world.programme_id,
        kind=IssuerKind.REDEMPTIONS,
        issuer="Émetteur (fictif)",
        sheet=sheet,
        mapping=suggest_mapping(sheet.columns, synonyms_of(IssuerKind.REDEMPTIONS)),
        file=content,
        by=world.actor(Role.FINANCE),
        at=on(date(2021, 11, 8)),
    )


def forget(world: World) -> None:
    IssuerRow.objects.filter(programme_id=world.programme_id).delete()
    IssuerFile.objects.filter(programme_id=world.programme_id).delete()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.tuples(st.integers(1, 22), st.integers(1, 3)), min_size=1, max_size=12),
    seed=st.integers(0, 10_000),
    cuts=st.integers(1, 4),
)
def test_any_split_repetition_and_order_leave_the_same_evidence(
    world: World, lines: list[Said], seed: int, cuts: int
) -> None:
    forget(world)
    send(world, told(world, lines, 0))
    whole = evidence(world)
    assert {(number, day.day) for number, day, *_ in whole} == {one for one in lines if one[0] <= 20}  # type: ignore[attr-defined]
    forget(world)
    drawn = random.Random(seed)
    shuffled = drawn.sample(lines, len(lines))
    parts = [part for rank in range(cuts) if (part := shuffled[rank::cuts])]
    files = [
        told(world, [*part, *drawn.sample(lines, drawn.randint(0, len(lines)))], drawn.randint(0, 1)) for part in parts
    ]
    for content in drawn.choices(files, k=2) + files:
        send(world, content)
    assert evidence(world) == whole
    assert IssuerRow.objects.filter(verdict=RowVerdict.TAKEN).count() == len(whole)
