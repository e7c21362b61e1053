"""The end of validity and the closing: which step is due on which day. Pure.

The only procedure that is documented publicly is that of the first national issuer: a warning thirty days
before, blocking launched fifteen days before, structures that acknowledge seven days before, one month of
tolerance, a contradictory statement a week after it, then a credit note at face value only. The days follow
from the calendar in force and from the tolerance of the programme.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from passnumerique.ground.words import N_
from passnumerique.programmes.rules import Calendar

WARN, STOP, ACKNOWLEDGE = timedelta(days=30), timedelta(days=15), timedelta(days=7)
TOLERANCE, STATEMENT = timedelta(days=30), timedelta(days=7)


class ClosingTask(StrEnum):
    """One step of the end of a programme, in the order in which they come."""

    WARN = "warn"
    STOP = "stop"
    ACKNOWLEDGE = "acknowledge"
    LAPSE = "lapse"
    REFUSE_USE = "refuse_use"
    STATEMENT = "statement"
    CREDIT_NOTE = "credit_note"
    RETURN_VALUE = "return_value"
    CLOSE = "close"

    @property
    def words(self) -> str:
        return CLOSING_TASK_WORDS[self]


CLOSING_TASK_WORDS = {
    ClosingTask.WARN: N_("prévenir les structures, avec les quatre comptes"),
    ClosingTask.STOP: N_("demander aux structures de ne plus remettre de pass"),
    ClosingTask.ACKNOWLEDGE: N_("recueillir l’accord de chaque structure"),
    ClosingTask.LAPSE: N_("fin de validité des pass"),
    ClosingTask.REFUSE_USE: N_("fin de la tolérance\u202f: plus aucun pass n’est pris"),
    ClosingTask.STATEMENT: N_("signer l’état contradictoire avec l’émetteur"),
    ClosingTask.CREDIT_NOTE: N_("recevoir l’avoir, à la valeur faciale"),
    ClosingTask.RETURN_VALUE: N_("rendre à l’enveloppe la valeur des pass non utilisés"),
    ClosingTask.CLOSE: N_("clore le dispositif"),
}

COMPUTED = frozenset({ClosingTask.LAPSE, ClosingTask.REFUSE_USE})
"""What the calendar does by itself: nobody notes it."""
NOTED = frozenset(
    {ClosingTask.WARN, ClosingTask.STOP, ClosingTask.ACKNOWLEDGE, ClosingTask.STATEMENT, ClosingTask.CREDIT_NOTE}
)
"""What somebody did, with a day and perhaps a reference."""
WITH_REFERENCE = frozenset({ClosingTask.STATEMENT, ClosingTask.CREDIT_NOTE})
"""Papers: they are noted by their reference."""


@dataclass(frozen=True)
class Planned:
    """A step and the day on which it is due."""

    task: ClosingTask
    day: date


def last_use(calendar: Calendar, tolerance_days: int) -> date:
    """The last day on which a pass may be taken."""
    return calendar.validity_until + timedelta(days=tolerance_days)


def closing_plan(calendar: Calendar, tolerance_days: int) -> tuple[Planned, ...]:
    """The dated checklist of a calendar. Nothing is due after the closing day; the statement comes a week
    after the tolerance, and never sooner than 37 days after the end of validity while there is time."""
    end = calendar.validity_until
    tolerated = last_use(calendar, tolerance_days)
    stated = max(tolerated, end + TOLERANCE) + STATEMENT
    days = {
        ClosingTask.WARN: end - WARN,
        ClosingTask.STOP: end - STOP,
        ClosingTask.ACKNOWLEDGE: end - ACKNOWLEDGE,
        ClosingTask.LAPSE: end,
        ClosingTask.REFUSE_USE: tolerated + timedelta(days=1),
        ClosingTask.STATEMENT: stated,
        ClosingTask.CREDIT_NOTE: stated,
        ClosingTask.RETURN_VALUE: stated,
        ClosingTask.CLOSE: calendar.closing,
    }
    latest = max(calendar.closing, tolerated + timedelta(days=1))
    return tuple(Planned(task, min(day, latest)) for task, day in days.items())


def warnings_due(calendar: Calendar, day: date) -> ClosingTask | None:
    """Which of the three warnings is due by that day: the latest whose day has come; none after the end."""
    if day > calendar.validity_until:
        return None
    plan = {planned.task: planned.day for planned in closing_plan(calendar, 0)}
    due = [task for task in (ClosingTask.WARN, ClosingTask.STOP, ClosingTask.ACKNOWLEDGE) if plan[task] <= day]
    return due[-1] if due else None


@dataclass(frozen=True)
class FourCounts:
    """What the procedure asks to count, as of a day: passes issued, handed out, issued and never handed out,
    and booklets that were begun and not finished. `used`, `unspent` and `given_back` (used, then refused for good
    or recovered) go with them on the papers."""

    day: date
    issued: int
    handed_out: int
    not_handed_out: int
    started_booklets: int
    used: int
    unspent: int
    given_back: int = 0


class Imbalance(StrEnum):
    """Why the books of a programme do not balance yet."""

    UNSPENT = "unspent"
    DUE = "due"
    UNDUE = "undue"
    WITH_ISSUER = "with_issuer"
    UNATTRIBUTED = "unattributed"
    OVERDRAWN = "overdrawn"
    CONTESTED = "contested"
    NO_STATEMENT = "no_statement"
    NO_CREDIT_NOTE = "no_credit_note"
    CREDIT_APART = "credit_apart"
    AUDIT = "audit"


IMBALANCE_WORDS = {
    Imbalance.UNSPENT: N_("des pass ne sont ni utilisés, ni rendus à l’enveloppe"),
    Imbalance.DUE: N_("un lieu attend encore d’être payé"),
    Imbalance.UNDUE: N_("un indu n’est pas récupéré"),
    Imbalance.WITH_ISSUER: N_("l’émetteur n’a pas rendu compte de tout l’argent remis"),
    Imbalance.UNATTRIBUTED: N_("des mouvements de banque ne sont pas attribués"),
    Imbalance.OVERDRAWN: N_("plus d’argent est sorti de la trésorerie qu’il n’y est entré"),
    Imbalance.CONTESTED: N_("des pass contestés ne sont ni acceptés, ni refusés définitivement"),
    Imbalance.NO_STATEMENT: N_("l’état contradictoire n’est pas signé"),
    Imbalance.NO_CREDIT_NOTE: N_("l’avoir de l’émetteur n’est pas reçu"),
    Imbalance.CREDIT_APART: N_("l’avoir de l’émetteur diffère du registre, et personne n’a dit pourquoi"),
    Imbalance.AUDIT: N_("l’audit trouve des différences dans le registre"),
}
