"""Writing to those of the network who have not answered a consultation: the question once, then each reminder once.

Asking and reminding send nothing: their rows are read here, by a tick, so that a message missed is made up while it
helps and none is sent twice.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.operations import send_message
from passnumerique.beneficiaries.queries.messages import open_channels
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState
from passnumerique.directory.queries import organisations_by_id
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ledger.queries import books_closed_on
from passnumerique.programmes.queries import access_programme, open_questions
from passnumerique.programmes.rules.letters import opinion_asked
from passnumerique.training.operations.reminding import Sent
from passnumerique.training.rules.hours import is_quiet

FRESH = timedelta(days=2)
"""A question or a reminder older than that is not written about any more: e-mail was shut, and the desk shows it."""


def write_to_silent(*, programme_id: UUID, by: Actor, at: datetime) -> Sent:
    """Write to each place and structure that was asked, or reminded, in the last two days and has not answered.

    For the system and who manages the programme. From 8 h to 20 h, while the installation sends e-mail; an
    organisation without an address, or that asked for silence, is left out. Done again it changes nothing.
    """
    require(by, Permission.SEND_MESSAGES)
    programme, sent = access_programme(by, programme_id), Sent()
    if is_quiet(at) or Channel.EMAIL not in open_channels() or books_closed_on(programme_id):
        return sent
    for question in open_questions(programme_id, at):
        if at - question.at <= FRESH:
            for name in organisations_by_id(question.silent).values():
                sent.note(_letter(programme, question, name, by, at))
    return sent


def _letter(programme: Any, question: Any, organisation: Any, by: Actor, at: datetime) -> MessageState | None:
    authority = programme.authority
    words = opinion_asked(
        organisation=organisation.name,
        question=question.text,
        deadline=question.deadline,
        again=question.again,
        page=f"{settings.PUBLIC_ADDRESS.rstrip('/')}/{programme.slug}/consultations/{question.consultation_id}/",
        authority=authority.name,
        email=authority.email,
    )
    return send_message(
        programme_id=programme.id,
        organisation_id=organisation.id,
        kind=MessageKind.OPINION_ASKED,
        subject_id=question.id,
        words=words,
        by=by,
        at=at,
    )
