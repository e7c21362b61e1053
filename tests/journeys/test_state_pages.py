"""The state of the programme on one page, the way in to each desk, and the demonstration's clock."""

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.ground.dates import end_of
from passnumerique.ground.sheets import read_sheet
from passnumerique.insight.dashboard import attention_on, dashboard_on
from passnumerique.insight.status import status_on
from passnumerique.ledger.queries import totals
from passnumerique.ledger.rules import Account
from passnumerique.settlement.operations import file_claim
from passnumerique.vouchers.queries.stock import counts_before
from passnumerique.vouchers.rules import State
from passnumerique.web.pages.state import moving
from passnumerique.web.pages.state.moving import month_later
from passnumerique.web.pages.state.pictures import SHARES
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.papers import page_count, text_of
from tests.rooms.world import START, World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
SPRING, AUTUMN = date(2022, 4, 12), date(2022, 10, 11)


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    """Forty passes received, twenty in a structure, three used in April and two in October."""
    made = build_world()
    made.spend(3, SPRING)
    made.spend(2, AUTUMN)
    return made


def test_the_page_says_in_one_sentence_how_many_passes_were_used(world: World) -> None:
    page = french(signed_in(world).get("/verdun/etat/"))
    assert "5 pass utilisés sur 40 reçus, soit 12 %." in page
    assert "Fin de validité des pass : dans 18 jours." in page
    assert "Le mois le plus actif est avril 2022, avec 3 pass utilisés." in page


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE, Role.ACCOUNTANT, Role.SECRETARY, Role.AUDITOR])
def test_every_picture_has_its_table_and_every_figure_leads_to_its_rows(world: World, role: Role) -> None:
    browser = signed_in(world, role)
    page = french(browser.get("/verdun/etat/"))
    assert page.count("Voir les chiffres") == 5
    links = set(re.findall(r'href="(/verdun/[^"]*)"', page))
    assert len(links) > 3
    refused = {link: answer.status_code for link in links if (answer := browser.get(link)).status_code != 200}
    assert not refused


def test_what_asks_for_attention_is_told_with_its_reason(world: World) -> None:
    world.set(sleeping_stock_days=30, low_stock_alert=0)
    manager = signed_in(world)
    page = french(manager.get("/verdun/etat/"))
    assert "Échéance le 31 décembre 2022" in page
    assert "Rien reçu ni remis depuis plus de 30 jours : Structure 1 verdun (fictif) (15)." in page
    assert "/verdun/stock/?niveau=dort" in page
    asleep = french(manager.get("/verdun/stock/?niveau=dort")).split("<table")[1]
    assert "Structure 1 verdun (fictif)" in asleep
    assert "Structure 2 verdun (fictif)" not in asleep


def test_claims_that_wait_are_told_by_what_they_wait_for(world: World) -> None:
    file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=date(2022, 10, 1),
        by=world.actor(Role.PLACE),
        at=on(date(2022, 11, 2)),
    )
    page = french(signed_in(world, Role.FINANCE).get("/verdun/etat/"))
    assert "/verdun/remboursements/?state=filed" in page
    assert "/verdun/remboursements/?state=late" in page
    assert "Demandes de remboursement à contrôler" not in french(signed_in(world, Role.FUNDER).get("/verdun/etat/"))


def test_low_stock_is_told_only_while_passes_may_still_be_handed_over(world: World) -> None:
    before, after = (attention_on(world.programme_id, day) for day in (AUTUMN, TODAY))
    assert [one.stock for one in before.low] == [0]
    assert not after.low


def test_a_past_day_answers_what_was_true_then_and_leads_nowhere(world: World) -> None:
    page = french(signed_in(world).get("/verdun/etat/", {"jour": "2022-05-01"}))
    assert "3 pass utilisés sur 40 reçus" in page
    assert "Vous lisez l’état au soir du 1er mai 2022" in page
    assert "Ce jour-là" in page
    assert "?etat=" not in page
    assert "À regarder" not in page


@pytest.mark.parametrize("asked", ["2030-01-01", "2021-08-31", "hier"])
def test_a_day_outside_the_programme_is_refused_beside_its_field(world: World, asked: str) -> None:
    answer = signed_in(world).get("/verdun/etat/", {"jour": asked})
    assert answer.status_code == 422
    assert "5 pass utilisés" in french(answer)


