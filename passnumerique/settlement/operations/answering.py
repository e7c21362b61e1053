"""A place answers about a contested pass, with a paper if it has one; a second person looks at it again."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed
from passnumerique.programmes.operations import take_turn
from passnumerique.settlement.models import Answer, ClaimLine
from passnumerique.settlement.operations.controlling import not_own
from passnumerique.settlement.operations.deciding import accept_lines
from passnumerique.settlement.operations.filing import signatory
from passnumerique.settlement.queries.answers import access_answer, access_line, answer_until
from passnumerique.settlement.rules import Outcome, Verdict
from passnumerique.settlement.rules.refusals import (
    AnsweredAlready,
    AnswerEmpty,
    AnswerIsDecided,
    AnswerTooLate,
    JudgeIsContester,
    LineNotDisputed,
    RejectionWithoutReason,
)
from passnumerique.training.rules import evidence_type

LONGEST_TEXT, LONGEST_NAME = 2000, 120


def answer_rejection(
    *, line_id: UUID, text: str, by: Actor, at: datetime, file_name: str = "", content: bytes = b""
) -> UUID:
    """Keep what a place answers about one contested pass, with a paper as it came under its SHA-256; its id.

    For the place, once for each pass. Refuses an empty answer, a pass that is not contested or whose claim is
    not decided, a day after the delay, and a paper that is no PDF, PNG or JPEG or weighs more than 10 MB.
    """
    require(by, Permission.FILE_CLAIM)
    line = access_line(by, line_id)
    if by.organisation_id != line.claim.place_id:
        raise NotAllowed
    if not text.strip():
        raise AnswerEmpty
    until = answer_until(line.claim)
    if until is None or line.verdict != Verdict.REJECTED or line.controlled_by is None:
        raise LineNotDisputed
    if day_of(at) > until:
        raise AnswerTooLate(until=until)
    paper = _paper(file_name, content) if content else {}
    with transaction.atomic():
        take_turn(line.programme_id)
        _refuse_settled(line)
        return Answer.objects.create(
            id=new_id(at),
            programme_id=line.programme_id,
            line=line,
            contested_by=line.controlled_by,
            contested_for=line.reason,
            text=text.strip()[:LONGEST_TEXT],
            answered_at=at,
            answered_by=signatory(by),
            **paper,
        ).id


def _paper(name: str, content: bytes) -> dict[str, object]:
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in bare if sign.isprintable()).strip()[-LONGEST_NAME:]
    return {
        "file_name": plain or "justificatif",
        "media_type": evidence_type(content),
        "content": content,
        "content_hash": hashlib.sha256(content).digest(),
    }


def _refuse_settled(line: ClaimLine) -> None:
    """Refuses a line accepted meanwhile, or answered about already; asked while the turn is held."""
    rows = ClaimLine.objects.filter(programme_id=line.programme_id, id=line.id, verdict=Verdict.REJECTED)
    if not rows.exists():
        raise LineNotDisputed
    if Answer.objects.filter(programme_id=line.programme_id, line=line).exists():
        raise AnsweredAlready


def decide_answer(*, answer_id: UUID, accept: bool, reason: str, by: Actor, at: datetime) -> UUID:
    """Accept a contested pass after all, as its place explained, or uphold why it is contested; the id of the
    claim in which the pass will be paid, or in which it stays contested.

    For who approves claims, neither the person who contested the pass nor the preparer. Refuses to uphold
    without a reason, which the place reads, and an answer decided already.
    """
    require(by, Permission.APPROVE_CLAIM)
    answer = access_answer(by, answer_id)
    claim = not_own(by, answer.line.claim_id)
    if answer.contested_by == by.user_id:
        raise JudgeIsContester
    if not accept and not reason.strip():
        raise RejectionWithoutReason
    with transaction.atomic():
        take_turn(answer.programme_id)
        rows = Answer.objects.filter(programme_id=answer.programme_id, id=answer.id, outcome=Outcome.WAITING)
        told = {"outcome_reason": reason.strip()[:240], "decided_at": at, "decided_by": signatory(by)}
        if not rows.update(outcome=Outcome.ACCEPTED if accept else Outcome.UPHELD, **told):
            raise AnswerIsDecided
        return accept_lines(claim, [answer.line_id], by, at, reason) if accept else claim.id
