"""When and how a council may be convened: the delay, the mode, what the law asks beside it. Pure.

The articles are those of the Code général des collectivités territoriales (CGCT). Those of the communes
(L2121-…) hold for an EPCI by L5211-1, for a syndicat mixte fermé, and so for a PETR, by L5711-1 and L5741-1.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from passnumerique.council.rules.sittings import NOT_BY_VIDEO, BallotKind, Item, Mode
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_

CLEAR_DAYS, URGENT_CLEAR_DAYS, RECONVENING_CLEAR_DAYS = 5, 1, 3


class ConvenedTooLate(Refusal):
    sentence = N_(
        "La convocation est trop tardive. Jours francs avant la séance\u202f: {given}\u202f; il en faut {least} "
        "(CGCT, {article}). Choisissez une autre date de séance, ou convoquez en urgence si l’affaire le justifie."
    )


class ReconvenedTooSoon(Refusal):
    sentence = N_(
        "Après une séance sans quorum, le conseil se réunit de nouveau à {least} jours francs au moins "
        "(CGCT, L2121-17, par L5211-1). Choisissez une date plus éloignée."
    )


class SittingInPast(Refusal):
    sentence = N_(
        "Une séance se prévoit à l’avance\u202f: le {day} est passé, et le conseil n’y a pas été convoqué "
        "(CGCT, L2121-10). Choisissez un jour à venir, ou enregistrez l’acte d’après son papier."
    )


class NotByVideo(Refusal):
    sentence = N_(
        "Cette affaire ne peut pas être votée en visioconférence\u202f: {item} (CGCT, L5211-11-1). "
        "Inscrivez-la à une séance tenue dans un même lieu, ou changez la manière de se réunir."
    )


class SecretBallotByVideo(Refusal):
    sentence = N_(
        "En visioconférence, on vote au scrutin public seulement (CGCT, L5211-11-1). "
        "Reportez cette affaire à une séance tenue dans un même lieu."
    )


class Warned(StrEnum):
    """What the law asks beside a sitting that is lawful in itself."""

    SAME_PLACE = "same_place"
    BROADCAST = "broadcast"
    PLACE = "place"

    @property
    def words(self) -> str:
        return WARNED_WORDS[self]


WARNED_WORDS = {
    Warned.SAME_PLACE: N_(
        "Aucune séance dans un même lieu n’est convoquée ce semestre\u202f: il en faut au moins une "
        "(CGCT, L5211-11-1). Prévoyez-la."
    ),
    Warned.BROADCAST: N_(
        "La séance par visioconférence est diffusée en direct au public (CGCT, L5211-11-1). "
        "Indiquez l’adresse de la diffusion."
    ),
    Warned.PLACE: N_("La convocation dit où le conseil se réunit (CGCT, L5211-11). Indiquez le lieu."),
}


def clear_days(first: date, last: date) -> int:
    """Whole days between two days, neither counted: from 7 to 13 December there are five."""
    return max((last - first).days - 1, 0)


def least_clear_days(*, urgent: bool = False, after: date | None = None) -> int:
    """How many clear days lie between the convocation and the sitting: five (L2121-12); one in an emergency,
    and for the sitting that follows one without quorum, whose own delay is that of L2121-17."""
    return URGENT_CLEAR_DAYS if urgent or after is not None else CLEAR_DAYS


def latest_convening(sat_on: date, *, urgent: bool = False, after: date | None = None) -> date:
    """The last day on which the convocation may go out."""
    return date.fromordinal(sat_on.toordinal() - least_clear_days(urgent=urgent, after=after) - 1)


def check_planned(starts_at: datetime, at: datetime, *, after: date | None = None) -> None:
    """Refuses a sitting that would begin before now, and one too soon after a sitting without quorum."""
    if starts_at <= at:
        raise SittingInPast(day=day_of(starts_at))
    if after is not None and clear_days(after, day_of(starts_at)) < RECONVENING_CLEAR_DAYS:
        raise ReconvenedTooSoon(least=RECONVENING_CLEAR_DAYS)


def check_convening(convened_on: date, sat_on: date, *, urgent: bool = False, after: date | None = None) -> None:
    """Refuses a convocation sent too late: five clear days, one in an emergency that the council approves at
    the opening (L2121-12). `after` is the sitting that lacked its quorum: three days lie between (L2121-17)."""
    if after is not None and clear_days(after, sat_on) < RECONVENING_CLEAR_DAYS:
        raise ReconvenedTooSoon(least=RECONVENING_CLEAR_DAYS)
    least, given = least_clear_days(urgent=urgent, after=after), clear_days(convened_on, sat_on)
    if given < least:
        raise ConvenedTooLate(given=given, least=least, article="L2121-12")


def check_mode(mode: Mode, items: Sequence[Item]) -> None:
    """Refuses by video, in whole or in part, what the law keeps for one place (L5211-11-1)."""
    for item in items:
        if mode is not Mode.IN_PERSON and item in NOT_BY_VIDEO:
            raise NotByVideo(item=item.words)


def check_ballot_kind(kind: BallotKind, mode: Mode) -> None:
    """Refuses a secret ballot by video: the item waits for a sitting in one place (L5211-11-1)."""
    if kind is BallotKind.SECRET and mode is not Mode.IN_PERSON:
        raise SecretBallotByVideo


def warnings_of(mode: Mode, sat_on: date, same_place: Sequence[date], *, place: str, broadcast: str) -> list[Warned]:
    """What a sitting still lacks, though it may be held. `same_place` are the days of the year on which the
    council sits in one place: each half-year needs one, which may come after this sitting."""
    if mode is Mode.IN_PERSON:
        return [] if place else [Warned.PLACE]
    half = (sat_on.year, sat_on.month > 6)  # noqa: PLR2004 — June ends the first half-year
    met = half in {(day.year, day.month > 6) for day in same_place}  # noqa: PLR2004
    told = {Warned.SAME_PLACE: not met, Warned.BROADCAST: not broadcast, Warned.PLACE: mode is Mode.MIXED and not place}
    return [warned for warned, lacks in told.items() if lacks]
