"""A sitting on paper: convened with its notes, its minutes, the list of what it examined."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from passnumerique.council.operations import convene
from passnumerique.council.queries import (
    access_sitting,
    ballot_of,
    colleges_of,
    delegates,
    draft_of,
    moves_of,
    next_item,
    published_acts,
    roll_of,
    voices_of,
)
from passnumerique.council.rules import BallotKind, Draft, Mode, Move, Outcome, Roll, Voice, clear_days, list_due
from passnumerique.council.rules import minutes_due as due_of_minutes
from passnumerique.council.rules.colleges import voices_by_college
from passnumerique.directory.queries import access_authorities
from passnumerique.directory.rules import Actor, AuthorityKind, system_actor
from passnumerique.documents.papers import Brand
from passnumerique.documents.sittings import (
    AgendaLine,
    Convocation,
    DecisionList,
    ListedAct,
    MinuteItem,
    Minutes,
    Voiced,
    convocation,
    decision_list,
    minutes,
)
from passnumerique.ground.dates import clock_time, day_of, long_day
from passnumerique.ground.refusals import NotFound
from passnumerique.journeys.deliberating import act_on_paper, assembly_of, how_of, written_out

OUTCOMES = {
    Outcome.PENDING: "Non examinée, faute de quorum",
    Outcome.ADOPTED: "Adoptée",
    Outcome.REJECTED: "Rejetée",
    Outcome.POSTPONED: "Reportée à une autre séance",
    Outcome.WITHDRAWN: "Retirée de l’ordre du jour",
}
_KINDS = {
    BallotKind.ORDINARY: "Vote ordinaire",
    BallotKind.PUBLIC: "Scrutin public",
    BallotKind.SECRET: "Scrutin secret",
}
_VOICES = {Voice.FOR: "Pour", Voice.AGAINST: "Contre", Voice.ABSTAINS: "Abstentions"}


def convene_with_notes(
    *, sitting_id: UUID, convened_on: date, by: Actor, at: datetime, urgent: bool | None = None
) -> None:
    """Note that the convocation went out, its explanatory notes kept as they went: figures as they stand at `at`.
    Refuses what `written_out` and the council's `convene` refuse."""
    row = access_sitting(by, sitting_id)
    notes = {item.id: _note_of(draft_of(by, item.id), by, at) for item in row.items.all()}
    convene(sitting_id=sitting_id, convened_on=convened_on, by=by, at=at, urgent=urgent, notes=notes)


def _note_of(draft: Draft, by: Actor, at: datetime) -> str:
    """What explains a matter: what is set out, then what the council is asked to decide."""
    text = written_out(draft, by, at)
    asked = "\n".join(("Il est proposé au conseil\u202f:", *(f"– {line}" for line in text.articles)))
    return "\n\n".join(part for part in (text.expose, asked if text.articles else "") if part)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def convocation_paper(actor: Actor, sitting_id: UUID, programme: str, at: datetime) -> bytes:
    """The convocation of a sitting, as it went out; before that, a draft with the figures of `at`."""
    row = access_sitting(actor, sitting_id)
    brand, kind = _brand(actor, programme)
    sat_on = day_of(row.starts_at)
    first = row.after
    lines = [_line(item, actor, at, sent=bool(row.convened_on)) for item in row.items.all()]
    return convocation(
        Convocation(
            brand=brand,
            made_on=day_of(at),
            assembly=assembly_of(kind),
            sat_on=sat_on,
            hour=clock_time(row.starts_at),
            how=how_of(Mode(row.mode)),
            place=row.place,
            broadcast=row.broadcast_url,
            agenda=tuple(lines),
            signed_by=_president(actor, sat_on),
            sent_on=row.convened_on,
            clear_days=clear_days(row.convened_on, sat_on) if row.convened_on else 0,
            urgent=row.urgent,
            after=day_of(first.starts_at) if first else None,
        )
    )


def _line(item: Any, actor: Actor, at: datetime, *, sent: bool) -> AgendaLine:
    note = item.note if sent else _note_of(draft_of(actor, item.id), actor, at)
    return AgendaLine(item.rank, item.title, item.matter, _paragraphs(note))


def _president(actor: Actor, day: date) -> str:
    presidents = [one for one in delegates(actor, day=day) if one.office.lower().startswith("présid")]
    return presidents[0].name if presidents else ""


def _brand(actor: Actor, programme: str) -> tuple[Brand, AuthorityKind]:
    authority = access_authorities(actor).get(id=actor.authority_id)
    brand = Brand(programme, authority.name, authority.colour, bytes(authority.logo) or None)
    return brand, AuthorityKind(authority.kind)


