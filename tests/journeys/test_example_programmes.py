"""Two more programmes with other rules are built in the same way, side by side, and never mix."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from passnumerique.directory.queries import authority_with_slug
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import every_programme
from tests.demonstration import ROOT, Installation, played

EXAMPLES = ROOT / "examples"
HOURS, PRICES = EXAMPLES / "trois-rivieres/programme.toml", EXAMPLES / "grand-plateau/programme.toml"


@pytest.fixture(scope="module")
def hours(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with the programme of booklets of 5, in which a pass buys one hour."""
    return played(tmp_path_factory, "hours", "--programme", str(HOURS))


@pytest.fixture(scope="module")
def both(hours: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The same installation, to which the programme with modules priced in passes was added."""
    return played(tmp_path_factory, "both", "--programme", str(PRICES), source=hours)


def passes_by_participant(installation: Installation, slug: str) -> list[tuple[int, int, int]]:
    """Minutes and price of the module, and the passes that one participant gave and kept given."""
    return [
        tuple(map(int, row))  # type: ignore[misc]
        for row in installation.rows(
            "SELECT m.minutes, m.price_passes, count(*) FROM vouchers_redemption r "
            "JOIN training_module m ON m.id = r.module_id "
            "JOIN programmes_programme p ON p.id = r.programme_id "
            "WHERE NOT EXISTS (SELECT 1 FROM vouchers_reversal u WHERE u.redemption_id = r.id) "
            f"AND p.slug = '{slug}' GROUP BY r.participant_id, m.minutes, m.price_passes"
        )
    ]


@pytest.mark.slow
def test_the_second_programme_leaves_the_first_as_it_was(hours: Installation, both: Installation) -> None:
    for day in (date(2022, 10, 15), date(2022, 6, 30)):
        assert both.status(day, programme="trois-rivieres") == hours.status(day)


@pytest.mark.slow
def test_each_programme_has_its_own_passes_network_and_money(both: Installation) -> None:
    first, second = (both.status(programme=slug) for slug in ("trois-rivieres", "grand-plateau"))
    assert (first["vouchers"]["received"], second["vouchers"]["received"]) == (500, 1000)
    assert (first["money_cents"]["authorised"], second["money_cents"]["authorised"]) == (400_000, 1_000_000)
    assert (first["network"]["modules"], second["network"]["modules"]) == (3, 3)
    assert (first["network"]["planned_sessions"], second["network"]["planned_sessions"]) == (4, 4)
    assert (first["network"]["prescribers"], second["network"]["prescribers"]) == (3, 4)
    assert (first["network"]["places"], second["network"]["places"]) == (2, 3)


@pytest.mark.slow
def test_a_programme_can_be_named_by_its_file(both: Installation) -> None:
    assert both.status(programme=str(PRICES)) == both.status(programme="grand-plateau")


@pytest.mark.slow
def test_which_programme_is_asked_for_when_there_are_two(both: Installation) -> None:
    told = both.passnum("status", exits=1)
    assert "trois-rivieres" in told
    assert "grand-plateau" in told


@pytest.mark.slow
def test_the_audit_holds_for_both(both: Installation) -> None:
    assert both.differences() == []


@pytest.mark.slow
def test_an_hour_begun_costs_a_pass(hours: Installation) -> None:
    given = passes_by_participant(hours, "trois-rivieres")
    assert {(minutes, passes) for minutes, _price, passes in given} == {(60, 1), (90, 2), (120, 2)}


@pytest.mark.slow
def test_a_module_costs_its_price(both: Installation) -> None:
    given = passes_by_participant(both, "grand-plateau")
    assert {(price, passes) for _minutes, price, passes in given} == {(1, 1), (2, 2), (3, 3)}


@pytest.mark.slow
def test_the_fee_of_the_issuer_stands_on_every_claim_line(both: Installation) -> None:
    lines = both.rows(
        "SELECT DISTINCT p.slug, l.face_value_cents, l.fee_cents FROM settlement_claimline l "
        "JOIN programmes_programme p ON p.id = l.programme_id ORDER BY p.slug"
    )
    assert lines == [("grand-plateau", 1000, 40), ("trois-rivieres", 800, 0)]
    claims = both.rows("SELECT face_cents, fee_cents, net_cents FROM settlement_claim")
    assert all(net == face - fee for face, fee, net in claims)


@pytest.mark.slow
def test_booklets_have_the_size_that_the_programme_says(both: Installation) -> None:
    sizes = both.rows(
        "SELECT p.slug, l.booklet_size FROM vouchers_lot l JOIN programmes_programme p ON p.id = l.programme_id "
        "ORDER BY p.slug"
    )
    assert sizes == [("grand-plateau", 10), ("trois-rivieres", 5)]


BAD: dict[str, tuple[str, str, str]] = {
    "a mistyped key": ("passes_per_booklet = 5", "passes_by_booklet = 5", "passes_by_booklet"),
    "a mistyped section": ("[territory]", "[territoire]", "territoire : mot inconnu"),
    "a section missing": ("[envelope]", "[envelope.more]", "envelope.amount_cents : il manque"),
    "dates out of order": ("claims_until = 2023-02-28", "claims_until = 2022-06-30", "ne se suivent pas"),
    "a day that does not exist": ("closing = 2023-03-31", "closing = 2023-02-31", "line 40"),
    "an unknown document cited": ('document = "convention"', 'document = "avenant"', "« avenant » n’est pas dans"),
    "shares that do not sum": (
        '"Financeur d’exemple (fictif)" = 200000',
        '"Financeur d’exemple (fictif)" = 150000',
        "Corrigez l’une ou l’autre",
    ),
    "a value out of bounds": ("face_value_cents = 800", "face_value_cents = 0", "valeur faciale"),
    "a value not in the list": ('purchase = "hour"', 'purchase = "day"', "ce que paie un pass"),
    "a path that leaves the folder": ('csv = "lieux.csv"', 'csv = "../verdun/lieux.csv"', "simple nom de fichier"),
    "no TOML at all": ("[authority]", "[authority", "line 3"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_explained_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    good, bad, said = BAD[name]
    text = HOURS.read_text("utf-8")
    assert good in text
    for beside in HOURS.parent.iterdir():
        (tmp_path / beside.name).write_bytes(beside.read_bytes())
    file = tmp_path / "programme.toml"
    file.write_text(text.replace(good, bad), "utf-8")
    for command, words in (("programme", [str(file)]), ("demo", ["--programme", str(file)])):
        with pytest.raises(CommandError) as refused:
            call_command(command, *words, verbosity=0)
        assert said in str(refused.value)
        assert "Traceback" not in str(refused.value)
    nothing_is_there()


def nothing_is_there() -> None:
    """No programme and no authority were left."""
    assert not every_programme().exists()
    with pytest.raises(NotFound):
        authority_with_slug("trois-rivieres")


@pytest.mark.django_db
def test_a_file_that_names_a_file_that_is_not_there_is_explained(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text(HOURS.read_text("utf-8"), "utf-8")
    with pytest.raises(CommandError, match=r"structures\.csv"):
        call_command("programme", str(tmp_path / "programme.toml"))
    nothing_is_there()


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_explained() -> None:
    for command, words in (("programme", ["/nowhere.toml"]), ("demo", ["--programme", "/nowhere.toml"])):
        with pytest.raises(CommandError, match="est introuvable"):
            call_command(command, *words)


@pytest.mark.django_db
@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/programme.toml")), ids=lambda path: path.parent.name)
def test_a_dry_run_checks_everything_and_writes_nothing(file: Path, capsys: Any) -> None:
    call_command("programme", str(file), dry_run=True)
    assert "rien n’a été écrit" in capsys.readouterr().out
    assert not every_programme().exists()
