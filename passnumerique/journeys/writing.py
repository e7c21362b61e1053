"""The monthly letter to each structure and place: its own report of the month that is over, by e-mail, once.

It crosses floors: `insight` reads, `documents` prints, `beneficiaries` writes the message down and sends it. Off unless
the parameter `monthly_letters` says otherwise.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import translation

from passnumerique.beneficiaries.operations import send_message
from passnumerique.beneficiaries.queries.messages import mailed_since, open_channels
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState
from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.directory.queries import accredited_names
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, require
from passnumerique.documents.reports import report_paper
from passnumerique.ground.dates import day_of, end_of, long_month, month_of
from passnumerique.ground.money import NNBSP
from passnumerique.ground.sending import Attachment
from passnumerique.insight.reports import Kind, report_of
from passnumerique.insight.reports.model import Report
from passnumerique.journeys.reporting import file_name, paper_of
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.programmes.rules import MonthlyLetters, NoCalendar
from passnumerique.training.operations.reminding import Sent
from passnumerique.training.queries.reminding import house_of
from passnumerique.training.rules.hours import is_quiet
from passnumerique.training.rules.reminding import mailing_id

FRIDAY = 4
_KINDS = {AccreditationKind.PRESCRIBER: Kind.STRUCTURE, AccreditationKind.PLACE: Kind.PLACE}
_PATHS = {Kind.STRUCTURE: "structure", Kind.PLACE: "lieu"}


def letter_pdf(actor: Actor, programme_id: UUID, kind: Kind, subject: str, month: date, at: datetime) -> bytes:
    """The letter about a month (its first day) as a paper. Refuses what `report_of` does."""
    with translation.override("fr"):
        report = report_of(actor, programme_id, kind, subject, _last_day(month), at)
        report = replace(report, title=f"Votre lettre {_of(month)}")
        greeting = f"Bonjour,\n\nVoici où vous en êtes à la fin {_of(month)}."
        closing = "Une question\u202f? Répondez au message qui accompagne cette lettre. Merci de ce que vous faites."
        return report_paper(paper_of(actor, programme_id, report, greeting=greeting, closing=closing))


def last_month(day: date) -> date:
    """The first day of the month that was over before that day."""
    return month_of(month_of(day) - timedelta(days=1))


def _last_day(month: date) -> date:
    return month_of(month + timedelta(days=31)) - timedelta(days=1)


def send_monthly_letters(*, programme_id: UUID, by: Actor, at: datetime) -> Sent:
    """Write to each structure and place accredited today about the month before, once, on a working day from 8 h to
    20 h, until the month in which the programme closes. Whoever was written to this month, asked for silence or has
    no address is left out.

    For the system and who manages the programme. Nothing leaves while the parameter or the e-mail is off.
    """
    require(by, Permission.SEND_MESSAGES)
    require(by, Permission.READ_EVERYTHING)
    day, sent = day_of(at), Sent()
    if not _is_due(programme_id, at):
        return sent
    month = last_month(day)
    written = mailed_since(programme_id, MessageKind.MONTHLY_REPORT, end_of(_last_day(month)))
    for accredited, names in accredited_names(programme_id, day).items():
        for organisation_id in sorted(names.keys() - written if accredited in _KINDS else ()):
            sent.note(_write(programme_id, organisation_id, _KINDS[accredited], month, by, at))
    return sent


def _is_due(programme_id: UUID, at: datetime) -> bool:
    day = day_of(at)
    if Channel.EMAIL not in open_channels() or is_quiet(at) or day.weekday() > FRIDAY:
        return False
    try:
        held, before = held_on(programme_id, day), held_on(programme_id, _last_day(last_month(day)))
    except NoCalendar:
        return False
    return held.terms.monthly_letters is MonthlyLetters.ON and last_month(day) <= before.calendar.closing


def _write(
    programme_id: UUID, organisation_id: UUID, kind: Kind, month: date, by: Actor, at: datetime
) -> MessageState | None:
    with translation.override("fr"):
        report = report_of(by, programme_id, kind, str(organisation_id), _last_day(month), at)
        content = letter_pdf(by, programme_id, kind, str(organisation_id), month, at)
        words = _words(by, programme_id, report, month)
    return send_message(
        programme_id=programme_id,
        organisation_id=organisation_id,
        kind=MessageKind.MONTHLY_REPORT,
        subject_id=mailing_id(organisation_id, day_of(at)),
        words=words,
        attachments=[Attachment(f"{file_name(report)}.pdf", "application/pdf", content)],
        by=by,
        at=at,
    )


def _words(by: Actor, programme_id: UUID, report: Report, month: date) -> Words:
    programme, house = access_programme(by, programme_id), house_of(by, programme_id)
    base = f"{settings.PUBLIC_ADDRESS.rstrip('/')}/{programme.slug}/rapports/{_PATHS[report.kind]}/{report.subject}/"
    text = "\n\n".join(
        [
            "Bonjour,",
            f"Voici votre lettre {_of(month)}, en pièce jointe. {report.headline}",
            f"Le détail, tenu à jour, est ici{NNBSP}:",
            f"    {base}",
            "\n".join(line for line in (house.authority, house.programme) if line),
        ]
    )
    subject = f"Votre lettre {_of(month)}, {report.about}"
    return Words(subject, text, "", sender=house.authority, answer_to=house.email)


def _of(month: date) -> str:
    """`de mars 2022`, `d’octobre 2021`."""
    name = long_month(month)
    return f"d’{name}" if name[0] in "ao" else f"de {name}"
