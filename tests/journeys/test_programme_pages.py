"""The frame of a programme in the pages: dates, papers, votes, rules, money, territory, plan, look."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.council.queries import deliberations
from passnumerique.directory.queries import access_authorities, access_organisations
from passnumerique.directory.rules import Role
from passnumerique.programmes.operations import record_document
from passnumerique.programmes.queries import (
    calendar_on,
    communes,
    documents,
    envelope,
    programme_named,
    revisions,
    terms_on,
    training_periods,
)
from passnumerique.programmes.rules import PARAMETERS, Calendar, DocumentKind, Paper
from passnumerique.training.queries.plan import plan, plan_counts
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import START, World, build_world, deliberate, on

pytestmark = pytest.mark.django_db

GOLDEN = {
    "number": "DE_2022_12_003",
    "matter": "7.5",
    "subject": "Prolongation du dispositif « Pass Numérique »",
    "decisions": "Prolonge d’un an.\nGarde l’enveloppe.",
    "convened_on": "2022-12-07",
    "sat_on": "2022-12-13",
    "chaired_by": "Présidence (fictif)",
    "secretary": "Secrétariat (fictif)",
    "members_in_office": "24",
    "voters": "14",
    "substitutes": "1",
    "votes_for": "14",
    "votes_against": "0",
    "abstentions": "0",
}
"""The act of 13 December 2022, its people invented."""
LATER = {
    "distribution_until": "2023-10-31",
    "validity_until": "2023-12-31",
    "end_of_training": "2023-12-31",
    "claims_until": "2024-02-29",
    "closing": "2024-03-31",
}


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    return build_world(booklets=0)


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world)


def amendments(world: World) -> dict[str, str]:
    """The three papers of an extension, signed and binding; their ids by the names of the form."""
    decision = deliberate(world, "DE_2022_12_003", date(2022, 12, 10))
    kinds = {
        "deliberation": DocumentKind.DELIBERATION,
        "convention_amendment": DocumentKind.CONVENTION_AMENDMENT,
        "mandate_amendment": DocumentKind.MANDATE_AMENDMENT,
    }
    return {
        name: str(
            record_document(
                programme_id=world.programme_id,
                paper=Paper(
                    kind,
                    f"{kind.value}-2022",
                    signed_on=date(2022, 12, 12),
                    in_force_on=TODAY,
                    deliberation_id=decision,
                ),
                by=world.manager,
                at=NOON,
            )
        )
        for name, kind in kinds.items()
    }


def test_the_calendar_draws_its_five_dates_and_lists_them(manager: Client) -> None:
    page = french(manager.get("/verdun/calendrier/"))
    assert "<svg" in page
    assert "31 décembre 2022" in page
    assert "Au 13 décembre 2022, la clôture est fixée au 31 mars 2023" in page
    assert "CONV-2021" in page
    assert "Prolonger le dispositif" in page


def test_a_day_before_the_first_calendar_says_since_when_there_is_one(manager: Client) -> None:
    page = french(manager.get("/verdun/calendrier/", {"au": "2020-01-01"}))
    assert "Le premier vaut depuis le 1er septembre 2021." in page


def test_the_golden_extension_is_looked_at_then_confirmed(world: World, manager: Client) -> None:
    before, papers = envelope(world.programme_id), amendments(world)
    first = manager.get("/verdun/calendrier/prolonger/")
    assert first.context["form"]["closing"].value() == date(2024, 3, 31)
    look = manager.post("/verdun/calendrier/prolonger/", LATER | papers)
    said = french(look)
    assert "31 mars 2024" in said
    assert "Aucun pass n’est modifié" in said
    assert "Ces dates vaudront à partir du 13 décembre 2022." in said
    assert len(revisions(world.programme_id)) == 1
    changed = manager.post("/verdun/calendrier/prolonger/", LATER | papers | {"change": "yes"})
    assert "Voir ce qui va changer" in french(changed)
    assert manager.post("/verdun/calendrier/prolonger/", LATER | papers | {"confirm": "yes"}).status_code == 302
    days = {name: date.fromisoformat(day) for name, day in LATER.items()}
    assert calendar_on(world.programme_id, TODAY) == Calendar(**days)
    assert calendar_on(world.programme_id, date(2022, 12, 12)).closing == date(2023, 3, 31)
    after = envelope(world.programme_id)
    assert (after.authorised_cents, after.committed_cents) == (before.authorised_cents, before.committed_cents)
    page = french(manager.get("/verdun/calendrier/", {"au": "2022-12-12"}))
    assert "Au 12 décembre 2022, la clôture est fixée au 31 mars 2023" in page
    assert "Prolongation n° 1" in page


def test_an_extension_without_its_papers_is_refused_and_writes_nothing(world: World, manager: Client) -> None:
    answer = manager.post("/verdun/calendrier/prolonger/", LATER | {"confirm": "yes"})
    assert answer.status_code == 422
    assert "Il manque un document : délibération." in french(answer)
    assert len(revisions(world.programme_id)) == 1


def test_an_extension_never_moves_a_date_back(world: World, manager: Client) -> None:
    sent = LATER | amendments(world) | {"distribution_until": "2022-01-31", "confirm": "yes"}
    assert "Une prolongation ne peut pas avancer une date" in french(
        manager.post("/verdun/calendrier/prolonger/", sent)
    )
    assert len(revisions(world.programme_id)) == 1


def test_the_golden_vote_is_recorded_published_and_filed(world: World, manager: Client) -> None:
    answer = manager.post("/verdun/deliberations/ajouter/", GOLDEN, follow=True)
    page = french(answer)
    assert "Adoptée à l’unanimité" in page
    assert re.search(r"Quorum</dt><dd>13<", page)
    assert "14 pour, 0 contre, 0 abstention" in page
    assert "Garde l’enveloppe." in page
    row = deliberations(world.manager).get(number="DE_2022_12_003")
    filing = manager.get(re.findall(r'href="(/verdun/conventions/ajouter/\?[^"]+)"', page)[0])
    assert filing.context["form"]["deliberation"].value() == str(row.id)
    assert filing.context["form"]["reference"].value() == "DE_2022_12_003"
    paper = {"kind": "deliberation", "reference": "DE_2022_12_003", "deliberation": str(row.id)}
    manager.post("/verdun/conventions/ajouter/", paper)
    assert "Noter la publication" in french(manager.get("/verdun/conventions/"))
    days = {"transmitted_on": "2022-12-13", "published_on": "2022-12-13"}
    published = manager.post(f"/verdun/deliberations/{row.id}/publier/", days, follow=True)
    assert "La délibération est exécutoire le 13 décembre 2022" in french(published)
    assert "Noter la publication" not in french(manager.get("/verdun/conventions/"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"voters": "12", "votes_for": "12"},
            "Le quorum n’est pas atteint : 12 membres présents pour un quorum de 13 (CGCT, L2121-17",
        ),
        ({"votes_for": "13"}, "13 voix comptées pour 14 votants"),
        ({"convened_on": "2022-12-20"}, "Les dates ne se suivent pas"),
    ],
)
def test_a_vote_that_does_not_hold_is_refused_and_the_form_kept(
    world: World, manager: Client, changes: dict[str, str], said: str
) -> None:
    answer = manager.post("/verdun/deliberations/ajouter/", GOLDEN | changes)
    assert answer.status_code == 422
    page = french(answer)
    assert said in page
    assert "Garde l’enveloppe." in page
    assert not deliberations(world.manager).filter(number="DE_2022_12_003").exists()


def test_a_document_is_added_then_signed(world: World, manager: Client) -> None:
    paper = {"kind": "mandate", "reference": "MANDAT-1", "title": "Mandat", "counterpart": "Émetteur (fictif)"}
    half = manager.post("/verdun/conventions/ajouter/", paper | {"signed_on": "2022-12-01"})
    assert "La signature et la date d’effet vont ensemble." in french(half)
    manager.post("/verdun/conventions/ajouter/", paper)
    assert "À signer" in french(manager.get("/verdun/conventions/"))
    row = documents(world.programme_id).get(reference="MANDAT-1")
    days = {"signed_on": "2022-12-01", "in_force_on": "2022-12-02"}
    manager.post(f"/verdun/conventions/{row.id}/signer/", days)
    assert "À signer" not in french(manager.get("/verdun/conventions/"))
    twice = manager.post("/verdun/conventions/ajouter/", paper)
    assert "Un document porte déjà la référence MANDAT-1." in french(twice)


def test_an_amendment_must_come_from_a_deliberation(manager: Client) -> None:
    answer = manager.post("/verdun/conventions/ajouter/", {"kind": "convention_amendment", "reference": "AV-1"})
    assert answer.status_code == 422
    assert "Choisissez la délibération qui l’autorise." in french(answer)


def test_every_rule_is_shown_with_its_value_paper_and_day(world: World, manager: Client) -> None:
    world.set(issuer_fee_rate=400, face_value_cents=1000)
    world.set(date(2023, 1, 1), issuer_fee_rate=450)
    page = french(manager.get("/verdun/regles/"))
    assert "Frais gardés par l’émetteur" in page
    assert "4,5 % à partir du 1er janvier 2023" in page
    assert "10,00 €" in page
    assert page.count("valeur par défaut") == len(PARAMETERS) - 2


@pytest.mark.parametrize("name", list(PARAMETERS))
def test_each_rule_has_a_page_with_a_form_that_takes_its_own_value_back(
    world: World, manager: Client, name: str
) -> None:
    address = f"/verdun/regles/{name}/"
    page = manager.get(address)
    bound = page.context["form"]["value"]
    sent = {"value": bound.value(), "document": str(world.convention_id), "in_force_on": "2022-12-13"}
    assert manager.post(address, sent).status_code == 302
    value = getattr(terms_on(world.programme_id, TODAY), name)
    assert value == getattr(type(terms_on(world.programme_id, TODAY))(), name)
    assert "CONV-2021" in french(manager.get(address))


def test_rules_are_typed_as_people_say_them_and_refused_with_their_limits(world: World, manager: Client) -> None:
    sent = {"document": str(world.convention_id), "in_force_on": "2022-12-13"}
    manager.post("/verdun/regles/face_value_cents/", sent | {"value": "12,50"})
    manager.post("/verdun/regles/issuer_fee_rate/", sent | {"value": "4,5 %"})
    terms = terms_on(world.programme_id, TODAY)
    assert (terms.face_value_cents, terms.issuer_fee_rate) == (1250, 450)
    assert terms_on(world.programme_id, date(2022, 12, 12)).face_value_cents == 1000
    for value, said in (("beaucoup", "Écrivez un montant en euros"), ("0", "Le montant doit être entre 0,01 €")):
        answer = manager.post("/verdun/regles/face_value_cents/", sent | {"value": value})
        assert answer.status_code == 422
        assert said in french(answer)
    assert manager.get("/verdun/regles/inconnue/").status_code == 404


def test_the_envelope_says_who_brings_what_and_refuses_shares_that_do_not_sum(world: World, manager: Client) -> None:
    page = french(manager.get("/verdun/enveloppe/"))
    assert "1 000,00 €" in page
    assert "400,00 €" in page
    assert "État" in page
    paper = Paper(DocumentKind.DECISION, "DEC-1", signed_on=TODAY, in_force_on=TODAY)
    document = record_document(programme_id=world.programme_id, paper=paper, by=world.manager, at=NOON)
    sent = {
        "document": str(document),
        "amount": "500",
        "contributor_1": "État",
        "share_1": "250,00",
        "contributor_2": "PETR (fictif)",
        "share_2": "200",
    }
    refused = manager.post("/verdun/enveloppe/autoriser/", sent)
    assert "Les parts des financeurs font 450,00 € et l’enveloppe 500,00 €." in french(refused)
    assert envelope(world.programme_id).authorised_cents == 100_000
    assert manager.post("/verdun/enveloppe/autoriser/", sent | {"share_2": "250"}).status_code == 302
    assert envelope(world.programme_id).authorised_cents == 150_000


def test_periods_are_listed_and_never_overlap(world: World, manager: Client) -> None:
    assert "Période 1" in french(manager.get("/verdun/periodes/"))
    form = manager.get("/verdun/periodes/ajouter/").context["form"]
    assert form["number"].value() == 2
    sent = {"number": "2", "name": "Période 2", "starts_on": "2021-12-01", "ends_on": "2022-06-30"}
    assert "Cette période chevauche « Période 1 »." in french(manager.post("/verdun/periodes/ajouter/", sent))
    manager.post("/verdun/periodes/ajouter/", sent | {"starts_on": "2022-01-03"})
    assert [row.number for row in training_periods(world.programme_id)] == [1, 2]


LINES = (
    "code_insee,nom,codes_postaux,population,siren_epci,nom_epci\n"
    "55545,Verdun,55100,16890,200049187,CA du Grand Verdun\n"
    "55181,Étain,55400,3500,245501176,CC du Pays d’Étain\n"
)


def upload_communes(browser: Client, text: str, encoding: str = "utf-8") -> Any:
    """Send the first step of the territory's import."""
    file = SimpleUploadedFile("communes.csv", text.encode(encoding))
    return browser.post("/verdun/territoire/importer/", {"file": file, "vintage": "2022"}, follow=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_territory_is_imported_after_a_look(world: World, manager: Client, encoding: str) -> None:
    look = upload_communes(manager, LINES, encoding)
    assert (look.context["created"], look.context["known"]) == (1, 1)
    assert communes(world.programme_id).count() == 1
    page = french(manager.post("/verdun/territoire/verification/", follow=True))
    assert "CC du Pays d’Étain" in page
    assert "20 390" in page
    assert "Étain" in page


def test_a_bad_commune_is_told_by_line_and_nothing_is_written(world: World, manager: Client) -> None:
    look = upload_communes(manager, LINES + "5,,abc,beaucoup,1,\n55545,Verdun,55100,1,,\n")
    page = french(look)
    for said in ("Un code INSEE de commune a 5 signes", "Le nom de la commune manque", "déjà à la ligne 2"):
        assert said in page
    assert manager.post("/verdun/territoire/verification/").status_code == 200
    assert communes(world.programme_id).count() == 1
    missing = upload_communes(manager, "ville,habitants\nVerdun,12\n")
    assert missing.status_code == 422
    assert "Il manque des colonnes" in french(missing)


PLAN = "# Compétences de base\n## Ordinateur | 90 min | 2 pass | débutant\n- Premiers pas\n- Ranger ses fichiers\n"


def test_the_plan_is_pasted_shown_and_changed_in_a_form(world: World, manager: Client) -> None:
    assert "Le plan de formation est vide." in french(manager.get("/verdun/plan/"))
    manager.post("/verdun/plan/coller/", {"text": PLAN})
    [theme] = plan(world.programme_id)
    [module] = theme.modules
    assert (module.minutes, module.price_passes, module.level) == (90, 2, "débutant")
    assert "Ranger ses fichiers" in french(manager.get("/verdun/plan/"))
    form = manager.get("/verdun/plan/modifier/").context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    manager.post("/verdun/plan/modifier/", sent | {"t0m1": "Téléphone", "t1": "Droits en ligne"})
    counts = plan_counts(world.programme_id)
    assert (counts.themes, counts.modules, counts.planned_sessions) == (2, 2, 2)
    assert plan(world.programme_id)[0].modules[0].id == module.id
    assert "## Ordinateur | 90 min | 2 pass | débutant" in french(manager.get("/verdun/plan/coller/"))


def test_rows_of_a_spreadsheet_make_a_plan_and_a_bad_line_is_named(world: World, manager: Client) -> None:
    rows = "Base\tOrdinateur\tPremiers pas\t60\t1\n\t\tFichiers\nFamille\tÉcrans\t\t120\t\n"
    manager.post("/verdun/plan/coller/", {"text": rows})
    counts = plan_counts(world.programme_id)
    assert (counts.themes, counts.modules, counts.planned_sessions) == (2, 2, 2)
    for text, line in (("- Atelier sans module", 1), ("# Thème\n\nbonjour", 3), ("# T\n## M | deux heures", 2)):
        answer = manager.post("/verdun/plan/coller/", {"text": text})
        assert answer.status_code == 422
        assert f"Ligne {line}, " in french(answer)
    assert plan_counts(world.programme_id).themes == 2


def test_the_plan_form_refuses_what_would_be_lost(manager: Client) -> None:
    form = manager.get("/verdun/plan/modifier/").context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    orphan = manager.post("/verdun/plan/modifier/", sent | {"t0m0": "Module seul"})
    assert "Donnez un nom à ce thème" in french(orphan)
    assert manager.post("/verdun/plan/modifier/", sent | {"shape": "9999"}).status_code == 404


def test_the_look_of_the_authority_must_be_legible(world: World, manager: Client) -> None:
    pale = manager.post("/verdun/collectivite/apparence/", {"colour": "#ffcc00", "radius": "4"})
    assert pale.status_code == 422
    assert "est trop claire" in french(pale)
    tried = french(manager.get("/verdun/collectivite/apparence/essai/", {"colour": "#1F4E79"}))
    assert "Contraste avec le blanc : 8," in tried
    assert "est trop claire" in french(manager.get("/verdun/collectivite/apparence/essai/", {"colour": "#eeeeee"}))
    manager.post("/verdun/collectivite/apparence/", {"colour": "#0e5a5e", "radius": "4"})
    row = access_authorities(world.manager).get()
    assert (row.colour, row.radius) == ("#0e5a5e", 4)
    script = SimpleUploadedFile("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')
    unsafe = manager.post("/verdun/collectivite/apparence/", {"colour": "#0e5a5e", "radius": "4", "logo": script})
    assert "qui peut exécuter un programme" in french(unsafe)


def test_the_contact_of_the_authority_is_checked(world: World, manager: Client) -> None:
    sent = {"name": "PETR (fictif)", "siret": "12345678901234"}
    assert "n’est pas valable" in french(manager.post("/verdun/collectivite/coordonnees/", sent))
    manager.post("/verdun/collectivite/coordonnees/", sent | {"siret": "", "phone": "03 29 00 00 00"})
    assert access_authorities(world.manager).get().name == "PETR (fictif)"


NEW = {
    "name": "Pass 2024",
    "slug": "verdun-2024",
    "starts_on": "2023-01-01",
    "funder": "ANCT",
    "reference": "CONV-2024",
    "signed_on": "2022-12-12",
    "face_value_cents": "10,00",
    "passes_per_booklet": "5",
    "purchase": "hour",
    "distribution_until": "2023-10-31",
    "validity_until": "2023-12-31",
    "end_of_training": "2023-12-31",
    "claims_until": "2024-01-31",
    "closing": "2024-03-31",
    "amount": "18 000",
    "contributor_1": "État",
    "share_1": "18000",
    "with_territory": "on",
    "with_plan": "on",
}


def test_another_programme_begins_from_a_form(world: World, manager: Client) -> None:
    manager.post("/verdun/plan/coller/", {"text": PLAN})
    answer = manager.post("/verdun/nouveau-dispositif/", NEW)
    assert answer.status_code == 302, french(answer)
    made = programme_named("verdun-2024")
    assert envelope(made.id).authorised_cents == 1_800_000
    assert terms_on(made.id, date(2023, 2, 1)).passes_per_booklet == 5
    assert calendar_on(made.id, date(2023, 2, 1)).closing == date(2024, 3, 31)
    assert communes(made.id).count() == 1
    assert plan_counts(made.id).planned_sessions == 2
    assert manager.get("/verdun-2024/calendrier/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slug": "verdun"}, "Un dispositif s’appelle déjà « verdun »."),
        ({"slug": "langue"}, "Ce nom court sert déjà d’adresse à une autre page."),
        ({"slug": "Été 2024"}, "Utilisez des minuscules, des chiffres et des tirets."),
        ({"share_1": "17000"}, "Les parts des financeurs font 17 000,00 €"),
        ({"closing": "2023-01-31"}, "Les dates ne se suivent pas"),
    ],
)
def test_a_new_programme_that_does_not_hold_is_refused_whole(
    manager: Client, changes: dict[str, str], said: str
) -> None:
    answer = manager.post("/verdun/nouveau-dispositif/", NEW | changes)
    assert answer.status_code == 422
    assert said in french(answer)
    assert 'value="Pass 2024"' in french(answer)
    assert manager.get("/verdun-2024/calendrier/").status_code == 404


