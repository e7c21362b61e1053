"""The register in the pages: lots, stock, hand-overs, lost passes, the journal, and who may see them."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.ground.codes import grouped_code
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.sheets import read_sheet
from passnumerique.vouchers.queries.history import access_voucher
from passnumerique.vouchers.queries.listing import access_lots, list_handovers, list_notes
from passnumerique.vouchers.queries.stock import booklets_in_stock
from passnumerique.vouchers.rules import Act, State
from tests.journeys.office import french, signed_in
from tests.papers import text_of
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 3)
COUNTER = {
    "start": "1",
    "quantity": "2",
    "age_bracket": "40_59",
    "commune": "Verdun (55545)",
    "status": "without_work",
    "not_diagnosed": "in_a_hurry",
}
SIGNED = {"giver": "Camille Durand (fictif)", "receiver": "Sacha Leroy (fictif)"}


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(TODAY, 12))


@pytest.fixture
def world() -> World:
    """Forty passes in booklets of ten; the first two booklets with the first structure."""
    return build_world()


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world)


@pytest.fixture
def prescriber(world: World) -> Client:
    return signed_in(world, Role.PRESCRIBER)


def state_of(world: World, number: int) -> State:
    return State(access_voucher(world.manager, world.programme_id, number).state)


# Lots


def test_a_lot_is_issued_and_its_cards_are_printed(world: World, manager: Client) -> None:
    answer = manager.post("/verdun/lots/emettre/", {"reference": "2022-B", "quantity": "20"}, follow=True)
    page = french(answer)
    assert "20 pass, numéros 41–60, sont en stock à la collectivité." in page
    assert "Imprimez les cartes." in page
    lot = access_lots(world.manager, world.programme_id)[0]
    paper = manager.get(f"/verdun/lots/{lot.id}/cartes.pdf", {"carnets": "5"})
    assert paper["Content-Type"] == "application/pdf"
    assert paper["Cache-Control"] == "no-store"
    assert grouped_code(world.code(41)) in text_of(paper.content)
    assert grouped_code(world.code(51)) not in text_of(paper.content)


def test_a_lot_beyond_the_envelope_is_refused_and_the_form_kept(world: World, manager: Client) -> None:
    answer = manager.post("/verdun/lots/emettre/", {"reference": "Trop", "quantity": "500"})
    assert answer.status_code == 422
    assert "enveloppe" in french(answer)
    assert 'value="Trop"' in answer.content.decode()
    assert access_lots(world.manager, world.programme_id).count() == 1


def test_the_list_of_lots_counts_and_exports(world: World, manager: Client) -> None:
    page = french(manager.get("/verdun/lots/"))
    assert "LOT-1" in page
    assert "1–40" in page
    sheet = read_sheet(manager.get("/verdun/lots/", {"format": "xlsx"}).content, "lots.xlsx")
    assert sheet.rows[0].cells["Pass"] == "40"


def test_an_empty_register_says_what_to_do_next() -> None:
    bare = build_world("bare", quantity=0, booklets=0)
    manager, desk = signed_in(bare), signed_in(bare, Role.PRESCRIBER)
    assert "Importez le fichier de l’émetteur" in french(manager.get("/bare/lots/"))
    assert "Recevez un lot" in french(manager.get("/bare/stock/confier/"))
    assert "Le journal commence avec le premier lot." in french(manager.get("/bare/journal/"))
    assert "Vous n’avez plus de pass en stock." in french(desk.get("/bare/mon-stock/"))
    assert "Aucune remise pour l’instant." in french(desk.get("/bare/remises/"))


# Stock


def test_booklets_are_confided_with_a_note_that_both_sides_sign(world: World, manager: Client) -> None:
    form = manager.get("/verdun/stock/confier/", {"combien": "1"})
    assert 'value="3"' in form.content.decode(), "the first whole booklet is suggested"
    given = {"structure": world.structures[1], "booklets": "3-4", **SIGNED}
    answer = manager.post("/verdun/stock/confier/", given, follow=True)
    page = french(answer)
    assert "20 pass sont passés de Collectivité verdun (fictif) à Structure 2 verdun (fictif)." in page
    assert "imprimez-le en deux exemplaires" in page
    paper = manager.get("/verdun/bordereaux/2.pdf")
    text = text_of(paper.content)
    assert "Bordereau de remise de carnets" in text
    assert "Camille Durand (fictif)" in text
    assert "Sacha Leroy (fictif)" in text
    assert state_of(world, 40) is State.STRUCTURE_STOCK


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"booklets": "2-3"}, "Une partie de cette plage n’est plus disponible ici : 11–20."),
        ({"booklets": "trois"}, "« trois » ne peut pas être lu."),
        ({"receiver": ""}, "Ce champ est obligatoire."),
        ({"structure": str(NOBODY)}, "Sélectionnez un choix valide."),
    ],
)
def test_what_cannot_be_confided_is_told_and_nothing_moves(
    world: World, manager: Client, changes: dict[str, str], told: str
) -> None:
    given = {"structure": world.structures[1], "booklets": "3", **SIGNED, **changes}
    answer = manager.post("/verdun/stock/confier/", given)
    page = french(answer)
    assert answer.status_code == 422
    assert "Il reste quelque chose à corriger" in page
    assert told in page
    assert f'value="{given["booklets"]}"' in page, "what was typed is kept"
    assert len(list_notes(world.manager, world.programme_id)) == 1


def test_the_stock_page_counts_what_each_structure_holds(world: World, manager: Client) -> None:
    world.hand_over(3, day=TODAY)
    page = french(manager.get("/verdun/stock/"))
    assert "Structure 1 verdun (fictif)" in page
    assert f"/verdun/pass/?structure={world.structures[0]}&etat=structure_stock" in page
    low = french(manager.get("/verdun/stock/", {"niveau": "vide"}))
    assert "Structure 2" in low
    assert "Structure 1" not in low
    sheet = read_sheet(manager.get("/verdun/stock/", {"format": "csv"}).content, "stock.csv")
    assert [line.cells["En stock"] for line in sheet.rows] == ["17", "0"]


def test_a_structure_returns_what_is_left_of_a_started_booklet(world: World, prescriber: Client) -> None:
    world.hand_over(4, day=TODAY)
    form = {"unit": "carnets", "numbers": "1", **SIGNED}
    page = french(prescriber.post("/verdun/stock/rendre/", form, follow=True))
    assert "6 pass sont passés de Structure 1 verdun (fictif) à Collectivité verdun (fictif)." in page
    assert state_of(world, 5) is State.AUTHORITY_STOCK
    assert state_of(world, 4) is State.HELD


def test_a_structure_transfers_to_another_and_both_see_the_note(world: World, prescriber: Client) -> None:
    form = {"to": world.structures[1], "unit": "pass", "numbers": "11-15", **SIGNED}
    page = french(prescriber.post("/verdun/stock/transferer/", form, follow=True))
    assert "5 pass sont passés de Structure 1 verdun (fictif) à Structure 2 verdun (fictif)." in page
    other = signed_in(world, Role.PRESCRIBER, 1)
    assert other.get("/verdun/bordereaux/2.pdf").status_code == 200
    assert other.get("/verdun/bordereaux/1/").status_code == 404


def test_my_stock_shows_booklets_and_what_to_do(world: World, prescriber: Client) -> None:
    world.hand_over(3, day=TODAY)
    page = french(prescriber.get("/verdun/mon-stock/"))
    assert "4–10" in page
    assert "11–20" in page
    assert "/verdun/remettre/?pass=4" in page
    assert "jusqu’au 31 octobre 2022" in page


# At the counter


@pytest.mark.parametrize("start", ["1", "carnet 1", "C 1", "code"])
def test_passes_are_handed_over_by_number_code_or_booklet(world: World, prescriber: Client, start: str) -> None:
    typed = grouped_code(world.code(1)).lower() if start == "code" else start
    page = french(prescriber.post("/verdun/remettre/", COUNTER | {"start": typed}, follow=True))
    assert "Les pass sont remis" in page
    assert "Pass n° 1–2, utilisables jusqu’au 31 décembre 2022." in page
    assert "de téléphoner au lieu pour réserver" in page
    assert state_of(world, 2) is State.HELD


def test_the_letter_follows_in_two_sizes(world: World, prescriber: Client) -> None:
    world.session(date(2022, 10, 12))
    prescriber.post("/verdun/remettre/", COUNTER)
    (made,) = list_handovers(world.manager, world.programme_id)
    for size in ({}, {"grand": "1"}):
        text = text_of(prescriber.get(f"/verdun/remises/{made.id}/lettre.pdf", size).content)
        assert "Vos pass numériques" in text
        assert grouped_code(world.code(2)) in text
        assert "le mercredi 12 octobre 2022" in " ".join(text.split()).replace("\u202f", " ")
        assert "Lieu 1 verdun (fictif)" in text
        assert "Structure 1 verdun (fictif)" in text
    other = signed_in(world, Role.PRESCRIBER, 1)
    assert other.get(f"/verdun/remises/{made.id}/lettre.pdf").status_code == 404
    assert signed_in(world).get(f"/verdun/remises/{made.id}/lettre.pdf").status_code == 403


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"start": "21"}, "Une partie de cette plage n’est plus disponible ici"),
        ({"start": "0000-0000-0001"}, "lettre de contrôle"),
        ({"start": "n’importe quoi"}, "Aucun pass de ce dispositif n’a le code"),
        ({"quantity": "11"}, "Une même personne peut recevoir 10 pass au plus ; elle en aurait 11."),
        ({"commune": "Paris"}, "Choisissez une commune de la liste"),
        ({"phone": "rien"}, "Ce contact n’est ni un numéro de téléphone"),
        ({"age_bracket": ""}, "Ce champ est obligatoire."),
    ],
)
def test_what_cannot_be_handed_over_is_told_beside_its_field(
    world: World, prescriber: Client, changes: dict[str, str], told: str
) -> None:
    answer = prescriber.post("/verdun/remettre/", COUNTER | changes)
    page = french(answer)
    assert answer.status_code == 422
    assert told in page
    assert list_handovers(world.manager, world.programme_id) == []


def test_the_next_pass_and_a_booklet_are_proposed_at_the_counter(world: World, prescriber: Client) -> None:
    world.hand_over(2, day=TODAY)
    page = prescriber.get("/verdun/remettre/").content.decode()
    assert re.search(r'name="start" value="3"', page)
    assert re.search(r'name="quantity" value="10"', page)
    assert '<option value="Verdun (55545)">' in page


def test_hand_overs_are_listed_without_a_name(world: World, manager: Client, prescriber: Client) -> None:
    world.hand_over(2, day=TODAY, contact="06 12 34 56 78")
    for reader in (manager, prescriber):
        page = french(reader.get("/verdun/remises/"))
        assert "1–2" in page
        assert "40 à 59 ans" in page
        assert "06 12" not in page
    assert "Aucune remise" in french(signed_in(world, Role.PRESCRIBER, 1).get("/verdun/remises/"))


# One pass


def test_the_life_of_a_pass_reads_as_sentences(world: World, manager: Client) -> None:
    world.spend(1, TODAY)
    page = french(manager.get("/verdun/pass/1/"))
    for sentence in (
        "Reçu par la collectivité",
        "Confié à Structure 1 verdun (fictif)",
        "bordereau n° 1",
        "Remis à une personne par Structure 1 verdun (fictif)",
        "Utilisé à Lieu 1 verdun (fictif)",
        "Structure de diffusion, Structure 1 verdun (fictif)",
        "Le lieu qui l’a pris doit maintenant en demander le remboursement.",
    ):
        assert sentence in page, sentence
    assert world.code(1) not in page


def test_a_pass_is_found_by_its_code_which_stays_out_of_the_address(world: World, manager: Client) -> None:
    answer = manager.post("/verdun/pass/", {"code": grouped_code(world.code(7)).lower()})
    assert answer["Location"] == "/verdun/pass/7/"
    wrong = manager.post("/verdun/pass/", {"code": "ABCD-EFGH-JKMN"})
    assert wrong.status_code == 422
    assert "lettre de contrôle" in french(wrong)


def test_passes_are_narrowed_by_number_booklet_state_and_structure(world: World, manager: Client) -> None:
    def found(**asked: object) -> list[str]:
        sheet = manager.get("/verdun/pass/", {**asked, "format": "csv"})
        lines = sheet.content.decode("utf-8-sig").splitlines()[1:]
        return [line.split(";", 1)[0] for line in lines]

    assert found(**{"pass": "1-2, 39"}) == ["1", "2", "39"]
    assert found(carnet="4")[0] == "31"
    assert len(found(etat="authority_stock")) == 20
    world.spend(3, TODAY)
    assert found(etat="used") == ["1", "2", "3"]
    assert len(found(structure=world.structures[0])) == 20
    unreadable = manager.get("/verdun/pass/", {"pass": "un", "etat": "nowhere", "structure": "x", "lot": "y"})
    assert unreadable.status_code == 200
    assert "ne peut pas être lu" in french(unreadable)


def test_the_list_of_passes_goes_on_from_the_last_number(manager: Client, world: World) -> None:
    world.issue(60, TODAY)
    page = french(manager.get("/verdun/pass/"))
    assert "?after=50" in page
    more = french(manager.get("/verdun/pass/", {"after": "50"}))
    assert "/verdun/pass/51/" in more
    assert "Revenir au début" in more


def test_what_a_pass_can_do_next_depends_on_state_and_role(world: World, manager: Client, prescriber: Client) -> None:
    theirs, ours = french(prescriber.get("/verdun/pass/1/")), french(manager.get("/verdun/pass/1/"))
    assert "/verdun/remettre/?pass=1" in theirs
    assert "/verdun/pass/annuler/" not in theirs
    assert "/verdun/remettre/" not in ours
    assert "/verdun/pass/annuler/?numeros=1" in ours
    assert "/verdun/pass/perdus/?numeros=1" in ours


# Lost, found, replaced, cancelled


def test_a_lost_pass_is_blocked_found_and_blocked_again(world: World, prescriber: Client) -> None:
    world.hand_over(1, day=TODAY)
    page = french(prescriber.post("/verdun/pass/perdus/", {"numbers": "1", "cause": "sac volé"}, follow=True))
    assert "1 pass est bloqué. La collectivité peut maintenant le remplacer" in page
    assert "sac volé" in page
    assert state_of(world, 1) is State.BLOCKED
    page = french(prescriber.post("/verdun/pass/retrouves/", {"numbers": "1"}, follow=True))
    assert "1 pass est débloqué." in page
    assert state_of(world, 1) is State.HELD


def test_a_range_is_blocked_or_not_at_all(world: World, manager: Client) -> None:
    world.spend(1, TODAY)
    answer = manager.post("/verdun/pass/perdus/", {"numbers": "1-5"})
    assert answer.status_code == 422
    assert "Ce pass a déjà été utilisé" in french(answer)
    assert state_of(world, 2) is State.STRUCTURE_STOCK
    page = french(manager.post("/verdun/pass/perdus/", {"numbers": "2-5"}, follow=True))
    assert "4 pass sont bloqués." in page


def test_a_lost_pass_is_replaced_by_the_one_proposed(world: World, manager: Client) -> None:
    world.hand_over(1, day=TODAY)
    manager.post("/verdun/pass/perdus/", {"numbers": "1"})
    assert re.search(r'name="by_number" value="2"', manager.get("/verdun/pass/1/remplacer/").content.decode())
    page = french(manager.post("/verdun/pass/1/remplacer/", {"by_number": "2"}, follow=True))
    assert "Donnez le pass n° 2 à la personne." in page
    assert "Donné à la place du pass n° 1" in page
    assert "Remplacé par le pass n° 2" in french(manager.get("/verdun/pass/1/"))
    refused = manager.post("/verdun/pass/3/remplacer/", {"by_number": "4"})
    assert "Ce pass n’est pas bloqué." in french(refused)


def test_a_cancellation_is_asked_twice_and_gives_the_value_back(world: World, manager: Client) -> None:
    before = world.money()
    given = {"numbers": "39-40", "cause": "cartes abîmées"}
    asked = french(manager.post("/verdun/pass/annuler/", given))
    assert "Annuler 2 pass pour toujours ?" in asked
    assert "20,00 €" in asked
    assert state_of(world, 40) is State.AUTHORITY_STOCK
    page = french(manager.post("/verdun/pass/annuler/", given | {"yes": "1"}, follow=True))
    assert "2 pass sont annulés." in page
    assert world.money() != before


# The journal


def test_the_journal_tells_deeds_and_pages_by_time(world: World, manager: Client) -> None:
    for _ in range(2):
        world.hand_over(1, day=TODAY)
    page = french(manager.get("/verdun/journal/"))
    assert "20 pass confiés à Structure 1 verdun (fictif)" in page
    assert "n° 1 à 20 · bordereau n° 1" in page
    assert "1 pass remis à une personne par Structure 1 verdun (fictif)" in page
    assert "40 pass reçus" in page
    only = french(manager.get("/verdun/journal/", {"acte": Act.RECEIVE}))
    assert "confiés" not in only
    assert "40 pass reçus" in only
    lines = read_sheet(manager.get("/verdun/journal/", {"format": "csv"}).content, "journal.csv").rows
    assert len(lines) == 4
    assert manager.get("/verdun/journal/", {"before": "nonsense~1"}).status_code == 200


def test_what_a_structure_gave_back_stays_in_its_journal(world: World, prescriber: Client, manager: Client) -> None:
    form = {"structure": world.structures[0], "unit": "pass", "numbers": "20", **SIGNED}
    manager.post("/verdun/stock/rendre/", form)
    page = french(prescriber.get("/verdun/journal/"))
    assert "1 pass rendu à la collectivité par Structure 1 verdun (fictif)" in page
    assert "40 pass reçus" not in page, "the lot is not the structure's business"


def test_the_journal_pages_over_deeds_of_one_instant(world: World, manager: Client) -> None:
    for _ in range(15):
        world.hand_over(1, day=TODAY)
    world.allocate(2, 1, TODAY)
    from passnumerique.vouchers.queries.listing import journal

    whole = journal(world.manager, world.programme_id, limit=100)
    assert len(whole) == 18
    seen, before = [], None
    while lines := journal(world.manager, world.programme_id, before=before, limit=4):
        seen += lines
        before = lines[-1].key
    assert seen == whole


# Borders


def test_another_authority_finds_nothing(world: World, manager: Client) -> None:
    other = build_world("meuse")
    stranger = signed_in(other)
    lot, note = other.lots[0], 1
    assert stranger.get(f"/meuse/lots/{lot}/").status_code == 200
    for address in (f"lots/{lot}/", f"lots/{lot}/cartes.pdf?carnets=1"):
        assert manager.get(f"/verdun/{address}").status_code == 404
    for address in ("lots/", "stock/", "pass/", "journal/", f"bordereaux/{note}.pdf", "pass/1/"):
        assert stranger.get(f"/verdun/{address}").status_code == 404


OFFICE_ONLY = [
    "lots/",
    "lots/emettre/",
    "lots/importer/",
    "stock/",
    "stock/confier/",
    "pass/annuler/",
    "pass/1/remplacer/",
]


@pytest.mark.parametrize("address", OFFICE_ONLY)
def test_a_structure_may_not_do_what_is_the_authority_s(prescriber: Client, address: str) -> None:
    answer = prescriber.get(f"/verdun/{address}")
    assert answer.status_code == 403
    assert "Votre rôle ne permet pas cette action." in french(answer)


@pytest.mark.parametrize("address", ["lots/emettre/", "lots/importer/", "stock/confier/", "remettre/", "pass/perdus/"])
def test_the_auditor_reads_and_does_nothing(world: World, address: str) -> None:
    auditor = signed_in(world, Role.AUDITOR)
    assert auditor.get(f"/verdun/{address}").status_code == 403
    lot = f"lots/{world.lots[0]}/"
    for page in ("lots/", lot, "stock/", "pass/", "pass/1/", "bordereaux/", "journal/", "remises/"):
        assert auditor.get(f"/verdun/{page}").status_code == 200
    assert auditor.get(f"/verdun/{lot}cartes.pdf", {"carnets": "1"}).status_code == 403


def test_a_structure_sees_its_own_passes_only(world: World, prescriber: Client) -> None:
    other = signed_in(world, Role.PRESCRIBER, 1)
    assert prescriber.get("/verdun/pass/1/").status_code == 200
    assert other.get("/verdun/pass/1/").status_code == 404
    assert "Aucun pass de ce dispositif" in french(other.post("/verdun/pass/", {"code": world.code(1)}))
    assert other.post("/verdun/pass/perdus/", {"numbers": "1"}).status_code == 403
    assert state_of(world, 1) is State.STRUCTURE_STOCK


def test_a_place_sees_the_passes_it_took(world: World) -> None:
    world.spend(1, TODAY)
    place = signed_in(world, Role.PLACE)
    assert place.get("/verdun/pass/1/").status_code == 200
    assert place.get("/verdun/pass/2/").status_code == 404
    assert "1 pass utilisé à Lieu 1 verdun (fictif)" in french(place.get("/verdun/journal/"))
    assert place.get("/verdun/remettre/").status_code == 403


# Cost


@pytest.mark.parametrize(
    "address", ["lots/", "stock/", "pass/", "bordereaux/", "journal/", "remises/", "mon-stock/", "remettre/"]
)
def test_the_number_of_queries_does_not_grow(
    world: World, address: str, queries_do_not_grow: Callable[..., int]
) -> None:
    reader = signed_in(world, Role.PRESCRIBER if address in {"mon-stock/", "remettre/"} else Role.MANAGER)

    days = [date(2022, 9, 29), date(2022, 9, 30)]

    def grow() -> None:
        world.allocate(1, 0, TODAY)
        world.issue(10, TODAY)
        for _ in range(3):
            world.hand_over(2, day=TODAY)
        world.spend(1, days.pop())

    grow()
    assert queries_do_not_grow(lambda: reader.get(f"/verdun/{address}"), grow) <= 20


def test_booklets_of_the_stock_and_of_the_page_agree(world: World, prescriber: Client) -> None:
    sheet = io.BytesIO(prescriber.get("/verdun/mon-stock/", {"format": "csv"}).content).read()
    there = booklets_in_stock(world.programme_id, world.structures[0])
    assert [line.cells["Carnet"] for line in read_sheet(sheet, "stock.csv").rows] == [str(one.booklet) for one in there]
