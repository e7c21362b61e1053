"""Votes: counted by name or in secret, written as a deliberation with its number and its frozen text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.council.models import AgendaItem, Delegate, Deliberation, Numbering, Sitting, Vote
from passnumerique.council.operations.sittings import require_open, require_urgency_settled
from passnumerique.council.queries.sittings import access_item, roll_of
from passnumerique.council.rules import (
    Ballot,
    BallotKind,
    Mode,
    Outcome,
    Roll,
    Text,
    Voice,
    check_ballot_kind,
)
from passnumerique.council.rules.numbering import USUAL, Restart, check_pattern, number_of, rank_in, scope_of
from passnumerique.council.rules.refusals import (
    ChairAbsent,
    ItemSettled,
    NotOpen,
    NoVoiceHere,
    PutOffWithoutReason,
    TextMissing,
)
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id


@dataclass(frozen=True)
class Cast:
    """A vote by name: those who voted against or abstained; every other voice of the sitting is for."""

    against: frozenset[UUID] = frozenset()
    abstains: frozenset[UUID] = frozenset()
    kind: BallotKind = BallotKind.PUBLIC


@dataclass(frozen=True)
class Secret:
    """A secret vote: what the ballot box held. Blank ballots are no votes cast, as abstentions are not."""

    votes_for: int
    votes_against: int
    abstentions: int
    kind: BallotKind = field(default=BallotKind.SECRET, init=False)


def set_numbering(*, pattern: str, restarts: Restart, by: Actor, at: datetime) -> None:
    """Say how the authority numbers its acts from now on. For the secretary and the manager. Refuses a
    pattern under which two acts would have one number."""
    require(by, Permission.MANAGE_COUNCIL)
    check_pattern(pattern, restarts)
    Numbering.objects.update_or_create(
        authority_id=by.authority_id,
        defaults={"pattern": pattern, "restarts": restarts},
        create_defaults={"id": new_id(at), "pattern": pattern, "restarts": restarts},
    )


def vote_item(
    *, item_id: UUID, ballot: Cast | Secret, text: Text, by: Actor, at: datetime, chair: UUID | None = None
) -> UUID:
    """Write the vote of a matter, adopted or rejected, and return the deliberation's id.

    For the secretary and the manager. The roll of that item decides who has a voice; `chair` presides over it
    when whoever opened the sitting left or withdrew; the number follows the last one without gap. Refuses a
    sitting that is not open, an urgency not settled, no quorum, a secret ballot by video, counts that do not
    agree, somebody without a voice, a chair who does not sit, and a matter already settled.
    """
    require(by, Permission.MANAGE_COUNCIL)
    item = access_item(by, item_id)
    sitting = item.sitting
    require_open(sitting)
    require_urgency_settled(sitting)
    check_ballot_kind(ballot.kind, Mode(sitting.mode))
    if not text.articles:
        raise TextMissing
    roll = roll_of(sitting, item.rank)
    roll.check()
    presides = chair or sitting.chair_id
    if presides is None or str(presides) not in roll.voices:
        raise ChairAbsent
    voices = _voices(roll, ballot) if isinstance(ballot, Cast) else {}
    counted = _counted(roll, ballot, voices, str(presides))
    counted.check_counts()
    with transaction.atomic():
        outcome = Outcome.ADOPTED if counted.adopted else Outcome.REJECTED
        if not AgendaItem.objects.filter(id=item.id, outcome=Outcome.PENDING).update(outcome=outcome):
            raise ItemSettled(outcome=Outcome(access_item(by, item_id).outcome).words)
        row = _write(item, _Voted(roll, counted, ballot.kind, text, presides), at)
        Vote.objects.bulk_create(
            Vote(id=new_id(at), deliberation=row, seat_id=UUID(seat), cast_by_id=UUID(who), voice=voice)
            for seat, (who, voice) in voices.items()
        )
    return row.id


def _voices(roll: Roll, ballot: Cast) -> dict[str, tuple[str, Voice]]:
    """Each seat with a voice: who casts it, and how."""
    found: dict[str, tuple[str, Voice]] = {}
    for seat in roll.seats:
        who = seat.sits or seat.proxy_to
        if who and not seat.withdrawn:
            found[seat.titular] = (who, _voice(UUID(seat.titular), ballot))
    for name in map(str, ballot.against | ballot.abstains):
        if name not in found:
            person = Delegate.objects.filter(id=name).first()
            raise NoVoiceHere(name=person.name if person else "–")
    return found


def _voice(seat: UUID, ballot: Cast) -> Voice:
    if seat in ballot.against:
        return Voice.AGAINST
    return Voice.ABSTAINS if seat in ballot.abstains else Voice.FOR


def _counted(roll: Roll, ballot: Cast | Secret, voices: Mapping[str, tuple[str, Voice]], chair: str) -> Ballot:
    """The count. The chair's own voice decides a tie, but in a secret ballot (L2121-20)."""
    if isinstance(ballot, Secret):
        given = (ballot.votes_for, ballot.votes_against, ballot.abstentions)
        return Ballot(roll.members_in_office, roll.voters, *given)
    cast = [voice for _who, voice in voices.values()]
    chairs = next((voices[seat.titular][1] for seat in roll.seats if seat.sits == chair), None)
    return Ballot(
        roll.members_in_office,
        roll.voters,
        cast.count(Voice.FOR),
        cast.count(Voice.AGAINST),
        cast.count(Voice.ABSTAINS),
        chair_votes_for=chairs is Voice.FOR,
    )


