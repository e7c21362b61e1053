"""The seats of a pass in its history: booked, given back, offered, cancelled, each with its workshop."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.directory.queries import organisations_named
from passnumerique.training.queries import title_of
from passnumerique.training.queries.sessions import sessions_with_ids
from passnumerique.training.queries.stories import SeatTold, seat_story
from passnumerique.training.rules import WaitingState, WhyFreed
from passnumerique.vouchers.queries.history import Line
from passnumerique.vouchers.rules import Act
from passnumerique.web.desk import Desk
from passnumerique.web.pages.register.telling import Told, who
from passnumerique.web.templatetags.house import day

SENTENCES: Mapping[WhyFreed | WaitingState, Promise] = {
    WhyFreed.GIVEN_BACK: _("Place rendue\u202f: le pass reste valable"),
    WhyFreed.SESSION_CANCELLED: _("Atelier annulé par le lieu\u202f: le pass reste valable"),
    WhyFreed.REPLACED: _("Place libérée, le pass étant remplacé ou annulé"),
    WaitingState.WAITING: _("En attente d’une place"),
    WaitingState.OFFERED: _("Place proposée"),
    WaitingState.DECLINED: _("Place proposée, refusée"),
    WaitingState.EXPIRED: _("Place proposée, sans réponse à temps"),
    WaitingState.LEFT: _("Retiré de la liste d’attente"),
}
ICONS: Mapping[WhyFreed | WaitingState, str] = {
    WhyFreed.GIVEN_BACK: "undo",
    WhyFreed.SESSION_CANCELLED: "cross",
    WhyFreed.REPLACED: "swap",
}


def with_seats(desk: Desk, number: int, told: Sequence[Told], lines: Sequence[Line]) -> list[Told]:
    """The history of a pass, oldest first, with what became of its seats; each booking names its workshop."""
    seats = seat_story(desk.programme_id, number)
    booked = [line.subject_id if line.act is Act.RESERVE else None for line in lines]
    about = {one.session_id for one in seats} | {one for one in booked if one}
    sessions = sessions_with_ids(desk.programme_id, about)
    who_and_where = {session.place_id for session in sessions.values()}
    names = organisations_named(who_and_where | {one.by_organisation for one in seats if one.by_organisation})
    named = [
        replace(one, detail=_workshop(sessions.get(at), names)) if at else one
        for one, at in zip(told, booked, strict=True)
    ]
    return sorted([*named, *(_told(one, sessions, names) for one in seats)], key=lambda one: one.at)


def _told(one: SeatTold, sessions: Mapping[UUID, Any], names: Mapping[UUID, str]) -> Told:
    organisation = names.get(one.by_organisation, "") if one.by_organisation else ""
    return Told(
        at=one.at,
        sentence=str(SENTENCES[one.what]),
        by=who(one.by_role, organisation) if one.by_role else organisation,
        icon=ICONS.get(one.what, "hourglass"),
        detail=_workshop(sessions.get(one.session_id), names),
    )


def _workshop(session: Any, names: Mapping[UUID, str]) -> str:
    """`Ranger ses fichiers, 13 décembre 2022, Atelier des Remparts`."""
    if session is None:
        return ""
    told = {"title": title_of(session), "day": day(session.starts_at), "place": names.get(session.place_id, "")}
    return gettext("%(title)s, %(day)s, %(place)s") % told
