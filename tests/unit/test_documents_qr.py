"""Composed QR symbols are those of segno, and their outline covers exactly the dark modules."""

import random

import pytest
import segno

from passnumerique.documents import qr

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def addresses(host: str, count: int, seed: int = 1) -> list[str]:
    drawn = random.Random(seed)
    return [f"HTTPS://{host}/P/{''.join(drawn.choices(LETTERS, k=12))}" for _ in range(count)]


@pytest.mark.parametrize("host", ["A.FR", "AB.FR", "PASS.VERDUN.FR", "PASS.PETR-VERDUN.FR", "X" * 60 + ".FR"])
def test_composed_symbols_are_those_made_one_by_one(host: str) -> None:
    texts = addresses(host, 200)
    assert qr.symbols(texts) == [qr.symbol(text) for text in texts]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["HTTPS://A.FR/P/1"],
        ["HTTPS://A.FR/P/1"] * 90,
        [f"https://a.fr/p/{number:04d}" for number in range(200)],
        [f"{number:012d}" for number in range(200)],
        [f"HTTPS://A.FR/P/{number}" for number in range(200)],
        ["é", "漢字", "HTTPS://A.FR"],
    ],
    ids=["none", "one", "the same", "lower case", "digits", "lengths", "other scripts"],
)
def test_texts_that_do_not_compose_are_made_all_the_same(texts: list[str]) -> None:
    assert qr.symbols(texts) == [qr.symbol(text) for text in texts]


def test_a_short_address_is_a_small_symbol_at_level_m() -> None:
    assert qr.symbol("HTTPS://PASS.VERDUN.FR/P/ABCDEFGHJKMN").side == 25  # version 2
    assert qr.symbol("HTTPS://PASS.PETR-VERDUN.FR/P/ABCDEFGHJKMN").side == 29  # version 3
    made = segno.make("HTTPS://PASS.PETR-VERDUN.FR/P/ABCDEFGHJKMN", error="m", mask=3, micro=False)
    assert made.error in "MQH"


def test_the_outline_covers_exactly_the_dark_modules() -> None:
    symbol = qr.symbol("HTTPS://A.FR/P/ABCDEFGHJKMN")
    covered = set()
    for part in qr.outline(symbol).split("z")[:-1]:
        start, rest = part[1:].split("h", 1)
        left, top = map(int, start.split())
        covered |= {(left + step, top) for step in range(int(rest.split("v")[0]))}
    dark = {
        (column + qr.QUIET_ZONE, line + qr.QUIET_ZONE)
        for line, row in enumerate(symbol.rows())
        for column, module in enumerate(row)
        if module == "1"
    }
    assert covered == dark


def test_an_empty_text_and_an_endless_one_are_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        qr.symbol("")
    with pytest.raises(ValueError, match=r".+"):
        qr.symbol("A" * 5000)