@dataclass(frozen=True)
class _Voted:
    """What a vote was: who sat, the count, how, on what words, under whom."""

    roll: Roll
    counted: Ballot
    kind: BallotKind
    text: Text
    chair: UUID


def _write(item: AgendaItem, voted: _Voted, at: datetime) -> Deliberation:
    sitting, roll, counted = item.sitting, voted.roll, voted.counted
    if not (sitting.convened_on and sitting.secretary):
        raise NotOpen
    return Deliberation.objects.create(
        id=new_id(at),
        authority_id=sitting.authority_id,
        item=item,
        number=_next_number(sitting, at),
        matter=item.matter,
        subject=item.title,
        decisions=list(voted.text.articles),
        text=_frozen(sitting, voted),
        ballot_kind=voted.kind,
        convened_on=sitting.convened_on,
        sat_on=day_of(sitting.starts_at),
        chaired_by=Delegate.objects.get(id=voted.chair).name,
        secretary=sitting.secretary.name,
        members_in_office=roll.members_in_office,
        voters=roll.voters,
        substitutes=roll.substitutes,
        votes_for=counted.votes_for,
        votes_against=counted.votes_against,
        abstentions=counted.abstentions,
        chair_votes_for=counted.chair_votes_for,
        recorded_at=at,
    )


def _frozen(sitting: Sitting, voted: _Voted) -> dict[str, object]:
    """What the act says of itself for ever: its words, and who took part, the chair first."""
    roll, text = voted.roll, voted.text
    apart = [seat.titular for seat in roll.seats if seat.withdrawn]
    ids = [*roll.voices, *(seat.titular for seat in roll.seats if seat.proxy_to), *apart]
    names = {str(row.id): row.name for row in Delegate.objects.filter(id__in=ids).order_by()}
    present = sorted(roll.voices, key=lambda one: one != str(voted.chair))
    powers = [[names[seat.titular], names[seat.proxy_to]] for seat in roll.seats if seat.proxy_to in roll.voices]
    return {
        "visas": list(text.visas),
        "expose": text.expose,
        "articles": list(text.articles),
        "took_part": [names[one] for one in present],
        "powers": powers,
        "withdrew": [names[one] for one in apart],
        "quorum": roll.quorum,
        "present": roll.present,
        "reconvened": roll.reconvened,
        "mode": sitting.mode,
        "place": sitting.place,
        "starts_at": sitting.starts_at.isoformat(),
    }


def _next_number(sitting: Sitting, at: datetime) -> str:
    """The number that follows, the authority's row of numbering being held until the act is written."""
    scheme = held_numbering(sitting.authority_id, at)
    day = day_of(sitting.starts_at)
    first, last = scope_of(Restart(scheme.restarts), day)
    rows = Deliberation.objects.filter(authority_id=sitting.authority_id, sat_on__gte=first, sat_on__lte=last)
    numbers = rows.order_by().values_list("number", flat=True)
    return number_of(scheme.pattern, day, max((rank_in(scheme.pattern, one) for one in numbers), default=0) + 1)


def held_numbering(authority_id: UUID, at: datetime) -> Numbering:
    """How an authority numbers its acts, its row held until the end of the transaction: one writer at a time."""
    defaults = {"id": new_id(at), "pattern": USUAL, "restarts": Restart.MONTH}
    scheme, _made = Numbering.objects.get_or_create(authority_id=authority_id, defaults=defaults)
    Numbering.objects.filter(id=scheme.id).update(pattern=scheme.pattern)
    return scheme


def put_off(*, item_id: UUID, outcome: Outcome, reason: str, by: Actor, at: datetime) -> None:
    """Postpone a matter to another sitting, or withdraw it, and keep why for the minutes. For the secretary and the
    manager. Refuses no reason, and a matter already settled."""
    require(by, Permission.MANAGE_COUNCIL)
    item = access_item(by, item_id)
    if outcome not in {Outcome.POSTPONED, Outcome.WITHDRAWN}:
        raise ValueError(outcome)
    if not reason.strip():
        raise PutOffWithoutReason
    pending = AgendaItem.objects.filter(id=item.id, outcome=Outcome.PENDING)
    if not pending.update(outcome=outcome, reason=reason.strip()[:600]):
        raise ItemSettled(outcome=Outcome(access_item(by, item_id).outcome).words)
