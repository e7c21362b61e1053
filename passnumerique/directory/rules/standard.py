"""The national standard of mediation places, « lieux de médiation numérique » 1.0.2, as a table.

`FIELDS` is the one place where our English columns meet the standard's own names, its closed lists
and its limits; reading, import, forms and export are derived from it. The schema and its lists are
published by La MedNum under Licence Ouverte 2.0.
"""

from dataclasses import dataclass
from enum import StrEnum

from passnumerique.ground.words import N_

SEPARATOR = "|"
"""Between the values of a list (the README of the standard still says `;`, which was version 0.1)."""


class Shape(StrEnum):
    """How the text of a field is read and checked."""

    TEXT = "text"
    TEXTS = "texts"
    CHOICES = "choices"
    TYPES = "types"
    PIVOT = "pivot"
    POSTCODE = "postcode"
    INSEE = "insee"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    PHONE = "phone"
    EMAILS = "emails"
    URL = "url"
    URLS = "urls"
    HOURS = "hours"
    DAY = "day"


LISTS = frozenset({Shape.TEXTS, Shape.CHOICES, Shape.TYPES, Shape.EMAILS, Shape.URLS})


@dataclass(frozen=True)
class Field:
    """One column: our name, the standard's, what people read, how it is read, what it may hold."""

    name: str
    standard: str
    label: str
    shape: Shape = Shape.TEXT
    required: bool = False
    """Required by the standard to be published; our register only needs a name."""
    limit: int = 240
    choices: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    """Other headings that partners give the column."""
    equals: tuple[tuple[str, str], ...] = ()
    """Other words that partners write for a choice."""


SERVICES = (
    "Aide aux démarches administratives",
    "Maîtrise des outils numériques du quotidien",
    "Insertion professionnelle via le numérique",
    "Utilisation sécurisée du numérique",
    "Parentalité et éducation avec le numérique",
    "Loisirs et créations numériques",
    "Compréhension du monde numérique",
    "Accès internet et matériel informatique",
    "Acquisition de matériel informatique à prix solidaire",
)
AUDIENCES = ("Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes")
SPECIAL_CARE = (
    "Surdité",
    "Handicaps moteurs",
    "Handicaps mentaux",
    "Illettrisme",
    "Langues étrangères (anglais)",
    "Langues étrangères (autres)",
    "Déficience visuelle",
)
FEES = ("Gratuit", "Gratuit sous condition", "Payant")
NATIONAL_PROGRAMMES = (
    "Aidants Connect",
    "Bibliothèques numérique de référence",
    "Certification PIX",
    "Conseillers numériques",
    "Emmaüs Connect",
    "France Services",
    "Grande école du numérique",
    "La Croix Rouge",
    "Point d'accès numérique CAF",
    "Promeneurs du net",
    "Relais numérique (Emmaüs Connect)",
)
LABELS = (
    "Formé à « Mon Espace Santé »",
    "Formé à « DUPLEX » (illettrisme)",
    "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
    "Collectif ressources et acteurs réemploi (Normandie)",
    "Étapes numériques(La Poste)",
    "Fabriques de Territoire",
    "Les Éclaireurs du numérique (Drôme)",
    "Mes Papiers (Métropole de Lyon)",
    "ORDI 3.0",
    "SUD LABS (PACA)",
)
ACCESS_MODES = (
    "Se présenter",
    "Téléphoner",
    "Contacter par mail",
    "Prendre un RDV en ligne",
    "Ce lieu n'accueille pas de public",
    "Envoyer un mail avec une fiche de prescription",
)
SUPPORT_MODES = ("En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance")
MOBILITY = ("Itinérant", "Fixe")

