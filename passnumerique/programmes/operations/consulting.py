"""Asking places and structures, and keeping what they answer."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.queries import accredited_names, organisations_named
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes import queries
from passnumerique.programmes.models import (
    Consultation,
    ConsultationAnswer,
    ConsultationRecipient,
    ConsultationReminder,
)
from passnumerique.programmes.operations.agreements import take_turn
from passnumerique.programmes.rules import (
    ConsultationOver,
    DeadlinePast,
    EverybodyAnswered,
    NobodyAsked,
    NotOfTheNetwork,
    Opinion,
)


def consult(
    *, programme_id: UUID, question: str, deadline: date, organisation_ids: Iterable[UUID], by: Actor, at: datetime
) -> UUID:
    """Put a question to organisations of the network, until a day, and return the consultation's id. For the manager.

    A place that is a structure too is asked once, as a place. Refuses nobody asked, an organisation that is not
    accredited today, and a day already past.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    queries.access_programme(by, programme_id)
    asked = _kinds(programme_id, set(organisation_ids), day_of(at))
    if deadline < day_of(at):
        raise DeadlinePast(deadline=deadline)
    with transaction.atomic():
        take_turn(programme_id)
        row = Consultation.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            number=Consultation.objects.filter(programme_id=programme_id).count() + 1,
            question=question.strip(),
            deadline=deadline,
            asked_at=at,
            by_user=by.user_id,
        )
        ConsultationRecipient.objects.bulk_create(
            ConsultationRecipient(
                id=new_id(at), programme_id=programme_id, consultation=row, organisation_id=one, kind=kind
            )
            for one, kind in sorted(asked.items())
        )
    return row.id


def _kinds(programme_id: UUID, ids: set[UUID], day: date) -> dict[UUID, AccreditationKind]:
    if not ids:
        raise NobodyAsked
    accredited = accredited_names(programme_id, day)
    order = (AccreditationKind.PRESCRIBER, AccreditationKind.PLACE)
    known = {one: kind for kind in order for one in accredited[kind]}
    if missing := sorted(ids - known.keys()):
        raise NotOfTheNetwork(name=organisations_named(missing).get(missing[0], "–"))
    return {one: known[one] for one in ids}


def answer_consultation(
    *, programme_id: UUID, consultation_id: UUID, opinion: Opinion, remark: str, by: Actor, at: datetime
) -> None:
    """Answer for the actor's organisation, until the deadline; the last answer stands, all are kept.

    For the people of an organisation that is asked: refuses (NotFound) any other, and an answer too late.
    """
    require(by, Permission.ANSWER_CONSULTATION)
    require_open_books(programme_id)
    row = queries.access_consultation(by, programme_id, consultation_id)
    if row.deadline < day_of(at):
        raise ConsultationOver(deadline=row.deadline)
    with transaction.atomic():
        Consultation.objects.filter(id=row.id, programme_id=programme_id).update(number=row.number)  # one at a time
        ConsultationAnswer.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            consultation=row,
            organisation_id=by.organisation_id or NOBODY,
            rank=queries.answers_of(by, row).count() + 1,
            opinion=opinion,
            remark=remark.strip()[:1000],
            by_user=by.user_id,
            at=at,
        )


def remind(*, programme_id: UUID, consultation_id: UUID, by: Actor, at: datetime) -> None:
    """Note that those who have not answered are reminded: their desk shows it. For the manager. Refuses after the
    deadline, and when everybody answered."""
    require(by, Permission.MANAGE_PROGRAMME)
    require_open_books(programme_id)
    row = queries.access_consultation(by, programme_id, consultation_id)
    if row.deadline < day_of(at):
        raise ConsultationOver(deadline=row.deadline)
    told = queries.counted(row)
    if told.answered == told.asked:
        raise EverybodyAnswered
    ConsultationReminder.objects.create(
        id=new_id(at), programme_id=programme_id, consultation=row, by_user=by.user_id, at=at
    )