def published_act(authority_id: UUID, number: str, programme: str, today: date) -> bytes:
    """The paper of an act that was published by that day, for anybody. Refuses (NotFound) any other."""
    row = published_acts(authority_id, today).filter(number=number, imported=False).first()
    if row is None:
        raise NotFound
    return act_on_paper(system_actor(authority_id), row.id, programme)


def list_paper(actor: Actor, sitting_id: UUID, programme: str, today: date) -> bytes:
    """The list of the deliberations that a sitting examined, with the day by which it is published."""
    row = access_sitting(actor, sitting_id)
    brand, kind = _brand(actor, programme)
    sat_on = day_of(row.starts_at)
    due, out = list_due(sat_on), row.list_published_on
    examined = [item for item in row.items.all() if hasattr(item, "deliberation")]
    return decision_list(
        DecisionList(
            brand=brand,
            assembly=assembly_of(kind),
            sat_on=sat_on,
            how=f"réuni {how_of(Mode(row.mode))}",
            rows=tuple(_listed(item) for item in examined),
            due_on=due,
            published_on=out,
            late=(out or today) > due,
        )
    )


def _listed(item: Any) -> ListedAct:
    act = item.deliberation
    outcome = OUTCOMES[Outcome(item.outcome)]
    if ballot_of(act).unanimous:
        outcome += " à l’unanimité"
    return ListedAct(item.rank, act.number, item.title, item.matter, outcome, _counts(act))


def _counts(act: Any) -> str:
    abstained = "abstentions" if act.abstentions > 1 else "abstention"
    return f"{act.votes_for} pour, {act.votes_against} contre, {act.abstentions} {abstained}"


def minutes_paper(actor: Actor, sitting_id: UUID, programme: str) -> bytes:
    """The minutes of a sitting that was opened: who sat, each matter with its quorum, what was said, how it was
    voted. A draft until the council settled them."""
    row = access_sitting(actor, sitting_id)
    brand, kind = _brand(actor, programme)
    names = {str(one.id): one.name for one in delegates(actor)}
    roll = roll_of(row)
    settled, out = row.minutes_settled_on, row.minutes_published_on
    return minutes(
        Minutes(
            brand=brand,
            assembly=assembly_of(kind),
            sat_on=day_of(row.starts_at),
            opening=_opening(row, assembly_of(kind)),
            chair=row.chair.name if row.chair else "",
            secretary=row.secretary.name if row.secretary else "",
            members_in_office=len(roll.seats),
            **_attendance(roll, names),
            colleges=_colleges(row, roll),
            quorum=_quorum(roll),
            urgency=_urgency(row),
            items=tuple(_minutes_of(row, item, names) for item in row.items.all()),
            closing=_closing(row),
            settled_on=settled,
            publish_by=due_of_minutes(settled) if settled else None,
            published_on=out,
        )
    )


def _opening(row: Any, assembly: str) -> str:
    when = f"Le {long_day(day_of(row.starts_at))} à {clock_time(row.starts_at)}"
    called = f"légalement convoqué le {long_day(row.convened_on)}" if row.convened_on else ""
    where = " ".join(part for part in (how_of(Mode(row.mode)), row.place) if part)
    chair = f", sous la présidence de {row.chair.name}" if row.chair else ""
    return f"{when}, {assembly}, {called}, s’est réuni {where}{chair}."