_C = Shape.CHOICES
FIELDS = (
    Field(
        "external_id",
        "id",
        N_("Identifiant"),
        required=True,
        limit=80,
        synonyms=("identifiant", "id fs", "code"),
    ),
    Field(
        "pivot",
        "pivot",
        N_("SIRET ou RNA"),
        Shape.PIVOT,
        required=True,
        synonyms=("siret", "rna", "n siret"),
    ),
    Field(
        "name",
        "nom",
        N_("Nom"),
        required=True,
        limit=200,
        synonyms=("nom de la structure", "structure", "raison sociale", "lib fs", "lieu", "dénomination"),
    ),
    Field(
        "commune",
        "commune",
        N_("Commune"),
        required=True,
        limit=120,
        synonyms=("ville", "lib com", "localité"),
    ),
    Field("postcode", "code_postal", N_("Code postal"), Shape.POSTCODE, required=True, synonyms=("cp",)),
    Field(
        "insee_code",
        "code_insee",
        N_("Code INSEE"),
        Shape.INSEE,
        synonyms=("insee com", "code commune", "insee", "code officiel géographique"),
    ),
    Field("address", "adresse", N_("Adresse"), required=True, synonyms=("voie", "rue")),
    Field("address_extra", "complement_adresse", N_("Complément d’adresse"), synonyms=("complément",)),
    Field("latitude", "latitude", N_("Latitude"), Shape.LATITUDE, synonyms=("lat",)),
    Field("longitude", "longitude", N_("Longitude"), Shape.LONGITUDE, synonyms=("lon", "long", "lng")),
    Field("types", "typologie", N_("Typologie"), Shape.TYPES, synonyms=("type de structure", "type")),
    Field("phone", "telephone", N_("Téléphone"), Shape.PHONE, synonyms=("tél", "numéro de téléphone")),
    Field(
        "emails",
        "courriels",
        N_("Courriels"),
        Shape.EMAILS,
        synonyms=("courriel", "mail", "e-mail", "email"),
    ),
    Field("websites", "site_web", N_("Sites web"), Shape.URLS, synonyms=("site", "site internet", "url")),
    Field(
        "opening_hours",
        "horaires",
        N_("Horaires"),
        Shape.HOURS,
        limit=400,
        synonyms=("horaires d’ouverture",),
    ),
    Field(
        "summary",
        "presentation_resume",
        N_("Présentation en une phrase"),
        limit=280,
        synonyms=("résumé",),
    ),
    Field(
        "description",
        "presentation_detail",
        N_("Présentation détaillée"),
        limit=10_000,
        synonyms=("présentation", "description"),
    ),
    Field("source", "source", N_("Source de la donnée"), limit=120),
    Field(
        "mobility",
        "itinerance",
        N_("Itinérance"),
        _C,
        choices=MOBILITY,
        equals=(("oui", "Itinérant"), ("non", "Fixe")),
    ),
    Field("parent_structure", "structure_parente", N_("Structure parente"), limit=200, synonyms=("réseau",)),
    Field(
        "updated_on",
        "date_maj",
        N_("Mise à jour"),
        Shape.DAY,
        required=True,
        synonyms=("date de mise à jour",),
    ),
    Field("services", "services", N_("Services"), _C, choices=SERVICES),
    Field(
        "audiences",
        "publics_specifiquement_adresses",
        N_("Publics spécifiquement adressés"),
        _C,
        choices=AUDIENCES,
        synonyms=("publics",),
    ),
    Field(
        "special_care",
        "prise_en_charge_specifique",
        N_("Prise en charge spécifique"),
        _C,
        choices=SPECIAL_CARE,
    ),
    Field("fees", "frais_a_charge", N_("Frais à charge"), _C, choices=FEES, synonyms=("frais", "tarifs")),
    Field(
        "national_programmes",
        "dispositif_programmes_nationaux",
        N_("Dispositifs et programmes nationaux"),
        _C,
        choices=NATIONAL_PROGRAMMES,
    ),
    Field("labels", "formations_labels", N_("Formations et labels"), _C, choices=LABELS),
    Field(
        "other_labels",
        "autres_formations_labels",
        N_("Autres formations et labels"),
        Shape.TEXTS,
        synonyms=("labels",),
    ),
    Field("access_modes", "modalites_acces", N_("Modalités d’accès"), _C, choices=ACCESS_MODES),
    Field(
        "support_modes",
        "modalites_accompagnement",
        N_("Modalités d’accompagnement"),
        _C,
        choices=SUPPORT_MODES,
    ),
    Field("accessibility_url", "fiche_acces_libre", N_("Fiche Acceslibre"), Shape.URL, limit=400),
    Field("booking_url", "prise_rdv", N_("Prise de rendez-vous"), Shape.URL, limit=400),
)
"""The 32 columns of the standard, in its order."""

CONTACTS = (
    Field(
        "contact_name",
        "",
        N_("Personne à contacter"),
        limit=120,
        synonyms=("contact", "référent", "responsable"),
    ),
    Field(
        "contact_email",
        "",
        N_("E-mail de la personne à contacter"),
        Shape.EMAILS,
        synonyms=("mail du référent",),
    ),
    Field(
        "contact_phone",
        "",
        N_("Téléphone de la personne à contacter"),
        Shape.PHONE,
        synonyms=("tél du référent",),
    ),
)
"""Ours, never published: whom the authority calls."""

EVERY_FIELD = {field.name: field for field in (*FIELDS, *CONTACTS)}


def field_synonyms() -> dict[str, tuple[str, ...]]:
    """For each field the names its column may bear in a partner's file, the standard's own first."""
    return {
        field.name: tuple(name for name in (field.standard, field.label, *field.synonyms) if name)
        for field in EVERY_FIELD.values()
    }
