"""The pictures and the table of the funnel, each with the sentence that says what it shows."""

from typing import Any

from django.utils.translation import gettext as _

from passnumerique.ground.words import N_, say
from passnumerique.insight.funnel.lasting import Lasting
from passnumerique.insight.funnel.lives import STAGE_WORDS, STEP_WORDS, STEPS, Stage
from passnumerique.insight.funnel.telling import PUBLIC_WORDS, FunnelTold, Part
from passnumerique.web import charts
from passnumerique.web.charts.funnels import days_words
from passnumerique.web.charts.shares import share_of
from passnumerique.web.tables import Column
from passnumerique.web.templatetags.house import day, number, percent

DRAWN = 12
ORDER = tuple(Stage)
WAITING = {
    Stage.RECEIVED: N_("en stock à la collectivité"),
    Stage.ALLOCATED: N_("en stock dans les structures"),
    Stage.HANDED: N_("chez des personnes qui n’ont pas réservé"),
    Stage.BOOKED: N_("réservés, pas encore utilisés"),
    Stage.USED: N_("utilisés, pas encore payés"),
}


def lead(found: FunnelTold) -> str:
    """Where most passes wait, in one sentence."""
    whole = found.whole
    if not whole.reached(Stage.RECEIVED):
        return _("Aucun pass n’a encore été reçu.")
    stuck = max(ORDER[:-1], key=lambda one: whole.waiting[one])
    said = {"count": number(whole.waiting[stuck]), "where": say(WAITING[stuck]), "day": day(found.day)}
    return _("Là où le plus de pass attendent, au %(day)s\u202f: %(count)s %(where)s.") % said


def tiles(found: FunnelTold) -> list[dict[str, Any]]:
    """What waits at each stage before the use, and what is lost."""
    waiting, lost = found.whole.waiting, found.whole.lost.total()
    missed = _("Dont %(count)s après un atelier passé.") % {"count": number(found.missed)} if found.missed else ""
    return [
        _tile(waiting[Stage.RECEIVED] + waiting[Stage.ALLOCATED], _("En stock"), "box", _stock(found)),
        _tile(waiting[Stage.HANDED], _("Remis, sans réservation"), "hand", ""),
        _tile(waiting[Stage.BOOKED], _("Réservés, pas encore utilisés"), "calendar", missed),
        _tile(lost, _("Hors d’usage"), "ban", _("Perdus, remplacés ou annulés.")),
    ]


def _tile(value: int, label: str, icon: str, sentence: str) -> dict[str, Any]:
    return {"value": number(value), "label": label, "icon": icon, "sentence": sentence}


def _stock(found: FunnelTold) -> str:
    return _("Dont %(count)s à la collectivité.") % {"count": number(found.whole.waiting[Stage.RECEIVED])}


def whole(found: FunnelTold) -> charts.Chart:
    """The funnel: each stage a bar of those that went on, wait and are lost."""
    told = found.whole
    rows = [_stage(found, stage) for stage in Stage]
    said = {
        "used": number(told.reached(Stage.USED)),
        "received": number(told.reached(Stage.RECEIVED)),
        "share": share_of(told.reached(Stage.USED), told.reached(Stage.RECEIVED)),
    }
    sentence = _("%(used)s pass utilisés sur %(received)s reçus, soit %(share)s.") % said
    key = (_("allés plus loin"), _("en attente"), _("hors d’usage"))
    return charts.splits(_("Jusqu’où vont les pass"), sentence, rows, _("Étape"), key)


def _stage(found: FunnelTold, stage: Stage) -> charts.Split:
    told = found.whole
    here, waiting, lost = told.reached(stage), told.waiting[stage], told.lost[stage]
    if stage is Stage.PAID:
        return charts.Split(say(STAGE_WORDS[stage]), number(here), "", (here - lost, 0, lost))
    on = _("%(share)s continuent") % {"share": percent(told.went_on(stage))}
    return charts.Split(say(STAGE_WORDS[stage]), number(here), on, (here - waiting - lost, waiting, lost))


def lengths(found: FunnelTold) -> charts.Chart:
    """How long each step takes, what waits counted."""
    rows = [_range(say(STEP_WORDS[step]), found.lengths[step]) for step in STEPS if found.lengths[step].known]
    use = found.lengths[STEPS[3]]
    return charts.ranges(_("Combien de temps prend chaque étape"), _use_sentence(use), rows, _("Étape"))


def _range(label: str, one: Lasting) -> charts.Range:
    return charts.Range(label, one.quarter, one.half, one.three_quarters)


