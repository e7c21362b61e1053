"""A forecast in sentences: what it says, what it rests on, and what it cannot know. In the reader's language."""

from collections.abc import Iterator
from datetime import date

from passnumerique.ground.money import NNBSP, grouped
from passnumerique.ground.words import N_, say
from passnumerique.insight.forecast.comparing import Compared
from passnumerique.insight.forecast.model.courses import usual_seats
from passnumerique.insight.forecast.model.levers import Assumption
from passnumerique.insight.forecast.telling import Known
from passnumerique.training.rules.holidays import schools_known_until

FEW_WEEKS, FEW_PASSES, FEW_DESK = 9, 20, 5

FINISHED = N_("La dernière date d’usage est passée\u202f: plus rien ne peut changer, sauf une prolongation.")
YOUNG = N_(
    "Le dispositif a moins de deux mois\u202f: l’avenir repose surtout sur des suppositions. La fourchette est large."
)
NOTHING_RECEIVED = N_("Aucun pass n’est encore reçu\u202f: il n’y a rien à prévoir.")
NEVER_HANDED = N_("Aucun pass n’a été remis\u202f: le rythme des remises est supposé, à partir de la durée prévue.")
NEVER_USED = N_("Aucun pass n’a été utilisé\u202f: le délai entre remise et utilisation est supposé.")
FEW_USES = N_("Peu de pass utilisés jusqu’ici ({uses})\u202f: le délai entre remise et utilisation est mal connu.")
HOLE = N_(
    "Rien n’est écrit du {first} au {last}. La prévision suppose que ces semaines manquent, et n’en apprend "
    "rien\u202f: vérifiez qu’aucun fichier n’a été oublié."
)
BROKEN = N_("Une règle a changé le {day}\u202f: ce qui précède compte peu, et la fourchette s’élargit.")
NO_STOCK = N_("Les structures n’ont presque plus de pass\u202f: la suite dépend de ce que la collectivité livrera.")
RESERVE = N_("Les {count} pass en stock à la collectivité sont supposés livrés aux structures qui en manquent.")
NO_SEATS = N_("Aucun atelier n’est connu\u202f: les places ne limitent pas cette prévision.")
SEATS_GO_ON = N_("Les lieux sont supposés offrir autant de places que ces trois derniers mois.")
ONE_PASS = N_("Structures qui ont remis moins de cinq pass\u202f: {count}. Leur rythme est surtout celui du réseau.")
SCHOOLS = N_(
    "Les vacances scolaires sont publiées jusqu’au {day}\u202f: au-delà, celles de l’année d’avant les remplacent."
)
LATE_LOT = N_("Les structures n’ont eu du stock que {weeks} semaines sur {all}\u202f: seules celles-là comptent.")
FAR = N_("Au-delà de la durée déjà vécue par le dispositif, la prévision prolonge ce qu’elle a vu.")
AFTER_END = N_("Aucun pass ne s’utilise après le {day}, selon le calendrier en vigueur ce jour-là.")


def cannot_know(known: Known, until: date) -> list[str]:
    """What this forecast cannot know, or supposes: the gravest first."""
    return [*_gravest(known), *_supposed(known, until)]


