"""What is written to people about their training sessions, by e-mail and by SMS. Pure.

In French, as papers are: no language is kept of anybody. Sentences are short, say what to do next, and name
nobody. A text message has to hold with its link in two parts, so titles and places are cut there.
"""

from dataclasses import dataclass
from datetime import date, datetime

from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.ground.dates import PARIS, WEEKDAYS, clock_time, day_of, long_day

LONG, SHORT = 60, 40
"""How many letters of a title, and of a place's name, a text message has."""


@dataclass(frozen=True)
class House:
    """Who writes: the authority and its programme, how to reach it, and the page where a code is typed."""

    programme: str
    authority: str
    email: str
    phone: str
    page: str


@dataclass(frozen=True)
class Workshop:
    """A dated training session, as somebody who goes there needs it."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str = ""
    room: str = ""
    phone: str = ""
    accessibility: str = ""

    @property
    def when(self) -> str:
        """`mardi 3 janvier 2023, de 14 h 00 à 16 h 00`."""
        return f"{_day(self.starts_at)}, de {clock_time(self.starts_at)} à {clock_time(self.ends_at)}"

    @property
    def soon(self) -> str:
        """The same, as a text message has it: `mardi 3/01 14h30`."""
        local = self.starts_at.astimezone(PARIS)
        hour = f"{local.hour}h{local.minute:02d}" if local.minute else f"{local.hour}h"
        return f"{WEEKDAYS[local.weekday()]} {local.day}/{local.month:02d} {hour}"

    @property
    def card(self) -> str:
        """What, when and where, one under the other."""
        where = ", ".join(part for part in (self.place, self.room) if part)
        lines = [self.title, self.when[:1].upper() + self.when[1:], where, self.address]
        lines += [f"Accès\u202f: {self.accessibility}"] if self.accessibility else []
        lines += [f"Téléphone\u202f: {_phone(self.phone)}"] if self.phone else []
        return "\n".join(f"    {line}" for line in lines if line)


def reminded(workshop: Workshop, house: House, *, hours: bool) -> Words:
    """Two days before, or two hours before when `hours`."""
    begin = "Votre atelier commence bientôt." if hours else "Vous avez une place dans un atelier."
    subject = f"Aujourd’hui à {clock_time(workshop.starts_at)}" if hours else f"Rappel, {_day(workshop.starts_at)}"
    return _words(
        f"{subject}\u202f: {workshop.title}",
        [begin, workshop.card, _bring(), _cannot_come(workshop, house)],
        f"Rappel: {_cut(workshop.title, LONG)}, {workshop.soon}, {_cut(workshop.place, SHORT)}. "
        f"Apportez votre pass. {_empty_chair(workshop, house)}",
        house,
    )


def booked(workshop: Workshop, house: House, *, seats: int) -> Words:
    """A seat, or several, taken for the person."""
    told = "Votre place est réservée." if seats == 1 else f"Vos {seats} places sont réservées."
    short = "Place réservée" if seats == 1 else f"{seats} places réservées"
    return _words(
        f"Place réservée\u202f: {workshop.title}",
        [told, workshop.card, _bring(), _cannot_come(workshop, house)],
        f"{short}: {_cut(workshop.title, LONG)}, {workshop.soon}, {_cut(workshop.place, SHORT)}. "
        f"{_empty_chair(workshop, house)}",
        house,
    )


def cancelled(workshop: Workshop, house: House, *, cause: str, other: Workshop | None, until: datetime | None) -> Words:
    """A session that the place cancelled: why, and the other date that is offered, with its end."""
    begin = f"L’atelier où vous aviez une place n’a pas lieu. Motif\u202f: {cause.rstrip('.')}."
    lines = [begin, workshop.card, "Votre pass n’est pas utilisé\u202f: il reste valable."]
    if other and until:
        lines += ["Une place vous est gardée à une autre date\u202f:", other.card, _answer(until, other, house)]
        then = f"Autre date: {other.soon}, {_cut(other.place, SHORT)}. "
        then += f"Répondez avant {_until(until)}: {_where(other, house)}"
    else:
        lines += [f"Choisissez une autre date sur {house.page} avec le code de votre pass{_or_call(house.phone)}."]
        then = f"Autre date: {_where(workshop, house)}"
    short = f"Annulé: {_cut(workshop.title, LONG)}, {workshop.soon}. {then}"
    return _words(f"Atelier annulé\u202f: {workshop.title}", lines, short, house)


def moved(workshop: Workshop, house: House, *, before: Workshop) -> Words:
    """A session that has another day, hour or room: how it was, and how it is now."""
    where = f", {before.room}" if before.room and before.room != workshop.room else ""
    return _words(
        f"Changement\u202f: {workshop.title}",
        [
            "Votre atelier change. Votre place est gardée.",
            f"Il était prévu {before.when}{where}.",
            "Il a lieu maintenant\u202f:",
            workshop.card,
            _bring(),
            _cannot_come(workshop, house),
        ],
        f"Changement: {_cut(workshop.title, LONG)}, maintenant {workshop.soon}, "
        f"{_cut(', '.join(part for part in (workshop.place, workshop.room) if part), SHORT)}. "
        f"{_empty_chair(workshop, house)}",
        house,
    )


def offered(workshop: Workshop, house: House, *, until: datetime) -> Words:
    """A seat that came free for somebody who waits for one."""
    return _words(
        f"Une place s’est libérée\u202f: {workshop.title}",
        ["Vous attendiez une place\u202f: en voici une.", workshop.card, _answer(until, workshop, house)],
        f"Une place est libre: {_cut(workshop.title, LONG)}, {workshop.soon}, {_cut(workshop.place, SHORT)}. "
        f"Répondez avant {_until(until)}: {_where(workshop, house)}",
        house,
    )


@dataclass(frozen=True)
class Asleep:
    """Passes of one hand-over that nobody used: how many, since when, good until when, and who gave them."""

    passes: int
    handed_on: date
    valid_until: date
    structure: str
    phone: str = ""


def to_use(asleep: Asleep, house: House) -> Words:
    """To a person whose passes sleep."""
    many = "un pass qui n’est" if asleep.passes == 1 else f"{asleep.passes} pass qui ne sont"
    end = "" if asleep.passes == 1 else "s"
    return _words(
        "Vos pass numériques vous attendent",
        [
            f"Le {long_day(asleep.handed_on)}, {asleep.structure} vous a remis des pass. "
            f"Il vous reste {many} pas encore utilisé{end}.",
            f"Ils sont valables jusqu’au {long_day(asleep.valid_until)}. Un pass paie un atelier près de chez vous.",
            f"Choisissez un atelier sur {house.page} avec le code d’un pass{_or_call(asleep.phone)}.",
        ],
        f"Vos pass numériques vous attendent ({asleep.passes}), jusqu’au {asleep.valid_until:%d/%m/%Y}. "
        f"Ateliers: {_call(asleep.phone) or house.page}",
        house,
    )


def sleeping_list(structure: str, *, people: int, passes: int, days: int, page: str, house: House) -> Words:
    """To a structure, once a month: how many of the people it gave passes to use none of them."""
    who = "1 personne n’a" if people == 1 else f"{people} personnes n’ont"
    many = "1 pass" if passes == 1 else f"{passes} pass"
    return _words(
        f"{who} pas encore utilisé leurs pass" if people != 1 else "1 personne n’a pas encore utilisé ses pass",
        [
            "Bonjour,",
            f"{who} réservé aucun atelier, plus de {days} jours après avoir reçu des pass de {structure}. "
            f"Ensemble\u202f: {many}.",
            "Un appel suffit souvent. La liste, et le moyen d’écrire à qui l’a demandé, sont ici\u202f:",
            f"    {page}",
        ],
        "",
        house,
    )


def session_asked(name: str, *, waiting: int, page: str, house: House) -> Words:
    """To a place, or another organisation of the network: would it hold a workshop."""
    held = "1 pass attend" if waiting == 1 else f"{waiting} pass attendent"
    near = [f"Dans votre secteur, {held} d’être utilisé{'' if waiting == 1 else 's'}."] if waiting else []
    return _words(
        "Pouvez-vous proposer un atelier\u202f?",
        [
            "Bonjour,",
            f"Aucun atelier n’est annoncé à {name} pour les semaines qui viennent.",
            *near,
            "Pouvez-vous en proposer un, même court\u202f? Il paraît aussitôt dans la liste que voient les personnes. "
            "Vos ateliers se planifient ici\u202f:",
            f"    {page}",
            "S’il vous manque une salle, un médiateur ou du temps, répondez à ce message\u202f: nous chercherons "
            "ensemble.",
        ],
        "",
        house,
    )


def _words(subject: str, paragraphs: list[str], short: str, house: House) -> Words:
    signed = "\n".join(line for line in (house.authority, house.programme, _phone(house.phone)) if line)
    text = "\n\n".join([*paragraphs, signed])
    return Words(subject, text, short, sender=house.authority, answer_to=house.email)


def _bring() -> str:
    return "Apportez votre pass\u202f: il paie l’atelier."


def _cannot_come(workshop: Workshop, house: House) -> str:
    call = _or_call(workshop.phone or house.phone)
    return (
        f"Vous ne pouvez pas venir\u202f? Annulez sur {house.page} avec le code de votre pass{call}. "
        "Une autre personne aura la place, et votre pass reste valable."
    )


def _answer(until: datetime, workshop: Workshop, house: House) -> str:
    call = _or_call(workshop.phone or house.phone)
    return (
        f"Répondez avant le {_day(until)} à {clock_time(until)}, sur {house.page} avec le code de votre pass{call}. "
        "Sans réponse, la place ira à une autre personne."
    )


def _or_call(phone: str) -> str:
    return f", ou appelez le {_phone(phone)}" if phone else ""


def _call(phone: str) -> str:
    return f"tel {_phone(phone)}" if phone else ""


def _where(workshop: Workshop, house: House) -> str:
    return _call(workshop.phone or house.phone) or house.page


def _empty_chair(workshop: Workshop, house: House) -> str:
    return f"Empêché\u202f? {_where(workshop, house)}"


def _day(at: datetime) -> str:
    day = day_of(at)
    return f"{WEEKDAYS[day.weekday()]} {long_day(day)}"


def _until(at: datetime) -> str:
    local = at.astimezone(PARIS)
    return f"{WEEKDAYS[local.weekday()]} {local.hour}h{local.minute:02d}"


def _cut(text: str, most: int) -> str:
    """No longer than `most` letters, on a whole word where there is one."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"


def _phone(number: str) -> str:
    """`03 29 84 00 12`, as it is dialled in France; others as they came."""
    bare = "".join(number.split())
    if bare.startswith("+33") and len(bare) == len("+33329840012"):
        bare = "0" + bare[3:]
    return " ".join(bare[place : place + 2] for place in range(0, len(bare), 2)) if len(bare) == 10 else number  # noqa: PLR2004