def _use_sentence(one: Lasting) -> str:
    if not one.known:
        return _("Aucun pass n’a encore été remis.")
    said = {"days": days_words(one.half or 0), "waiting": number(one.waiting)}
    if one.half is None:
        return _("Moins de la moitié des pass remis sont utilisés\u202f; %(waiting)s attendent encore.") % said
    return _("La moitié des pass remis sont utilisés en %(days)s\u202f; %(waiting)s attendent encore.") % said


def compared(found: FunnelTold, heading: str) -> charts.Chart:
    """The largest parts, each a bar of what is used, what sleeps and what is lost."""
    rows = [_part(one) for one in found.parts[:DRAWN]]
    told = [one for one in found.parts[:DRAWN] if _share(one) is not None]
    best = max(told, key=lambda one: _share(one) or 0.0, default=None)
    said = {"name": named(best) if best else "", "share": percent(_share(best) if best else 0)}
    sentence = _("La plus grande part utilisée\u202f: %(name)s, %(share)s.") % said if best else ""
    title = _("Ce que deviennent les pass, par %(what)s") % {"what": heading.lower()}
    return charts.splits(title, sentence, rows, heading, (_("utilisés"), _("en attente"), _("hors d’usage")))


def slowness(found: FunnelTold, heading: str) -> charts.Chart:
    """How long a pass takes from the hand-over to its use, in the same parts."""
    shown = [one for one in found.parts[:DRAWN] if one.to_use.known]
    known = [one for one in shown if one.to_use.half is not None]
    slow = max(known, key=lambda one: one.to_use.half or 0, default=None)
    sentence = _("Ces délais ne sont pas encore connus.")
    if slow:
        said = {"name": named(slow), "days": days_words(slow.to_use.half or 0)}
        sentence = _("Le plus lent\u202f: %(name)s, la moitié en %(days)s.") % said
    title = _("De la remise à l’utilisation, par %(what)s") % {"what": heading.lower()}
    return charts.ranges(title, sentence, [_range(named(one), one.to_use) for one in shown], heading)


def named(one: Part) -> str:
    """What it is called: words of the house in the reader's language."""
    return say(one.name) if one.key in {"", *PUBLIC_WORDS} else one.name


def _first(one: Part) -> int:
    return max((n or 0 for n in one.reached.values()), default=0)


def _share(one: Part | None) -> float | None:
    """The share used of what came to it."""
    if one is None or not _first(one) or one.reached.get(Stage.USED) is None:
        return None
    return (one.reached[Stage.USED] or 0) / _first(one)


def _part(one: Part) -> charts.Split:
    used, lost = one.reached.get(Stage.USED) or 0, one.lost or 0
    figure = _("%(used)s sur %(all)s") % {"used": number(used), "all": number(_first(one))}
    return charts.Split(named(one), figure, percent(_share(one)), (used, max(_first(one) - used - lost, 0), lost))


def hints(found: FunnelTold) -> list[str]:
    """How the figures are to be read."""
    told = [_("Le délai est celui de la moitié des pass, de la remise à l’utilisation.")]
    told += [_("Un délai compte aussi les pass qui attendent encore\u202f: sans eux, tout paraîtrait plus rapide.")]
    if not found.exact:
        followed = {"sampled": number(found.sampled), "received": number(found.received)}
        told.append(
            _("Délais et réservations\u202f: estimés sur %(sampled)s pass suivis un par un, sur %(received)s.")
            % followed
        )
    if found.estimated:
        told.append(_("Ces comptes sont estimés sur le même échantillon."))
    elif found.counted_to != found.day:
        told.append(_("Comptes arrêtés au %(day)s.") % {"day": day(found.counted_to)})
    return told


def columns(found: FunnelTold) -> list[Column]:
    """Those of the table and of its file; stages that are not counted that way are left out."""
    shown = [stage for stage in Stage if any(one.reached.get(stage) is not None for one in found.parts)]
    stages = [Column(_reached(stage), say(STAGE_WORDS[stage]), "number") for stage in shown]
    return [
        Column(named, _("Nom")),
        *stages,
        Column(_share, _("Part utilisée"), "percent"),
        Column(lambda one: one.to_use.half, _("Délai (jours)"), "number"),
    ]


def file_columns(found: FunnelTold) -> list[Column]:
    """Those of the file: what waits, too."""
    return [*columns(found), Column("asleep", _("En attente"))]


def _reached(stage: Stage) -> Any:
    return lambda one: one.reached.get(stage)