FILE = """
[authority]
name = "Collectivité verdun (fictif)"
slug = "{slug}"
kind = "petr"
[programme]
name = "Par fichier"
slug = "par-fichier"
starts_on = 2023-01-01
[documents.convention]
kind = "convention"
reference = "CONV-F"
signed_on = 2022-12-01
in_force_on = 2022-12-01
[calendar]
document = "{cited}"
[calendar.dates]
distribution_until = 2023-10-31
validity_until = 2023-12-31
end_of_training = 2023-12-31
claims_until = 2024-01-31
closing = 2024-03-31
[envelope]
document = "convention"
amount_cents = 100000
[envelope.shares]
ANCT = 100000
[territory]
vintage = 2022
csv = "communes.csv"
[[network.files]]
csv = "lieux.csv"
kind = "place"
fictional = true
"""


def send_file(browser: Client, text: str, *beside: tuple[str, str]) -> Any:
    """Send a declarative file, and those that it names."""
    files = [SimpleUploadedFile(name, content.encode()) for name, content in beside]
    file = SimpleUploadedFile("programme.toml", text.encode())
    return browser.post("/verdun/nouveau-dispositif/fichier/", {"file": file, "beside": files})


def test_another_programme_begins_from_its_file(world: World, manager: Client) -> None:
    text = FILE.format(slug="verdun", cited="convention")
    beside = (("communes.csv", LINES), ("lieux.csv", "id,nom,commune\nL1,Lieu du fichier (fictif),Verdun\n"))
    answer = send_file(manager, text, *beside)
    assert answer.status_code == 302, french(answer)
    made = programme_named("par-fichier")
    assert communes(made.id).count() == 2
    assert access_organisations(world.manager, programme_id=made.id).count() == 1


