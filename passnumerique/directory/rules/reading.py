"""Reads one organisation as typed or imported: each text becomes a value, or a problem with its reason."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from urllib.parse import urlsplit

import phonenumbers
from stdnum.fr import siret

from passnumerique.directory.rules.hours import well_formed_hours
from passnumerique.directory.rules.standard import EVERY_FIELD, FIELDS, LISTS, SEPARATOR, Field, Shape
from passnumerique.ground.sheets.cells import FORMULA, starts_like_formula
from passnumerique.ground.sheets.mapping import normalised
from passnumerique.ground.words import N_

_EMAIL = re.compile(r"[^@\s,;|<>\"]{1,64}@[^@\s,;|<>\"]+\.[^@\s.,;|<>\"]{2,}")
_INSEE = re.compile(r"([013-9]\d|2[AB1-9])\d{3}")
_TYPE = re.compile(r"[A-Z][A-Za-z0-9_]{1,30}")
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT")


@dataclass(frozen=True)
class Problem:
    """Why the text of one field cannot be used."""

    field: str
    value: str
    reason: str
    params: Mapping[str, object] = dataclass_field(default_factory=dict)


class UnusableText(ValueError):  # noqa: N818 — an answer, not an error of the program
    """The reason why a field refuses its text, a French sentence with {fields}."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params


def read_organisation(
    texts: Mapping[str, str | Sequence[str]],
) -> tuple[dict[str, object], list[Problem]]:
    """The values of the fields given (ours or contacts, by our names), and every problem found.

    A list may come as such or as text parted by `|`. Raises KeyError on a name that is no field.
    """
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for name, given in texts.items():
        field = EVERY_FIELD[name]
        text = _joined(given)
        try:
            values[name] = read_field(field, text)
        except UnusableText as bad:
            problems.append(Problem(name, text, bad.reason, bad.params))
    if "name" in values and not values["name"]:
        problems.append(Problem("name", "", N_("Le nom manque.")))
    if ("latitude" in values) and (values.get("latitude") is None) != (values.get("longitude") is None):
        problems.append(Problem("latitude", "", N_("La latitude et la longitude vont ensemble.")))
    return values, problems


def unpublishable(values: Mapping[str, object]) -> list[str]:
    """The standard's names of the fields without which the row cannot be published as open data."""
    return [field.standard for field in FIELDS if field.required and not values.get(field.name)]


def read_field(field: Field, text: str) -> object:
    """The value of one field from its text. Raises a ValueError that carries the French reason."""
    text = text.strip()
    if not text:
        return _blank(field)
    if len(text) > field.limit and field.shape not in LISTS:
        raise UnusableText(N_("Ce texte est trop long : {limit} signes au plus."), limit=field.limit)
    return _READERS[field.shape](field, text)


def _joined(given: str | Sequence[str]) -> str:
    return given if isinstance(given, str) else SEPARATOR.join(given)


def _blank(field: Field) -> object:
    if field.name == "contact_email":
        return ""
    if field.shape in LISTS:
        return []
    return None if field.shape in {Shape.LATITUDE, Shape.LONGITUDE, Shape.DAY} else ""


def _text(_field: Field, text: str) -> str:
    if starts_like_formula(text):
        raise UnusableText(FORMULA)
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in text):
        raise UnusableText(N_("Ce texte contient un caractère invisible. Retapez-le."))
    return text


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(SEPARATOR) if part.strip()))


def _texts(field: Field, text: str) -> list[str]:
    return [_text(field, part) for part in _parts(text)]


def _choices(field: Field, text: str) -> list[str]:
    """The list's own spellings of what was written, whatever its case, accents or apostrophes."""
    known = {normalised(choice): choice for choice in field.choices} | dict(field.equals)
    given = _parts(text if SEPARATOR in text else text.replace(";", SEPARATOR))
    for part in given:
        if normalised(part) not in known:
            raise UnusableText(
                N_("« {given} » n’est pas dans la liste. Valeurs possibles : {choices}."),
                given=part,
                choices=", ".join(field.choices),
            )
    return list(dict.fromkeys(known[normalised(part)] for part in given))


def _types(_field: Field, text: str) -> list[str]:
    given = _parts(text)
    if not all(_TYPE.fullmatch(part) for part in given):
        raise UnusableText(N_("Une typologie s’écrit en capitales, comme CCAS ou TIERS_LIEUX, séparée par |."))
    return given


