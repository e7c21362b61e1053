"""`passnum forecast` on the demonstration, on the day of the act: without and with the extension."""

import json
from pathlib import Path
from typing import Any

from tests.demonstration import Installation

GOLDEN_DAY = "2022-12-13"
EXTENSION = """
name = "Prolonger d’un an"
[extend]
use_until = 2023-12-31
"""


def asked(verdun: Installation, *words: str) -> dict[str, Any]:
    return dict(json.loads(verdun.passnum("forecast", "--as-of", GOLDEN_DAY, "--json", *words)))


def test_the_extension_is_worth_hundreds_of_passes(verdun: Installation, tmp_path: Path) -> None:
    file = tmp_path / "prolonger.toml"
    file.write_text(EXTENSION, encoding="utf-8")
    without, with_ = asked(verdun), asked(verdun, "--scenario", str(file))
    assert without["to"] == "2022-12-31"
    assert with_["to"] == "2023-12-31"
    for told in (without, with_):
        assert told["received"] == 1797
        assert all(told[name]["used"] + told[name]["unused"] == 1797 for name in ("p10", "p50", "p90"))
        assert told["p10"]["used"] <= told["p50"]["used"] <= told["p90"]["used"]
        assert 0 <= told["probability_all_used"] <= 1
    assert len(with_["weekly"]) == 55
    assert without["p50"]["used"] + 300 < with_["p50"]["used"]
    assert with_["as_it_is"]["p50"]["used"] == without["p50"]["used"]
    assert with_["added"]["p10"] > 300
    assert [one["name"] for one in with_["assumptions"]] == ["postponed"]
    assert asked(verdun) == without


def test_it_is_said_in_words_and_bad_input_is_refused(verdun: Installation, tmp_path: Path) -> None:
    words = verdun.passnum("forecast", "--as-of", GOLDEN_DAY)
    assert "Prévision faite au soir du 13 décembre 2022" in words
    assert "Ce que la prévision ne peut pas savoir" in words
    file = tmp_path / "faux.toml"
    file.write_text("[extend]\nuse_until = 2022-06-30", encoding="utf-8")
    assert "ne raccourcit pas" in verdun.passnum("forecast", "--as-of", GOLDEN_DAY, "--scenario", str(file), exits=1)
    assert "vient avant le jour" in verdun.passnum("forecast", "--as-of", GOLDEN_DAY, "--to", "2022-01-01", exits=1)
    assert "ne peut pas être lu" in verdun.passnum("forecast", "--scenario", str(tmp_path / "rien.toml"), exits=1)
