"""What the pages of the training sessions share: one session as its page shows it, ways back, codes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.programmes.queries import terms_on
from passnumerique.training.queries import title_of
from passnumerique.vouchers.queries.history import redemptions
from passnumerique.vouchers.queries.reading import lots
from passnumerique.vouchers.rules import State
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk


def crumbs(desk: Desk, session: Any, *labels: str) -> list[Crumb]:
    """The path to a page of a session."""
    first = [Crumb(_("Ateliers"), desk.url("sessions"))]
    here = Crumb(title_of(session), desk.url("session", session.id) if labels else "")
    return [*first, here, *(Crumb(label) for label in labels)]


def may_hold(desk: Desk) -> bool:
    """Whether this reader plans, changes and notes sessions: the buttons of the place and the manager."""
    return desk.may(Permission.SCHEDULE_TRAINING) or desk.may(Permission.MANAGE_TRAINING)


def codes_are_ours(programme_id: UUID) -> bool:
    """Whether every pass of the programme was issued here: then each code has twelve letters and a check
    letter, which the browser may verify. Codes of an issuer have a form of their own."""
    return not lots(programme_id).filter(nonce=b"").exists()


def code_widget(ours: bool) -> forms.TextInput:
    """The control in which the code of a pass is typed; grouped in fours when codes are ours."""
    attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    return forms.TextInput(attrs={**attrs, **({"class": "code-entry"} if ours else {})})


def bare_code(typed: str) -> str:
    """The code in what was typed or scanned: alone, or at the end of the address behind a QR."""
    return typed.strip().rstrip("/").rsplit("/", 1)[-1]


def passes_used(desk: Desk, session_id: UUID) -> list[dict[str, Any]]:
    """The passes that stand used at a session, latest first, each with whether it can still be undone."""
    rows = list(redemptions(desk.actor, desk.programme_id).filter(training_session_id=session_id))
    delay = timedelta(hours=terms_on(desk.programme_id, desk.today).undo_delay_hours) if rows else timedelta()
    mine = desk.may(Permission.REDEEM)
    return [
        {
            "id": row.id,
            "number": row.voucher.number,
            "at": row.redeemed_at,
            "participant": row.participant_id,
            "state": row.voucher.state,
            "can_undo": mine and row.voucher.state == State.REDEEMED and desk.at <= row.recorded_at + delay,
        }
        for row in rows
    ]
