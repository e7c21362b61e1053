"""Writing what was agreed: programme, parameters, envelope, periods, territory."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.db import in_chunks, large
from passnumerique.ground.ids import new_id
from passnumerique.ledger.operations import transfer
from passnumerique.ledger.queries import require_open_books
from passnumerique.ledger.rules import Account, Move, Pocket
from passnumerique.programmes import queries
from passnumerique.programmes.models import (
    Commune,
    Envelope,
    FundingShare,
    ParameterRevision,
    Programme,
    TrainingPeriod,
)
from passnumerique.programmes.rules import (
    RESERVED_NAMES,
    DayRunsForward,
    DocumentNotInForce,
    EnvelopeExceeded,
    NameReserved,
    NotADemonstration,
    PeriodOverlaps,
    ProgrammeExists,
    ReferenceTaken,
    SharesDoNotSum,
    check_parameter,
)
from passnumerique.programmes.rules.refusals import DatesOutOfOrder


@dataclass(frozen=True)
class CommuneGiven:
    """A commune of a territory, its population in residents."""

    insee_code: str
    name: str
    postcodes: str = ""
    population: int = 0
    epci_siren: str = ""
    epci_name: str = ""
    former: str = ""


def create_programme(
    *,
    authority_id: UUID,
    slug: str,
    name: str,
    by: Actor,
    at: datetime,
    issuer: str = "",
    funder: str = "",
    invented: str = "",
    demonstration_day: date | None = None,
    demonstration_script: str = "",
) -> UUID:
    """Open an empty programme of the actor's authority. For its manager. Refuses a short name
    already taken, and one that the installation's own addresses begin with."""
    require(by, Permission.MANAGE_PROGRAMME)
    queries.require_authority(by, authority_id)
    if slug.lower() in RESERVED_NAMES:
        raise NameReserved(slug=slug)
    with transaction.atomic():
        if Programme.objects.filter(slug=slug).exists():
            raise ProgrammeExists(slug=slug)
        programme = Programme.objects.create(
            id=new_id(at),
            authority_id=authority_id,
            slug=slug,
            name=name,
            issuer=issuer,
            funder=funder,
            invented=invented,
            demonstration_day=demonstration_day,
            demonstration_script=demonstration_script,
            created_at=at,
        )
        Envelope.objects.create(id=new_id(at), programme_id=programme.id)
    return programme.id