def test_a_file_that_does_not_hold_says_everything_that_is_wrong(manager: Client) -> None:
    beside = (("communes.csv", LINES), ("lieux.csv", "id,nom,commune\nL1,Lieu (fictif),Verdun\n"))
    for text, files, said in (
        ("name = [", beside, "TOML"),
        (FILE.format(slug="verdun", cited="rien"), beside, "« rien » n’est pas dans [documents]"),
        (FILE.format(slug="ailleurs", cited="convention"), beside, "n’est pas votre collectivité"),
        (FILE.format(slug="verdun", cited="convention"), (), "Il manque le fichier communes.csv."),
    ):
        answer = send_file(manager, text, *files)
        assert answer.status_code == 422
        assert said in french(answer) or "at line" in french(answer)
    assert manager.get("/par-fichier/calendrier/").status_code == 404


def test_a_programme_without_calendar_is_told_where_to_begin(world: World) -> None:
    from passnumerique.programmes.operations import create_programme

    browser = signed_in(world)
    at = on(START)
    programme_id = create_programme(authority_id=world.authority_id, slug="vide", name="Vide", by=world.manager, at=at)
    assert "n’a pas encore de calendrier" in french(browser.get("/vide/calendrier/"))
    assert browser.get("/vide/calendrier/prolonger/").status_code == 302
    assert "Ajoutez d’abord la convention" in french(browser.get("/vide/calendrier/ouvrir/"))
    paper = Paper(DocumentKind.CONVENTION, "C", signed_on=START, in_force_on=START)
    document = record_document(programme_id=programme_id, paper=paper, by=world.manager, at=at)
    sent = LATER | {"document": str(document), "in_force_on": "2022-01-01"}
    browser.post("/vide/calendrier/ouvrir/", sent)
    assert calendar_on(programme_id, TODAY).closing == date(2024, 3, 31)
    for address in ("conventions", "deliberations", "regles", "enveloppe", "periodes", "territoire", "plan"):
        assert browser.get(f"/vide/{address}/").status_code == 200


