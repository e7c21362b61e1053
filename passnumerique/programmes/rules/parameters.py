"""The parameters of a programme: always data, never code.

Each is a row with its source document and the day from which it is in force; this table says which
exist, what they mean, and what they accept. Amounts are cents, rates are basis points (400 is 4 %).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from passnumerique.ground.words import N_
from passnumerique.programmes.rules.refusals import BadParameter


class Purchase(StrEnum):
    """What one pass buys."""

    WORKSHOP = "workshop"
    HOUR = "hour"
    MODULE_PRICE = "module_price"


class Eligible(StrEnum):
    """Who may receive passes."""

    ANYBODY = "anybody"
    RESIDENTS = "residents"


class Zone(StrEnum):
    """Where passes may be used."""

    ANY_ACCREDITED_PLACE = "any_accredited_place"
    TERRITORY = "territory"


class LostPolicy(StrEnum):
    """What follows a lost pass: a new one at once, or only once the lost one has lapsed (issuers
    that have no stop order)."""

    BLOCK_AND_REISSUE = "block_and_reissue"
    SEARCH_UNTIL_EXPIRY = "search_until_expiry"


class NoShowPolicy(StrEnum):
    """Whether a person who does not come loses the pass: never, since no public rule allows it."""

    NEVER_CONSUMES = "never_consumes"


class OfflineConflict(StrEnum):
    """Which use stands when two places took the same pass without network; the other becomes a dispute."""

    FIRST_RECEIVED = "first_received"
    FIRST_SCANNED = "first_scanned"


class Reminders(StrEnum):
    """Whether people who left a contact are written to before their training session."""

    OFF = "off"
    ON = "on"


class MonthlyLetters(StrEnum):
    """Whether each structure and place is written to about itself, once a month."""

    OFF = "off"
    ON = "on"


class FundingBase(StrEnum):
    """What the funder's rate applies to."""

    USED = "used"
    BOUGHT = "bought"


class Payer(StrEnum):
    """Who pays the places: the authority by a file for its bank, the issuer under its mandate, or the
    authority by its own finance software."""

    AUTHORITY = "authority"
    ISSUER = "issuer"
    ACCOUNTING = "accounting"