def _pivot(_field: Field, text: str) -> str:
    """A SIRET whose key agrees, an RNA (W and nine digits), or a RIDET (nine or ten digits)."""
    bare = re.sub(r"[\s.\u00a0\u202f]", "", text).upper()
    if re.fullmatch(r"\d{14}", bare):
        if not siret.is_valid(bare):
            raise UnusableText(N_("La clé de ce SIRET est fausse. Vérifiez ses 14 chiffres."))
        return bare
    if re.fullmatch(r"W[0-9A-Z]{9}|\d{9,10}", bare):
        return bare
    raise UnusableText(N_("Ce n’est ni un SIRET (14 chiffres), ni un RNA (W et 9 chiffres)."))


def _postcode(_field: Field, text: str) -> str:
    # A spreadsheet drops the first zero of 01000: four digits alone can only be that.
    bare = text.replace(" ", "").zfill(5) if re.fullmatch(r"\d{4}", text) else text.replace(" ", "")
    if not re.fullmatch(r"\d{5}", bare):
        raise UnusableText(N_("Un code postal a 5 chiffres."))
    return bare


def _insee(_field: Field, text: str) -> str:
    bare = text.upper().zfill(5)
    if not _INSEE.fullmatch(bare):
        raise UnusableText(N_("Un code INSEE de commune a 5 signes, comme 55545."))
    return bare


def _degrees(bound: int) -> Callable[[Field, str], float]:
    def read(_field: Field, text: str) -> float:
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = math.nan
        if not -bound <= number <= bound:
            raise UnusableText(N_("C’est un nombre de degrés entre −{bound} et {bound}, comme 49.1597."), bound=bound)
        return number

    return read


def _phone(_field: Field, text: str) -> str:
    """The number in its international form, `+33329879090`. Overseas it may be written as dialled there."""
    for region in _REGIONS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise UnusableText(N_("Ce numéro de téléphone n’existe pas. Écrivez-le comme 03 29 00 00 00."))


def _emails(field: Field, text: str) -> list[str] | str:
    given = [part.lower() for part in _parts(re.sub(r"[;,]", SEPARATOR, text))]
    for part in given:
        if not is_email(part):
            raise UnusableText(N_("« {given} » n’est pas une adresse e-mail."), given=part)
    return given[0] if field.name == "contact_email" else given


def is_email(text: str) -> bool:
    """Whether the text has the shape of an e-mail address of at most 254 signs."""
    return len(text) <= 254 and bool(_EMAIL.fullmatch(text))  # noqa: PLR2004 — RFC 5321


def _url(_field: Field, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or "." not in parts.netloc or " " in text:
        raise UnusableText(N_("« {given} » n’est pas une adresse web. Elle commence par https://."), given=text)
    return text


def _urls(field: Field, text: str) -> list[str]:
    return [_url(field, part) for part in _parts(text)]


def _hours(_field: Field, text: str) -> str:
    if not well_formed_hours(text):
        raise UnusableText(N_("Écrivez les horaires comme Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00."))
    return text


def _day(_field: Field, text: str) -> date:
    french = _FRENCH_DAY.fullmatch(text)
    try:
        return date(*map(int, reversed(french.groups()))) if french else date.fromisoformat(text[:10])
    except ValueError:
        raise UnusableText(N_("Écrivez la date comme 2022-12-13 ou 13/12/2022.")) from None


_READERS: dict[Shape, Callable[[Field, str], object]] = {
    Shape.TEXT: _text,
    Shape.TEXTS: _texts,
    Shape.CHOICES: _choices,
    Shape.TYPES: _types,
    Shape.PIVOT: _pivot,
    Shape.POSTCODE: _postcode,
    Shape.INSEE: _insee,
    Shape.LATITUDE: _degrees(90),
    Shape.LONGITUDE: _degrees(180),
    Shape.PHONE: _phone,
    Shape.EMAILS: _emails,
    Shape.URL: _url,
    Shape.URLS: _urls,
    Shape.HOURS: _hours,
    Shape.DAY: _day,
}


def derived_id(values: Mapping[str, object]) -> str:
    """An identifier for an organisation that came without one: the same organisation always gets the same.

    Its SIRET or commune code, or else its postcode, and its name.
    """
    first = values.get("pivot") or values.get("insee_code") or values.get("postcode") or ""
    return "-".join(f"{first} {normalised(str(values['name']))}".split())[:80]


def search_text(values: Mapping[str, object]) -> str:
    """What a search looks in: name, commune, number and identifier, without accents or case."""
    words = (str(values.get(name) or "") for name in ("name", "commune", "pivot", "external_id"))
    return normalised(" ".join(words))[:360]