READ = (
    "calendrier/",
    "conventions/",
    "deliberations/",
    "regles/",
    "regles/undo_delay_hours/",
    "enveloppe/",
    "periodes/",
    "territoire/",
    "plan/",
    "collectivite/",
)
WRITE = (
    "calendrier/ouvrir/",
    "calendrier/prolonger/",
    "conventions/ajouter/",
    "deliberations/ajouter/",
    "enveloppe/autoriser/",
    "periodes/ajouter/",
    "territoire/importer/",
    "territoire/verification/",
    "plan/modifier/",
    "plan/coller/",
    "collectivite/coordonnees/",
    "collectivite/apparence/",
    "nouveau-dispositif/",
    "nouveau-dispositif/fichier/",
)


def test_the_manager_opens_every_page(manager: Client) -> None:
    for address in READ + WRITE:
        assert manager.get(f"/verdun/{address}").status_code in {200, 302}, address


def test_the_auditor_reads_everything_and_is_offered_nothing(world: World) -> None:
    auditor = signed_in(world, Role.AUDITOR)
    for address in READ:
        answer = auditor.get(f"/verdun/{address}")
        assert answer.status_code == 200, address
        main = french(answer).partition("<main")[2].partition("</main>")[0]
        assert not re.findall(r'class="button (?:primary|danger)', main), address
        assert 'method="post"' not in main, address
    for address in WRITE:
        assert auditor.get(f"/verdun/{address}").status_code == 403, address
        assert auditor.post(f"/verdun/{address}").status_code == 403, address
    posted = auditor.post("/verdun/regles/undo_delay_hours/", {"value": "1"})
    assert posted.status_code == 200
    assert terms_on(world.programme_id, TODAY).undo_delay_hours == 48


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PLACE])
def test_a_desk_reads_dates_rules_and_plan_only(world: World, role: Role) -> None:
    desk = signed_in(world, role)
    for address in ("calendrier/", "regles/", "plan/"):
        assert desk.get(f"/verdun/{address}").status_code == 200
    for address in ("conventions/", "deliberations/", "enveloppe/", "collectivite/", *WRITE):
        assert desk.get(f"/verdun/{address}").status_code == 403, address