@dataclass(frozen=True)
class Terms:
    """The parameters in force on a day, resolved once per programme."""

    face_value_cents: int = 1000
    passes_per_booklet: int = 10
    purchase: Purchase = Purchase.WORKSHOP
    minutes_per_pass: int = 120
    extra_charge_cents: int = 0
    eligible: Eligible = Eligible.RESIDENTS
    public_targeted: str = ""
    passes_per_person: int = 10
    zone: Zone = Zone.ANY_ACCREDITED_PLACE
    tolerance_days: int = 0
    issuer_fee_rate: int = 0
    payment_term_days: int = 30
    payer: Payer = Payer.AUTHORITY
    no_show_policy: NoShowPolicy = NoShowPolicy.NEVER_CONSUMES
    undo_delay_hours: int = 48
    lost_policy: LostPolicy = LostPolicy.BLOCK_AND_REISSUE
    funding_rate: int = 5000
    funding_base: FundingBase = FundingBase.USED
    target_public_rate: int = 5000
    low_stock_alert: int = 10
    sleeping_stock_days: int = 90
    offline_conflict: OfflineConflict = OfflineConflict.FIRST_RECEIVED
    reminders: Reminders = Reminders.OFF
    offer_hours: int = 24
    contact_days: int = 365
    account_delay_days: int = 5
    hours_margin_minutes: int = 60
    series_passes: int = 5
    series_minutes: int = 10
    sample_rate: int = 2000
    sample_errors: int = 500
    answer_days: int = 30
    second_approval_cents: int = 0
    small_cell_people: int = 5
    monthly_letters: MonthlyLetters = MonthlyLetters.OFF

    def fee_cents(self, face_value_cents: int) -> int:
        """What the issuer keeps of one pass, rounded half up to the cent."""
        return (face_value_cents * self.issuer_fee_rate + 5000) // 10_000

    def passes_for(self, minutes: int, module_price: int) -> int:
        """How many passes one person gives for a session: one, one an hour begun, or the module's price."""
        if self.purchase is Purchase.MODULE_PRICE:
            return module_price
        return 1 if self.purchase is Purchase.WORKSHOP else -(-minutes // self.minutes_per_pass)


@dataclass(frozen=True)
class Parameter:
    """One parameter: its field of `Terms`, its label, its unit, what it accepts."""

    name: str
    label: str
    unit: str
    low: int = 0
    high: int = 0
    choices: type[StrEnum] | None = None
    choice_words: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What would be accepted, as a sentence's end."""
        if self.choices:
            return ", ".join(choice.value for choice in self.choices) + "."
        return f"{self.low}–{self.high} {self.unit}." if self.high else N_("un texte.")

    def read(self, value: Any) -> Any:
        """The value as `Terms` holds it. Raises ValueError on what is not accepted."""
        if self.choices:
            return self.choices(value)
        if not self.high:
            return str(value)
        number = int(value)
        if not self.low <= number <= self.high or isinstance(value, float):
            raise ValueError(value)
        return number


_CENTS, _PASSES, _DAYS, _RATE = N_("centimes"), N_("pass"), N_("jours"), N_("points de base (100 = 1\u202f%)")

PARAMETERS: Mapping[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        Parameter("face_value_cents", N_("valeur faciale d’un pass"), _CENTS, 1, 100_000),
        Parameter("passes_per_booklet", N_("pass par carnet"), _PASSES, 1, 100),
        Parameter(
            "purchase",
            N_("ce que paie un pass"),
            "",
            choices=Purchase,
            choice_words=(N_("un atelier"), N_("une heure"), N_("le prix du module, en pass")),
        ),
        Parameter("minutes_per_pass", N_("durée payée par un pass"), N_("minutes"), 15, 480),
        Parameter("extra_charge_cents", N_("supplément demandé sur place"), _CENTS, 0, 10_000),
        Parameter(
            "eligible",
            N_("qui peut recevoir des pass"),
            "",
            choices=Eligible,
            choice_words=(N_("toute personne"), N_("les habitants du territoire")),
        ),
        Parameter("public_targeted", N_("public visé"), ""),
        Parameter("passes_per_person", N_("pass par personne, au plus"), _PASSES, 1, 1000),
        Parameter(
            "zone",
            N_("où les pass s’utilisent"),
            "",
            choices=Zone,
            choice_words=(N_("dans tout lieu agréé"), N_("dans les lieux agréés du territoire seulement")),
        ),
        Parameter("tolerance_days", N_("tolérance après la fin de validité"), _DAYS, 0, 365),
        Parameter("issuer_fee_rate", N_("frais gardés par l’émetteur"), _RATE, 0, 3000),
        Parameter("payment_term_days", N_("délai de paiement des lieux"), _DAYS, 1, 120),
        Parameter(
            "payer",
            N_("qui paie les lieux"),
            "",
            choices=Payer,
            choice_words=(
                N_("la collectivité, par un fichier de virements"),
                N_("l’émetteur, par son mandat"),
                N_("la collectivité, par son logiciel de finances"),
            ),
        ),
        Parameter(
            "no_show_policy",
            N_("absence d’une personne inscrite"),
            "",
            choices=NoShowPolicy,
            choice_words=(N_("le pass n’est jamais pris"),),
        ),
        Parameter("undo_delay_hours", N_("délai pour corriger une utilisation"), N_("heures"), 0, 720),
        Parameter(
            "lost_policy",
            N_("pass perdu"),
            "",
            choices=LostPolicy,
            choice_words=(
                N_("bloqué et remplacé aussitôt, même échéance"),
                N_("recherché jusqu’à l’échéance, puis remplacé"),
            ),
        ),
        Parameter("funding_rate", N_("taux du financeur"), _RATE, 0, 10_000),
        Parameter(
            "funding_base",
            N_("base du financement"),
            "",
            choices=FundingBase,
            choice_words=(N_("pass utilisés"), N_("pass achetés")),
        ),
        Parameter("target_public_rate", N_("part visée du public cible (PIC)"), _RATE, 0, 10_000),
        Parameter("low_stock_alert", N_("alerte de stock bas"), _PASSES, 0, 10_000),
        Parameter("sleeping_stock_days", N_("alerte de stock qui dort"), _DAYS, 1, 730),
        Parameter(
            "offline_conflict",
            N_("même pass pris sans réseau par deux lieux"),
            "",
            choices=OfflineConflict,
            choice_words=(N_("la première prise reçue compte"), N_("la première prise sur place compte")),
        ),
        Parameter(
            "reminders",
            N_("rappels avant l’atelier aux personnes qui l’ont demandé"),
            "",
            choices=Reminders,
            choice_words=(N_("aucun"), N_("deux jours et deux heures avant")),
        ),
        Parameter("offer_hours", N_("délai pour répondre quand une place se libère"), N_("heures"), 1, 168),
        Parameter("contact_days", N_("durée pendant laquelle un contact est gardé"), _DAYS, 1, 365),
        Parameter("account_delay_days", N_("délai avant de payer sur un nouveau compte bancaire"), _DAYS, 0, 60),
        Parameter(
            "hours_margin_minutes", N_("marge autour des heures de l’atelier, au contrôle"), N_("minutes"), 0, 720
        ),
        Parameter("series_passes", N_("pass qui se suivent, signalés au contrôle à partir de"), _PASSES, 2, 1000),
        Parameter("series_minutes", N_("temps dans lequel ils sont pris pour être signalés"), N_("minutes"), 1, 1440),
        Parameter("sample_rate", N_("part des pass contrôlés par tirage"), _RATE, 1, 10_000),
        Parameter("sample_errors", N_("part d’erreurs qui fait tout contrôler"), _RATE, 0, 10_000),
        Parameter("answer_days", N_("délai du lieu pour répondre à une contestation"), _DAYS, 1, 365),
        Parameter(
            "second_approval_cents",
            N_("montant au-delà duquel une seconde personne confirme (0\u202f: jamais)"),
            _CENTS,
            0,
            1_000_000_000,
        ),
        Parameter(
            "small_cell_people",
            N_("personnes au-dessous desquelles un chiffre publié est masqué"),
            N_("personnes"),
            2,
            100,
        ),
        Parameter(
            "monthly_letters",
            N_("lettre du mois à chaque structure et à chaque lieu"),
            "",
            choices=MonthlyLetters,
            choice_words=(N_("aucune"), N_("par courrier électronique, une fois par mois")),
        ),
    )
}


def check_parameter(name: str, value: Any) -> Any:
    """The value as it is stored. Refuses an unknown name or a value outside what it accepts."""
    parameter = PARAMETERS.get(name)
    if parameter is None:
        raise BadParameter(value=str(value), label=name, expected=", ".join(PARAMETERS))
    try:
        return parameter.read(value)
    except (ValueError, TypeError):
        raise BadParameter(value=str(value), label=parameter.label, expected=parameter.expected) from None


def terms_from(values: Iterable[tuple[str, Any, date]], day: date) -> Terms:
    """The terms on `day`, from (name, value, in force on) given in the order they were recorded."""
    standing = sorted((row for row in values if row[2] <= day), key=lambda row: row[2])
    known = {field.name for field in fields(Terms)}
    return Terms(**{name: PARAMETERS[name].read(value) for name, value, _ in standing if name in known})