def _gravest(known: Known) -> Iterator[str]:
    evidence, fit = known.evidence, known.fit
    weeks = len(evidence.weeks)
    if not evidence.received:
        yield say(NOTHING_RECEIVED)
        return
    if evidence.use_until <= evidence.as_of:
        yield say(FINISHED)
        return
    if weeks < FEW_WEEKS:
        yield say(YOUNG)
    uses = sum(evidence.used)
    if not sum(evidence.handed):
        yield say(NEVER_HANDED)
    if not uses:
        yield say(NEVER_USED)
    elif uses < FEW_PASSES:
        yield say(FEW_USES, {"uses": uses})
    for first, last in fit.holes:
        days = {
            "first": date.fromordinal(evidence.weeks[first].last.toordinal() - 6),
            "last": evidence.weeks[last].last,
        }
        yield say(HOLE, days)
    for day in evidence.breaks:
        yield say(BROKEN, {"day": day})
    empty = sum(not stocked for stocked in evidence.stocked)
    if sum(evidence.handed) and empty >= max(4, weeks // 4):
        yield say(LATE_LOT, {"weeks": weeks - empty, "all": weeks})


def _supposed(known: Known, until: date) -> Iterator[str]:
    evidence, fit = known.evidence, known.fit
    if not evidence.received or evidence.use_until <= evidence.as_of:
        return
    if evidence.stock <= 2 * fit.handing.mean and not evidence.reserve:
        yield say(NO_STOCK)
    if evidence.reserve:
        yield say(RESERVE, {"count": grouped(evidence.reserve)})
    yield say(SEATS_GO_ON if usual_seats(evidence, fit) else NO_SEATS)
    few = sum(0 < desk.handed < FEW_DESK for desk in evidence.desks)
    if few:
        yield say(ONE_PASS, {"count": few})
    if until > schools_known_until():
        yield say(SCHOOLS, {"day": schools_known_until()})
    if until > evidence.use_until:
        yield say(AFTER_END, {"day": evidence.use_until})
    if (until - evidence.as_of).days > 7 * len(evidence.weeks):
        yield say(FAR)


ADDS = N_(
    "{name}\u202f: de {low} à {high} pass utilisés de plus (au milieu {middle}), {chance} de chances d’en ajouter."
)
MORE_THAN, LESS_THAN = N_("plus de {percent}\u202f%"), N_("moins de {percent}\u202f%")
NEARLY_SURE = 0.99
COSTS = N_("Coût connu ou supposé\u202f: {cost_cents}.")
COSTS_EACH = N_("Coût connu ou supposé\u202f: {cost_cents}, soit {each_cents} par pass utilisé de plus.")
NO_COST = N_("Aucun coût n’est compté.")
RESTS_ON = N_("Repose sur\u202f: {words} De {low} à {high}, au plus probable {likely} ({origin}).")


def change_words(one: Compared) -> list[str]:
    """What a scenario adds, what it costs, and every assumption it rests on."""
    added = one.added
    said = {
        "name": one.scenario.name,
        "low": signed(added.p10),
        "middle": signed(added.p50),
        "high": signed(added.p90),
        "chance": chance_words(added.better),
    }
    return [say(ADDS, said), cost_words(one), *(assumption_words(rests) for rests in one.assumptions)]


def chance_words(share: float) -> str:
    """A probability in words that promise nothing: never 0, never 100 %."""
    if share >= NEARLY_SURE:
        return say(MORE_THAN, {"percent": round(100 * NEARLY_SURE)})
    if share <= 1 - NEARLY_SURE:
        return say(LESS_THAN, {"percent": round(100 * (1 - NEARLY_SURE))})
    return f"{round(100 * share)}{NNBSP}%"


def cost_words(one: Compared) -> str:
    """What a scenario costs, in all and for each pass used more."""
    if not one.cost_cents:
        return say(NO_COST)
    each = one.cents_per_pass
    if each is None:
        return say(COSTS, {"cost_cents": one.cost_cents})
    return say(COSTS_EACH, {"cost_cents": one.cost_cents, "each_cents": each})


def assumption_words(one: Assumption) -> str:
    """An assumption, its three values, and where they come from."""
    low, likely, high = (_figure(value, one.percent) for value in one.range)
    said = {"words": one.words, "low": low, "likely": likely, "high": high, "origin": one.origin.words}
    return say(RESTS_ON, said)


def _figure(value: float, percent: bool) -> str:
    return f"{round(100 * value)}{NNBSP}%" if percent else f"{value:.1f}".replace(".", ",")


def signed(count: int) -> str:
    """A count with its sign, where it is less than nothing."""
    return f"−{grouped(-count)}" if count < 0 else grouped(count)