def test_the_counters_and_the_events_tell_the_same(world: World) -> None:
    today = dashboard_on(world.programme_id, TODAY)
    assert today.status.as_json() == status_on(world.programme_id, TODAY).as_json()
    assert today.status.vouchers == counts_before(world.programme_id, end_of(TODAY))
    assert today.status.money_cents == totals(world.programme_id)
    past = dashboard_on(world.programme_id, SPRING)
    assert (past.used, past.months[-1].used, past.used_by()[-1]) == (3, 3, (SPRING, 3))
    assert today.used_by()[-1] == (TODAY, 5)


def test_every_state_of_the_rule_book_is_in_one_share_of_the_bar() -> None:
    assert sorted(state for _label, states in SHARES for state in states) == sorted(State)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_figures_are_exported(world: World, kind: str) -> None:
    answer = signed_in(world).get("/verdun/etat/", {"format": kind, "jour": "2022-12-13"})
    rows = [row.cells for row in read_sheet(answer.content, f"etat.{kind}").rows]
    told = {(row["Rubrique"], row["Intitulé"]): row["Valeur"] for row in rows}
    assert told["Pass", "Reçus"] == "40"
    assert told["Par mois", "2022-04, utilisés"] == "3"
    assert told["Argent", "Engagé dans des pass"].startswith("350")


def test_what_is_invented_is_said_and_the_paper_stays_on_one_page(world: World) -> None:
    from passnumerique.programmes.models import Programme

    Programme.objects.filter(id=world.programme_id).update(invented="La valeur faciale est une hypothèse. " * 20)
    manager = signed_in(world)
    assert "La valeur faciale est une hypothèse." in french(manager.get("/verdun/etat/"))
    paper = manager.get("/verdun/etat/etat.pdf").content
    assert "Une partie de ces données est inventée ou supposée." in text_of(paper)
    assert page_count(paper) == 1


def test_the_paper_for_the_council_is_in_french_with_the_same_figures(world: World) -> None:
    manager = signed_in(world)
    manager.cookies["django_language"] = "en"
    answer = manager.get("/verdun/etat/etat.pdf", {"jour": "2022-05-01"})
    assert answer["Content-Type"] == "application/pdf"
    told = text_of(answer.content)
    assert "État du dispositif au 1er mai 2022" in told
    assert "3 pass utilisés sur 40 reçus" in told
    assert "1 000,00 €" in told


@pytest.mark.parametrize(
    ("role", "linked"),
    [(Role.AUDITOR, True), (Role.FUNDER, False), (Role.ISSUER, False), (Role.SECRETARY, False)],
)
def test_a_reader_is_given_only_the_links_that_are_theirs(world: World, role: Role, linked: bool) -> None:
    page = french(signed_in(world, role).get("/verdun/etat/"))
    assert "5 pass utilisés sur 40 reçus" in page
    assert ("?etat=held" in page or "?etat=authority_stock" in page) is linked


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PLACE, Role.MEDIATOR])
def test_desks_do_not_read_the_state_of_the_whole_programme(world: World, role: Role) -> None:
    browser = signed_in(world, role)
    assert browser.get("/verdun/etat/").status_code == 403
    assert browser.get("/verdun/etat/etat.pdf").status_code == 403


def test_an_empty_programme_says_so() -> None:
    build = build_world("bare", quantity=0, booklets=0, structures=0, places=0)
    page = french(signed_in(build).get("/bare/etat/"))
    assert "Aucun pass n’a encore été reçu." in page


@pytest.mark.parametrize("jour", ["2022-12-13", "2022-11-30"])
def test_the_number_of_queries_does_not_grow(world: World, queries_do_not_grow: Callable[..., int], jour: str) -> None:
    manager = signed_in(world)

    def grow() -> None:
        for day in (date(2022, 10, 19), date(2022, 10, 20)):
            world.allocate(1, structure=len(world.structures) - 1, day=AUTUMN)
            world.add_structure()
            world.spend(1, day)

    queries_do_not_grow(lambda: manager.get("/verdun/etat/", {"jour": jour}), grow)


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.MANAGER, "etat/"),
        (Role.FINANCE, "etat/"),
        (Role.AUDITOR, "etat/"),
        (Role.FUNDER, "etat/"),
        (Role.PRESCRIBER, "remettre/"),
        (Role.PLACE, "ateliers/"),
        (Role.MEDIATOR, "ateliers/"),
    ],
)
def test_each_role_is_led_to_its_first_useful_page(world: World, role: Role, page: str) -> None:
    assert signed_in(world, role).get("/verdun/").headers["Location"] == f"/verdun/{page}"