def test_the_secretary_records_votes_and_papers_but_no_dates(world: World) -> None:
    secretary = signed_in(world, Role.SECRETARY)
    assert secretary.post("/verdun/deliberations/ajouter/", GOLDEN).status_code == 302
    assert secretary.get("/verdun/conventions/ajouter/").status_code == 200
    assert secretary.get("/verdun/calendrier/prolonger/").status_code == 403
    assert secretary.get("/verdun/enveloppe/").status_code == 403


def test_another_authority_finds_nothing(world: World) -> None:
    decision = deliberate(world, "DE_1", date(2022, 12, 1))
    stranger = signed_in(build_world("ailleurs", booklets=0))
    for address in READ + WRITE:
        assert stranger.get(f"/verdun/{address}").status_code == 404, address
    assert stranger.get(f"/ailleurs/deliberations/{decision}/").status_code == 404
    paper = {"kind": "deliberation", "reference": "X", "deliberation": str(decision)}
    assert stranger.post("/ailleurs/conventions/ajouter/", paper).status_code == 422
    own = {"document": str(world.convention_id), "in_force_on": "2022-12-13", "value": "1"}
    assert stranger.post("/ailleurs/regles/undo_delay_hours/", own).status_code == 422


def test_lists_ask_the_database_the_same_number_of_questions_whatever_their_size(
    world: World, manager: Client, queries_do_not_grow: Callable[..., int]
) -> None:
    for rank, address in enumerate(("conventions/", "deliberations/", "regles/", "territoire/", "calendrier/")):

        def grow(rank: int = rank) -> None:
            for n in range(3):
                decision = deliberate(world, f"D{rank}{n}", date(2022, 12, 1))
                paper = Paper(DocumentKind.DELIBERATION, f"D{rank}{n}", deliberation_id=decision)
                record_document(programme_id=world.programme_id, paper=paper, by=world.manager, at=NOON)
            world.set(undo_delay_hours=rank + 1, tolerance_days=rank)

        queries_do_not_grow(lambda address=address: manager.get(f"/verdun/{address}"), grow)


@pytest.mark.parametrize("address", ["conventions/", "deliberations/", "regles/", "enveloppe/", "territoire/"])
def test_every_list_is_a_file_too(world: World, manager: Client, address: str) -> None:
    deliberate(world, "DE_1", date(2022, 12, 1))
    for kind in ("csv", "xlsx"):
        assert len(manager.get(f"/verdun/{address}", {"format": kind}).content) > 50
