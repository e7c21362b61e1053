"""The papers of a sitting: its convocation, its minutes, the list of what it examined. French, tagged, archivable.

Sources: CGCT L2121-10 and L2121-12 (what a convocation says, and the explanatory note that goes with it), L2121-15
(what the minutes hold), L2121-25 (the list of the deliberations); by L5211-1 for an EPCI.
"""

from dataclasses import asdict, dataclass
from datetime import date

from passnumerique.documents.papers import Brand
from passnumerique.documents.press import logo_facts, press, weekday
from passnumerique.ground.dates import long_day

Paragraphs = tuple[str, ...]


@dataclass(frozen=True)
class AgendaLine:
    """One matter of a convocation, with the note that explains it."""

    rank: int
    title: str
    matter: str
    note: Paragraphs = ()


@dataclass(frozen=True)
class Convocation:
    """The call to a sitting. `assembly` has its article (« le Conseil syndical »), `how` the way it meets, `hour`
    as people write it. Without `sent_on` it is a draft. `clear_days` lie between; `after` is the day of the sitting
    that lacked its quorum."""

    brand: Brand
    made_on: date
    assembly: str
    sat_on: date
    hour: str
    how: str
    place: str
    broadcast: str
    agenda: tuple[AgendaLine, ...]
    signed_by: str
    sent_on: date | None = None
    clear_days: int = 0
    urgent: bool = False
    after: date | None = None


@dataclass(frozen=True)
class Voiced:
    """Who voted one way, by name, in a public ballot."""

    voice: str
    names: str


@dataclass(frozen=True)
class MinuteItem:
    """One matter in the minutes: who moved, the quorum, what was reported and said, how it was voted."""

    rank: int
    title: str
    matter: str
    movements: Paragraphs
    quorum: str
    report: Paragraphs
    debate: Paragraphs
    ballot: str
    voices: tuple[Voiced, ...]
    outcome: str
    articles: Paragraphs = ()
    number: str = ""


@dataclass(frozen=True)
class Minutes:
    """The minutes of one sitting. Counts are of people, at the opening. `settled_on` is when the council settled
    them; until then they are a draft."""

    brand: Brand
    assembly: str
    sat_on: date
    opening: str
    chair: str
    secretary: str
    members_in_office: int
    present: Paragraphs
    substitutes: Paragraphs
    powers: Paragraphs
    absent: Paragraphs
    colleges: Paragraphs
    quorum: str
    urgency: str
    items: tuple[MinuteItem, ...]
    closing: str
    settled_on: date | None = None
    publish_by: date | None = None
    published_on: date | None = None


@dataclass(frozen=True)
class ListedAct:
    """One matter that a sitting examined: its number when it became an act, and what became of it."""

    rank: int
    number: str
    title: str
    matter: str
    outcome: str
    votes: str


@dataclass(frozen=True)
class DecisionList:
    """The list of the deliberations that one sitting examined, and the last day to publish it."""

    brand: Brand
    assembly: str
    sat_on: date
    how: str
    rows: tuple[ListedAct, ...]
    due_on: date
    published_on: date | None = None
    late: bool = False


def convocation(paper: Convocation) -> bytes:
    """The call with its agenda, the explanatory notes, and the form of a power."""
    return press("convocation", paper.sent_on or paper.made_on, _plain(paper) | {"when": weekday(paper.sat_on)})


def minutes(paper: Minutes) -> bytes:
    """The minutes: who sat, what was said, how each matter was voted, by name."""
    dates = [
        ("Arrêté par le conseil le", paper.settled_on),
        ("À publier au plus tard le", None if paper.published_on else paper.publish_by),
        ("Publié le", paper.published_on),
    ]
    facts = _plain(paper) | {"dates": [(name, long_day(day)) for name, day in dates if day]}
    return press("minutes", paper.settled_on or paper.sat_on, facts)


def decision_list(paper: DecisionList) -> bytes:
    """The list to post and to put online within the week."""
    return press("decisions", paper.published_on or paper.sat_on, _plain(paper))


def _plain(paper: Convocation | Minutes | DecisionList) -> dict[str, object]:
    return asdict(paper) | {"brand": {**asdict(paper.brand), "logo": logo_facts(paper.brand.logo)}}
