"""Every piece of the pages on one page, for the tests of the look; an address of the tests only."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from passnumerique.web import charts
from passnumerique.web.context import Crumb, Desk, NavItem
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import BADGES, badge_of

TODAY = date(2022, 12, 13)
NAMES = [
    "Bouligny",
    "Clermont",
    "Damvillers",
    "Dun",
    "Fresnes",
    "Montmédy",
    "Spincourt",
    "Stenay",
    "Verdun",
    "Vigneulles",
    "Étain",
]


class Narrow(forms.Form):
    """The filters above the list."""

    search = forms.CharField(label="Nom ou commune", required=False)
    state = forms.ChoiceField(label="Stock", required=False, choices=[("", "Tous"), ("low", "Bientôt vide")])
    open_only = forms.BooleanField(label="Ouvertes seulement", required=False)


class HandOver(forms.Form):
    """One field of each kind."""

    code = forms.CharField(
        label="Code du pass",
        help_text="Douze signes, à côté du carré.",
        widget=forms.TextInput(attrs={"class": "code-entry", "autocomplete": "off"}),
    )
    count = forms.IntegerField(label="Nombre de pass", min_value=1, max_value=10)
    handed_on = forms.DateField(label="Remis le", widget=forms.DateInput(attrs={"type": "date"}))
    age = forms.ChoiceField(
        label="Âge",
        widget=forms.RadioSelect,
        choices=[("a", "De 18 à 24 ans"), ("b", "De 25 à 39 ans"), ("c", "40 ans et plus")],
    )
    commune = forms.ChoiceField(label="Commune", choices=[("", "Choisir"), ("55545", "Verdun")])
    needs = forms.MultipleChoiceField(
        label="Besoins",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("m", "Courriel"), ("d", "Démarches")],
    )
    note = forms.CharField(label="Remarque", required=False, widget=forms.Textarea, help_text="Pas de nom ici.")
    sheet = forms.FileField(label="Feuille signée", required=False)
    agreed = forms.BooleanField(label="La personne accepte d’être rappelée")


def gallery(request: HttpRequest) -> HttpResponse:
    """The page itself, at the desk of an invented manager on 13 December 2022."""
    request.desk = _desk()  # type: ignore[attr-defined]
    form = HandOver({"code": "ABCD", "count": 40})
    return render(
        request,
        "web/gallery.html",
        _figures() | _lists() | {"form": form, "filter_form": Narrow(request.GET)},
    )


def _menu() -> list[NavItem]:
    """As long a menu as a desk may have: six groups, the longest of eight entries."""
    names = [("État du dispositif", "chart"), ("Remboursements", "euro"), ("Stock", "box"), ("Lots", "layers")]
    return [
        NavItem(f"{label} {turn}" if turn else label, "#", label == "Stock" and turn == place == 0, icon, group)
        for place, group in enumerate(["Suivre", "Ateliers", "Pass", "Argent", "Réseau", "Cadre"])
        for turn in range(2)
        for label, icon in names
        if place or not turn
    ]


def _desk() -> Desk:
    return Desk(
        label="Pilotage",
        authority="PETR du Pays de Verdun",
        programme="Pass numérique Verdun",
        person="Ana Lemoine (fictive)",
        navigation=_menu(),
        day=TODAY,
    )


def _figures() -> dict[str, object]:
    months = [date(2021 + (8 + step) // 12, (8 + step) % 12 + 1, 1) for step in range(16)]
    used = [4, 18, 31, 22, 39, 52, 61, 48, 40, 35, 12, 8, 57, 73, 79, 68]
    paid = [0, 40, 180, 310, 220, 390, 520, 610, 480, 400, 350, 120, 80, 570, 730, 790]
    total = [(first, sum(used[: place + 1])) for place, first in enumerate(months)]
    parts = [
        ("En stock, collectivité", 420),
        ("En stock, structures", 321),
        ("Remis", 412),
        ("Utilisés", 68),
        ("Remboursés", 570),
        ("Annulés", 9),
    ]
    events = [
        charts.Event(date(2022, 6, 14), "convention ANCT prolongée"),
        charts.Event(TODAY, "délibération"),
    ]
    stops = [("Fin de la remise des pass", 15), ("Fin de validité", 31), ("Fin des formations", 31)]
    return {
        "shares": charts.stacked_bar(
            "Où sont les pass", "Un pass sur trois a servi.", [charts.Part(*part) for part in parts]
        ),
        "compared": charts.bars(
            "Pass utilisés par lieu",
            "Verdun vient en tête.",
            [charts.Part(f"Médiathèque de {name} (fictif)", 90 - 8 * place) for place, name in enumerate(NAMES)],
            "Lieu",
            charts.Part("Les 7 autres", 31),
        ),
        "monthly": charts.columns(
            "Pass remis et utilisés par mois",
            "Les remises reprennent à chaque rentrée.",
            months,
            [charts.Series("Utilisés", used), charts.Series("Payés", [value // 10 for value in paid])],
        ),
        "growth": charts.curve(
            "Pass utilisés depuis le début",
            "647 pass utilisés en 16 mois.",
            total,
            label="Utilisés",
            events=events,
            ceiling=charts.Part("1 800 pass reçus", 1800),
        ),
        "paid": charts.columns(
            "Payé aux lieux",
            "Les paiements suivent de deux mois.",
            months,
            [charts.Series("Payé", [value * 100 for value in paid])],
            money=True,
        ),
        "part": charts.ring("Taux d’utilisation", "Un peu plus d’un tiers.", 647, 1800),
        "dates": charts.timeline(
            "Les dates du dispositif",
            "La validité finit dans 18 jours.",
            TODAY,
            [charts.Event(date(2022, 12, day), label) for label, day in stops]
            + [charts.Event(date(2021, 9, 6), "Premier lot reçu")],
        ),
        "due": 123450,
        "today": TODAY,
        "now": datetime(2022, 12, 13, 16, 30, tzinfo=UTC),
        "step_names": ["Personne", "Pass", "Premier atelier", "Vérifier"],
        "badges": [badge_of(family, state) for family, states in BADGES.items() for state in states],
    }


def _lists() -> dict[str, object]:
    rows = [
        SimpleNamespace(
            id=place,
            name=f"France Services {name}",
            stock=place * 7,
            state="structure_stock",
            handed=TODAY,
            due_cents=place * 1000,
        )
        for place, name in enumerate(NAMES)
    ]
    columns = [
        Column("name", "Structure", sort=True, url=lambda row: f"#{row.id}"),
        Column("stock", "Stock", "number", sort=True),
        Column("handed", "Dernière remise", "day", sort=True),
        Column("due_cents", "Dû", "money"),
        Column("state", "État", "voucher"),
    ]
    return {
        "structures": Table(
            "Structures",
            columns,
            rows,
            sort="-stock",
            count=25,
            choose="structure",
            totals={"Stock": 385, "Dû": 55000},
        ),
        "nothing": Table("Lots", columns, [], empty="Aucun lot reçu", empty_url="#", empty_action="Recevoir un lot"),
        "listing": Paginator(range(412), 25).page(3),
        "breadcrumbs": [Crumb("Accueil", "#"), Crumb("Pass", "#"), Crumb("Stock")],
    }


urlpatterns = [
    path("planche/", gallery),
    path("avancer/", gallery, name="demonstration"),
    path("compte/", include("allauth.urls")),
    path("langue/", include("django.conf.urls.i18n")),
]
