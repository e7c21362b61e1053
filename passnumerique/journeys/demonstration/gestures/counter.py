"""What happens at the counters: passes handed over, a few lost, some found again."""

from uuid import UUID

from passnumerique.beneficiaries.rules import AgeBracket, Autonomy, Channel, Profile, Status, Wanted
from passnumerique.directory.queries import accredited_prescribers
from passnumerique.ground.chance import chance
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.programmes.queries import communes
from passnumerique.programmes.rules import LostPolicy
from passnumerique.training.queries.plan import plan
from passnumerique.vouchers.operations import declare_lost, find, replace
from passnumerique.vouchers.operations import hand_over as hand_passes_over
from passnumerique.vouchers.queries.reading import ranges_of, vouchers_in_state
from passnumerique.vouchers.queries.stock import stock_of
from passnumerique.vouchers.rules import State

AGES = {
    AgeBracket.FROM_18: (8, Status.WITHOUT_WORK),
    AgeBracket.FROM_25: (12, Status.WITHOUT_WORK),
    AgeBracket.FROM_40: (18, Status.IN_WORK),
    AgeBracket.FROM_60: (27, Status.RETIRED),
    AgeBracket.FROM_70: (35, Status.RETIRED),
}
PASSES_A_PERSON = (10, 10, 5, 5, 5, 4, 3, 2)
WANT_REMINDERS = 0.25
LOST_A_DAY, FOUND_A_DAY, REPLACED_A_DAY = 0.02, 0.05, 0.05


def hand_over(stage: Stage, cast: Cast) -> None:
    """Hand passes over at structures drawn by chance, until the day's pace is kept."""
    if not stage.working or stage.day > stage.calendar.distribution_until:
        return
    if stage.holiday and chance().random() < 0.5:  # noqa: PLR2004 — half of the counters' days in holidays
        return
    missing, hour = stage.hand_overs_missing(), 9
    active = sorted(accredited_prescribers(stage.programme_id, stage.day) & cast.prescribers.keys())
    for structure_id in chance().sample(active, len(active)):
        if missing <= 0 or hour > 16:  # noqa: PLR2004 — the counters close at five
            return
        given = _hand_over(stage, cast, structure_id, hour)
        missing, hour = missing - given, hour + bool(given)


def _hand_over(stage: Stage, cast: Cast, structure_id: UUID, hour: int) -> int:
    cap = stage.terms.passes_per_person
    numbers = stock_of(stage.programme_id, structure_id, min(chance().choice(PASSES_A_PERSON), cap))
    if not numbers:
        return 0
    hand_passes_over(
        programme_id=stage.programme_id,
        structure_id=structure_id,
        numbers=ranges_of(numbers),
        profile=_somebody(stage),
        by=cast.prescribers[structure_id],
        at=stage.at(hour, chance().randrange(60)),
    )
    return len(numbers)


def _somebody(stage: Stage) -> Profile:
    known = list(communes(stage.programme_id).values_list("insee_code", "population"))
    commune = chance().choices([code for code, _ in known], [population or 1 for _, population in known])[0]
    age = chance().choices(list(AGES), [weight for weight, _ in AGES.values()])[0]
    status = AGES[age][1]
    target = status is Status.WITHOUT_WORK and chance().random() < 0.8  # noqa: PLR2004 — most of them
    themes = [theme.id for theme in plan(stage.programme_id)]
    needs = tuple(sorted(chance().sample(themes, min(len(themes), chance().randint(1, 2)))))
    autonomy = chance().choices(list(Autonomy), (5, 4, 1))[0]
    return Profile(age, commune, status, target, needs=needs, autonomy=autonomy, wants=_wants())


def _wants() -> tuple[Wanted, ...]:
    """An address for one person in four, under a name that the Internet keeps for examples."""
    if chance().random() > WANT_REMINDERS:
        return ()
    return (Wanted(Channel.EMAIL, f"personne-{chance().randrange(10**9):09d}@exemple.example"),)


def lose_and_find(stage: Stage, cast: Cast) -> None:
    """Now and then a person loses a pass, finds one, or is given another in its place."""
    if not stage.working:
        return
    if chance().random() < LOST_A_DAY:
        _lose(stage, cast)
    if chance().random() < FOUND_A_DAY:
        _find(stage, cast)
    if chance().random() < REPLACED_A_DAY:
        _replace(stage, cast)


def _lose(stage: Stage, cast: Cast) -> None:
    held = [one for one in vouchers_in_state(stage.programme_id, State.HELD) if one.structure_id in cast.prescribers]
    if held:
        lost = chance().choice(held)
        declare_lost(
            programme_id=stage.programme_id,
            numbers=[(lost.number, lost.number)],
            cause="Pass égaré, signalé au guichet",
            by=cast.prescribers[lost.structure_id],
            at=stage.at(11, 5),
        )


def _find(stage: Stage, cast: Cast) -> None:
    if blocked := vouchers_in_state(stage.programme_id, State.BLOCKED):
        number = chance().choice(blocked).number
        cause = "Pass retrouvé par la personne"
        find(
            programme_id=stage.programme_id,
            numbers=[(number, number)],
            cause=cause,
            by=cast.manager,
            at=stage.at(14, 5),
        )


def _replace(stage: Stage, cast: Cast) -> None:
    blocked = vouchers_in_state(stage.programme_id, State.BLOCKED)
    if not blocked or stage.terms.lost_policy is not LostPolicy.BLOCK_AND_REISSUE:
        return
    lost = chance().choice(blocked)
    if stock := stock_of(stage.programme_id, lost.structure_id, 1):
        replace(
            programme_id=stage.programme_id,
            number=lost.number,
            by_number=stock[0],
            cause="Remplacement d’un pass perdu",
            by=cast.manager,
            at=stage.at(15, 5),
        )