def set_parameters(
    *,
    programme_id: UUID,
    values: dict[str, Any],
    document_id: UUID,
    in_force_on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Set parameters from a day on, by a paper. For the manager.

    The day may be past, when the paper already bound by then: agents file papers late. Refuses a paper
    that does not bind on that day, or of another programme, an unknown name, and a value outside what
    the parameter accepts; then nothing is written.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    queries.access_programme(by, programme_id)
    require_open_books(programme_id)
    paper = queries.access_paper(programme_id, document_id)
    if paper.in_force_on is None or in_force_on < paper.in_force_on:
        raise DocumentNotInForce(reference=paper.reference)
    checked = {name: check_parameter(name, value) for name, value in values.items()}
    ParameterRevision.objects.bulk_create(
        ParameterRevision(
            id=new_id(at),
            programme_id=programme_id,
            name=name,
            value=value,
            in_force_on=in_force_on,
            document_id=document_id,
            recorded_at=at,
        )
        for name, value in checked.items()
    )


def authorise_envelope(
    *,
    programme_id: UUID,
    amount_cents: int,
    shares: dict[str, int],
    document_id: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Add to the envelope what a paper authorises, with each contributor's share in cents.

    For the manager. Refuses shares that do not sum to the amount, and the same paper twice.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    queries.access_programme(by, programme_id)
    paper = queries.access_paper(programme_id, document_id)
    if sum(shares.values()) != amount_cents or amount_cents <= 0:
        raise SharesDoNotSum(sum_cents=sum(shares.values()), envelope_cents=amount_cents)
    with transaction.atomic():
        take_turn(programme_id)
        if FundingShare.objects.filter(programme_id=programme_id, document_id=document_id).exists():
            raise ReferenceTaken(reference=paper.reference)
        Envelope.objects.filter(programme_id=programme_id).update(
            authorised_cents=F("authorised_cents") + large(amount_cents)
        )
        FundingShare.objects.bulk_create(
            FundingShare(
                id=new_id(at),
                programme_id=programme_id,
                contributor=contributor,
                amount_cents=cents,
                document_id=document_id,
            )
            for contributor, cents in shares.items()
        )
        moves = [Move(Pocket(Account.AUTHORISED), Pocket(Account.ENVELOPE), amount_cents)]
        transfer(programme_id=programme_id, moves=moves, cause=document_id, at=at)


def take_turn(programme_id: UUID, *, even_closed: bool = False) -> None:
    """Wait until no other transaction holds this programme's turn, and hold it until this one ends.

    For acts that read a highest number or a sum before they write: two of them at once would read the
    same. A row lock on PostgreSQL; on SQLite the write lock is held already. Refuses closed books,
    unless `even_closed`: a seal changes nothing of what it covers.
    """
    Envelope.objects.filter(programme_id=programme_id).update(committed_cents=F("committed_cents"))
    if not even_closed:
        require_open_books(programme_id)


def commit_value(*, programme_id: UUID, cents: int) -> None:
    """Take value from the envelope for passes received. Refuses more than what is left of it.

    For the floors above, inside their transaction: one conditional UPDATE decides.
    """
    room = Envelope.objects.filter(
        programme_id=programme_id, committed_cents__lte=F("authorised_cents") - large(cents)
    ).update(committed_cents=F("committed_cents") + large(cents))
    if not room:
        raise EnvelopeExceeded(asked_cents=cents, left_cents=queries.envelope_left_cents(programme_id))


def release_value(*, programme_id: UUID, cents: int) -> None:
    """Give value back to the envelope for passes cancelled or replaced, inside the caller's transaction."""
    Envelope.objects.filter(programme_id=programme_id).update(committed_cents=F("committed_cents") - large(cents))


def add_training_period(
    *,
    programme_id: UUID,
    number: int,
    name: str,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
    document_id: UUID | None = None,
) -> UUID:
    """Open a training period, both days included. For the manager. Refuses days out of order and an
    overlap with another period."""
    require(by, Permission.MANAGE_PROGRAMME)
    queries.access_programme(by, programme_id)
    if ends_on < starts_on:
        raise DatesOutOfOrder(earlier=name, earlier_day=starts_on, later=name, later_day=ends_on)
    with transaction.atomic():
        take_turn(programme_id)
        others = TrainingPeriod.objects.filter(programme_id=programme_id)
        clash = others.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).order_by("number").first()
        clash = clash or others.filter(number=number).first()
        if clash:
            raise PeriodOverlaps(other=clash.name)
        period = TrainingPeriod.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            number=number,
            name=name,
            starts_on=starts_on,
            ends_on=ends_on,
            document_id=document_id,
        )
    return period.id


def set_territory(
    *, programme_id: UUID, communes: Iterable[CommuneGiven], vintage: int, by: Actor, at: datetime
) -> int:
    """Write the communes of the territory and return how many; those given before are brought up to date.

    For the manager. `vintage` is the year of the INSEE code they come from. Setting the same twice changes nothing.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    queries.access_programme(by, programme_id)
    known = queries.commune_ids(programme_id)
    rows = [
        Commune(
            id=known.get(commune.insee_code) or new_id(at),
            programme_id=programme_id,
            vintage=vintage,
            **asdict(commune),
        )
        for commune in communes
    ]
    _write_communes(rows)
    return len(rows)


def _write_communes(rows: Sequence[Commune]) -> None:
    written = ["name", "postcodes", "population", "epci_siren", "epci_name", "former", "vintage"]
    with transaction.atomic():
        for chunk in in_chunks(rows):
            Commune.objects.bulk_create(
                chunk,
                update_conflicts=True,
                unique_fields=["programme_id", "insee_code"],
                update_fields=written,
            )


def move_demonstration_day(*, programme_id: UUID, day: date, by: Actor) -> None:
    """Let a demonstration live on a later day. For the manager. Refuses a real programme, and a day past."""
    require(by, Permission.MANAGE_PROGRAMME)
    if queries.access_programme(by, programme_id).demonstration_day is None:
        raise NotADemonstration
    if not Programme.objects.filter(id=programme_id, demonstration_day__lte=day).update(demonstration_day=day):
        raise DayRunsForward(day=queries.access_programme(by, programme_id).demonstration_day)