def test_somebody_of_another_authority_finds_nothing_here(world: World) -> None:
    stranger = signed_in(build_world("ailleurs"))
    assert [stranger.get(f"/verdun/{page}").status_code for page in ("", "etat/", "etat/etat.pdf")] == [404] * 3


# The figures by structure, place, module, commune or month.

FIGURES = "/verdun/etat/chiffres/"


def listed(page: str) -> list[list[str]]:
    """The texts of each row of the table of a page, its total last; not those of the picture."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', page, re.DOTALL)[1:]
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in re.split(r"</t[hd]>", row)[:-1]] for row in rows]


@pytest.fixture
def busy(world: World) -> World:
    """Twelve passes used: five at the first place, then four and three at others; one of them undone."""
    from passnumerique.training.operations import undo_redemption
    from passnumerique.vouchers.queries.history import redemptions

    world.add_place()
    world.spend(4, AUTUMN, place=2)
    numbers = world.hand_over(6, day=AUTUMN)
    world.redeem(world.session(AUTUMN, place=1), numbers[:3], AUTUMN, place=1)
    undo_redemption(
        programme_id=world.programme_id,
        redemption_id=redemptions(world.manager, world.programme_id).get(voucher__number=numbers[0]).id,
        cause="Erreur de carte",
        by=world.actor(Role.PLACE, 1),
        at=on(AUTUMN, 15),
    )
    return world


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"par": "lieu"}, [("Lieu 1 verdun (fictif)", "5", "42 %"), ("Lieu 3 verdun (fictif)", "4", "33 %")]),
        ({"par": "lieu", "quoi": "undo"}, [("Lieu 2 verdun (fictif)", "1", "100 %")]),
        ({"par": "lieu", "sort": "-name"}, [("Lieu 3 verdun (fictif)", "4", "33 %")]),
        ({}, [("Structure 1 verdun (fictif)", "12", "100 %")]),
        ({"quoi": "hand_over"}, [("Structure 1 verdun (fictif)", "15", "100 %")]),
        ({"par": "module"}, [("Premiers pas", "12", "100 %")]),
        ({"par": "commune", "quoi": "hand_over"}, [("Verdun", "15", "100 %")]),
        ({"par": "mois"}, [("Avril 2022", "3", "25 %"), ("Mai 2022", "0", "0 %")]),
        ({"par": "mois", "sort": "-count"}, [("Octobre 2022", "9", "75 %"), ("Avril 2022", "3", "25 %")]),
        ({"par": "lieu", "du": "2022-05"}, [("Lieu 3 verdun (fictif)", "4", "44 %")]),
        ({"par": "lieu", "du": "2022-04", "au": "2022-09"}, [("Lieu 1 verdun (fictif)", "3", "100 %")]),
    ],
)
def test_what_people_did_is_told_by_what_was_asked_most_first(
    busy: World, asked: dict[str, str], rows: list[tuple[str, ...]]
) -> None:
    told = listed(french(signed_in(busy).get(FIGURES, asked)))
    assert told[: len(rows)] == [list(row) for row in rows]
    assert told[-1] == ["Total", str(sum(int(row[1]) for row in told[:-1])), "100 %"]


def test_the_page_says_what_it_counts_and_its_picture_has_its_sentence(busy: World) -> None:
    manager = signed_in(busy)
    page = french(manager.get(FIGURES, {"par": "lieu", "du": "2022-04"}))
    assert "Pass utilisés par lieu, avril 2022 – décembre 2022 : 12." in page
    assert "Lieu 1 verdun (fictif) vient en tête, avec 5 sur 12, soit 42 %." in page
    deeds = f"/verdun/journal/?acte=redeem&organisation={busy.places[0]}"
    assert deeds in page
    assert "pass utilisés à Lieu 1 verdun (fictif)" in french(manager.get(deeds))
    assert "à Lieu 2 verdun (fictif)" not in french(manager.get(deeds))
    assert "par lieu, octobre 2022 : 9." in french(
        manager.get(FIGURES, {"par": "lieu", "du": "2022-10", "au": "2022-10"})
    )
    page = french(manager.get(FIGURES, {"par": "mois"}))
    assert "Le mois le plus actif est octobre 2022, avec 9 sur 12, soit 75 %." in page
    assert 'href="/verdun/etat/chiffres/"' in french(manager.get("/verdun/etat/"))


def test_a_pass_without_a_known_commune_is_told_under_that_name(world: World) -> None:
    from passnumerique.vouchers.models import Activity

    Activity.objects.filter(programme_id=world.programme_id, act="redeem", month__month=4).update(commune="")
    Activity.objects.filter(programme_id=world.programme_id, act="redeem", month__month=10).update(commune="57463")
    told = listed(french(signed_in(world).get(FIGURES, {"par": "commune"})))
    assert [row[:2] for row in told] == [["Commune inconnue", "3"], ["57463", "2"], ["Total", "5"]]


@pytest.mark.parametrize(
    "asked", [{"du": "2022-10", "au": "2022-04"}, {"au": "2030-01"}, {"par": "sexe"}, {"quoi": "vendre"}]
)
def test_what_cannot_be_counted_is_refused_beside_its_field(world: World, asked: dict[str, str]) -> None:
    answer = signed_in(world).get(FIGURES, asked)
    assert answer.status_code == 422
    assert 'class="error-summary"' in french(answer)


def test_an_act_that_has_no_place_gives_way_to_one_that_has(world: World) -> None:
    page = french(signed_in(world).get(FIGURES, {"par": "lieu", "quoi": "hand_over"}))
    assert "Pass utilisés par lieu" in page
    assert "Aucun lieu" not in page


def test_more_rows_than_a_picture_can_hold_are_summed_in_its_last_bar(world: World) -> None:
    for rank in range(2, 15):
        world.add_place()
        world.spend(1, AUTUMN, place=rank)
    page = french(signed_in(world).get(FIGURES, {"par": "lieu"}))
    assert "Les 2 autres" in page
    assert len(listed(page)) == 15


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ({"par": "commune"}, {"Commune": "Verdun", "Code INSEE": "55545", "Pass utilisés": "5"}),
        ({"par": "mois", "du": "2022-10"}, {"Mois": "2022-10-01", "Pass utilisés": "2"}),
        ({"quoi": "hand_over"}, {"Structure": "Structure 1 verdun (fictif)", "Pass remis": "5"}),
    ],
)
def test_the_figures_by_anything_are_exported(
    world: World, kind: str, asked: dict[str, str], row: dict[str, str]
) -> None:
    answer = signed_in(world, Role.AUDITOR).get(FIGURES, asked | {"format": kind})
    assert f'filename="chiffres-verdun.{kind}"' in answer["Content-Disposition"]
    (read,) = [line.cells for line in read_sheet(answer.content, f"chiffres.{kind}").rows]
    assert read == row | {"Part (%)": "100,0" if kind == "csv" else "100"}


def test_nothing_counted_says_what_to_do() -> None:
    bare = build_world("bare", quantity=0, booklets=0, structures=0, places=0)
    manager = signed_in(bare)
    for way in ("structure", "lieu", "module", "commune", "mois"):
        assert "Choisissez d’autres mois" in french(manager.get("/bare/etat/chiffres/", {"par": way}))


@pytest.mark.parametrize("way", ["structure", "lieu", "module", "commune", "mois"])
def test_the_figures_by_anything_cost_the_same_when_the_programme_grows(
    world: World, queries_do_not_grow: Callable[..., int], way: str
) -> None:
    manager = signed_in(world)

    def grow() -> None:
        for day in (date(2022, 9, 19), date(2022, 10, 20)):
            world.add_place()
            world.spend(1, day, place=len(world.places) - 1)

    assert queries_do_not_grow(lambda: manager.get(FIGURES, {"par": way}), grow) <= 12


@pytest.mark.parametrize(
    ("role", "status"),
    [(role, 200) for role in (Role.MANAGER, Role.FINANCE, Role.ACCOUNTANT, Role.SECRETARY, Role.AUDITOR)]
    + [(Role.FUNDER, 200), (Role.ISSUER, 200)]
    + [(role, 403) for role in (Role.PRESCRIBER, Role.PLACE, Role.MEDIATOR)],
)
def test_who_reads_the_state_reads_its_figures_and_nobody_else(world: World, role: Role, status: int) -> None:
    browser = signed_in(world, role)
    answer = browser.get(FIGURES)
    assert answer.status_code == status == browser.get(FIGURES, {"format": "csv"}).status_code
    assert ("/verdun/journal/?acte=" in french(answer)) is (role in {Role.MANAGER, Role.FINANCE, Role.AUDITOR})


def test_the_figures_of_another_programme_are_nowhere_to_be_seen(world: World) -> None:
    elsewhere = build_world("ailleurs")
    elsewhere.spend(7, AUTUMN)
    stranger = signed_in(elsewhere)
    assert stranger.get(FIGURES).status_code == 404
    told = listed(french(stranger.get("/ailleurs/etat/chiffres/")))
    assert told[0] == ["Structure 1 ailleurs (fictif)", "7", "100 %"]
    assert listed(french(signed_in(world).get(FIGURES)))[-1][1] == "5"


# The demonstration's clock.


class Played:
    """Stands in for the play: it remembers until when it was asked to play."""

    def __init__(self) -> None:
        self.until: list[date] = []

    def __call__(self, _programme_id: UUID, until: date) -> date:
        self.until.append(until)
        return until


@pytest.fixture
def demonstration(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Played:
    """The small world, living on 13 December 2022 as a demonstration would."""
    settings.DEMONSTRATION = True
    played = Played()
    monkeypatch.setattr(moving, "play_until", played)
    live_on(world, TODAY)
    return played


def live_on(world: World, day: date) -> None:
    """Make a demonstration of a world, as its file would have."""
    from passnumerique.programmes.models import Programme

    Programme.objects.filter(id=world.programme_id).update(demonstration_day=day)


@pytest.mark.parametrize(
    ("sent", "until"),
    [
        ({"step": "day"}, date(2022, 12, 14)),
        ({"step": "week"}, date(2022, 12, 20)),
        ({"step": "month"}, date(2023, 1, 13)),
        ({"step": "date", "until": "2022-12-31"}, date(2022, 12, 31)),
    ],
)
def test_time_goes_on_by_the_step_that_was_asked(
    world: World, demonstration: Played, sent: dict[str, str], until: date
) -> None:
    answer = signed_in(world).post("/verdun/demonstration/", sent | {"next": "/verdun/etat/"})
    assert answer.headers["Location"] == "/verdun/etat/"
    assert demonstration.until == [until]


def test_a_long_journey_is_played_a_month_at_a_time_and_shows_how_far_it_is(
    world: World, demonstration: Played
) -> None:
    manager = signed_in(world)
    answer = manager.post("/verdun/demonstration/", {"step": "date", "until": "2023-03-03", "next": "/verdun/etat/"})
    page = french(answer)
    assert demonstration.until == [date(2023, 1, 13)]
    assert "Nous sommes le 13 janvier 2023, en route vers le 3 mars 2023." in page
    assert "31 sur 80" in page
    live_on(world, date(2023, 1, 13))
    sent = {"step": "date", "until": "2023-03-03", "start": "2022-12-13", "next": "/verdun/etat/"}
    assert "62 sur 80" in french(manager.post("/verdun/demonstration/", sent))
    live_on(world, date(2023, 2, 13))
    assert manager.post("/verdun/demonstration/", sent).status_code == 302
    assert demonstration.until[-1] == date(2023, 3, 3)


@pytest.mark.parametrize("until", ["2022-12-13", "2022-01-01", "", "demain"])
def test_time_does_not_run_back(world: World, demonstration: Played, until: str) -> None:
    manager = signed_in(world)
    answer = manager.post("/verdun/demonstration/", {"step": "date", "until": until}, follow=True)
    assert "Choisissez un jour après le 13 décembre 2022." in french(answer)
    assert not demonstration.until


def test_the_way_back_never_leads_elsewhere(world: World, demonstration: Played) -> None:
    sent = {"step": "day", "next": "https://ailleurs.example/"}
    assert signed_in(world).post("/verdun/demonstration/", sent).headers["Location"] == "/verdun/"


def test_the_banner_has_its_control_at_every_desk(world: World, demonstration: Played) -> None:
    page = french(signed_in(world).get("/verdun/etat/"))
    assert "nous sommes le <b>13 décembre 2022</b>" in page
    assert 'action="/verdun/demonstration/"' in page


def test_a_real_programme_or_installation_has_no_clock_to_move(
    world: World, demonstration: Played, settings: Any
) -> None:
    manager = signed_in(world)
    assert manager.get("/verdun/demonstration/").status_code == 405
    settings.DEMONSTRATION = False
    assert manager.post("/verdun/demonstration/", {"step": "day"}).status_code == 404
    assert 'action="/verdun/demonstration/"' not in french(manager.get("/verdun/etat/"))
    settings.DEMONSTRATION = True
    live_on(world, None)  # type: ignore[arg-type]
    assert manager.post("/verdun/demonstration/", {"step": "day"}).status_code == 404
    assert Client().post("/verdun/demonstration/", {"step": "day"}).status_code == 302
    assert not demonstration.until


def test_a_month_later_is_the_same_day_or_the_last() -> None:
    assert month_later(date(2023, 1, 31)) == date(2023, 2, 28)
    assert month_later(date(2022, 12, 13)) == date(2023, 1, 13)


def test_the_envelope_is_whole_whatever_the_day(world: World) -> None:
    for day in (START, SPRING):
        money = dashboard_on(world.programme_id, day).status.money_cents
        assert money[Account.AUTHORISED] == sum(cents for name, cents in money.items() if name != Account.AUTHORISED)


# In a real browser.


def sit_down(page: "Page", browser: Client, address: str) -> None:
    """Give a page the session of somebody signed in."""
    session = browser.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_can_be_read_by_everybody(
    world: World,
    live_server: object,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    width: int,
    scheme: str,
) -> None:
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    sit_down(page, signed_in(world), str(live_server))
    figures = (FIGURES, f"{FIGURES}?par=mois", f"{FIGURES}?par=lieu&du=2022-10&au=2022-04")
    for address in ("/verdun/etat/", "/verdun/etat/?jour=2022-05-01", *figures, "/choisir/"):
        page.goto(address)
        axe(page)


@pytest.mark.django_db(transaction=True)
def test_time_is_let_on_from_the_banner(
    world: World, demonstration: Played, live_server: object, phone: "Page", axe: Callable[["Page"], None]
) -> None:
    sit_down(phone, signed_in(world), str(live_server))
    phone.goto("/verdun/etat/")
    phone.get_by_role("button", name="Avancer le temps").click()
    phone.get_by_label("jusqu’au").fill("2023-02-28")
    phone.get_by_role("button", name="Y aller").click()
    phone.get_by_role("heading", name="Le temps avance").wait_for()
    axe(phone)
    phone.get_by_role("link", name="S’arrêter ici").click()
    phone.wait_for_url("**/verdun/etat/")


def test_an_invitation_made_on_the_demonstrations_day_is_accepted_on_it(
    world: World, client: Client, time_machine: TimeMachineFixture
) -> None:
    live_on(world, AUTUMN)
    manager = signed_in(world)
    page = french(manager.post("/verdun/personnes/inviter/", {"email": "sam@exemple.fr", "role": "auditor"}))
    address = re.search(r"/accept/[\w-]+", page)
    assert address
    time_machine.move_to(NOON.replace(year=2026))
    assert "sam@exemple.fr" in french(client.get(address.group()))


def test_a_line_of_the_journal_leads_to_its_own_passes_only(world: World) -> None:
    day = date(2022, 10, 12)
    used = world.hand_over(5, day=day)[::2]
    world.redeem(world.session(day), used, day)
    page = signed_in(world).get("/verdun/journal/").content.decode()
    assert f"/verdun/pass/?{urlencode({'pass': ', '.join(map(str, used))})}" in page
