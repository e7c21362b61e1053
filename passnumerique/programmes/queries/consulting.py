"""Reading consultations: the authority sees all answers, an organisation its own alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.directory.rules import AccreditationKind, Actor, Permission, may, require
from passnumerique.ground.dates import day_of, end_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.models import (
    Consultation,
    ConsultationAnswer,
    ConsultationRecipient,
    ConsultationReminder,
)
from passnumerique.programmes.queries.agreements import access_programme
from passnumerique.programmes.rules import Opinion, Tally, tally


def consultations(actor: Actor, programme_id: UUID) -> QuerySet[Consultation]:
    """The consultations of a programme, latest first: all for whoever reads everything, for a desk those that ask
    its organisation. Refuses (NotAllowed) anybody else."""
    access_programme(actor, programme_id)
    rows = Consultation.objects.filter(programme_id=programme_id)
    if may(actor, Permission.ANSWER_CONSULTATION):
        asked = ConsultationRecipient.objects.filter(
            programme_id=programme_id, organisation_id=actor.organisation_id or NOBODY
        )
        rows = rows.filter(id__in=asked.values("consultation_id"))
    elif not may(actor, Permission.READ_EVERYTHING):
        raise NotAllowed
    return rows.order_by("-number")


def access_consultation(actor: Actor, programme_id: UUID, consultation_id: UUID) -> Consultation:
    """One consultation that the actor may see. Refuses (NotFound) any other."""
    row = consultations(actor, programme_id).filter(id=consultation_id).first()
    if row is None:
        raise NotFound
    return row


def answers_of(actor: Actor, consultation: Consultation) -> QuerySet[ConsultationAnswer]:
    """Every answer ever given, in order: of all organisations, or for a desk of its own alone."""
    rows = ConsultationAnswer.objects.filter(programme_id=consultation.programme_id, consultation=consultation)
    if not may(actor, Permission.READ_EVERYTHING):
        require(actor, Permission.ANSWER_CONSULTATION)
        rows = rows.filter(organisation_id=actor.organisation_id or NOBODY)
    return rows.order_by("organisation_id", "rank")


def recipients_of(consultation: Consultation) -> dict[UUID, AccreditationKind]:
    """The organisations asked, and as what. For whoever was let read the consultation."""
    rows = ConsultationRecipient.objects.filter(programme_id=consultation.programme_id, consultation=consultation)
    pairs = rows.values_list("organisation_id", "kind").order_by("organisation_id")
    return {organisation_id: AccreditationKind(kind) for organisation_id, kind in pairs}


def reminders_of(consultation: Consultation) -> QuerySet[ConsultationReminder]:
    """When those who had not answered were reminded, in order."""
    rows = ConsultationReminder.objects.filter(programme_id=consultation.programme_id, consultation=consultation)
    return rows.order_by("at", "id")


@dataclass(frozen=True)
class Consulted:
    """A consultation in counts, for each kind of organisation asked."""

    number: int
    deadline: date
    by_kind: Mapping[AccreditationKind, Tally]

    @property
    def asked(self) -> int:
        return sum(one.asked for one in self.by_kind.values())

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self.by_kind.values())


def counted(consultation: Consultation, day: date | None = None) -> Consulted:
    """The answers that stand, or stood by the evening of `day`, counted by kind. Names nobody."""
    return counted_each([consultation], day)[consultation.id]


def counted_each(rows: Sequence[Consultation], day: date | None = None) -> dict[UUID, Consulted]:
    """The same for several consultations of one programme, by id: two statements for all."""
    here = {"programme_id__in": {row.programme_id for row in rows}, "consultation_id__in": [row.id for row in rows]}
    answers = ConsultationAnswer.objects.filter(**here)
    if day is not None:
        answers = answers.filter(at__lt=end_of(day))
    last: dict[UUID, dict[UUID, Opinion]] = {row.id: {} for row in rows}
    for of, organisation_id, opinion in answers.values_list("consultation_id", "organisation_id", "opinion").order_by(
        "rank"
    ):
        last[of][organisation_id] = Opinion(opinion)
    asked: dict[UUID, dict[AccreditationKind, list[UUID]]] = {
        row.id: {kind: [] for kind in AccreditationKind} for row in rows
    }
    recipients = ConsultationRecipient.objects.filter(**here).order_by()
    for of, organisation_id, kind in recipients.values_list("consultation_id", "organisation_id", "kind"):
        asked[of][AccreditationKind(kind)].append(organisation_id)
    return {
        row.id: Consulted(
            row.number, row.deadline, {kind: tally(ids, last[row.id]) for kind, ids in asked[row.id].items()}
        )
        for row in rows
    }


def own_answers(actor: Actor, rows: Sequence[Consultation]) -> dict[UUID, Opinion]:
    """What the actor's organisation last answered to each of these consultations, by id: one statement for all."""
    require(actor, Permission.ANSWER_CONSULTATION)
    answers = ConsultationAnswer.objects.filter(
        programme_id__in={row.programme_id for row in rows},
        consultation_id__in=[row.id for row in rows],
        organisation_id=actor.organisation_id or NOBODY,
    )
    pairs = answers.values_list("consultation_id", "opinion").order_by("rank")
    return {of: Opinion(opinion) for of, opinion in pairs}


def last_reminders(rows: Sequence[Consultation]) -> dict[UUID, datetime]:
    """When each of these consultations was last recalled, by id: one statement for all."""
    found = ConsultationReminder.objects.filter(
        programme_id__in={row.programme_id for row in rows}, consultation_id__in=[row.id for row in rows]
    )
    return dict(found.values_list("consultation_id", "at").order_by("at"))


def consulted_on(programme_id: UUID, day: date) -> Consulted | None:
    """The last consultation asked by the evening of a day, in counts; None before the first. For figures and acts:
    whoever calls has checked that the reader may see the programme."""
    rows = Consultation.objects.filter(programme_id=programme_id, asked_at__lt=end_of(day))
    last = rows.order_by("-number").first()
    return counted(last, day) if last else None


@dataclass(frozen=True)
class OpenQuestion:
    """The last time that an open consultation was put to those who are silent: asked (`id` is the consultation's), or
    asked `again` (`id` is the reminder's)."""

    id: UUID
    consultation_id: UUID
    text: str
    deadline: date
    at: datetime
    again: bool
    silent: Sequence[UUID]


def open_questions(programme_id: UUID, at: datetime) -> list[OpenQuestion]:
    """The consultations that are open at an instant, each with who has not answered. For the system: names nobody to
    a reader."""
    rows = Consultation.objects.filter(programme_id=programme_id, asked_at__lte=at, deadline__gte=day_of(at))
    return [_open_question(row) for row in rows.order_by("number")]


def _open_question(row: Consultation) -> OpenQuestion:
    answers = ConsultationAnswer.objects.filter(programme_id=row.programme_id, consultation=row)
    answered = set(answers.order_by().values_list("organisation_id", flat=True))
    last = reminders_of(row).last()
    return OpenQuestion(
        id=last.id if last else row.id,
        consultation_id=row.id,
        text=row.question,
        deadline=row.deadline,
        at=last.at if last else row.asked_at,
        again=last is not None,
        silent=[one for one in recipients_of(row) if one not in answered],
    )