def _attendance(roll: Roll, names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Who sat, who replaced whom, who gave power to whom, who did not come."""
    seats = roll.seats
    return {
        "present": tuple(names[one.titular] for one in seats if one.sits and not one.by_substitute),
        "substitutes": tuple(
            f"{names[one.sits]}, suppléant de {names[one.titular]}" for one in seats if one.by_substitute
        ),
        "powers": tuple(f"{names[one.titular]} à {names[one.proxy_to]}" for one in seats if one.proxy_to),
        "absent": tuple(names[one.titular] for one in seats if not one.sits and not one.proxy_to),
    }


def _colleges(row: Any, roll: Roll) -> tuple[str, ...]:
    """How many of each college sit, where members represent some."""
    told = colleges_of(row, roll)
    return tuple(f"{one.name}\u202f: {one.present} sièges occupés sur {one.seats}." for one in told)


def _quorum(roll: Roll) -> str:
    if roll.reconvened:
        return f"aucun n’est demandé, la séance en suit une qui en manquait (CGCT, L2121-17)\u202f; {_present(roll)}."
    met = "il est atteint" if roll.quorum_met else "il n’est pas atteint"
    return f"{roll.quorum} sur {roll.members_in_office} membres en exercice\u202f; {_present(roll)}\u202f: {met}."


def _present(roll: Roll) -> str:
    return f"{roll.present} présents" if roll.present > 1 else f"{roll.present} présent"


def _urgency(row: Any) -> str:
    if not row.urgent or row.urgency_approved is None:
        return ""
    if row.urgency_approved:
        return "Le conseil approuve l’urgence de la convocation (CGCT, L2121-12)."
    return "Le conseil n’approuve pas l’urgence de la convocation\u202f: les affaires sont renvoyées (CGCT, L2121-12)."


def _closing(row: Any) -> str:
    if row.closed_at is None:
        return "La séance n’est pas close."
    left = any(item.outcome == Outcome.PENDING for item in row.items.all())
    why = " faute de quorum" if left else ""
    return f"La séance est levée{why} à {clock_time(row.closed_at)}."


def _minutes_of(row: Any, item: Any, names: Mapping[str, str]) -> MinuteItem:
    act = getattr(item, "deliberation", None)
    roll = roll_of(row, item.rank)
    reached = row.closed_at is None or item.rank <= next_item(row) or act is not None
    return MinuteItem(
        rank=item.rank,
        title=item.title,
        matter=item.matter,
        movements=tuple(_movements(row, item.rank, names)) if reached else (),
        quorum=f"Quorum\u202f: {_quorum(roll)}",
        report=_paragraphs(act.text.get("expose", "") if act else item.note),
        debate=_paragraphs(item.debate),
        ballot=_ballot(act) if act else "",
        voices=(*_by_name(act), *_by_college(act)) if act else (),
        outcome=_outcome(item, act),
        articles=tuple(act.decisions) if act and item.outcome == Outcome.ADOPTED else (),
        number=act.number if act else "",
    )


def _outcome(item: Any, act: Any) -> str:
    words = OUTCOMES[Outcome(item.outcome)]
    if act is None:
        return f"{words}\u202f: {item.reason}" if item.reason else f"{words}."
    ballot = ballot_of(act)
    if ballot.unanimous:
        words += " à l’unanimité"
    elif ballot.votes_for == ballot.votes_against and ballot.adopted:
        words += ", la voix de la présidence étant prépondérante (CGCT, L2121-20)"
    return f"{words}\u202f: délibération n° {act.number}."


def _ballot(act: Any) -> str:
    chair = f", sous la présidence de {act.chaired_by}"
    return f"{_KINDS[BallotKind(act.ballot_kind)]}{chair}. {act.voters} voix\u202f: {_counts(act)}."


def _by_name(act: Any) -> Iterator[Voiced]:
    """The names in a public ballot: whose seat, and who cast its voice when another did (L2121-21)."""
    if act.ballot_kind != BallotKind.PUBLIC:
        return
    cast = voices_of(act)
    for voice, words in _VOICES.items():
        names = [one.seat.name + _by_whom(one) for one in cast if one.voice == voice]
        if names:
            yield Voiced(words, ", ".join(names))


def _by_college(act: Any) -> Iterator[Voiced]:
    """The count of each college in a ballot by name, where members represent some. It decides nothing: the majority is
    that of the whole council (L2121-20)."""
    if act.ballot_kind == BallotKind.PUBLIC:
        told = [(one.seat.college, Voice(one.voice)) for one in voices_of(act)]
        for name, counts in voices_by_college(told).items():
            spoken = (f"{counts[voice]} {words.lower()}" for voice, words in _VOICES.items())
            yield Voiced(name, ", ".join(spoken))


def _by_whom(vote: Any) -> str:
    return "" if vote.cast_by_id == vote.seat_id else f" (par {vote.cast_by.name})"


_MOVED = {
    Move.SITS: "{who} prend place.",
    Move.LEAVES: "{who} quitte la séance.",
    Move.REPLACED: "{who} est remplacé par {other}.",
    Move.GIVES_POWER: "{who} donne pouvoir à {other}.",
    Move.WITHDRAWS: "{who} déclare un intérêt à l’affaire, quitte la salle et ne prend part ni au débat ni au vote.",
}


def _movements(row: Any, rank: int, names: Mapping[str, str]) -> Iterator[str]:
    """What changed at that matter; of the opening, the withdrawals alone: the roll says the rest."""
    moves: Sequence[Any] = [one for one in moves_of(row) if one.from_item == rank]
    for one in moves:
        if rank > 1 or one.move is Move.WITHDRAWS:
            yield _MOVED[one.move].format(who=names[one.titular], other=names.get(one.other, ""))
