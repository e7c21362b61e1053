"""Reports as of an evening: their figures and the queries behind them, who reads which, and their files."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from passnumerique.directory.operations import change_organisation
from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.dates import end_of
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.sheets import read_sheet
from passnumerique.insight.dashboard import dashboard_on
from passnumerique.insight.reports import DEFINITIONS, Kind, Report, offered, report_of
from passnumerique.insight.reports.definitions import Definition
from passnumerique.journeys.reporting import report_pdf, report_xlsx
from passnumerique.programmes.operations import CommuneGiven, set_territory
from passnumerique.vouchers.models import Voucher
from tests.papers import page_count, text_of
from tests.rooms.lived import DAY, LATER, build_lived
from tests.rooms.world import START, World, build_world, on

pytestmark = pytest.mark.django_db
NOW = on(date(2022, 1, 31))
EPCI = "218601946"


@pytest.fixture
def world() -> World:
    """A programme to which everything has happened, its commune in an EPCI."""
    made = build_lived().world
    verdun = CommuneGiven("55545", "Verdun", epci_siren=EPCI, epci_name="Grand Verdun (fictif)")
    set_territory(programme_id=made.programme_id, communes=[verdun], vintage=2022, by=made.manager, at=on(START))
    return made


def every_report(world: World, day: date) -> Iterator[Report]:
    for one in offered(world.manager, world.programme_id, day):
        yield report_of(world.manager, world.programme_id, one.kind, one.subject, day, NOW)


def asked(told: Definition, world: World, report: Report) -> Any:
    """What the database answers to the query of a definition."""
    field = Voucher._meta.get_field("structure_id")
    instant = Voucher._meta.get_field("lot").related_model._meta.get_field("received_at")

    def kept(value: object) -> object:
        if isinstance(value, UUID):
            return field.get_db_prep_value(value, connection)
        return instant.get_db_prep_value(value, connection) if isinstance(value, datetime) else value

    given = {
        "programme": world.programme_id,
        "subject": UUID(report.subject) if report.kind in {Kind.STRUCTURE, Kind.PLACE} else None,
        "day": report.as_of,
        "before": end_of(report.as_of),
        "until": end_of(report.as_of + timedelta(weeks=8)),
    }
    query = told.query
    for name in given:
        query = query.replace(f":{name}", f"%({name})s")
    with connection.cursor() as cursor:
        cursor.execute(query, {name: kept(value) for name, value in given.items() if f"%({name})s" in query})
        return cursor.fetchone()[0]


@pytest.mark.parametrize("day", [DAY + timedelta(days=6), date(2022, 1, 30)])
def test_every_query_gives_the_figure_of_its_report(world: World, day: date) -> None:
    seen = set()
    for report in every_report(world, day):
        for figure in report.figures():
            told = DEFINITIONS[figure.key]
            seen.add(figure.key)
            if told.query and figure.value is not None:
                found = asked(told, world, report)
                assert float(found) == pytest.approx(float(figure.value)), (report.kind, figure.key)  # type: ignore[arg-type]
    assert seen == DEFINITIONS.keys() - {"usage"}


def test_a_past_day_is_told_as_it_was(world: World) -> None:
    report = report_of(world.manager, world.programme_id, Kind.COUNCIL, "", DAY, NOW)
    later = report_of(world.manager, world.programme_id, Kind.COUNCIL, "", LATER, NOW)
    used = [next(one.value for one in each.figures() if one.key == "used") for each in (report, later)]
    assert used == [4, dashboard_on(world.programme_id, LATER).used]
    assert used[1] > used[0]


def subjects(world: World) -> dict[Kind, list[str]]:
    return {
        Kind.COUNCIL: [""],
        Kind.FUNDER: [""],
        Kind.EPCI: [EPCI],
        Kind.STRUCTURE: [str(one) for one in world.structures],
        Kind.PLACE: [str(one) for one in world.places],
    }


OPEN = {
    Role.MANAGER: set(Kind),
    Role.AUDITOR: set(Kind),
    Role.SECRETARY: {Kind.COUNCIL, Kind.EPCI},
    Role.FUNDER: {Kind.FUNDER},
    Role.FINANCE: {Kind.FUNDER},
    Role.ACCOUNTANT: set(),
    Role.ISSUER: set(),
}


def test_offices_read_the_reports_that_are_theirs(world: World) -> None:
    for role, kinds in OPEN.items():
        actor = world.person(role)
        assert {one.kind for one in offered(actor, world.programme_id, DAY)} == kinds
        for kind, several in subjects(world).items():
            for subject in several if kind not in kinds else []:
                refused(actor, world, kind, subject)


def test_a_desk_reads_its_own_report_and_no_other(world: World) -> None:
    for role, own in ((Role.PRESCRIBER, Kind.STRUCTURE), (Role.PLACE, Kind.PLACE), (Role.MEDIATOR, Kind.PLACE)):
        actor = world.actor(role)
        mine = own, str(actor.organisation_id)
        assert [(one.kind, one.subject) for one in offered(actor, world.programme_id, DAY)] == [mine]
        assert report_of(actor, world.programme_id, *mine, DAY, NOW).about
        for kind, several in subjects(world).items():
            for subject in several:
                if (kind, subject) != mine:
                    refused(actor, world, kind, subject)


def refused(actor: Actor, world: World, kind: Kind, subject: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        report_of(actor, world.programme_id, kind, subject, DAY, NOW)


def test_an_epci_of_the_network_reads_its_own(world: World) -> None:
    actor = world.actor(Role.PRESCRIBER)
    change_organisation(
        by=world.manager, at=on(DAY), organisation_id=world.structures[0], texts={"pivot": f"{EPCI}00013"}
    )
    assert report_of(actor, world.programme_id, Kind.EPCI, EPCI, DAY, NOW).about == "Grand Verdun (fictif)"
    refused(world.actor(Role.PRESCRIBER, 1), world, Kind.EPCI, EPCI)
    refused(actor, world, Kind.EPCI, "200000001")


def test_another_authority_reads_nothing(world: World) -> None:
    other = build_world("autre", quantity=0)
    for kind, several in subjects(world).items():
        refused(other.manager, world, kind, several[0])


def test_a_report_of_nobody_is_none(world: World) -> None:
    for subject in ("", "x", "017b9ff1-5b00-787f-9ab0-7ac624003db2"):
        for kind in (Kind.EPCI, Kind.STRUCTURE, Kind.PLACE):
            refused(world.manager, world, kind, subject)


def test_a_day_to_come_has_no_report(world: World) -> None:
    with pytest.raises(NotFound):
        report_of(world.manager, world.programme_id, Kind.COUNCIL, "", date(2022, 2, 1), NOW)


def test_a_programme_a_day_old_has_its_reports() -> None:
    bare = build_world("bare", quantity=0)
    for one in offered(bare.manager, bare.programme_id, START):
        content = report_pdf(bare.manager, bare.programme_id, one.kind, one.subject, START, on(START, 20))
        assert content.startswith(b"%PDF")


def test_the_council_has_two_pages_with_pictures(world: World) -> None:
    content = report_pdf(world.manager, world.programme_id, Kind.COUNCIL, "", LATER, NOW)
    assert page_count(content) == 2
    used = dashboard_on(world.programme_id, LATER).used
    for words in (
        "Rapport au conseil",
        f"{used} pass utilisés sur 55 reçus",
        "Où sont les pass",
        "Ce qui est à prévoir",
    ):
        assert words in text_of(content)
    assert content == report_pdf(world.manager, world.programme_id, Kind.COUNCIL, "", LATER, NOW)


def test_the_report_to_the_funder_is_final_once_the_programme_is_over(world: World) -> None:
    over = on(date(2024, 5, 2))
    before = report_of(world.manager, world.programme_id, Kind.FUNDER, "", date(2024, 3, 31), over)
    after = report_of(world.manager, world.programme_id, Kind.FUNDER, "", date(2024, 5, 1), over)
    assert (before.title, after.title) == ("Rapport d’étape au financeur", "Rapport final d’exécution")
    assert "Exécution" in {section.title for section in after.sections}


def test_a_target_public_of_one_person_is_hidden(world: World) -> None:
    report = report_of(world.manager, world.programme_id, Kind.FUNDER, "", LATER, NOW)
    assert next(one.value for one in report.figures() if one.key == "target_handed") is None
    world.set(small_cell_people=2)
    hand_to_targets(world)
    report = report_of(world.manager, world.programme_id, Kind.FUNDER, "", LATER, NOW)
    assert next(one.value for one in report.figures() if one.key == "target_handed") == pytest.approx(5 / 20)


def hand_to_targets(world: World) -> None:
    for _ in range(3):
        world.hand_over(1, day=LATER, target_public=True)


def test_the_workbook_holds_each_figure_with_its_definition(world: World) -> None:
    content = report_xlsx(world.manager, world.programme_id, Kind.COUNCIL, "", LATER, NOW)
    rows = [row.cells for row in read_sheet(content, "rapport.xlsx", "Chiffres").rows]
    used = next(row for row in rows if row["Chiffre"] == "Pass utilisés")
    assert (used["Valeur"], used["Requête"]) == (
        str(dashboard_on(world.programme_id, LATER).used),
        DEFINITIONS["used"].query,
    )
    assert content == report_xlsx(world.manager, world.programme_id, Kind.COUNCIL, "", LATER, NOW)
    money = next(row for row in rows if row["Chiffre"] == "Autorisé")
    assert Decimal(money["Valeur"].replace(",", ".")) == 1000


@pytest.mark.usefixtures("world")
def test_the_command_writes_both_files(tmp_path: Path) -> None:
    call_command("report", "place", "--of", "Lieu 1", "--as-of", "2021-11-15", "--out", str(tmp_path))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"rapport-place-lieu-1-verdun-fictif-2021-11-15.{ending}" for ending in ("pdf", "xlsx")]


def test_reading_a_report_does_not_grow_with_the_register(
    world: World, queries_do_not_grow: Callable[[Callable[[], object], Callable[[], object]], int]
) -> None:
    world.allocate(2, day=LATER)

    def grow() -> None:
        for rank in range(1, 5):
            world.spend(2, LATER + timedelta(days=rank))

    def read() -> object:
        return [
            report_of(world.manager, world.programme_id, kind, several[0], date(2022, 1, 30), NOW)
            for kind, several in subjects(world).items()
            if kind is not Kind.COUNCIL
        ]

    assert queries_do_not_grow(read, grow) <= 90
