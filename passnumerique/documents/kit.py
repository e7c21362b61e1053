"""Posters and flyers with the coming sessions of an area, for places and structures to print themselves."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from passnumerique.documents import qr
from passnumerique.documents.papers import Brand
from passnumerique.documents.press import logo_facts, press, weekday
from passnumerique.ground.words import N_


class Format(StrEnum):
    """How it is printed."""

    A4 = "a4"
    A3 = "a3"
    FLYER = "a5"
    FOUR = "four"


FORMAT_WORDS = {
    Format.A4: N_("Affiche A4"),
    Format.A3: N_("Affiche A3"),
    Format.FLYER: N_("Tract A5"),
    Format.FOUR: N_("Quatre tracts sur une page A4"),
}


@dataclass(frozen=True)
class Coming:
    """One session to come; `hours` as people write them (« de 14 h à 16 h »)."""

    day: date
    hours: str
    title: str
    place: str
    commune: str


@dataclass(frozen=True)
class Leaflet:
    """What a poster or a flyer says. `near` names where it hangs; `address` is the public list, to be typed or opened
    by its QR; `fiction` says that part of it is invented."""

    brand: Brand
    made_on: date
    near: str
    buys: str
    valid: str
    sessions: tuple[Coming, ...]
    address: str
    ask: str = ""
    fiction: str = ""


def leaflet(one: Leaflet, form: Format) -> bytes:
    """The PDF, tagged. As many of the sessions stand on it as have room, the soonest first; the QR leads to all."""
    facts = {
        **asdict(one),
        "brand": {**asdict(one.brand), "logo": logo_facts(one.brand.logo)},
        "format": form.value,
        "sessions": [{**asdict(each), "weekday": weekday(each.day)} for each in one.sessions],
        "qr": qr.svg(one.address),
        "shown_address": one.address.partition("://")[2].rstrip("/") or one.address,
    }
    return press("kit", one.made_on, facts)
